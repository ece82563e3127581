// One process at a time runs a node: two of them would vote twice under one key. The lock is the
// operating system's, on a file of its own, and goes with the process, however that ends.

import { DatabaseSync } from "node:sqlite";
import { Failure } from "@juno/failure";
import { lockFile } from "./folder.ts";

export class NodeLock {
  readonly #db: DatabaseSync;

  /** Holds the folder's lock, or throws Failure `store_in_use` at once. */
  constructor(folder: string) {
    const file = lockFile(folder);
    try {
      this.#db = new DatabaseSync(file, { timeout: 0 });
      this.#db.exec("PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE");
    } catch (error) {
      if (error instanceof Error && "errcode" in error && error.errcode === 5) {
        throw new Failure("store_in_use", `another process runs the node in ${folder}: stop that one first`);
      }
      throw new Failure("disk_failed", `${file} cannot be locked: ${String(error)}`, { cause: error });
    }
  }

  release(): void {
    this.#db.close();
  }
}
