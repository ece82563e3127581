// What is handed out as a proof convinces whoever verifies it, though voters lie about outcomes.

import { Epoch, Hash, hex, LogIndex, NodeId, type SignatureCheck, Term, utf8 } from "@juno/base";
import { signBody } from "@juno/consensus";
import {
  type Ack,
  appendLeaf,
  chainEntry,
  EMPTY_FRONTIER,
  electorateOf,
  encodeAck,
  encodeCommand,
  type Frontier,
  inclusionPath,
  onlyEpoch,
  outcomeLeaf,
  receiptHash,
  rootOf,
  verifyOutcome,
} from "@juno/proof";
import { beforeEach, describe, expect, it } from "vitest";
import { network, sha256 } from "../test/log-fixture.ts";
import type { Attested } from "./attestations.ts";
import { Outcomes } from "./outcomes.ts";
import type { CommandState } from "./ports/backend.ts";
import type { EntryOutcome } from "./ports/executor.ts";

const VOTERS = [1, 2, 3, 4].map(NodeId);
const epoch = Epoch(0);
const keyOf = (id: number) => new Uint8Array(32).fill(id);
const mac = (key: Uint8Array, message: Uint8Array): Uint8Array => {
  const half = sha256(new Uint8Array([...key, ...message]));
  return new Uint8Array([...half, ...half]);
};
const verify = ({ key, message, signature }: SignatureCheck) => hex(mac(key, message)) === hex(signature);
const electorateIn = (epoch: Epoch) =>
  electorateOf({ network, epoch, voters: VOTERS.map((id) => ({ id, signKey: keyOf(id) })) });
const electorate = electorateIn(epoch);

/** A small ledger: entries with what came out, and the tree over them. */
class Ledger {
  readonly outcomes: EntryOutcome[] = [];
  readonly roots: Hash[] = [rootOf(sha256, EMPTY_FRONTIER)];
  readonly #nodes = new Map<string, Hash>();
  #frontier: Frontier = EMPTY_FRONTIER;

  append(name: string): EntryOutcome {
    const payload = utf8(name);
    const previousHash = this.outcomes.at(-1)?.entry.hash ?? network;
    const bare = {
      epoch,
      index: LogIndex(this.outcomes.length + 1),
      term: Term(1),
      time: 1,
      kind: "command",
    };
    const body = encodeCommand({ payload, signatures: [] });
    const entry = chainEntry(sha256, previousHash, { ...bare, kind: "command", body });
    if (!entry.ok) throw new Error(entry.error.detail);
    const receipt = utf8(`receipt of ${name}`);
    const leaf = outcomeLeaf(sha256, {
      entryHash: entry.value.hash,
      receiptHash: receiptHash(sha256, receipt),
    });
    const { frontier, nodes } = appendLeaf(sha256, this.#frontier, leaf);
    this.#frontier = frontier;
    for (const { level, position, hash } of nodes) this.#nodes.set(`${level}/${position}`, hash);
    this.roots.push(rootOf(sha256, frontier));
    const command = { id: sha256(payload), status: "ok" as const, expires: 1, spends: true };
    const outcome = { entry: entry.value, previousHash, receipt, command };
    this.outcomes.push(outcome);
    return outcome;
  }

  path(leaf: number, size: number): Hash[] {
    return inclusionPath(sha256, (level, position) => this.#nodes.get(`${level}/${position}`)!, {
      leaf,
      size,
    });
  }
}

let ledger: Ledger;
let outcomes: Outcomes;
let acks: Map<NodeId, Attested>;
let liars: NodeId[];
let current = electorate;

beforeEach(() => {
  ledger = new Ledger();
  acks = new Map();
  liars = [];
  current = electorate;
  outcomes = new Outcomes({
    electorate: () => current,
    sha256,
    executor: {
      paths: async (requests) => requests.map(({ index, size }) => ledger.path(index - 1, size)),
    },
    applied: { index: LogIndex(0), root: ledger.roots[0]! },
    lied: (voter) => liars.push(voter),
    failed: (cause) => {
      throw cause;
    },
  });
});

function attest(from: number, index: number, root: Hash, epoch = current.epoch): void {
  const point = { index: LogIndex(index), hash: network };
  const applied = { index: LogIndex(index), root };
  const ack: Ack = { epoch, from: NodeId(from), term: Term(1), stored: point, certified: point, applied };
  const body = encodeAck(ack);
  const sign = (message: Uint8Array) => mac(keyOf(from), message);
  const signature = signBody({ network, sign }, "ack", body);
  acks.set(ack.from, { ack, statement: { voter: ack.from, body, signature } });
}

const FALSE = Hash(new Uint8Array(32).fill(0xbad & 0xff));

/** Applies two entries in one batch, waited for by `states`. */
function applyTwo(): { states: CommandState[] } {
  const states: CommandState[] = [];
  const two = [ledger.append("one"), ledger.append("two")];
  for (const { command } of two) outcomes.watch(hex(command!.id), (state) => states.push(state));
  const size = ledger.outcomes.length;
  outcomes.noteApplied({ applied: { index: LogIndex(size), root: ledger.roots[size]! }, outcomes: two });
  return { states };
}

async function turn(): Promise<void> {
  outcomes.noteAcks({ latest: (voter) => acks.get(voter) });
  outcomes.advance();
  await new Promise((resolve) => setImmediate(resolve));
}

function expectProved(states: readonly CommandState[]): void {
  for (const state of states) {
    if (state.kind !== "applied" || state.proof === undefined) throw new Error("it is applied and proved");
    expect(verifyOutcome({ epochs: onlyEpoch(electorate), sha256, verify }, state.proof)).toEqual({
      ok: true,
      value: undefined,
    });
  }
}

describe("proofs of outcomes", () => {
  it("stand on f+1 voters that agree with this node", async () => {
    const { states } = applyTwo();
    attest(1, 2, ledger.roots[2]!);
    await turn();
    expect(states).toEqual([]);
    attest(3, 2, ledger.roots[2]!);
    await turn();
    expect(states).toHaveLength(2);
    expectProved(states);
  });

  it.each([
    ["where this node's own batch ended", 2],
    ["within a batch", 1],
  ])("do without a voter that attests a false root %s", async (_where, size) => {
    const { states } = applyTwo();
    attest(1, size, FALSE);
    attest(2, 2, ledger.roots[2]!);
    await turn();
    attest(3, 2, ledger.roots[2]!);
    await turn();
    expect(states).toHaveLength(2);
    expectProved(states);
    expect(liars).toEqual([1]);
    const late = await outcomes.proofOf({ ...record(0) });
    expect(late?.attestations.map(({ ack }) => ack.voter)).toEqual([2, 3]);
  });

  it("are not made as long as too few are true, and keep nobody busy", async () => {
    const { states } = applyTwo();
    for (const id of [1, 3, 4]) attest(id, 2, FALSE);
    attest(2, 2, ledger.roots[2]!);
    for (let i = 0; i < 5; i++) await turn();
    expect(states).toEqual([]);
    expect([...liars].sort()).toEqual([1, 3, 4]);
    expect(await outcomes.proofOf(record(0))).toBeUndefined();
  });

  it("are of one epoch, and a lie is held against whom an epoch knew by that key, in no later one", async () => {
    applyTwo();
    attest(1, 2, FALSE);
    for (const id of [2, 3]) attest(id, 2, ledger.roots[2]!);
    await turn();
    expect(liars).toEqual([1]);
    current = electorateIn(Epoch(1));
    expect(await outcomes.proofOf(record(0))).toBeUndefined();
    for (const id of [1, 2]) attest(id, 2, ledger.roots[2]!);
    await turn();
    const late = await outcomes.proofOf(record(0));
    expect(late?.attestations.map(({ ack }) => ack.voter)).toEqual([1, 2]);
  });

  it("can be had again right after a restart, before anything new is applied", async () => {
    ledger.append("one");
    const root = ledger.roots[1]!;
    const applied = { index: LogIndex(1), root };
    const restarted = new Outcomes({
      ...{ electorate: () => electorate, sha256, applied, lied: () => undefined, failed: () => undefined },
      executor: {
        paths: async (requests) => requests.map(({ index, size }) => ledger.path(index - 1, size)),
      },
    });
    for (const id of [1, 2]) attest(id, 1, root);
    restarted.noteAcks({ latest: (voter) => acks.get(voter) });
    expect(await restarted.proofOf(record(0))).toBeDefined();
  });
});

/** What storage knows of an entry's command. */
function record(at: number) {
  const { entry, previousHash, receipt, command } = ledger.outcomes[at]!;
  const { id, status } = command!;
  const signaturesHash = sha256(new Uint8Array(0));
  return { id, status, header: entry, previousHash, hash: entry.hash, signaturesHash, receipt };
}
