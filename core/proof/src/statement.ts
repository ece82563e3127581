// The signed statements that certificates are made of: PreVote, Vote and Ack. Their bodies are
// fixed-width (E20–E22) and travel verbatim beside their signatures, so nobody re-encodes to verify.

import {
  decodeWith,
  Epoch,
  type Hash,
  LogIndex,
  NodeId,
  type Reader,
  type Refusal,
  type Result,
  type SignatureCheck,
  signedBytes,
  Term,
  Writer,
} from "@juno/base";
import type { Electorate } from "./quorum.ts";

/** A point of a log: its hash chain passes through `hash` at `index`. */
export type Point = { readonly index: LogIndex; readonly hash: Hash };

/** A point and the term in which it was certified. */
export type Position = Point & { readonly term: Term };

type Common = { readonly epoch: Epoch; readonly from: NodeId; readonly term: Term };

/** "I want to leave term T-1" or, entered, "I am in term T; this is my best certificate". */
export type PreVote = Common & { readonly entered: boolean; readonly certified: Position };
/** One vote per term, bound to one base (S1). */
export type Vote = Common & { readonly base: Position };
/** What the sender has stored, certified (both durable) and applied, in this term. */
export type Ack = Common & {
  readonly stored: Point;
  readonly certified: Point;
  readonly applied: { readonly index: LogIndex; readonly root: Hash };
};

/** E14: a statement as it is kept in a certificate: who, the exact body, the signature over it. */
export type SignedStatement = {
  readonly voter: NodeId;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
};

export type StatementTag = "prevote" | "vote" | "ack" | "snapshot";

/** Lexicographic order of (term, index): negative, zero or positive. */
export function compareRank(
  a: { readonly term: Term; readonly index: LogIndex },
  b: { readonly term: Term; readonly index: LogIndex },
): number {
  return a.term - b.term || a.index - b.index;
}

export const writePoint = (writer: Writer, point: Point): Writer => writer.u64(point.index).raw(point.hash);
export const readPoint = (reader: Reader): Point => ({ index: LogIndex(reader.u64()), hash: reader.hash() });
export const writePosition = (writer: Writer, position: Position): Writer =>
  writePoint(writer.u64(position.term), position);
export const readPosition = (reader: Reader): Position => ({
  term: Term(reader.u64()),
  ...readPoint(reader),
});

const writeCommon = (writer: Writer, common: Common): Writer =>
  writer.u64(common.epoch).u32(common.from).u64(common.term);
const readCommon = (reader: Reader): Common => ({
  epoch: Epoch(reader.u64()),
  from: NodeId(reader.u32()),
  term: Term(reader.u64()),
});

/** E20 */
export function encodePreVote(preVote: PreVote): Uint8Array<ArrayBuffer> {
  return writePosition(
    writeCommon(new Writer(69), preVote).bool(preVote.entered),
    preVote.certified,
  ).finish();
}

export function decodePreVote(body: Uint8Array): Result<PreVote, Refusal> {
  return decodeWith(body, (r) => ({ ...readCommon(r), entered: r.bool(), certified: readPosition(r) }));
}

/** E21 */
export function encodeVote(vote: Vote): Uint8Array<ArrayBuffer> {
  return writePosition(writeCommon(new Writer(68), vote), vote.base).finish();
}

export function decodeVote(body: Uint8Array): Result<Vote, Refusal> {
  return decodeWith(body, (r) => ({ ...readCommon(r), base: readPosition(r) }));
}

/** E22 */
export function encodeAck(ack: Ack): Uint8Array<ArrayBuffer> {
  const writer = writePoint(writePoint(writeCommon(new Writer(140), ack), ack.stored), ack.certified);
  return writer.u64(ack.applied.index).raw(ack.applied.root).finish();
}

export function decodeAck(body: Uint8Array): Result<Ack, Refusal> {
  return decodeWith(body, (r) => ({
    ...readCommon(r),
    stored: readPoint(r),
    certified: readPoint(r),
    applied: { index: LogIndex(r.u64()), root: r.hash() },
  }));
}

/** No statement body is longer. */
export const STATEMENT_BYTES_MAX = 160;

export function writeStatement(writer: Writer, statement: SignedStatement): Writer {
  return writer.u32(statement.voter).bytes(statement.body).raw(statement.signature);
}

/** In bytes of its own: statements are kept long after the message that brought them. */
export function readStatement(reader: Reader): SignedStatement {
  const voter = NodeId(reader.u32());
  const body = new Uint8Array(reader.bytes(STATEMENT_BYTES_MAX));
  return { voter, body, signature: new Uint8Array(reader.raw(64)) };
}

/** The signature to check for a statement, or undefined if its voter is unknown. */
export function statementCheck(
  electorate: Electorate,
  tag: string,
  statement: SignedStatement,
): SignatureCheck | undefined {
  const key = electorate.keyOf.get(statement.voter);
  if (key === undefined) return undefined;
  const message = signedBytes({ tag, network: electorate.network, body: statement.body });
  return { key, message, signature: statement.signature };
}
