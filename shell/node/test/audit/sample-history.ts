// A history of about fifty entries over two terms and more: accounts opened, money made by operators,
// paid along routes; commands that fail; one signer and several. Afterwards one node's files get what a
// crash and a lying leader would have left in them: entries that nobody certified, and evidence.

import { copyFileSync, cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogIndex, type NodeId, signedBytes, type Term, Writer } from "@juno/base";
import {
  type BareEntry,
  chainEntry,
  type Entry,
  type EntryHeader,
  type EvidenceClaim,
  encodeCertificate,
  encodeCommand,
  encodeEvidence,
  encodeVote,
  FIRST_EPOCH,
  firstEpoch,
  leaderOf,
  type Point,
  type Position,
  type SignedCommand,
  writePoint,
} from "@juno/proof";
import { sha256, signerFrom } from "../../src/crypto/sodium.ts";
import { stateFile } from "../../src/store/folder.ts";
import { openStores } from "../../src/store/open-stores.ts";
import { adjust, callOf, create, deploy, signedCommand, transfer } from "./sample-commands.ts";
import { SampleNetwork, VOTERS } from "./sample-network.ts";

export type SampleHistory = {
  readonly network: SampleNetwork;
  /** The node that has seen everything, with uncommitted entries and evidence. */
  readonly witness: NodeId;
  /** The node that was stopped while others went on. */
  readonly latecomer: NodeId;
  /** Its state.db as it was then. */
  readonly earlyState: string;
  readonly orders: Orders;
};

/** Reads keys, so that what is re-executed reads them too. */
const COUNTER = `module counter
table counts: Text => Nat
action count(name: Text) {
  let others = counts.keys().length()
  if counts.has(name) { counts.put(name, counts.get(name) + others) } else { counts.insert(name, others) }
}
`;

/** Commands with a nonce of their own each. */
export class Orders {
  readonly #network: SampleNetwork;
  #nonce = 0;

  constructor(network: SampleNetwork, nonce = 0) {
    this.#network = network;
    this.#nonce = nonce;
  }

  /** The same in a copy of the network. */
  of(copy: SampleNetwork): Orders {
    return new Orders(copy, this.#nonce);
  }

  by(
    names: readonly ("alice" | "bob" | "treasury" | "risk")[],
    ...actions: readonly object[]
  ): SignedCommand {
    const { genesis, clients, operators } = this.#network;
    const people = [...clients, ...operators];
    const signers = names.map((name) => people.find((person) => person.name === name)!);
    return signedCommand({ genesis, signers, actions, nonce: ++this.#nonce });
  }
}

let made: Promise<SampleHistory> | undefined;

/** A copy of a history that is made once in a process; every node is stopped at its end. */
export async function makeHistory(folder: string): Promise<SampleHistory> {
  made ??= madeHistory(mkdtempSync(join(tmpdir(), "juno-history-")));
  const history = await made;
  cpSync(history.network.folder, folder, { recursive: true });
  const network = history.network.copiedTo(folder);
  const orders = history.orders.of(network);
  return { ...history, network, orders, earlyState: earlyStateIn(folder) };
}

const earlyStateIn = (folder: string): string => join(folder, "early-state.db");

async function madeHistory(folder: string): Promise<SampleHistory> {
  const network = await SampleNetwork.create(folder);
  const [alice, bob] = network.clients as [(typeof network.clients)[0], (typeof network.clients)[0]];
  const orders = new Orders(network);
  for (const id of VOTERS) await network.start(id);
  const first = await network.leader();
  await network.submit([
    ...["wjm", "stu", "bank"].map((name) => orders.by(["alice"], create(name, alice))),
    orders.by(["bob"], create("bob's", bob)),
  ]);
  await network.submit([
    orders.by(["alice", "treasury", "risk"], adjust("wjm", "100.00 USD")),
    orders.by(["bob", "treasury", "risk"], adjust("bob's", "50.00 USD")),
    orders.by(["alice"], create("wjm", alice)),
    orders.by(["bob"], adjust("bob's", "1000.00 USD")),
  ]);
  for (let round = 0; round < 3; round++) await network.submit(payments(orders, round));
  await network.stop([first]);
  const earlyState = earlyStateIn(folder);
  copyFileSync(stateFile(network.folderOf(first)), earlyState);
  await network.leader();
  for (let round = 3; round < 6; round++) await network.submit(payments(orders, round));
  await network.start(first);
  await network.submit([orders.by(["bob", "treasury", "risk"], deploy(COUNTER))]);
  const counted = ["a", "b", "a", "c"].map((name) =>
    orders.by(["bob"], callOf("counter", "count", { name })),
  );
  await network.submit(counted);
  await network.submit(
    [1, 2, 3].map((round) => orders.by(["alice"], transfer("wjm->bank", `${round}.00 USD`))),
  );
  await network.settled();
  await network.stop(network.running);
  const witness = VOTERS.find((id) => id !== first)!;
  await leaveBehind(network, witness, [
    orders.by(["alice"], transfer("wjm->stu", "3.00 USD")),
    orders.by(["alice", "bob"], transfer("wjm->bob's->stu", "1.00 USD")),
  ]);
  return { network, witness, latecomer: first, earlyState, orders };
}

/** Six commands: paid, paid over a hop, paid together, unsigned by the payer, too dear, to nobody. */
export function payments(orders: Orders, round: number): SignedCommand[] {
  const amount = `${1 + round}.00 USD`;
  return [
    orders.by(["alice"], transfer("wjm->stu", amount)),
    orders.by(["alice", "bob"], transfer("wjm->bob's->bank", amount)),
    orders.by(["bob", "alice"], transfer("bob's->wjm", "0.50 USD"), transfer("wjm->stu", "0.25 USD")),
    orders.by(["bob"], transfer("wjm->bob's", amount)),
    orders.by(["alice"], transfer("stu->bank", "900.00 USD")),
    orders.by(["alice"], transfer("wjm->nobody", amount)),
  ];
}

/** Writes, through the node's own store, what it would have stored without ever seeing it certified. */
async function leaveBehind(
  network: SampleNetwork,
  id: NodeId,
  commands: readonly SignedCommand[],
): Promise<void> {
  const stores = openStores({ folder: network.folderOf(id), genesis: network.genesis, nodeId: id });
  const { certified, suffix } = await stores.log.load();
  const { term } = certified.position;
  let last: Point & { time: number } = suffix.at(-1) ?? { ...certified.position, time: Date.now() };
  const entries: Entry[] = [];
  for (const command of commands) {
    const index = LogIndex(last.index + 1);
    const time = Math.max(last.time, Date.now());
    const bare: BareEntry = {
      epoch: FIRST_EPOCH,
      index,
      term,
      time,
      kind: "command",
      body: encodeCommand(command),
    };
    const entry = chainEntry(sha256, last.hash, bare);
    if (!entry.ok) throw new Error(entry.error.detail);
    entries.push(entry.value);
    last = entry.value;
  }
  const bytes = evidenceOf(network, term, entries as [Entry, Entry]);
  await stores.log.write([
    { kind: "append", entries },
    { kind: "evidence", kept: { ...accusationOf(network, term), seenMs: Date.now() }, bytes },
  ]);
  await stores.close();
}

/** What `evidenceOf` proves. */
export const accusationOf = (network: SampleNetwork, term: Term): EvidenceClaim => ({
  kind: "equivocation",
  accused: leaderOf(firstEpoch(network.genesis).electorate, term)!,
  epoch: FIRST_EPOCH,
  term,
  index: undefined,
});

/** Two appends of one leader that differ at one index. */
export function evidenceOf(
  network: SampleNetwork,
  term: Term,
  entries: readonly [Entry, Entry],
  accused = leaderOf(firstEpoch(network.genesis).electorate, term)!,
): Uint8Array {
  const { genesis } = network;
  const sign = signerFrom(network.secretOf(accused));
  const previous: Point = { index: LogIndex(entries[0].index - 1), hash: genesis.network };
  const statementOf = (bare: BareEntry) => {
    const index = LogIndex(previous.index + 1);
    const entry = chainEntry(sha256, previous.hash, { ...bare, term, index });
    if (!entry.ok) throw new Error(entry.error.detail);
    const { epoch, time, kind, bodyDigest } = entry.value;
    const header: EntryHeader = { epoch, index, term, time, kind, bodyDigest };
    const writer = new Writer(100).u64(FIRST_EPOCH).u32(accused).u64(term);
    const body = writePoint(writePoint(writer, previous), entry.value).finish();
    const signature = sign(signedBytes({ tag: "append-entries", network: genesis.network, body }));
    return { body, signature, headers: [header] };
  };
  return encodeEvidence({
    kind: "equivocation",
    first: statementOf(entries[0]),
    second: statementOf(entries[1]),
  });
}

/** A valid certificate of an election that never was: three voters' votes for a base. */
export function electionOf(network: SampleNetwork, term: Term, base: Position): Uint8Array {
  const statements = VOTERS.slice(0, 3).map((voter) => {
    const body = encodeVote({ epoch: FIRST_EPOCH, from: voter, term, base });
    const message = signedBytes({ tag: "vote", network: network.genesis.network, body });
    return { voter, body, signature: signerFrom(network.secretOf(voter))(message) };
  });
  const position = { term, index: base.index, hash: base.hash };
  return encodeCertificate({ kind: "election", epoch: FIRST_EPOCH, position, statements });
}
