// Lays a backup out as a node's folder. What was restored is older than what the node signed since, so its log
// says that it was restored, and the node that starts on it observes (S16). Invariant: nothing that is there is
// replaced, and log.db, without which no node starts, gets its name last.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BackupManifestJson } from "@juno/api";
import { hex } from "@juno/base";
import { Failure } from "@juno/failure";
import { peekNodeKeys } from "../keys/node-keys.ts";
import { loadGenesis } from "../run/genesis-file.ts";
import { loadNodeConfig } from "../run/node-config.ts";
import { damaged, guarded } from "../store/database.ts";
import { logFile, stateFile } from "../store/folder.ts";
import { loadMeta, SAVE_META, saveMeta } from "../store/log/meta.ts";
import { NodeLock } from "../store/node-lock.ts";
import { snapshotsFolder } from "../store/snapshot/snapshot-folder.ts";
import { failureOf } from "./make-backup.ts";
import { checkFiles, readManifest } from "./manifest.ts";
import { syncTree } from "./sync-tree.ts";

export type RestoreRequest = {
  readonly backup: string;
  /** The node's data folder; made if it is missing. */
  readonly folder: string;
  /** The node's node.json, if it is neither in the folder nor in the backup. */
  readonly keys?: string | undefined;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
};

export type RestoreReport = {
  readonly manifest: BackupManifestJson;
  /** Whether node.json is there, so that the node can be started. */
  readonly hasKeys: boolean;
};

/** Throws Failures that say what is wrong with the backup, or in the way. */
export async function restoreBackup(request: RestoreRequest): Promise<RestoreReport> {
  const { backup, folder, onProgress = () => undefined } = request;
  const manifest = readManifest(backup);
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  await checkFiles(backup, manifest.files, (bytes) => {
    done += bytes;
    onProgress({ done, total });
  });
  checkGenesis(backup, manifest);
  try {
    mkdirSync(folder, { recursive: true });
    const lock = new NodeLock(folder);
    try {
      refuseToReplace(folder);
      layOut(request, manifest);
    } finally {
      lock.release();
    }
  } catch (error) {
    throw failureOf(folder, error);
  }
  return { manifest, hasKeys: existsSync(loadNodeConfig(join(folder, "config.json")).keysPath) };
}

function checkGenesis(backup: string, manifest: BackupManifestJson): void {
  const genesis = loadGenesis(join(backup, "genesis.json"));
  if (hex(genesis.network) !== manifest.network)
    throw new Failure(
      "store_foreign",
      `the genesis in ${backup} is that of another network than the manifest`,
    );
}

function refuseToReplace(folder: string): void {
  const places = [logFile(folder), stateFile(folder), snapshotsFolder(folder)];
  const taken = places.flatMap((place) => [place, `${place}-wal`]).find((path) => existsSync(path));
  if (taken === undefined) return;
  throw new Failure(
    "store_exists",
    `${taken} is there, and nothing is ever replaced: move log.db, state.db (with -wal and -shm) and snapshots of the old node away, and keep them`,
  );
}

function layOut({ backup, folder, keys }: RestoreRequest, manifest: BackupManifestJson): void {
  const draft = mkdtempSync(join(folder, "restoring-"));
  try {
    for (const { name } of manifest.files) {
      mkdirSync(dirname(join(draft, name)), { recursive: true });
      copyFileSync(join(backup, name), join(draft, name));
    }
    if (keys !== undefined) copyFileSync(keys, join(draft, "node.json"));
    if (existsSync(join(draft, "node.json"))) chmodSync(join(draft, "node.json"), 0o600);
    makeObserver(logFile(draft), manifest);
    keepWhatIsThere(folder, draft);
    checkOwner(folder, draft, manifest);
    syncTree(draft);
    for (const name of ["genesis.json", "config.json", "node.json", "snapshots", "state.db", "log.db"])
      if (existsSync(join(draft, name))) renameSync(join(draft, name), join(folder, name));
    syncTree(folder, { isDeep: false });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The folder's own configuration and keys stay; a configuration that is brought along finds the genesis beside it. */
function keepWhatIsThere(folder: string, draft: string): void {
  const isThere = (name: string) => existsSync(join(folder, name));
  for (const name of ["config.json", "node.json"])
    if (isThere(name)) rmSync(join(draft, name), { force: true });
  if (isThere("config.json") || isThere("genesis.json")) rmSync(join(draft, "genesis.json"));
  if (isThere("config.json")) return;
  const file = join(draft, "config.json");
  const config = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  writeFileSync(
    file,
    `${JSON.stringify({ ...config, genesis: "genesis.json", keys: "node.json" }, null, 2)}\n`,
  );
}

/** What stays and what comes belong to the same voter of the same network. */
function checkOwner(folder: string, draft: string, manifest: BackupManifestJson): void {
  const found = (name: string) =>
    [draft, folder].map((place) => join(place, name)).find((path) => existsSync(path));
  const config = loadNodeConfig(found("config.json")!);
  const genesisPath = existsSync(config.genesisPath) ? config.genesisPath : join(folder, "genesis.json");
  const genesis = loadGenesis(genesisPath);
  if (hex(genesis.network) !== manifest.network)
    throw new Failure("store_foreign", `${genesisPath} is of another network than the backup`);
  const keysPath = found("node.json");
  if (keysPath === undefined) return;
  const keys = peekNodeKeys(keysPath);
  if (keys.id !== manifest.node)
    throw new Failure(
      "key_unusable",
      `${keysPath} is of node ${keys.id}, the backup of node ${manifest.node}`,
    );
}

/** 5.7: what the node signed after the backup is forgotten, so it must not sign again. */
function makeObserver(file: string, { network, node, made }: BackupManifestJson): void {
  guarded(file, () => {
    const db = new DatabaseSync(file);
    try {
      db.exec("PRAGMA synchronous=FULL; PRAGMA journal_mode=DELETE");
      const meta = loadMeta(db);
      if (meta === undefined) throw damaged(file, "it holds no voter's memory");
      if (hex(meta.network) !== network || meta.node !== node)
        throw new Failure("store_foreign", `${file} is not of the node that the manifest names`);
      // Whoever doubted its outcomes, or halted, has nothing to show.
      const mode = meta.mode === "normal" || meta.mode === "observer" ? "observer" : "halted";
      const before = meta.reason === "" ? "" : `; before that: ${meta.reason}`;
      saveMeta(db.prepare(SAVE_META), {
        ...meta,
        mode,
        reason: `restored from the backup of ${made}${before}`,
      });
    } finally {
      db.close();
    }
  });
}
