// Puts the state that a snapshot holds into state.db, in the place of whatever is there, in one
// transaction. Each chunk is held against the manifest, and what came out against the root it states,
// before anything counts. Invariant: state.db is the old state or the new one, never half of each.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { equalBytes, type Hash, LogIndex, utf8 } from "@juno/base";
import { Failure } from "@juno/failure";
import { decodeChunk, type SnapshotChunk } from "@juno/ledger";
import {
  checkSnapshotCertificate,
  decodeManifest,
  decodeSnapshotCertificate,
  type Electorate,
  type Epochs,
  type LeafChange,
  peakNodes,
  rowPath,
  type SnapshotManifest,
  StateTree,
  snapshotHash,
} from "@juno/proof";
import { sha256 } from "../../crypto/sodium.ts";
import { guarded, openDatabase } from "../database.ts";
import { SnapshotFolder } from "../snapshot/snapshot-folder.ts";
import { SAVE_APPLIED, saveApplied } from "./applied-meta.ts";
import { STATE_FORMAT } from "./schema.ts";
import { TreePages } from "./tree-pages.ts";

const CACHE_BYTES_MAX = 64 * 1024 * 1024;
const TABLES = [
  ...["rows", "outcomes", "commands", "spent", "nodes", "history"],
  ...["tree", "tree_before", "snapshot", "snapshot_before"],
];

/** The newest certified snapshot in the node's folder, of those in a range that stand on the log. */
export function newestSnapshot(
  folder: SnapshotFolder,
  epochs: Epochs,
  range: { readonly from: number; readonly to: number; hashAt(index: number): Hash | undefined },
): SnapshotManifest | undefined {
  const names = existsSync(folder.path) ? readdirSync(folder.path) : [];
  const indexes = names.flatMap((name) => SnapshotFolder.indexOf(name) ?? []);
  for (const index of indexes.sort((a, b) => b - a)) {
    const isWanted = index >= range.from && index <= range.to;
    const isWhole = existsSync(folder.manifestFile(index)) && existsSync(folder.certificateFile(index));
    if (!isWanted || !isWhole) continue;
    const manifest = certifiedManifest(folder, epochs.at(index).electorate, index);
    const hash = range.hashAt(index);
    if (hash !== undefined && equalBytes(hash, manifest.hash)) return manifest;
  }
  return undefined;
}

/**
 * Reads the manifest of a snapshot in the node's folder (C23). Its peaks are part of no hash but that which f+1 voters
 * signed: their words are read again. Their signatures were verified when the certificate was made or fetched.
 */
function certifiedManifest(folder: SnapshotFolder, electorate: Electorate, index: number): SnapshotManifest {
  const bytes = read(folder.manifestFile(index));
  const manifest = decodeManifest(bytes);
  if (!manifest.ok) throw damagedSnapshot(folder, index, manifest.error.detail);
  const certificate = decodeSnapshotCertificate(read(folder.certificateFile(index)));
  if (!certificate.ok) throw damagedSnapshot(folder, index, certificate.error.detail);
  const claim = { index: LogIndex(index), hash: snapshotHash(sha256, bytes) };
  const checks = checkSnapshotCertificate(electorate, claim, certificate.value);
  if (!checks.ok)
    throw damagedSnapshot(folder, index, `its manifest is not certified: ${checks.error.detail}`);
  return manifest.value;
}

/** `file` is state.db, which nobody else writes. Throws a Failure that says what to do. */
export function installSnapshot(file: string, folder: SnapshotFolder, manifest: SnapshotManifest): void {
  guarded(file, () => {
    const db = openDatabase({ file, synchronous: "full", cacheBytesMax: CACHE_BYTES_MAX });
    try {
      db.exec("BEGIN IMMEDIATE");
      for (const table of TABLES) db.exec(`DELETE FROM ${table}`);
      const problem = fillState(db, folder, manifest);
      if (problem !== undefined) throw damagedSnapshot(folder, manifest.index, problem);
      db.exec("COMMIT");
    } finally {
      // Closing takes back what was not committed.
      db.close();
    }
  });
}

/** Fills tables of state.db, which are empty, in the caller's transaction. Returns what is wrong with the snapshot. */
export function fillState(
  db: DatabaseSync,
  folder: SnapshotFolder,
  manifest: SnapshotManifest,
): string | undefined {
  const { index, hash, network, time, peaks, stateRoot } = manifest;
  const put = putting(db);
  const pages = new TreePages(db);
  const tree = new StateTree(sha256, pages);
  for (const [chunk, digest] of manifest.chunks.entries()) {
    const bytes = read(folder.chunkFile({ index, chunk }));
    const content = decodeChunk(bytes);
    if (!equalBytes(sha256(bytes), digest.hash) || !content.ok) {
      return `chunk ${chunk} is not the one that was certified`;
    }
    const leaves = put(content.value);
    pages.checkpoint(() => tree.fold(leaves));
  }
  if (!equalBytes(tree.root(), stateRoot)) return "its rows do not lead to the root that it states";
  const insertNode = db.prepare("INSERT INTO nodes VALUES (?, ?, ?)");
  for (const node of peakNodes({ size: index, peaks })) {
    insertNode.run(node.level, node.position, node.hash);
  }
  const frontier = { size: index, peaks };
  const meta = { format: STATE_FORMAT, network, index, hash, time, frontier, treeIndex: index };
  saveApplied(db.prepare(SAVE_APPLIED), meta);
  return undefined;
}

/** Stores what a chunk holds; returns the leaves of its rows. */
function putting(db: DatabaseSync): (chunk: SnapshotChunk) => LeafChange[] {
  const row = db.prepare("INSERT INTO rows VALUES (?, ?, ?, ?)");
  const command = db.prepare("INSERT INTO commands VALUES (?, ?, ?, ?, 1)");
  const spent = db.prepare("INSERT INTO spent VALUES (?, ?)");
  return (chunk) => {
    if (chunk.kind === "ids") {
      for (const { id, index, expires, status } of chunk.ids) {
        command.run(id, index, status, expires);
        spent.run(expires, id);
      }
      return [];
    }
    return chunk.rows.map((held) => {
      row.run(held.module, held.table, utf8(held.key), held.value);
      return { path: rowPath(sha256, held), digest: sha256(held.value) };
    });
  };
}

function read(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw new Failure("disk_failed", `${file} cannot be read: ${String(cause)}`, { cause });
  }
}

const damagedSnapshot = (folder: SnapshotFolder, index: number, detail: string): Failure =>
  new Failure(
    "store_damaged",
    `the snapshot in ${folder.folderOf(index)} cannot be used: ${detail}. Put the same folder of another node, or a newer ` +
      "one, in its place, and start the node again.",
  );
