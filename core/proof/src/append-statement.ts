// What a leader signs when it appends (E25): the points that enclose its entries. With the headers
// in between it is a statement about every index it covers, and can be held against its leader.

import { decodeWith, Epoch, NodeId, type Reader, type Refusal, type Result, Term, Writer } from "@juno/base";
import { type EntryHeader, readEntryHeader, writeEntryHeader } from "./entry.ts";
import { type Point, readPoint, STATEMENT_BYTES_MAX, writePoint } from "./statement.ts";

/** `previous` and `last` enclose the entries. */
export type AppendBody = {
  readonly epoch: Epoch;
  readonly from: NodeId;
  readonly term: Term;
  readonly previous: Point;
  readonly last: Point;
};

/** One leader-signed AppendEntries reduced to headers, as evidence needs it. */
export type AppendStatement = {
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  readonly headers: readonly EntryHeader[];
};

/** Entries of one AppendEntries, and headers of one that stands in evidence: what takes some 10 ms to hash. */
export const ENTRIES_PER_APPEND_MAX = 2048;

/** E25 */
export function encodeAppendBody(body: AppendBody): Uint8Array<ArrayBuffer> {
  const writer = new Writer(100).u64(body.epoch).u32(body.from).u64(body.term);
  return writePoint(writePoint(writer, body.previous), body.last).finish();
}

export function decodeAppendBody(bytes: Uint8Array): Result<AppendBody, Refusal> {
  return decodeWith(bytes, (r) => ({
    epoch: Epoch(r.u64()),
    from: NodeId(r.u32()),
    term: Term(r.u64()),
    previous: readPoint(r),
    last: readPoint(r),
  }));
}

export function writeAppendStatement(writer: Writer, statement: AppendStatement): Writer {
  return writer.bytes(statement.body).raw(statement.signature).list(statement.headers, writeEntryHeader);
}

export const readAppendStatement = (r: Reader): AppendStatement => ({
  body: r.bytes(STATEMENT_BYTES_MAX),
  signature: r.raw(64),
  headers: r.list(ENTRIES_PER_APPEND_MAX, readEntryHeader),
});
