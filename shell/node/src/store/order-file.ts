// The OrderStore port as a file in the node's folder: whoever can remove it operates the machine anyway. It stands whole or not at
// all, and synced.

import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { hex, parseJson, readJson, utf8 } from "@juno/base";
import { Failure } from "@juno/failure";
import type { KeptOrders, OrderStore } from "@juno/runtime";
import { syncTree } from "../backup/sync-tree.ts";

const FILE_BYTES_MAX = 64 * 1024;

export class OrderFile implements OrderStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<KeptOrders | undefined> {
    if (!existsSync(this.#path)) return undefined;
    const json = parseJson(new Uint8Array(readFileSync(this.#path)), { bytesMax: FILE_BYTES_MAX });
    if (!json.ok) throw this.#damaged(json.error.detail);
    const kept = readJson(json.value, "store_damaged", (document): KeptOrders => {
      const { issued, held } = document.object(["issued"], ["held"]);
      const told = held?.object(["key", "since", "reason"]);
      return {
        issued: issued.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        held: told && {
          key: hex(told.key.hexBytes(32)),
          since: told.since.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
          reason: told.reason.text(),
        },
      };
    });
    if (!kept.ok) throw this.#damaged(kept.error.detail);
    return kept.value;
  }

  /** Nothing is put into its place: it may have said that the node is halted. */
  #damaged(detail: string): Failure {
    const what = "what the node keeps of its operator's orders is damaged";
    const advice = "If the node is to run, remove the file; it then takes part, whether or not it was halted";
    return new Failure("store_damaged", `${this.#path}: ${what}: ${detail}. ${advice}.`);
  }

  async save(kept: KeptOrders): Promise<void> {
    const draft = `${this.#path}.new`;
    const descriptor = openSync(draft, "w");
    try {
      const bytes = utf8(`${JSON.stringify(kept)}\n`);
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, this.#path);
    syncTree(dirname(this.#path), { isDeep: false });
  }
}
