// A small network for tests: a genesis with two clients, a two-of-three operator and the accounts contract, named
// keys, and commands and entries made from a few words.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  Epoch,
  Hash as hashOf,
  hex,
  type Json,
  LogIndex,
  parseJson,
  type Sha256,
  Term,
  utf8,
} from "@juno/base";
import { type Entry, encodeCommand, parseGenesis, type SignedCommand } from "@juno/proof";
import {
  type Applied,
  apply,
  type LedgerContext,
  ledgerContext,
  type MemoryView,
  type ParsedPayload,
  renderTime,
} from "../src/index.ts";

export const sha256: Sha256 = (bytes) => hashOf(new Uint8Array(createHash("sha256").update(bytes).digest()));

/** The key of a name: no key anybody could sign with, but one that no other name has. */
export const keyOf = (name: string): string => hex(sha256(utf8(name)));

const voter = (id: number) => ({ id, signKey: keyOf(`sign ${id}`), transportKey: keyOf(`transport ${id}`) });

/** A source of examples/contracts. */
export const contract = (name: string): string =>
  readFileSync(new URL(`../../../examples/contracts/${name}.hop`, import.meta.url), "utf8");

export const OPERATORS = ["treasury", "risk", "cfo"];

export type GenesisText = {
  limits?: object;
  modules?: readonly string[];
  policies?: object;
  roles?: readonly object[];
};

export function contextOf(parts: GenesisText = {}): LedgerContext {
  const { limits = {}, modules = [contract("accounts")], policies = {}, roles } = parts;
  const document = {
    format: 1,
    voters: [1, 2, 3, 4].map(voter),
    policies: {
      admin: { key: keyOf("admin") },
      operator: { atLeast: 2, of: OPERATORS.map((name) => ({ key: keyOf(name) })) },
      ...policies,
    },
    clients: [
      ...["alice", "bob"].map((name) => ({ name, key: keyOf(name) })),
      // The contract asks for roles; each operator has the one of its name.
      ...OPERATORS.map((name) => ({ name, key: keyOf(name), roles: [name] })),
    ],
    ...(roles === undefined ? {} : { roles }),
    modules,
    limits,
    startTime: 0,
  };
  const genesis = parseGenesis(sha256, utf8(JSON.stringify(document)));
  if (!genesis.ok) throw new Error(genesis.error.detail);
  return ledgerContext({ sha256, genesis: genesis.value });
}

export const context = contextOf();

/** 2023-11-14T22:13:20.000Z */
export const NOW = 1_700_000_000_000;
export const MINUTE = 60_000;

export const ACCOUNTS = "demo.accounts";

export const call = (action: string, args: object, rest: object = {}) => ({
  call: { module: ACCOUNTS, action, args, ...rest },
});

export const deploy = (...modules: readonly string[]) => ({ deploy: { modules } });

export const create = (name: string, owner: unknown = { key: keyOf(name) }) =>
  call("create", { name, owner });
export const adjust = (name: string, amount: string) => call("adjust", { name, amount });
export const transfer = (route: string, amount: string) => {
  const [from, ...rest] = route.split("->");
  return call("transfer", { from, via: rest.slice(0, -1), to: rest.at(-1), amount });
};

let nonces = 0;

/** A payload as an object; `alice` signs first, then `by`. */
export function payloadOf(
  actions: readonly unknown[],
  rest: { by?: readonly string[] } & Record<string, unknown> = {},
) {
  const { by = [], ...others } = rest;
  nonces += 1;
  return {
    network: context.networkHex,
    nonce: nonces.toString(16).padStart(32, "0"),
    expires: renderTime(NOW + MINUTE),
    gasLimit: 1_000_000,
    signers: ["alice", ...by].map((name) => ({ key: keyOf(name) })),
    actions,
    ...others,
  };
}

export const bytesOf = (payload: unknown): Uint8Array => utf8(JSON.stringify(payload));

/** The command of a payload, with a signature for each of its signers that no one could verify. */
export function commandOf(payload: { signers: readonly { key: string }[] }): SignedCommand {
  const signatures = payload.signers.map(({ key }) => ({
    key: new Uint8Array(Buffer.from(key, "hex")),
    signature: new Uint8Array(64),
  }));
  return { payload: bytesOf(payload), signatures };
}

export function entryOf(
  body: Uint8Array,
  place: { index?: number; time?: number; kind?: Entry["kind"] } = {},
): Entry {
  const { index = 1, time = NOW, kind = "command" } = place;
  const header = { epoch: Epoch(0), index: LogIndex(index), term: Term(1), time, kind };
  return { ...header, bodyDigest: sha256(body), body, hash: sha256(body) };
}

export type ReceiptText = {
  index: number;
  id: string | null;
  status: string;
  gas: number;
  reason?: string;
  first?: number;
  actions: {
    status: string;
    gas: number;
    gasByKind: Record<string, number>;
    at?: number;
    changes: { module: string; table: string; key: string; before: unknown; after: unknown }[];
    events: { module: string; name: string; fields: Record<string, unknown> }[];
    supply: { asset: unknown; minted: unknown; burned: unknown }[];
    grants: { signer: string; capability: string; fields: Record<string, unknown> }[];
    error?: {
      module?: string;
      name: string;
      fields: Record<string, unknown>;
      place?: { module: string; line: number; column: number };
    };
  }[];
};

export const receiptOf = (applied: Applied): ReceiptText =>
  JSON.parse(new TextDecoder().decode(applied.receipt)) as ReceiptText;

/** A state that entries are applied to, one after the other. */
export class Ledger {
  readonly view: MemoryView;
  readonly context: LedgerContext;
  index = 0;
  time = NOW;

  constructor(view: MemoryView, of: LedgerContext = context) {
    this.view = view;
    this.context = of;
  }

  /** Applies a payload object as the next entry. */
  submit(payload: { signers: readonly { key: string }[] }, parsed?: ParsedPayload): Applied {
    return this.enter(encodeCommand(commandOf(payload)), parsed);
  }

  /** Applies actions that `alice` and `by` signed, as the next entry; its receipt. */
  act(actions: readonly unknown[], rest: Parameters<typeof payloadOf>[1] = {}): ReceiptText {
    return receiptOf(this.submit(payloadOf(actions, { network: this.context.networkHex, ...rest })));
  }

  enter(body: Uint8Array, parsed?: ParsedPayload): Applied {
    this.index += 1;
    const entry = entryOf(body, { index: this.index, time: this.time });
    const applied = apply(this.context, this.view, entry, parsed);
    this.view.accept(applied, entry);
    return applied;
  }
}

export function jsonOf(value: unknown): Json {
  const parsed = parseJson(utf8(JSON.stringify(value)), { bytesMax: 1 << 20 });
  if (!parsed.ok) throw new Error(parsed.error.detail);
  return parsed.value;
}
