// How far state.db has come: applied index, the hash and time of that entry, the frontier of the
// outcome tree, and how far the state tree has come. Invariant: a checksum covers the row, so a damaged one is noticed, never applied on.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { concatBytes, equalBytes, Hash, LogIndex, taggedHash, Writer } from "@juno/base";
import { EMPTY_FRONTIER, type Frontier, rootOf } from "@juno/proof";
import type { Applied } from "@juno/runtime";
import { sha256 } from "../../crypto/sodium.ts";
import { blob, ContentError, hashOf, integer } from "../column.ts";
import { STATE_FORMAT } from "./schema.ts";

export type AppliedMeta = {
  readonly format: number;
  readonly network: Hash;
  readonly index: LogIndex;
  /** H at `index`; the network id before the first entry. */
  readonly hash: Hash;
  /** Log time: of the last applied entry, ms. */
  readonly time: number;
  readonly frontier: Frontier;
  /** The state tree holds the rows as they were after this entry. */
  readonly treeIndex: LogIndex;
};

export const genesisApplied = (network: Hash): AppliedMeta => ({
  format: STATE_FORMAT,
  network,
  index: LogIndex(0),
  hash: network,
  time: 0,
  frontier: EMPTY_FRONTIER,
  treeIndex: LogIndex(0),
});

export const appliedOf = (meta: AppliedMeta): Applied => ({
  index: meta.index,
  root: rootOf(sha256, meta.frontier),
});

export const SAVE_APPLIED = "INSERT OR REPLACE INTO meta VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)";

/** `statement` is SAVE_APPLIED, prepared. */
export function saveApplied(statement: StatementSync, meta: AppliedMeta): void {
  const peaks = concatBytes(...meta.frontier.peaks);
  const { format, network, index, hash, time, treeIndex } = meta;
  statement.run(format, network, index, hash, time, peaks, treeIndex, checksumOf(meta));
}

/**
 * The row, or undefined if there is none. Throws ContentError for a row that no node wrote. `schema`
 * names the database among those of the connection.
 */
export function loadApplied(db: DatabaseSync, schema: "main" | "actual" = "main"): AppliedMeta | undefined {
  const row = db.prepare(`SELECT * FROM ${schema}.meta`).get();
  if (row === undefined) return undefined;
  const index = LogIndex(integer(row.idx));
  const peaks = blob(row.peaks);
  if (peaks.length % 32 !== 0) throw new ContentError("the frontier is not made of hashes");
  const meta: AppliedMeta = {
    format: integer(row.format),
    network: hashOf(row.network),
    index,
    hash: hashOf(row.hash),
    time: integer(row.time),
    frontier: {
      size: index,
      peaks: Array.from({ length: peaks.length / 32 }, (_, i) => Hash(peaks.subarray(32 * i, 32 * i + 32))),
    },
    treeIndex: LogIndex(integer(row.tree_idx)),
  };
  if (!equalBytes(blob(row.checksum), checksumOf(meta))) {
    throw new ContentError("the applied index does not match its checksum");
  }
  return meta;
}

function checksumOf(meta: AppliedMeta): Hash {
  const writer = new Writer(512)
    .u32(meta.format)
    .raw(meta.network)
    .u64(meta.index)
    .raw(meta.hash)
    .u64(meta.time)
    .u64(meta.treeIndex);
  for (const peak of meta.frontier.peaks) writer.raw(peak);
  return taggedHash(sha256, "state-meta", writer.finish());
}
