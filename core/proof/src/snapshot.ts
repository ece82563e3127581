// Snapshots (E44–E47): the whole state after a checkpoint, in chunks. Every voter makes the same bytes
// of it, so f+1 signatures over its hash show that one honest voter holds this state, and each chunk
// can be checked by itself before any of it is used.

import {
  decodeWith,
  type Epoch,
  Epoch as epochOf,
  equalBytes,
  type Hash,
  LogIndex,
  NodeId,
  ok,
  type Reader,
  type Refusal,
  type Result,
  refuse,
  type Sha256,
  type SignatureCheck,
  Term,
  taggedHash,
  Writer,
} from "@juno/base";
import { VOTERS_MAX } from "./certificate.ts";
import type { Electorate } from "./quorum.ts";
import { readStatement, type SignedStatement, statementCheck, writeStatement } from "./statement.ts";

/** What a chunk is: how many bytes, and their SHA-256. */
export type ChunkDigest = { readonly bytes: number; readonly hash: Hash };

/** E45 */
export type SnapshotManifest = {
  readonly network: Hash;
  readonly epoch: Epoch;
  /** The checkpoint's entry. */
  readonly index: LogIndex;
  readonly hash: Hash;
  readonly term: Term;
  /** Milliseconds since 1970: log time. */
  readonly time: number;
  /** Of the outcome tree with `index` leaves, largest first. */
  readonly peaks: readonly Hash[];
  /** C20 */
  readonly stateRoot: Hash;
  readonly rows: number;
  readonly ids: number;
  readonly chunks: readonly ChunkDigest[];
};

/** What a voter says of its snapshot at an index (E46). */
export type SnapshotStatement = {
  readonly epoch: Epoch;
  readonly from: NodeId;
  readonly index: LogIndex;
  readonly snapshot: Hash;
};

const MANIFEST_VERSION = 1;
const PEAKS_MAX = 64;
const CHUNKS_MAX = 4_000_000;

export function encodeManifest(manifest: SnapshotManifest): Uint8Array<ArrayBuffer> {
  const { network, epoch, index, hash, term, time, peaks, stateRoot, rows, ids, chunks } = manifest;
  const writer = new Writer(256 + 36 * chunks.length)
    .u8(MANIFEST_VERSION)
    .raw(network)
    .u64(epoch)
    .u64(index)
    .raw(hash)
    .u64(term)
    .u64(time)
    .list(peaks, (w, peak) => w.raw(peak))
    .raw(stateRoot)
    .u64(rows)
    .u64(ids);
  return writer.list(chunks, (w, chunk) => w.u32(chunk.bytes).raw(chunk.hash)).finish();
}

export function decodeManifest(bytes: Uint8Array): Result<SnapshotManifest, Refusal> {
  return decodeWith(bytes, (reader) => {
    if (reader.u8() !== MANIFEST_VERSION) reader.fail("unknown version of a snapshot");
    return {
      network: reader.hash(),
      epoch: epochOf(reader.u64()),
      index: LogIndex(reader.u64()),
      hash: reader.hash(),
      term: Term(reader.u64()),
      time: reader.u64(),
      peaks: reader.list(PEAKS_MAX, (r) => r.hash()),
      stateRoot: reader.hash(),
      rows: reader.u64(),
      ids: reader.u64(),
      chunks: reader.list(CHUNKS_MAX, (r) => ({ bytes: r.u32(), hash: r.hash() })),
    };
  });
}

/** E45: the snapshot's hash, from its manifest's exact bytes. */
export const snapshotHash = (sha256: Sha256, manifest: Uint8Array): Hash =>
  taggedHash(sha256, "snapshot-manifest", manifest);

/** E46 */
export function encodeSnapshotStatement(statement: SnapshotStatement): Uint8Array<ArrayBuffer> {
  const { epoch, from, index, snapshot } = statement;
  return new Writer(52).u64(epoch).u32(from).u64(index).raw(snapshot).finish();
}

const readSnapshotStatement = (reader: Reader): SnapshotStatement => ({
  epoch: epochOf(reader.u64()),
  from: NodeId(reader.u32()),
  index: LogIndex(reader.u64()),
  snapshot: reader.hash(),
});

export const decodeSnapshotStatement = (body: Uint8Array): Result<SnapshotStatement, Refusal> =>
  decodeWith(body, readSnapshotStatement);

/** E47: statements of f+1 voters about one snapshot, ascending by voter. */
export type SnapshotCertificate = readonly SignedStatement[];

export const encodeSnapshotCertificate = (certificate: SnapshotCertificate): Uint8Array<ArrayBuffer> =>
  new Writer(1024).list(certificate, writeStatement).finish();

export const decodeSnapshotCertificate = (bytes: Uint8Array): Result<SnapshotCertificate, Refusal> =>
  decodeWith(bytes, (reader) => reader.list(VOTERS_MAX, readStatement));

/** E47: everything about a certificate of this snapshot but its signatures, which are returned for checking. */
export function checkSnapshotCertificate(
  electorate: Electorate,
  snapshot: { readonly index: LogIndex; readonly hash: Hash },
  certificate: SnapshotCertificate,
): Result<SignatureCheck[], Refusal> {
  const checks: SignatureCheck[] = [];
  let last = -1;
  for (const statement of certificate) {
    if (statement.voter <= last) return refuse("bad_certificate", "signers are not distinct and ascending");
    last = statement.voter;
    const check = statementCheck(electorate, "snapshot", statement);
    if (check === undefined) return refuse("bad_certificate", `node ${statement.voter} is not a voter`);
    const body = decodeSnapshotStatement(statement.body);
    if (!body.ok) return body;
    const { epoch, from, index, snapshot: hash } = body.value;
    if (from !== statement.voter || epoch !== electorate.epoch)
      return refuse("bad_certificate", "a statement names another sender or epoch");
    if (index !== snapshot.index || !equalBytes(hash, snapshot.hash))
      return refuse("bad_certificate", "a statement is about another snapshot");
    checks.push(check);
  }
  if (checks.length <= electorate.faults) {
    return refuse("bad_certificate", `${checks.length} signers where ${electorate.faults + 1} are needed`);
  }
  return ok(checks);
}
