// Receipts that no ledger makes, attested all the same: f+1 voters who lie sign whatever they are asked to.
// What they sign is then held against E35 alone, and both verifiers refuse the same. Needs python3.

import { renderOutcomeProof } from "@juno/api";
import { Epoch, Hash, hex, LogIndex, NodeId, signedBytes, Term, utf8 } from "@juno/base";
import { sha256 } from "@juno/node";
import { type Ack, commandDigest, encodeAck, entryHash, outcomeLeaf, receiptHash } from "@juno/proof";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { believedIn, bothVerdicts, GOOD } from "./both-verifiers.ts";
import { memoryNetwork } from "./memory-network.ts";
import type { Variant } from "./variants.ts";

let network: Awaited<ReturnType<typeof memoryNetwork>>;

beforeAll(async () => {
  network = await memoryNetwork({ nodes: 7 });
});

afterAll(() => network.close());

const ID = sha256(utf8("a payload"));
const INDEX = 1;

const RECEIPT = {
  actions: [
    {
      changes: [{ after: 1, before: null, key: "k", module: "m", table: "t" }],
      events: [{ fields: { b: [], c: "é" }, module: "m", name: "n" }],
      gas: 1,
      gasByKind: { action: 1 },
      grants: [],
      status: "ok",
      supply: [],
    },
  ],
  gas: 10,
  id: hex(ID),
  index: INDEX,
  status: "ok",
};
const CANONICAL = JSON.stringify(RECEIPT);
/** Of a checkpoint (C20). */
const withRoot = (root: string): string =>
  CANONICAL.replace(/"status":"ok"\}$/, `"stateRoot":"${root}","status":"ok"}`);

type Forgery = {
  readonly receipt?: string;
  /** Who attests, in this order. */
  readonly voters?: readonly number[];
  readonly ack?: Partial<Ack>;
  /** What is signed in place of the Ack. */
  readonly body?: (body: Uint8Array) => Uint8Array;
  readonly header?: { readonly epoch?: number; readonly index?: number };
  readonly path?: readonly Hash[];
  /** The root that is attested, which is the leaf unless told. */
  readonly rootOf?: (leaf: Hash) => Hash;
};

/** The receipt of the first entry of a log that never was: its tree is one leaf. */
function forged({
  receipt = CANONICAL,
  voters = [2, 3, 5],
  ack = {},
  body = (b) => b,
  header = {},
  path = [],
  rootOf = (leaf) => leaf,
}: Forgery): string {
  const { epoch = 0, index = INDEX } = header;
  const place = {
    epoch: Epoch(epoch),
    index: LogIndex(index),
    term: Term(1),
    time: 5,
    kind: "command",
  } as const;
  const signaturesHash = sha256(utf8("signatures"));
  const previousHash = Hash(network.genesis.network);
  const bodyDigest = commandDigest(sha256, { id: ID, signaturesHash });
  const hash = entryHash(sha256, previousHash, { ...place, bodyDigest });
  const leaf = outcomeLeaf(sha256, { entryHash: hash, receiptHash: receiptHash(sha256, utf8(receipt)) });
  const applied = { index: LogIndex(INDEX), root: rootOf(leaf) };
  const point = { index: LogIndex(INDEX), hash };
  const attestations = voters.map((voter) => {
    const from = NodeId(voter);
    const own = { epoch: Epoch(0), from, term: Term(1), stored: point, certified: point };
    const said = body(encodeAck({ ...own, applied, ...ack }));
    const message = signedBytes({ tag: "ack", network: network.genesis.network, body: said });
    const { sign } = network.voters.find(({ id }) => id === voter) ?? network.voters[0]!;
    return { ack: { voter: from, body: said, signature: sign(message) }, path };
  });
  const proof = {
    commandId: ID,
    signaturesHash,
    header: place,
    previousHash,
    receipt: utf8(receipt),
    attestations,
  };
  return JSON.stringify(renderOutcomeProof(proof, hex));
}

const receiptWith = (members: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(sorted({ ...RECEIPT, ...members }));

/** Members in the order that C2 asks for, so that nothing but what is meant is wrong. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

const withAction = (members: Readonly<Record<string, unknown>>): string =>
  receiptWith({ actions: [{ ...RECEIPT.actions[0], ...members }] });

const nested = (depth: number): string =>
  withAction({ events: [{ fields: { x: 0 }, module: "m", name: "n" }] }).replace(
    '"x":0',
    `"x":${"[".repeat(depth)}${"]".repeat(depth)}`,
  );

const variantsOf = (forgeries: Readonly<Record<string, Forgery>>): Variant[] =>
  Object.entries(forgeries).map(([name, forgery]) => ({ name, text: forged(forgery) }));

const receipts = (texts: Readonly<Record<string, string>>): Variant[] =>
  variantsOf(Object.fromEntries(Object.entries(texts).map(([name, receipt]) => [name, { receipt }])));

const believed = (variants: readonly Variant[]) =>
  variants.map(({ name }) => ({ name, juno: GOOD, python: GOOD }));

describe("what f+1 voters sign (E35)", () => {
  it("is believed where it is an outcome, of whatever kind", async () => {
    const error = { fields: { a: 1 }, module: "m", name: "E", place: { column: 1, line: 1, module: "m" } };
    const variants = receipts({
      "as it is": CANONICAL,
      rejected: receiptWith({ status: "rejected", actions: [], gas: 0, reason: "client_unknown" }),
      expired: receiptWith({ status: "expired", actions: [], gas: 0 }),
      "of a checkpoint": withRoot(hex(sha256(utf8("a state")))),
      "of an atomic command": withAction({ at: 3, error, status: "failed" }),
      "64 deep": nested(58),
      "with every character that is escaped": withAction({
        gasByKind: { '\u0000\b\t\n\f\r\u001f"\\/\u007f\u2028😀': 1 },
      }),
      "with names in the order of their bytes": CANONICAL.replace(
        '{"action":1}',
        '{"10":1,"9":2,"__proto__":3,"\uffee":4,"😀":5}',
      ),
    });
    expect(await bothVerdicts(network, "outcomes", variants)).toEqual(believed(variants));
  });

  it("is refused where the receipt is not canonical (C2)", async () => {
    const variants = receipts({
      "a space": `${CANONICAL} `,
      "a space within": CANONICAL.replace(":", ": "),
      "another order": CANONICAL.replace(
        '"gas":1,"gasByKind":{"action":1}',
        '"gasByKind":{"action":1},"gas":1',
      ),
      "an escape": CANONICAL.replace('"é"', '"\\u00e9"'),
      "a member twice": CANONICAL.replace('"gas":10', '"gas":10,"gas":10'),
      "a fraction": CANONICAL.replace('"gas":10', '"gas":10.0'),
      "an exponent": CANONICAL.replace('"gas":10', '"gas":1e1'),
      "a large number": CANONICAL.replace('"after":1', '"after":9007199254740992'),
      "zero with a sign": CANONICAL.replace('"after":1', '"after":-0'),
      "no number": CANONICAL.replace('"after":1', '"after":NaN'),
      "half a pair": CANONICAL.replace('"é"', '"\\ud800"'),
      "65 deep": nested(59),
      "10000 deep": nested(10_000),
      "two documents": CANONICAL + CANONICAL,
      "no object": "[]",
      nothing: "",
      "a byte order mark": `\ufeff${CANONICAL}`,
    });
    expect(new Set(variants.map(({ text }) => text)).size).toBe(variants.length);
    expect(believedIn(await bothVerdicts(network, "spellings", variants))).toEqual([]);
  });

  it("is refused where the receipt is no outcome of this command at this entry (C13)", async () => {
    const variants = receipts({
      "another command": receiptWith({ id: hex(sha256(utf8("another"))) }),
      "no command": receiptWith({ id: null, status: "rejected" }),
      "another entry": receiptWith({ index: 2 }),
      duplicate: receiptWith({ status: "duplicate", first: 1 }),
      "another status": receiptWith({ status: "done" }),
      "gas that is no number": receiptWith({ gas: "10" }),
      "gas below zero": receiptWith({ gas: -1 }),
      "a state root that is no hash": withRoot("00"),
      "an unknown member": receiptWith({ more: 1 }),
      "an unknown member of an action": withAction({ more: 1 }),
      "an action that is none": receiptWith({ actions: [null] }),
      "actions that are no list": receiptWith({ actions: {} }),
      "a change without its key": withAction({
        changes: [{ after: 1, before: null, module: "m", table: "t" }],
      }),
      "a place before the first line": withAction({
        error: { fields: {}, name: "E", place: { column: 1, line: 0, module: "m" } },
      }),
      ...Object.fromEntries(
        Object.keys(RECEIPT).map((name) => [`without ${name}`, receiptWith({ [name]: undefined })]),
      ),
    });
    expect(believedIn(await bothVerdicts(network, "contents", variants))).toEqual([]);
  });

  it("is refused where there are more attestations than needed, or too few, or in another order", async () => {
    const variants = variantsOf({
      none: { voters: [] },
      "f of them": { voters: [1, 2] },
      "f + 2 of them": { voters: [1, 2, 3, 4] },
      "all of them": { voters: [1, 2, 3, 4, 5, 6, 7] },
      descending: { voters: [3, 2, 1] },
      "not ascending at the end": { voters: [1, 3, 2] },
      "one twice": { voters: [1, 2, 2] },
      "a stranger": { voters: [1, 2, 8] },
      "node 0": { voters: [0, 1, 2] },
    });
    expect(believedIn(await bothVerdicts(network, "voters", variants))).toEqual([]);
  });

  it("is refused where an Ack is no Ack of its voter in this epoch for this tree (E22, E33)", async () => {
    const past = new Uint8Array(8);
    past.set([0x00, 0x20]);
    const other = sha256(utf8("another root"));
    const at = (offset: number) => (body: Uint8Array) => {
      const copy = body.slice();
      copy.set(past, offset);
      return copy;
    };
    const variants = variantsOf({
      "another epoch": { ack: { epoch: Epoch(1) } },
      "another sender": { ack: { from: NodeId(1) } },
      "an earlier tree": { ack: { applied: { index: LogIndex(0), root: other } } },
      "another root": { ack: { applied: { index: LogIndex(INDEX), root: other } } },
      "a larger tree": { ack: { applied: { index: LogIndex(2), root: other } } },
      "a byte too many": { body: (body) => new Uint8Array([...body, 0]) },
      "a byte too few": { body: (body) => body.subarray(0, -1) },
      "no bytes": { body: () => new Uint8Array(0) },
      "a term of 2^53": { body: at(12) },
      "a stored index of 2^53": { body: at(20) },
      "a certified index of 2^53": { body: at(60) },
      "entry 0": { header: { index: 0 }, receipt: receiptWith({ index: 0 }) },
    });
    expect(believedIn(await bothVerdicts(network, "acks", variants))).toEqual([]);
  });

  it("is refused where a path has another length than its leaf's place (E33)", async () => {
    const sibling = sha256(utf8("a sibling"));
    const parent = (left: Hash, right: Hash): Hash => sha256(new Uint8Array([1, ...left, ...right]));
    /** Of two entries the first: its path is one sibling long. */
    const ofTwo = (more: Forgery): Forgery => ({
      ...{ header: { index: 1 }, body: (body) => body.with(107, 2) },
      ...more,
    });
    const good = variantsOf({
      "one sibling": ofTwo({ path: [sibling], rootOf: (leaf) => parent(leaf, sibling) }),
    });
    expect(await bothVerdicts(network, "a path", good)).toEqual(believed(good));
    const variants = variantsOf({
      "too long by one on the left": { path: [sibling], rootOf: (leaf) => parent(sibling, leaf) },
      "too long by one on the right": { path: [sibling], rootOf: (leaf) => parent(leaf, sibling) },
      "too short": ofTwo({ path: [] }),
      "on the wrong side": ofTwo({ path: [sibling], rootOf: (leaf) => parent(sibling, leaf) }),
      "without its mark": ofTwo({
        path: [sibling],
        rootOf: (leaf) => sha256(new Uint8Array([...leaf, ...sibling])),
      }),
      "too long in a tree of two": ofTwo({
        path: [sibling, sibling],
        rootOf: (leaf) => parent(sibling, parent(leaf, sibling)),
      }),
    });
    expect(believedIn(await bothVerdicts(network, "paths", variants))).toEqual([]);
  });
});
