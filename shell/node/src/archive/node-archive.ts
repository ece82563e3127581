// The Archive port over a folder of the host: what a node lets go of is exported there first.

import { Worker } from "node:worker_threads";
import type { LogIndex } from "@juno/base";
import type { Archive } from "@juno/runtime";

export class NodeArchive implements Archive {
  readonly location: string;
  readonly #data: { readonly folder: string; readonly target: string; readonly genesis: Uint8Array };
  readonly #running = new Set<Worker>();

  constructor(options: {
    /** The node's folder. */
    readonly folder: string;
    /** The archive's folder; made if it is not there. */
    readonly target: string;
    readonly location: string;
    readonly genesis: Uint8Array;
  }) {
    const { folder, target, genesis } = options;
    this.location = options.location;
    this.#data = { folder, target, genesis };
  }

  extend(through: LogIndex): Promise<void> {
    const worker = new Worker(new URL("./archive-thread.ts", import.meta.url), {
      name: "archive",
      workerData: { ...this.#data, to: through },
    });
    this.#running.add(worker);
    return new Promise((resolve, reject) => {
      worker.once("error", reject);
      worker.once("exit", (code) => {
        this.#running.delete(worker);
        if (code === 0) resolve();
        else reject(new Error(`the archive's thread ended with code ${code}`));
      });
    });
  }

  /** Ends what is under way: an archive is whole at every moment, and extended the next time. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((worker) => worker.terminate()));
  }
}
