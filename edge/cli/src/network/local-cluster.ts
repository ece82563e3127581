// Nodes of one network as children of this process. It starts, kills and restarts them by number and
// knows nothing of what they say. Invariant: when this process ends, by whatever way, so do they.

import { Complaint } from "../complaint.ts";
import { type NodePlace, NodeProcess } from "./node-process.ts";

/** Longer than a node's own limit for closing. */
const STOP_TIMEOUT_MS = 30_000;

export class LocalCluster {
  readonly places: readonly NodePlace[];
  readonly #processes = new Map<number, NodeProcess>();
  /** The last resort: exit handlers cannot wait. The children notice the end of their pipe as well. */
  readonly #onExit = () => {
    for (const child of this.#processes.values()) child.signal("SIGKILL");
  };

  constructor(places: readonly NodePlace[]) {
    this.places = places;
    process.on("exit", this.#onExit);
  }

  #place(id: number): NodePlace {
    const place = this.places.find((candidate) => candidate.id === id);
    if (place === undefined) throw new Complaint(`There is no node ${id}.`);
    return place;
  }

  /** Starts a node that does not run. */
  start(id: number): NodeProcess {
    const running = this.#processes.get(id);
    if (running !== undefined && running.exit === undefined) return running;
    const child = new NodeProcess(this.#place(id));
    this.#processes.set(id, child);
    return child;
  }

  startAll(): void {
    for (const { id } of this.places) this.start(id);
  }

  process(id: number): NodeProcess | undefined {
    return this.#processes.get(id);
  }

  isRunning(id: number): boolean {
    const child = this.#processes.get(id);
    return child !== undefined && child.exit === undefined;
  }

  /** SIGKILL: the node gets no chance to say goodbye. */
  async kill(id: number): Promise<void> {
    const child = this.#processes.get(id);
    if (child === undefined) return;
    child.signal("SIGKILL");
    await child.exited;
  }

  /** A node that ended of itself is a failure; says which, and why. */
  assertAlive(): void {
    for (const [id, child] of this.#processes) {
      const { exit } = child;
      if (exit === undefined || exit.signal === "SIGKILL") continue;
      throw new Complaint(`Node ${id} ended with exit code ${exit.code}: ${child.lastWords()}`);
    }
  }

  /** Stops all nodes with SIGTERM and waits for their ends; true if each ended with exit code 0. */
  async stop(): Promise<boolean> {
    const children = [...this.#processes.values()].filter(({ exit }) => exit === undefined);
    for (const child of children) child.signal("SIGTERM");
    const timer = setTimeout(() => {
      for (const child of children) child.signal("SIGKILL");
    }, STOP_TIMEOUT_MS);
    const exits = await Promise.all(children.map(({ exited }) => exited));
    clearTimeout(timer);
    process.off("exit", this.#onExit);
    return exits.every(({ code }) => code === 0);
  }
}
