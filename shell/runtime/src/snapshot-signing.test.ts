// E46, E47: f+1 equal words make a certificate that verifies; others' words are heard once an index, and
// nothing that a liar says keeps honest nodes from certifying, or fills their memory.

import { Hash, type NodeId as Id, LogIndex, NodeId, type Sign, signedBytes } from "@juno/base";
import { decodeFrame, type Verified } from "@juno/consensus";
import {
  checkSnapshotCertificate,
  decodeSnapshotStatement,
  encodeManifest,
  encodeSnapshotStatement,
  FIRST_EPOCH,
  firstEpoch,
} from "@juno/proof";
import { beforeEach, describe, expect, it } from "vitest";
import { context as ledger } from "../test/ledger-fixture.ts";
import { sha256 } from "../test/log-fixture.ts";
import { MemorySnapshotStore } from "./ports/memory/memory-snapshot-store.ts";
import { type Contradiction, type SnapshotMessage, SnapshotSigning } from "./snapshot-signing.ts";

const electorate = firstEpoch(ledger.genesis).electorate;
const network = electorate.network;
/** A signature that says whose it is and what it is over. */
const signOf =
  (id: number): Sign =>
  (message) =>
    new Uint8Array([...sha256(message), ...sha256(Uint8Array.of(id))]);

const AT = LogIndex(48);
const SELF = NodeId(1);

/** The word of a voter, as the inbox hands it on once it is verified. */
function wordOf(id: number, snapshot: Hash, index = AT): SnapshotMessage {
  const body = { epoch: FIRST_EPOCH, from: NodeId(id), index, snapshot };
  const bytes = encodeSnapshotStatement(body);
  const signature = signOf(id)(signedBytes({ tag: "snapshot", network, body: bytes }));
  const statement = { voter: NodeId(id), body: bytes, signature };
  return { kind: "snapshot", from: NodeId(id), body, statement } as Verified<SnapshotMessage>;
}

describe("the signing of snapshots", () => {
  let store: MemorySnapshotStore;
  let sent: { to: Id | "all"; index: number }[];
  let certified: number[];
  let differing: unknown[];
  let contradicted: Contradiction[];
  let nowMs: number;
  let speaks: boolean;
  let signing: SnapshotSigning;
  let hash: Hash;

  beforeEach(() => {
    store = new MemorySnapshotStore(sha256);
    const zero = Hash(new Uint8Array(32));
    const manifest = { network, epoch: FIRST_EPOCH, index: AT, hash: zero, term: 1 as never, time: 1 };
    const rest = { peaks: [], stateRoot: zero, rows: 0, ids: 0, chunks: [] };
    ({ hash } = store.put(encodeManifest({ ...manifest, ...rest }), []));
    [sent, certified, differing, contradicted, nowMs, speaks] = [[], [], [], [], 0, true];
    signing = new SnapshotSigning({
      self: SELF,
      state: () => ({ electorate, seat: signOf(1) }),
      store,
      clock: { monotonicMs: () => nowMs },
      send: (to, bytes) => {
        const frame = decodeFrame(bytes);
        const body = frame.ok ? decodeSnapshotStatement(frame.value.body) : frame;
        if (!body.ok) throw new Error(body.error.detail);
        sent.push({ to, index: body.value.index });
      },
      speaks: () => speaks,
      spokenThrough: LogIndex(0),
      certified: (index) => certified.push(index),
      differs: (facts) => differing.push(facts),
      contradicted: (found) => contradicted.push(found),
      failed: (cause) => {
        throw cause;
      },
    });
  });

  const made = (isCertified = false) => signing.made({ index: AT, hash, isCertified });
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it("certifies with f+1 equal words, whoever speaks first", async () => {
    signing.onMessage(wordOf(3, hash));
    await settled();
    expect(certified).toEqual([]);
    made();
    await settled();
    expect(certified).toEqual([AT]);
    const [snapshot] = await store.list();
    const checks = checkSnapshotCertificate(electorate, { index: AT, hash }, snapshot!.certificate!);
    expect(checks.ok && checks.value.length).toBe(2);
    expect(snapshot!.certificate!.map(({ voter }) => voter)).toEqual([1, 3]);
  });

  it("certifies nothing with its own word alone, or another's repeated", async () => {
    made();
    signing.onMessage(wordOf(1, hash));
    await settled();
    expect(certified).toEqual([]);
  });

  it("goes by what a voter said first, and tells of one that says something else", async () => {
    const other = sha256(hash);
    made();
    signing.onMessage(wordOf(2, other));
    signing.onMessage(wordOf(2, hash));
    await settled();
    expect(certified).toEqual([]);
    expect(differing).toEqual([{ peer: 2, index: AT }]);
    signing.onMessage(wordOf(4, hash));
    await settled();
    expect(certified).toEqual([AT]);
  });

  it("takes the word of f+1 for it that its own is wrong, and of no fewer (C23)", async () => {
    const [other, another] = [sha256(hash), sha256(sha256(hash))];
    made();
    signing.onMessage(wordOf(2, other));
    signing.onMessage(wordOf(2, other));
    signing.onMessage(wordOf(3, another));
    expect(contradicted).toEqual([]);
    signing.onMessage(wordOf(4, other));
    const words = [2, 4].map((id) => wordOf(id, other).statement);
    expect(contradicted).toEqual([{ index: AT, own: hash, theirs: other, words }]);
  });

  it("finds so what they said before it had its own", async () => {
    for (const id of [2, 4]) signing.onMessage(wordOf(id, sha256(hash)));
    expect(contradicted).toEqual([]);
    made();
    expect(contradicted).toMatchObject([{ index: AT }]);
  });

  it("speaks to whoever speaks to it, once, and again to all while nothing is certified", async () => {
    made();
    signing.onMessage(wordOf(2, sha256(hash)));
    signing.onMessage(wordOf(2, hash));
    expect(sent).toEqual([
      { to: "all", index: AT },
      { to: 2, index: AT },
    ]);
    signing.remind();
    expect(sent).toHaveLength(2);
    nowMs = 5_000;
    signing.remind();
    expect(sent.at(-1)).toEqual({ to: "all", index: AT });
    signing.onMessage(wordOf(3, hash));
    await settled();
    nowMs = 20_000;
    signing.remind();
    expect(sent).toHaveLength(4);
  });

  it("hears a late voter after a restart, and answers it, with nothing to certify", async () => {
    made(true);
    signing.onMessage(wordOf(4, hash));
    await settled();
    expect(sent.at(-1)).toEqual({ to: 4, index: AT });
    expect(certified).toEqual([]);
  });

  it("of a node that observes is left to the others (S16)", async () => {
    speaks = false;
    made();
    signing.onMessage(wordOf(2, hash));
    nowMs = 5_000;
    signing.remind();
    await settled();
    expect([sent, certified]).toEqual([[], []]);
    signing.onMessage(wordOf(4, hash));
    await settled();
    expect([sent, certified]).toEqual([[], [AT]]);
    const [snapshot] = await store.list();
    expect(snapshot!.certificate!.map(({ voter }) => voter)).toEqual([2, 4]);
  });

  it("remembers only the newest words of a voter that speaks of many indexes", async () => {
    for (let index = 1; index <= 1_000; index++) signing.onMessage(wordOf(2, hash, LogIndex(1_000 + index)));
    // Its word about this index came first, and is forgotten.
    signing.onMessage(wordOf(3, hash));
    for (let index = 1; index <= 4; index++) signing.onMessage(wordOf(3, hash, LogIndex(AT + index)));
    made();
    await settled();
    expect(certified).toEqual([]);
    signing.onMessage(wordOf(4, hash));
    await settled();
    expect(certified).toEqual([AT]);
  });
});

describe("a snapshot's certificate", () => {
  const hash = sha256(new Uint8Array(1));
  const words = [1, 2, 3].map((id) => wordOf(id, hash).statement);
  const check = (statements: typeof words, of = { index: AT, hash }) =>
    checkSnapshotCertificate(electorate, of, statements).ok;

  it("is f+1 distinct voters' word about one snapshot, in order", () => {
    expect(check(words)).toBe(true);
    expect(check(words.slice(1))).toBe(true);
    expect(check(words.slice(2))).toBe(false);
    expect(check([words[1]!, words[0]!])).toBe(false);
    expect(check([words[1]!, words[1]!])).toBe(false);
    expect(check(words, { index: LogIndex(49), hash })).toBe(false);
    expect(check(words, { index: AT, hash: sha256(hash) })).toBe(false);
    expect(check([...words, wordOf(9, hash).statement])).toBe(false);
    expect(check([words[0]!, { ...words[1]!, body: words[2]!.body }])).toBe(false);
    expect(check([words[0]!, { ...words[1]!, body: words[1]!.body.slice(1) }])).toBe(false);
  });
});
