// The voter's memory as one row of log.db: whose it is, term and vote, certified, base, committed,
// mode. Invariant: the row's checksum covers every other column, so no altered row is ever acted on.

import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import {
  decodeWith,
  Epoch,
  equalBytes,
  type Hash,
  NodeId,
  type Reader,
  Term,
  taggedHash,
  utf8,
  Writer,
} from "@juno/base";
import { MODES, type Mode } from "@juno/consensus";
import {
  decodeCertificate,
  encodeCertificate,
  FIRST_EPOCH,
  genesisCertificate,
  networkStart,
  type Point,
  type Position,
  readPoint,
  readPosition,
  writePoint,
  writePosition,
} from "@juno/proof";
import { sha256 } from "../../crypto/sodium.ts";
import { blob, ContentError, hashOf, integer, text } from "../column.ts";
import { LOG_FORMAT } from "./schema.ts";

export type Meta = {
  format: number;
  network: Hash;
  node: NodeId;
  epoch: Epoch;
  term: Term;
  vote: Position | undefined;
  /** An encoded certificate. */
  certified: Uint8Array;
  base: Point;
  committed: Point;
  mode: Mode;
  reason: string;
};

/** What a voter knows before its first term: nothing but the genesis. */
export function genesisMeta(identity: { network: Hash; nodeId: NodeId }): Meta {
  const certificate = genesisCertificate(networkStart(identity.network));
  const { index, hash } = certificate.position;
  return {
    format: LOG_FORMAT,
    network: identity.network,
    node: identity.nodeId,
    epoch: FIRST_EPOCH,
    term: Term(0),
    vote: undefined,
    certified: encodeCertificate(certificate),
    base: { index, hash },
    committed: { index, hash },
    mode: "normal",
    reason: "",
  };
}

const pointBytes = (point: Point): Uint8Array => writePoint(new Writer(40), point).finish();
const positionBytes = (position: Position): Uint8Array => writePosition(new Writer(48), position).finish();

function checksumOf(meta: Meta): Hash {
  const writer = new Writer(1024)
    .u32(meta.format)
    .raw(meta.network)
    .u32(meta.node)
    .u64(meta.epoch)
    .u64(meta.term);
  writer.option(meta.vote, writePosition).bytes(meta.certified);
  writePoint(writePoint(writer, meta.base), meta.committed).bytes(utf8(meta.mode)).bytes(utf8(meta.reason));
  return taggedHash(sha256, "log-meta", writer.finish());
}

export const SAVE_META = "INSERT OR REPLACE INTO meta VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/** `statement` is SAVE_META, prepared. */
export function saveMeta(statement: StatementSync, meta: Meta): void {
  statement.run(
    meta.format,
    meta.network,
    meta.node,
    meta.epoch,
    meta.term,
    meta.vote === undefined ? null : positionBytes(meta.vote),
    meta.certified,
    pointBytes(meta.base),
    pointBytes(meta.committed),
    meta.mode,
    meta.reason,
    checksumOf(meta),
  );
}

function columnWith<T>(value: SQLOutputValue | undefined, read: (reader: Reader) => T): T {
  const decoded = decodeWith(blob(value), read);
  if (!decoded.ok) throw new ContentError(decoded.error.detail);
  return decoded.value;
}

/** The row, or undefined if there is none. Throws ContentError for a row that no node wrote. */
export function loadMeta(db: DatabaseSync): Meta | undefined {
  const row = db.prepare("SELECT * FROM meta").get();
  return row === undefined ? undefined : metaOfRow(row);
}

/** The memory in a row of all columns. Throws ContentError for a row that no node wrote. */
export function metaOfRow(row: Record<string, SQLOutputValue>): Meta {
  const mode = MODES.find((known) => known === text(row.mode));
  if (mode === undefined) throw new ContentError("the mode is unknown");
  const certified = blob(row.certified);
  if (!decodeCertificate(certified).ok) throw new ContentError("the certificate is not readable");
  const meta: Meta = {
    format: integer(row.format),
    network: hashOf(row.network),
    node: NodeId(integer(row.node)),
    epoch: Epoch(integer(row.epoch)),
    term: Term(integer(row.term)),
    vote: row.vote === null ? undefined : columnWith(row.vote, readPosition),
    certified,
    base: columnWith(row.base, readPoint),
    committed: columnWith(row.committed, readPoint),
    mode,
    reason: text(row.reason),
  };
  if (!equalBytes(blob(row.checksum), checksumOf(meta))) {
    throw new ContentError("the voter's memory does not match its checksum");
  }
  return meta;
}
