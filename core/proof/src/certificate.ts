// Certificates (E15–E17): signed statements of a quorum that prove a position, a term
// or a commit. `check…` judges everything except signatures and lists the signatures to verify, so
// that one verifier, in whatever thread, decides about all of them (E8).

import {
  assert,
  decodeWith,
  Epoch,
  equalBytes,
  err,
  type Hash,
  LogIndex,
  ok,
  type Reader,
  type Refusal,
  type Result,
  refuse,
  type Sha256,
  type SignatureCheck,
  Term,
  Writer,
} from "@juno/base";
import { type EntryHeader, entryHash, readEntryHeader, writeEntryHeader } from "./entry.ts";
import type { Electorate } from "./quorum.ts";
import {
  type Ack,
  decodeAck,
  decodePreVote,
  decodeVote,
  type Position,
  type PreVote,
  readPosition,
  readStatement,
  type SignedStatement,
  type StatementTag,
  statementCheck,
  type Vote,
  writePosition,
  writeStatement,
} from "./statement.ts";

/**
 * E15: proof for a position. `quorum`: q Acks of one term that stored it. `election`: q Votes of term T
 * for one base; its position is (T, base.index, base.hash). `genesis`: where the epoch begins, certified by definition.
 */
export type Certificate = {
  readonly kind: "genesis" | "quorum" | "election";
  readonly epoch: Epoch;
  readonly position: Position;
  readonly statements: readonly SignedStatement[];
};

/** E16, TC(T): q PreVotes for term T, the licence to enter it (V1). */
export type TermCertificate = { readonly term: Term; readonly statements: readonly SignedStatement[] };

/**
 * E17: q Acks of one term whose certified points lie on the chain at or above `index`; `headers` are
 * the entries above `index` up to the highest of the points.
 */
export type CommitProof = {
  readonly term: Term;
  readonly index: LogIndex;
  readonly hash: Hash;
  readonly headers: readonly EntryHeader[];
  readonly acks: readonly SignedStatement[];
};

export const VOTERS_MAX = 128;
/** A commit proof spans at most the window of uncommitted entries and as much again. */
export const PROOF_HEADERS_MAX = 16_384;
const KIND_CODES = { genesis: 0, quorum: 1, election: 2 } as const;
const KINDS = ["genesis", "quorum", "election"] as const;

/** E9, S12: the position in which an epoch begins is certified by definition. */
export const genesisCertificate = ({ epoch, start }: Pick<Electorate, "epoch" | "start">): Certificate => ({
  kind: "genesis",
  epoch,
  position: { term: Term(0), ...start },
  statements: [],
});

export function writeCertificate(writer: Writer, certificate: Certificate): Writer {
  const { kind, epoch, position, statements } = certificate;
  return writePosition(writer.u8(KIND_CODES[kind]).u64(epoch), position).list(statements, writeStatement);
}

export function readCertificate(reader: Reader): Certificate {
  const kind = KINDS[reader.u8()] ?? reader.fail("a certificate's kind is 0, 1 or 2");
  return {
    kind,
    epoch: Epoch(reader.u64()),
    position: readPosition(reader),
    statements: reader.list(VOTERS_MAX, readStatement),
  };
}

export function writeTermCertificate(writer: Writer, certificate: TermCertificate): Writer {
  return writer.u64(certificate.term).list(certificate.statements, writeStatement);
}

export function readTermCertificate(reader: Reader): TermCertificate {
  return { term: Term(reader.u64()), statements: reader.list(VOTERS_MAX, readStatement) };
}

export function writeCommitProof(writer: Writer, proof: CommitProof): Writer {
  return writer
    .u64(proof.term)
    .u64(proof.index)
    .raw(proof.hash)
    .list(proof.headers, writeEntryHeader)
    .list(proof.acks, writeStatement);
}

export function readCommitProof(reader: Reader): CommitProof {
  return {
    term: Term(reader.u64()),
    index: LogIndex(reader.u64()),
    hash: reader.hash(),
    headers: reader.list(PROOF_HEADERS_MAX, readEntryHeader),
    acks: reader.list(VOTERS_MAX, readStatement),
  };
}

export const encodeCertificate = (certificate: Certificate): Uint8Array<ArrayBuffer> =>
  writeCertificate(new Writer(1024), certificate).finish();
export const decodeCertificate = (bytes: Uint8Array): Result<Certificate, Refusal> =>
  decodeWith(bytes, readCertificate);
export const encodeTermCertificate = (certificate: TermCertificate): Uint8Array<ArrayBuffer> =>
  writeTermCertificate(new Writer(1024), certificate).finish();
export const decodeTermCertificate = (bytes: Uint8Array): Result<TermCertificate, Refusal> =>
  decodeWith(bytes, readTermCertificate);
export const encodeCommitProof = (proof: CommitProof): Uint8Array<ArrayBuffer> =>
  writeCommitProof(new Writer(1024), proof).finish();
export const decodeCommitProof = (bytes: Uint8Array): Result<CommitProof, Refusal> =>
  decodeWith(bytes, readCommitProof);

type Decode<T> = (body: Uint8Array) => Result<T, Refusal>;

/** Decodes a quorum of statements; S5: distinct voters of this epoch, in ascending order. */
function readQuorum<T extends Vote | PreVote | Ack>(
  electorate: Electorate,
  tag: StatementTag,
  statements: readonly SignedStatement[],
  decode: Decode<T>,
): Result<{ bodies: T[]; checks: SignatureCheck[] }, Refusal> {
  const bodies: T[] = [];
  const checks: SignatureCheck[] = [];
  let last = -1;
  for (const statement of statements) {
    if (statement.voter <= last) return refuse("bad_certificate", "signers are not distinct and ascending");
    last = statement.voter;
    const check = statementCheck(electorate, tag, statement);
    if (check === undefined) return refuse("bad_certificate", `node ${statement.voter} is not a voter`);
    const body = decode(statement.body);
    if (!body.ok) return body;
    if (body.value.from !== statement.voter)
      return refuse("bad_certificate", "a statement names another sender");
    if (body.value.epoch !== electorate.epoch) return refuse("wrong_epoch", "a statement of another epoch");
    bodies.push(body.value);
    checks.push(check);
  }
  if (bodies.length < electorate.quorum) {
    return refuse("bad_certificate", `${bodies.length} signers where ${electorate.quorum} are needed`);
  }
  return ok({ bodies, checks });
}

/** S3, S5: everything about a certificate but its signatures, which are returned for checking. */
export function checkCertificate(
  electorate: Electorate,
  certificate: Certificate,
): Result<SignatureCheck[], Refusal> {
  const { epoch, position, statements } = certificate;
  if (epoch !== electorate.epoch) return refuse("wrong_epoch", "a certificate of another epoch");
  if (certificate.kind === "genesis") {
    const { start } = electorate;
    const isGenesis =
      position.term === 0 && position.index === start.index && equalBytes(position.hash, start.hash);
    return isGenesis && statements.length === 0
      ? ok([])
      : refuse("bad_certificate", "not the position in which the epoch begins");
  }
  if (certificate.kind === "quorum") {
    const quorum = readQuorum(electorate, "ack", statements, decodeAck);
    if (!quorum.ok) return quorum;
    const agree = quorum.value.bodies.every(
      (ack) =>
        ack.term === position.term &&
        ack.stored.index === position.index &&
        equalBytes(ack.stored.hash, position.hash),
    );
    return agree ? ok(quorum.value.checks) : refuse("bad_certificate", "Acks of different positions");
  }
  const quorum = readQuorum(electorate, "vote", statements, decodeVote);
  if (!quorum.ok) return quorum;
  const baseTerm = quorum.value.bodies[0]!.base.term;
  const agree = quorum.value.bodies.every(
    (vote) =>
      vote.term === position.term &&
      vote.base.term === baseTerm &&
      vote.base.index === position.index &&
      equalBytes(vote.base.hash, position.hash),
  );
  if (!agree) return refuse("bad_certificate", "Votes for different bases");
  if (baseTerm >= position.term) return refuse("bad_certificate", "the base is not of a lower term"); // S10
  return ok(quorum.value.checks);
}

/** V1: q PreVotes for one term. */
export function checkTermCertificate(
  electorate: Electorate,
  certificate: TermCertificate,
): Result<SignatureCheck[], Refusal> {
  const quorum = readQuorum(electorate, "prevote", certificate.statements, decodePreVote);
  if (!quorum.ok) return quorum;
  const agree = quorum.value.bodies.every((preVote) => preVote.term === certificate.term);
  return agree ? ok(quorum.value.checks) : refuse("bad_certificate", "PreVotes for different terms");
}

/** S13: q Acks of one term whose certified points all lie on the chain through (index, hash). */
export function checkCommitProof(
  context: { electorate: Electorate; sha256: Sha256 },
  proof: CommitProof,
): Result<SignatureCheck[], Refusal> {
  const quorum = readQuorum(context.electorate, "ack", proof.acks, decodeAck);
  if (!quorum.ok) return quorum;
  const chain = hashesAbove(context.sha256, proof);
  if (chain === undefined) return refuse("bad_certificate", "the headers do not follow one another");
  let highest = proof.index;
  for (const ack of quorum.value.bodies) {
    if (ack.term !== proof.term) return refuse("bad_certificate", "Acks of different terms");
    const expected = chain[ack.certified.index - proof.index];
    if (expected === undefined || !equalBytes(expected, ack.certified.hash)) {
      return refuse("bad_certificate", "an Ack does not cover the committed entry");
    }
    if (ack.certified.index > highest) highest = ack.certified.index;
  }
  // A header that no Ack vouches for could say anything.
  if (highest !== proof.index + proof.headers.length) {
    return refuse("bad_certificate", "headers above the highest certified point");
  }
  return ok(quorum.value.checks);
}

/** Hashes from proof.index upwards, or undefined if the headers are not consecutive. */
function hashesAbove(sha256: Sha256, proof: CommitProof): Hash[] | undefined {
  const chain = [proof.hash];
  for (const header of proof.headers) {
    if (header.index !== proof.index + chain.length) return undefined;
    chain.push(entryHash(sha256, chain.at(-1)!, header));
  }
  return chain;
}

/** Verifies what a check returned, on this thread. */
export function verifyAll(
  verify: (check: SignatureCheck) => boolean,
  checked: Result<readonly SignatureCheck[], Refusal>,
): Result<undefined, Refusal> {
  if (!checked.ok) return checked;
  return checked.value.every(verify)
    ? ok(undefined)
    : err({ code: "bad_signature", detail: "a signature of the certificate does not verify" });
}

/** Builds a certificate's statement list: ascending by voter, exactly a quorum of them. */
export function quorumStatements(
  electorate: Electorate,
  statements: Iterable<SignedStatement>,
): SignedStatement[] {
  const sorted = [...statements].sort((a, b) => a.voter - b.voter);
  assert(sorted.length >= electorate.quorum, "a certificate needs a quorum");
  return sorted.slice(0, electorate.quorum);
}
