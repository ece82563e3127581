// The outcome tree of the golden vectors: eleven leaves, the second of which is entry 2 of the sample
// log with a receipt; the roots of all its sizes, paths, and a proof that its outcome is believable.

import { type Hash, LogIndex, utf8 } from "@juno/base";
import {
  appendLeaf,
  EMPTY_FRONTIER,
  encodeAck,
  type Frontier,
  inclusionPath,
  type OutcomeProof,
  outcomeLeaf,
  receiptHash,
  rootOf,
  signaturesHash,
} from "@juno/proof";
import { ackOf, commands, entries } from "./sample-log.ts";
import { digestOf, sha256, statementOf } from "./sample-network.ts";

export const RECEIPT = utf8('{"status":"ok"}');
const SIZE = 11;
const INDEX = 2;

export type Leaf = { readonly entryHash: Hash; readonly receiptHash: Hash };

export const leaves: readonly Leaf[] = Array.from({ length: SIZE }, (_, i) =>
  i + 1 === INDEX
    ? { entryHash: entries[i]!.hash, receiptHash: receiptHash(sha256, RECEIPT) }
    : { entryHash: digestOf(`entry ${i + 1}`), receiptHash: digestOf(`receipt ${i + 1}`) },
);

const nodes = new Map<string, Hash>();
const frontiers: Frontier[] = [EMPTY_FRONTIER];
for (const leaf of leaves) {
  const appended = appendLeaf(sha256, frontiers.at(-1)!, outcomeLeaf(sha256, leaf));
  frontiers.push(appended.frontier);
  for (const { level, position, hash } of appended.nodes) nodes.set(`${level}/${position}`, hash);
}

export const roots: readonly Hash[] = frontiers.map((frontier) => rootOf(sha256, frontier));

export const pathOf = (place: { leaf: number; size: number }): Hash[] =>
  inclusionPath(sha256, (level, position) => nodes.get(`${level}/${position}`)!, place);

const entry = entries[INDEX - 1]!;
const command = commands[0]!;

/** Voters 2 and 4 applied 7 and 11 entries. */
export const outcomeProof: OutcomeProof = {
  commandId: sha256(command.payload),
  signaturesHash: signaturesHash(sha256, command.signatures),
  header: { epoch: entry.epoch, index: entry.index, term: entry.term, time: entry.time, kind: entry.kind },
  previousHash: entries[INDEX - 2]!.hash,
  receipt: RECEIPT,
  attestations: [
    { voter: 2, size: 7 },
    { voter: 4, size: SIZE },
  ].map(({ voter, size }) => {
    const applied = { index: LogIndex(size), root: roots[size]! };
    const body = encodeAck({ ...ackOf(voter, { stored: 4, certified: 2 }), applied });
    return { ack: statementOf("ack", voter, body), path: pathOf({ leaf: INDEX - 1, size }) };
  }),
};
