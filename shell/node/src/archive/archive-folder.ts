// The folder of an archive while it is written: one writer at a time, its genesis, its manifest. The
// manifest is replaced whole, after all that it speaks of is durable, so no moment finds it lying.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveManifestJson } from "@juno/api";
import { equalBytes, hex } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Genesis } from "@juno/proof";
import { damaged } from "../store/database.ts";
import { GENESIS, LOCK, MANIFEST, manifestText, parseManifest } from "./manifest.ts";
import { settleRedacted, syncFolder } from "./redacted-files.ts";

const SQLITE_BUSY = 5;

export class ArchiveFolder {
  readonly path: string;
  readonly #lock: DatabaseSync;

  /** Makes the folder if it is missing. Throws Failure `store_in_use`, or `store_exists` for one of something else. */
  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    const ours = (name: string): boolean => [MANIFEST, GENESIS, LOCK].some((own) => name.startsWith(own));
    const isForeign = !existsSync(join(path, MANIFEST)) && !readdirSync(path).every(ours);
    if (isForeign) {
      throw new Failure(
        "store_exists",
        `${path} is not empty and holds no archive: name a new folder, or one that an export made`,
      );
    }
    this.#lock = lockOf(path);
  }

  /** The manifest of an earlier run, undefined in a new folder. Throws the Failures of one that is not of this network. */
  manifestOf(genesis: Genesis): ArchiveManifestJson | undefined {
    const file = join(this.path, MANIFEST);
    if (!existsSync(file)) return undefined;
    const manifest = parseManifest(new Uint8Array(readFileSync(file)));
    if (!manifest.ok) throw damaged(file, manifest.error);
    const genesisFile = join(this.path, GENESIS);
    const isOwn = existsSync(genesisFile) && equalBytes(readFileSync(genesisFile), genesis.bytes);
    if (manifest.value.network !== hex(genesis.network) || !isOwn) {
      throw new Failure(
        "store_foreign",
        `${this.path} is an archive of another network: export into a folder of its own`,
      );
    }
    settleRedacted(this.path, manifest.value);
    return manifest.value;
  }

  /** P3 */
  writeGenesis(genesis: Genesis): void {
    this.#replace(GENESIS, genesis.bytes);
  }

  writeManifest(manifest: ArchiveManifestJson): void {
    this.#replace(MANIFEST, manifestText(manifest));
  }

  close(): void {
    this.#lock.close();
  }

  #replace(name: string, content: string | Uint8Array): void {
    const draft = join(this.path, `${name}.new`);
    writeFileSync(draft, content, { flush: true });
    renameSync(draft, join(this.path, name));
    syncFolder(this.path);
  }
}

/** The operating system's lock, which goes with the process. */
function lockOf(path: string): DatabaseSync {
  const db = new DatabaseSync(join(path, LOCK), { timeout: 0 });
  try {
    db.exec("PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE");
    return db;
  } catch (error) {
    db.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) {
      throw new Failure("store_in_use", `another process writes to ${path}: wait for it, or stop it first`);
    }
    throw error;
  }
}
