// Material for tests of executors and ledger readers: a genesis, and commands to its accounts. The
// signatures are made up: whoever applies an entry does not verify them again.

import { readFileSync } from "node:fs";
import {
  canonicalJson,
  type Hash,
  hex,
  type Json,
  jsonObject,
  LogIndex,
  parseJsonText,
  Term,
  utf8,
} from "@juno/base";
import { type LedgerContext, ledgerContext, renderTime } from "@juno/ledger";
import {
  chainEntry,
  commandId,
  type Entry,
  type EntryKind,
  encodeCommand,
  encodeSnapshotStatement,
  FIRST_EPOCH,
  type Genesis,
  type Point,
  parseGenesis,
  type SnapshotCertificate,
} from "@juno/proof";
import { sha256 } from "./log-fixture.ts";

const keyOf = (name: string): string => hex(sha256(utf8(`the key of ${name}`)));

/** Registered clients; `bank` and `risk` are the operators. */
export const people = { bank: keyOf("bank"), risk: keyOf("risk"), wjm: keyOf("wjm"), stu: keyOf("stu") };
const ROLES: Readonly<Record<string, readonly string[]>> = { bank: ["treasury"], risk: ["risk"] };
const operators = [people.bank, people.risk];
export const ACCOUNTS = "demo.accounts";
const ACCOUNTS_FILE = new URL("../../../examples/contracts/accounts.hop", import.meta.url);
/** Not registered. */
export const stranger = keyOf("stranger");

/** Many checkpoints, and not at the bounds of batches. */
export const CHECKPOINT_ENTRIES = 24;
export const SNAPSHOT_ENTRIES = 2 * CHECKPOINT_ENTRIES;
const START_TIME = 1_700_000_000_000;

function genesisText(): string {
  const voters = [1, 2, 3, 4].map((id) => ({
    id,
    signKey: keyOf(`voter ${id}`),
    transportKey: keyOf(`transport ${id}`),
  }));
  const document = {
    format: 1,
    voters,
    policies: {
      admin: { key: people.bank },
      operator: { atLeast: 2, of: operators.map((key) => ({ key })) },
    },
    clients: Object.entries(people).map(([name, key]) => ({ name, key, roles: ROLES[name] ?? [] })),
    modules: [readFileSync(ACCOUNTS_FILE, "utf8")],
    startTime: START_TIME,
    limits: {
      checkpointEntries: CHECKPOINT_ENTRIES,
      snapshotCheckpoints: SNAPSHOT_ENTRIES / CHECKPOINT_ENTRIES,
    },
  };
  return JSON.stringify(document);
}

function genesisOf(bytes: Uint8Array): Genesis {
  const genesis = parseGenesis(sha256, bytes);
  if (!genesis.ok) throw new Error(genesis.error.detail);
  return genesis.value;
}

export const genesisBytes: Uint8Array = utf8(genesisText());
export const genesis: Genesis = genesisOf(genesisBytes);
export const context: LedgerContext = ledgerContext({ sha256, genesis });

type Asked = {
  readonly signers?: readonly string[];
  /** Milliseconds after the start of the network. */
  readonly expiresMs?: number;
  /** Two commands with different marks have different ids. */
  readonly mark?: string;
};

export const calling = (module: string, action: string, args: Readonly<Record<string, Json>>): Json =>
  jsonObject({ call: jsonObject({ module, action, args: jsonObject(args) }) });
export const deploying = (...modules: readonly string[]): Json =>
  jsonObject({ deploy: jsonObject({ modules }) });

const call = (action: string, args: Readonly<Record<string, Json>>): Json => calling(ACCOUNTS, action, args);

export const creating = (name: string, owner: string): Json =>
  call("create", { name, owner: jsonObject({ key: owner }) });
export const crediting = (name: string, amount: string): Json => call("adjust", { name, amount });
export const transferring = (from: string, to: string, amount: string): Json =>
  call("transfer", { from, via: [], to, amount });

/** The payload of a command. */
export function payloadOf(actions: readonly Json[], asked: Asked = {}): Uint8Array {
  const { signers = operators, expiresMs = 3_600_000, mark = "" } = asked;
  return canonicalJson(
    jsonObject({
      network: hex(genesis.network),
      nonce: hex(sha256(utf8(`nonce ${mark}`))),
      expires: renderTime(START_TIME + expiresMs),
      gasLimit: 1_000_000,
      signers: signers.map((key) => jsonObject({ key })),
      actions,
    }),
  );
}

/** The body of a command's entry. */
export function bodyOf(actions: readonly Json[], asked: Asked = {}): Uint8Array {
  const { signers = operators } = asked;
  return encodeCommand({
    payload: payloadOf(actions, asked),
    signatures: signers.map((key) => ({
      key: Uint8Array.from(key.match(/../g)!, (byte) => Number.parseInt(byte, 16)),
      signature: new Uint8Array(64).fill(7),
    })),
  });
}

export const idOf = (actions: readonly Json[], asked: Asked = {}): Hash =>
  commandId(sha256, payloadOf(actions, asked));

export type Draft = { readonly body: Uint8Array; readonly kind?: EntryKind; readonly timeMs?: number };

/** Entries with these bodies, right above a point; times in milliseconds after the network's start. */
export function chainOf(drafts: readonly Draft[], below: Point = genesisFloor): Entry[] {
  const entries: Entry[] = [];
  let previous = below;
  for (const { body, kind = "command", timeMs } of drafts) {
    const index = LogIndex(previous.index + 1);
    const time = START_TIME + (timeMs ?? 10 * index);
    const entry = chainEntry(sha256, previous.hash, {
      epoch: FIRST_EPOCH,
      index,
      term: Term(1),
      time,
      kind,
      body,
    });
    if (!entry.ok) throw new Error(entry.error.detail);
    entries.push(entry.value);
    previous = entry.value;
  }
  return entries;
}

export const genesisFloor: Point = { index: LogIndex(0), hash: genesis.network };

const MADE_UP = "ab".repeat(64);

/** The document of an act. */
export function documentOf(kind: string, content: object): string {
  const head = { format: 1, kind, nonce: "00".repeat(16), expires: START_TIME + 3_600_000, reason: "a test" };
  return JSON.stringify({ ...head, content });
}

const jsonOf = (value: unknown): Json => {
  const parsed = parseJsonText(JSON.stringify(value));
  if (!parsed.ok) throw new Error(parsed.error.detail);
  return parsed.value;
};

/** A command by which the only administrator has an act executed, for which these nodes are ready. */
export function acting(kind: string, content: object, nodes?: readonly number[]): Draft {
  const document = documentOf(kind, content);
  const approvals = [{ key: people.bank, signature: MADE_UP }];
  const isKeyed = kind === "activate";
  const ready = nodes?.map((node) => ({
    ...{ node, signature: MADE_UP },
    ...(isKeyed ? { key: hex(genesis.voters[node - 1]!.signKey) } : {}),
  }));
  const propose = { act: document, approvals, ...(ready === undefined ? {} : { ready }) };
  return { body: bodyOf([jsonObject({ propose: jsonOf(propose) })], { mark: document }) };
}

/** Of a version of the ledger's rules that no program knows yet. */
export const activating = (at: number): Draft =>
  acting("activate", { at, ledger: 60_000, language: 1 }, [1, 2, 3]);

/** An election, three accounts, money for one of them. */
export const opening: readonly Draft[] = [
  { kind: "election", body: utf8("an election certificate") },
  { body: bodyOf([creating("wjm", people.wjm), creating("stu", people.stu)], { mark: "open two" }) },
  { body: bodyOf([creating("bank", people.bank)], { mark: "open the bank" }) },
  { body: bodyOf([crediting("wjm", "100.00 USD")], { mark: "credit wjm" }) },
];

/** Transfers of one cent to and fro between wjm and stu; each entry one command. */
export const transfers = (count: number, from = 0): Draft[] =>
  Array.from({ length: count }, (_, i) => {
    const [payer, payee, key] =
      (from + i) % 2 === 0 ? ["wjm", "stu", people.wjm] : ["stu", "wjm", people.stu];
    return {
      body: bodyOf([transferring(payer!, payee!, "0.01 USD")], { signers: [key!], mark: `pay ${from + i}` }),
    };
  });

/** The words of f+1 voters for a snapshot. The signatures are made up, too. */
export const snapshotCertificateOf = (index: LogIndex, snapshot: Hash): SnapshotCertificate =>
  genesis.voters.slice(0, 2).map(({ id: from }) => {
    const body = encodeSnapshotStatement({ epoch: FIRST_EPOCH, from, index, snapshot });
    return { voter: from, body, signature: new Uint8Array(64) };
  });
