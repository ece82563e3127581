// Backs up a node's folder while the node runs: state.db first, then log.db, so that the log holds whatever
// the state has applied; the certified snapshots, the genesis and the configuration; no secrets unless asked.
// Invariant: nothing has the target's name before it is whole and durable, and nothing there is replaced.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BACKUP_FORMAT, type BackupManifestJson } from "@juno/api";
import { equalBytes, hex } from "@juno/base";
import { Failure } from "@juno/failure";
import { loadGenesis } from "../run/genesis-file.ts";
import { loadNodeConfig } from "../run/node-config.ts";
import { damaged, guarded } from "../store/database.ts";
import { logFile, stateFile } from "../store/folder.ts";
import { loadMeta } from "../store/log/meta.ts";
import { appliedOf, loadApplied } from "../store/state/applied-meta.ts";
import { copyDatabase } from "./copy-database.ts";
import { copySnapshots, isOvertaken } from "./copy-snapshots.ts";
import { describeFile, MANIFEST, manifestText } from "./manifest.ts";
import { syncTree } from "./sync-tree.ts";

/** A running node may prune what is being copied: then the log is copied again, from where it begins by then. */
const ATTEMPTS = 3;
const OVERTAKEN =
  "the node prunes its log faster than it can be copied: stop the node and run the same command again";

export type BackupProgress = {
  readonly stage: "state.db" | "log.db" | "digests";
  readonly done: number;
  readonly total: number;
};

export type BackupRequest = {
  /** The node's data folder, or its config.json. */
  readonly folder: string;
  readonly target: string;
  readonly withKeys?: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackupProgress) => void;
};

/** Throws Failures; undefined if the signal ended it, and then nothing is left of it. */
export async function makeBackup(request: BackupRequest): Promise<BackupManifestJson | undefined> {
  const target = resolve(request.target);
  if (existsSync(target) && !(statSync(target).isDirectory() && readdirSync(target).length === 0)) {
    throw new Failure("store_exists", `${target} exists already and is never replaced: name a new folder`);
  }
  const parent = dirname(target);
  mkdirSync(parent, { recursive: true });
  const draft = mkdtempSync(join(parent, `.${basename(target)}.unfinished-`));
  try {
    const manifest = await fill(draft, request);
    syncTree(draft);
    // An empty folder of that name is replaced; one that somebody filled meanwhile is not.
    renameSync(draft, target);
    syncTree(parent, { isDeep: false });
    return manifest;
  } catch (error) {
    if (request.signal?.aborted) return undefined;
    throw failureOf(target, error);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function fill(draft: string, request: BackupRequest): Promise<BackupManifestJson> {
  const { signal, withKeys = false, now, onProgress = () => undefined } = request;
  const config = loadNodeConfig(configIn(request.folder));
  const genesis = loadGenesis(config.genesisPath);
  const { folder } = config;
  const copied = (stage: "state.db" | "log.db") => {
    const from = stage === "log.db" ? logFile(folder) : stateFile(folder);
    const tell = (done: number, total: number) => onProgress({ stage, done, total });
    return copyDatabase({ from, to: join(draft, stage), signal, onProgress: tell });
  };
  await copied("state.db");
  for (let attempt = 1; ; attempt++) {
    await copied("log.db");
    copySnapshots(folder, draft);
    if (!isOvertaken(folder, draft)) break;
    if (attempt === ATTEMPTS) throw new Failure("store_in_use", OVERTAKEN);
    rmSync(logFile(draft));
  }
  copyFileSync(config.genesisPath, join(draft, "genesis.json"));
  copyFileSync(configIn(request.folder), join(draft, "config.json"));
  if (withKeys) {
    copyFileSync(config.keysPath, join(draft, "node.json"));
    chmodSync(join(draft, "node.json"), 0o600);
  }
  const files = await describeAll(draft, { signal, onProgress });
  const found = facts(draft);
  if (!equalBytes(found.network, genesis.network))
    throw new Failure("store_foreign", `${folder} belongs to another network than ${config.genesisPath}`);
  const manifest: BackupManifestJson = {
    format: BACKUP_FORMAT,
    network: hex(genesis.network),
    node: found.node,
    made: new Date(now).toISOString(),
    applied: { index: found.applied.index, root: hex(found.applied.root) },
    committed: found.committed,
    files,
  };
  writeFileSync(join(draft, MANIFEST), manifestText(manifest));
  return manifest;
}

export const configIn = (path: string): string =>
  existsSync(path) && statSync(path).isDirectory() ? join(path, "config.json") : path;

/** How far the copies have come; they are files of our own that nobody writes. */
function facts(draft: string) {
  const read = <T>(file: string, load: (db: DatabaseSync) => T | undefined): T => {
    const found = guarded(file, () => {
      const db = new DatabaseSync(file, { readOnly: true });
      try {
        return load(db);
      } finally {
        db.close();
      }
    });
    if (found === undefined) throw damaged(file, "it is not a node's database");
    return found;
  };
  const log = read(logFile(draft), loadMeta);
  const state = read(stateFile(draft), loadApplied);
  if (!equalBytes(log.network, state.network))
    throw new Failure("store_foreign", "log.db and state.db belong to different networks");
  return {
    network: log.network,
    node: log.node,
    committed: log.committed.index,
    applied: appliedOf(state),
  };
}

async function describeAll(
  draft: string,
  { signal, onProgress }: { signal: AbortSignal | undefined; onProgress: (progress: BackupProgress) => void },
): Promise<BackupManifestJson["files"]> {
  const names = readdirSync(draft, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(draft.length + 1))
    .sort();
  const total = names.reduce((sum, name) => sum + statSync(join(draft, name)).size, 0);
  const files: BackupManifestJson["files"] = [];
  let done = 0;
  for (const name of names) {
    signal?.throwIfAborted();
    const file = await describeFile(draft, name);
    files.push(file);
    done += file.bytes;
    onProgress({ stage: "digests", done, total });
  }
  return files;
}

/** What the disk refused, as a Failure that says what to do. */
export function failureOf(target: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
  const isFull = error.code === "ENOSPC" || error.code === "EDQUOT";
  const isTaken = error.code === "ENOTEMPTY" || error.code === "EEXIST";
  if (isTaken)
    return new Failure("store_exists", `${target} exists already and is never replaced`, { cause: error });
  const advice = isFull
    ? "free some space and run the same command again"
    : "run the same command again once it can be";
  return new Failure(
    isFull ? "disk_full" : "disk_failed",
    `${target} cannot be written: ${error.message}; ${advice}`,
    {
      cause: error,
    },
  );
}
