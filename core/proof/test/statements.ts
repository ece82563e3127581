// A stretch of a log of the test network and what its voters say about it: Acks that stored 12 and
// certified 11, Votes for base 12, PreVotes; each may be changed in one respect.

import { type Hash, LogIndex, NodeId, Term } from "@juno/base";
import type { Certificate, CommitProof, TermCertificate } from "../src/certificate.ts";
import { type EntryHeader, entryHash } from "../src/entry.ts";
import {
  type Ack,
  encodeAck,
  encodePreVote,
  encodeVote,
  type PreVote,
  type SignedStatement,
  type Vote,
} from "../src/statement.ts";
import { digestOf, EPOCH, sha256, statementOf, votersOf } from "./signing.ts";

export const electorate = votersOf(4);
export const context = { electorate, sha256 };
export const TERM = Term(5);

export const headerAt = (index: number): EntryHeader => ({
  epoch: EPOCH,
  index: LogIndex(index),
  term: TERM,
  time: 1000 + index,
  kind: "command",
  bodyDigest: digestOf(`body ${index}`),
});

/** Points 10…14 of a log and the headers 11…14 between them. */
const points: { index: LogIndex; hash: Hash }[] = [{ index: LogIndex(10), hash: digestOf("H 10") }];
export const headers = [11, 12, 13, 14].map(headerAt);
for (const header of headers) {
  points.push({ index: header.index, hash: entryHash(sha256, points.at(-1)!.hash, header) });
}
export const pointAt = (index: number) => points[index - 10]!;

export const ackOf = (voter: number, change: Partial<Ack> = {}) => {
  const body: Ack = {
    epoch: EPOCH,
    from: NodeId(voter),
    term: TERM,
    stored: pointAt(12),
    certified: pointAt(11),
    applied: { index: LogIndex(10), root: digestOf("root") },
    ...change,
  };
  return statementOf("ack", NodeId(voter), encodeAck(body));
};
export const voteOf = (voter: number, change: Partial<Vote> = {}) => {
  const base = { term: Term(3), ...pointAt(12) };
  const body: Vote = { epoch: EPOCH, from: NodeId(voter), term: TERM, base, ...change };
  return statementOf("vote", NodeId(voter), encodeVote(body));
};
export const preVoteOf = (voter: number, change: Partial<PreVote> = {}) => {
  const certified = { term: Term(3), ...pointAt(10 + (voter % 5)) };
  const body: PreVote = {
    epoch: EPOCH,
    from: NodeId(voter),
    term: TERM,
    entered: voter % 2 === 0,
    certified,
    ...change,
  };
  return statementOf("prevote", NodeId(voter), encodePreVote(body));
};

export const position = { term: TERM, ...pointAt(12) };
export const quorum = (statements: SignedStatement[], at = position): Certificate => ({
  kind: "quorum",
  epoch: EPOCH,
  position: at,
  statements,
});
export const election = (statements: SignedStatement[], at = position): Certificate => ({
  kind: "election",
  epoch: EPOCH,
  position: at,
  statements,
});
export const licence = (statements: SignedStatement[], term = TERM): TermCertificate => ({
  term,
  statements,
});

export function commitProofOf(change: Partial<CommitProof>): CommitProof {
  return {
    term: TERM,
    ...pointAt(11),
    headers: [],
    acks: [ackOf(1), ackOf(2), ackOf(3)],
    ...change,
  };
}
