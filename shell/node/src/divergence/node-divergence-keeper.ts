// The DivergenceKeeper port over a node's folder.

import { Worker } from "node:worker_threads";
import type { NodeId } from "@juno/base";
import type { Departure, DivergenceKeeper } from "@juno/runtime";

export class NodeDivergenceKeeper implements DivergenceKeeper {
  readonly #data: { readonly folder: string; readonly node: NodeId; readonly genesis: Uint8Array };
  readonly #running = new Set<Worker>();

  constructor(data: { readonly folder: string; readonly node: NodeId; readonly genesis: Uint8Array }) {
    this.#data = data;
  }

  keep(departure: Departure): Promise<string | undefined> {
    const worker = new Worker(new URL("./divergence-thread.ts", import.meta.url), {
      name: "divergence",
      workerData: { ...this.#data, departure, now: Date.now() },
    });
    this.#running.add(worker);
    return new Promise((resolve, reject) => {
      worker.once("message", ({ place, problem }: { place?: string; problem?: string }) => {
        if (problem === undefined) resolve(place);
        else reject(new Error(problem));
      });
      worker.once("error", reject);
      worker.once("exit", () => {
        this.#running.delete(worker);
        reject(new Error("it was stopped before it was done"));
      });
    });
  }

  /** Ends what is under way: it is done anew at the next start. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((worker) => worker.terminate()));
  }
}
