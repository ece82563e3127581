// What the other voters have signed of outcomes, out of the commit proofs that a node keeps and of what it wrote down when it
// left (V16): held against outcome roots that were computed anew (V17). A word whose signature is not good is no word.

import type { DatabaseSync } from "node:sqlite";
import { Epoch, equalBytes, type Hash, LogIndex, type NodeId } from "@juno/base";
import {
  type Ack,
  decodeAck,
  decodeCommitProof,
  type Epochs,
  type SignedStatement,
  statementCheck,
} from "@juno/proof";
import { verifySignature } from "../crypto/sodium.ts";
import { blob } from "../store/column.ts";

/** The newest proofs that are read: they speak of the newest entries. */
const PROOFS_MAX = 256;

export type OthersWord = { readonly voter: NodeId; readonly ack: Ack };

/** Acks in the commit proofs of entries from an index on, the newest first. */
export function* wordsInProofs(log: DatabaseSync, from: number): Generator<SignedStatement> {
  const select = `SELECT bytes FROM commit_proofs WHERE idx >= ? ORDER BY idx DESC LIMIT ${PROOFS_MAX}`;
  for (const row of log.prepare(select).all(from)) {
    const proof = decodeCommitProof(blob(row.bytes));
    if (proof.ok) yield* proof.value.acks;
  }
}

/** Those that are genuine, of voters of the epoch that they name, and not of this node itself. */
export function genuineWords(
  statements: Iterable<SignedStatement>,
  { epochs, self }: { readonly epochs: Epochs; readonly self: NodeId },
): OthersWord[] {
  const words: OthersWord[] = [];
  for (const statement of statements) {
    const ack = decodeAck(statement.body);
    if (!ack.ok || ack.value.from !== statement.voter || statement.voter === self) continue;
    if (ack.value.applied.index === 0) continue;
    const electorate = epochs.of(ack.value.epoch)?.electorate;
    const check = electorate && statementCheck(electorate, "ack", statement);
    if (check !== undefined && verifySignature(check)) words.push({ voter: statement.voter, ack: ack.value });
  }
  return words;
}

export type Judgement =
  /** More than f voters of one epoch have signed what follows from here, at or above the index; and at no entry more than f others. */
  | { readonly kind: "confirmed"; readonly index: LogIndex; readonly voters: readonly NodeId[] }
  /** More than f voters of one epoch have signed something else: the lowest entry of which one of them did. */
  | { readonly kind: "refuted"; readonly index: LogIndex; readonly voters: readonly NodeId[] }
  | { readonly kind: "unheard" };

export type OwnRoots = {
  readonly from: number;
  readonly through: number;
  rootAt(index: number): Hash;
};

export function judgeRoots(
  words: readonly OthersWord[],
  own: OwnRoots,
  { at, epochs }: { readonly at: number; readonly epochs: Epochs },
): Judgement {
  const known = words.filter(({ ack }) => ack.applied.index >= own.from && ack.applied.index <= own.through);
  const byEpoch = new Map<number, { agreeing: OthersWord[]; differing: OthersWord[] }>();
  for (const word of known) {
    const { epoch, applied } = word.ack;
    const of = byEpoch.get(epoch) ?? { agreeing: [], differing: [] };
    byEpoch.set(epoch, of);
    const isTrue = equalBytes(own.rootAt(applied.index), applied.root);
    if (!isTrue) of.differing.push(word);
    else if (applied.index >= at) of.agreeing.push(word);
  }
  const judged = [...byEpoch].map(([epoch, of]) => {
    const faults = epochs.of(Epoch(epoch))?.electorate.faults ?? Number.POSITIVE_INFINITY;
    return { ...of, faults };
  });
  return judged.reduce<Judgement>(worse, { kind: "unheard" });
}

type Judged = { readonly agreeing: OthersWord[]; readonly differing: OthersWord[]; readonly faults: number };

/** What refutes once is not confirmed elsewhere. */
function worse(sofar: Judgement, { agreeing, differing, faults }: Judged): Judgement {
  const votersOf = (words: readonly OthersWord[]) =>
    [...new Set(words.map(({ voter }) => voter))].sort((a, b) => a - b);
  if (sofar.kind === "refuted") return sofar;
  const others = votersOf(differing);
  if (others.length > faults) {
    const index = Math.min(...differing.map(({ ack }) => ack.applied.index));
    return { kind: "refuted", index: LogIndex(index), voters: others };
  }
  const voters = votersOf(agreeing);
  if (voters.length <= faults) return sofar;
  const index = Math.max(...agreeing.map(({ ack }) => ack.applied.index));
  return { kind: "confirmed", index: LogIndex(index), voters };
}
