// Re-admits a stopped node that has left (V17): makes its state anew, holds what came out against what the others have signed,
// and only then lets it speak again. Its log, with all that it has promised, stays as it is but for the mode. Invariant: a
// node whose state is not confirmed stays away, wherever this is interrupted.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { hex, LogIndex, type NodeId } from "@juno/base";
import { Failure } from "@juno/failure";
import { type Epochs, firstEpoch, followLinks, frontierAt, type Genesis, rootOf } from "@juno/proof";
import { configIn } from "../backup/make-backup.ts";
import { sha256, verifySignature } from "../crypto/sodium.ts";
import { keptFor, markReadmitted, placeFor } from "../divergence/keep-divergence.ts";
import { loadGenesis } from "../run/genesis-file.ts";
import { loadNodeConfig } from "../run/node-config.ts";
import { integer } from "../store/column.ts";
import { damaged, guarded, openForReading } from "../store/database.ts";
import { logFile, stateFile } from "../store/folder.ts";
import { loadMeta, type Meta } from "../store/log/meta.ts";
import { NodeLock } from "../store/node-lock.ts";
import { openStores, type Stores } from "../store/open-stores.ts";
import { LogReads } from "../store/reader/log-reads.ts";
import { SnapshotFolder, snapshotsFolder } from "../store/snapshot/snapshot-folder.ts";
import { loadApplied } from "../store/state/applied-meta.ts";
import { TreeNodes } from "../store/state/tree-nodes.ts";
import { genuineWords, type Judgement, judgeRoots, type OwnRoots, wordsInProofs } from "./others-words.ts";

export type ResyncRequest = {
  /** The node's data folder, or its config.json. */
  readonly folder: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
};

export type ResyncReport = {
  readonly node: NodeId;
  /** Why it had left, and where. */
  readonly reason: string;
  readonly at: number;
  readonly applied: number;
  /** Where the state is that it had. */
  readonly before: string;
  readonly judgement: Judgement;
  /** Whether the new state says the same as the old one at the entry where it is refuted: then it is no accident. */
  readonly isRepeated: boolean;
};

/** Throws Failures: of a node that runs, has not left, or whose state cannot be made anew. */
export async function resyncNode({ folder: path, onProgress }: ResyncRequest): Promise<ResyncReport> {
  const { folder, genesisPath } = loadNodeConfig(configIn(path));
  const genesis = loadGenesis(genesisPath);
  const meta = memoryOf(folder);
  demandLeft(folder, meta);
  const at = leftAt(folder, meta.reason);
  const place = placeFor(folder, meta.reason, at);
  const before = join(place, "before-resync");
  setAside(folder, before);
  const { node: nodeId, reason, committed } = meta;
  const stores = openStores({ folder, genesis, nodeId });
  try {
    const applied = await applyAnew(stores, committed.index, onProgress);
    const judgement = judge(folder, { genesis, meta, at });
    if (judgement.kind === "confirmed") {
      const because = `made anew and confirmed at entry ${judgement.index} by voters ${judgement.voters.join(", ")}; it had left: ${reason}`;
      markReadmitted(place, because);
      await stores.log.write([{ kind: "mode", mode: "normal", reason: because }]);
    }
    const isRepeated = judgement.kind === "refuted" && isSameAt(judgement.index, before, folder);
    return { node: nodeId, reason, at, applied, before, judgement, isRepeated };
  } finally {
    await stores.close();
  }
}

function memoryOf(folder: string): Meta {
  const file = logFile(folder);
  if (!existsSync(file)) throw new Failure("store_missing", `${file} is missing: name a node's folder`);
  const meta = reading(file, loadMeta);
  if (meta === undefined) throw damaged(file, "it holds no voter's memory");
  return meta;
}

function reading<T>(file: string, read: (db: DatabaseSync) => T): T {
  const db = openForReading(file);
  try {
    return guarded(file, () => read(db));
  } finally {
    db.close();
  }
}

function demandLeft(folder: string, { node, mode, reason }: Meta): void {
  if (mode === "readOnly") return;
  const why = {
    normal: `it has not left, so there is nothing to be made anew. If its state.db is damaged, delete ${stateFile(folder)} (and -wal, -shm): it is rebuilt at the start`,
    observer: `it has forgotten what it signed (${reason}), and no state makes that good: replace it with \`juno admin replace-node\``,
    halted: `it has halted (${reason}), and resyncing does not lift that: compare the logs of all nodes with \`juno diff\`, and replace those at fault with \`juno admin replace-node\``,
  }[mode];
  throw new Failure("config_invalid", `node ${node} in ${folder} is not resynced: ${why}`);
}

/** By what it kept when it left, else by the sentence that it remembers. */
function leftAt(folder: string, reason: string): number {
  const told = keptFor(folder, reason)?.index ?? Number(/ at index (\d{1,15})/.exec(reason)?.[1]);
  return Number.isSafeInteger(told) ? told : 1;
}

/**
 * The state that it had is kept for those who look for the cause; of an earlier attempt that was interrupted nothing need be.
 * What has no certificate in the snapshots folder was made of that state.
 */
function setAside(folder: string, before: string): void {
  const lock = new NodeLock(folder);
  try {
    const files = ["state.db", "state.db-wal", "state.db-shm"];
    const isKept = existsSync(join(before, "state.db"));
    mkdirSync(before, { recursive: true });
    // The write-ahead log first: without the file that it belongs to it says nothing.
    for (const name of [...files].reverse()) {
      const file = join(folder, name);
      if (isKept) rmSync(file, { force: true });
      else if (existsSync(file)) renameSync(file, join(before, name));
    }
    const snapshots = new SnapshotFolder(snapshotsFolder(folder));
    for (const name of existsSync(snapshots.path) ? readdirSync(snapshots.path) : []) {
      const index = SnapshotFolder.indexOf(name);
      if (index !== undefined && !existsSync(snapshots.certificateFile(index)))
        rmSync(snapshots.folderOf(index), { recursive: true, force: true });
    }
  } finally {
    lock.release();
  }
}

async function applyAnew(
  { log, executor }: Stores,
  through: number,
  onProgress: ResyncRequest["onProgress"],
): Promise<number> {
  await log.load();
  const { applied } = await executor.open();
  if (applied.index >= through) return applied.index;
  return new Promise((resolve, reject) => {
    executor.onFailure(reject);
    executor.onApplied((batch) => {
      const { index } = batch.applied;
      onProgress?.({ done: index, total: through });
      if (index >= through) resolve(index);
    });
    executor.apply(LogIndex(through));
  });
}

type Known = { readonly genesis: Genesis; readonly meta: Meta; readonly at: number };

function judge(folder: string, { genesis, meta, at }: Known): Judgement {
  const epochs = epochsIn(folder, genesis);
  const kept = keptFor(folder, meta.reason)?.words ?? [];
  const statements = reading(logFile(folder), (db) => [...kept, ...wordsInProofs(db, at)]);
  const words = genuineWords(statements, { epochs, self: meta.node });
  return reading(stateFile(folder), (db) => judgeRoots(words, rootsIn(db), { at, epochs }));
}

function epochsIn(folder: string, genesis: Genesis): Epochs {
  const file = logFile(folder);
  const log = new LogReads(file);
  try {
    const followed = followLinks(sha256, firstEpoch(genesis), log.links());
    if (followed.ok && followed.value.checks.every(verifySignature)) return followed.value.epochs;
    throw damaged(file, "the links between epochs do not verify");
  } finally {
    log.close();
  }
}

function rootsIn(db: DatabaseSync): OwnRoots {
  const first = db.prepare("SELECT min(idx) AS first FROM outcomes").get()?.first;
  const through = loadApplied(db)?.index ?? 0;
  const { read } = new TreeNodes(db);
  return {
    from: first === null ? through + 1 : integer(first),
    through,
    rootAt: (index) => rootOf(sha256, frontierAt(read, index)),
  };
}

function isSameAt(index: number, before: string, folder: string): boolean {
  const roots = [before, folder].map((place) => {
    const file = stateFile(place);
    if (!existsSync(file)) return undefined;
    return reading(file, (db) => {
      const { from, through, rootAt } = rootsIn(db);
      return index < from || index > through ? undefined : hex(rootAt(index));
    });
  });
  return roots[0] !== undefined && roots[0] === roots[1];
}
