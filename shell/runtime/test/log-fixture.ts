// Material for tests of stores: a chain of entries, certificates and proofs as they look to whoever
// only stores them. Nothing here is signed; stores verify no signatures.

import { createHash } from "node:crypto";
import { Hash, LogIndex, NodeId, type Sha256, Term, utf8 } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import {
  type Certificate,
  type CommitProof,
  chainEntry,
  type Entry,
  encodeCommand,
  FIRST_EPOCH,
  type Point,
  type Position,
  type SignedStatement,
} from "@juno/proof";

export const sha256: Sha256 = (bytes) => Hash(Uint8Array.from(createHash("sha256").update(bytes).digest()));

export const network: Hash = sha256(utf8("the network of the store suites"));
export const nodeId: NodeId = NodeId(3);
export const epoch = FIRST_EPOCH;

/** A point below the first entry. */
export const genesisPoint: Point = { index: LogIndex(0), hash: network };

/** Command entries right above a point, of one term; those of different terms differ. */
export function entriesAbove(
  below: Point,
  count: number,
  options: { term?: number; bodyBytes?: number } = {},
): Entry[] {
  const { term = 1, bodyBytes = 100 } = options;
  const entries: Entry[] = [];
  let previous = below;
  for (let i = 0; i < count; i++) {
    const index = LogIndex(previous.index + 1);
    const payload = utf8(`payload of entry ${index} in term ${term}`.padEnd(bodyBytes, "."));
    const entry = chainEntry(sha256, previous.hash, {
      epoch,
      index,
      term: Term(term),
      time: 1_000 * index,
      kind: "command",
      body: encodeCommand({ payload, signatures: [] }),
    });
    if (!entry.ok) throw new Error(entry.error.detail);
    entries.push(entry.value);
    previous = entry.value;
  }
  return entries;
}

const statements = (count: number): SignedStatement[] =>
  Array.from({ length: count }, (_, i) => ({
    voter: NodeId(i + 1),
    body: utf8(`statement ${i}`),
    signature: new Uint8Array(64).fill(i),
  }));

export const positionOf = (point: Point, term = 1): Position => ({
  term: Term(term),
  index: point.index,
  hash: point.hash,
});

export function certificateOf(point: Point, term = 1): Certificate {
  return { kind: "quorum", epoch: FIRST_EPOCH, position: positionOf(point, term), statements: statements(3) };
}

export function proofOf(entry: Entry): CommitProof {
  return { term: entry.term, index: entry.index, hash: entry.hash, headers: [], acks: statements(3) };
}

/** What a voter writes when it certifies an entry, its base being the genesis. */
export const certifying = (entry: Entry): DurableChange => ({
  kind: "certified",
  certificate: certificateOf(entry, entry.term),
  base: genesisPoint,
});

export const committing = (entry: Entry): DurableChange => ({
  kind: "committed",
  epoch: entry.epoch,
  index: entry.index,
  hash: entry.hash,
  proof: proofOf(entry),
});

export const appending = (entries: readonly Entry[]): DurableChange => ({ kind: "append", entries });
