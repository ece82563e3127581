// Nodes of one network as children of this process. It starts, kills and restarts them by number and
// knows nothing of what they say. Invariant: when this process ends, by whatever way, so do they.

import { Complaint } from "../complaint.ts";
import { type NodePlace, NodeProcess } from "./node-process.ts";

/** Longer than a node's own limit for closing. */
const STOP_TIMEOUT_MS = 30_000;

export class LocalCluster {
  readonly #places: NodePlace[];
  readonly #processes = new Map<number, NodeProcess>();
  /** Those that were asked to end. */
  readonly #asked = new WeakSet<NodeProcess>();
  /** The last resort: exit handlers cannot wait. The children notice the end of their pipe as well. */
  readonly #onExit = () => {
    for (const child of this.#processes.values()) child.signal("SIGKILL");
  };

  constructor(places: readonly NodePlace[]) {
    this.#places = [...places];
    process.on("exit", this.#onExit);
  }

  get places(): readonly NodePlace[] {
    return this.#places;
  }

  /** Takes in a node that has joined the network; it is not started. */
  add(place: NodePlace): void {
    this.#places.push(place);
  }

  /** Takes out a node that is none of the network's any more; its process must have ended. */
  remove(id: number): void {
    this.#places.splice(this.#places.indexOf(this.#place(id)), 1);
    this.#processes.delete(id);
  }

  #place(id: number): NodePlace {
    const place = this.#places.find((candidate) => candidate.id === id);
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
    for (const { id } of this.#places) this.start(id);
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

  /** SIGTERM to one node, as its operator stops it; waits for its end and throws a Complaint unless its exit code is 0. */
  async end(id: number): Promise<void> {
    const child = this.#processes.get(id);
    if (child === undefined) return;
    this.#asked.add(child);
    const isClean = await stopAll([child]);
    if (!isClean)
      throw new Complaint(`Node ${id} ended with exit code ${child.exit?.code}: ${child.lastWords()}`);
  }

  /** A node that ended of itself is a failure; says which, and why. */
  assertAlive(): void {
    for (const [id, child] of this.#processes) {
      const { exit } = child;
      if (exit === undefined || exit.signal === "SIGKILL" || this.#asked.has(child)) continue;
      throw new Complaint(`Node ${id} ended with exit code ${exit.code}: ${child.lastWords()}`);
    }
  }

  /** Stops all nodes with SIGTERM and waits for their ends; true if each ended with exit code 0. */
  async stop(): Promise<boolean> {
    const isClean = await stopAll([...this.#processes.values()].filter(({ exit }) => exit === undefined));
    process.off("exit", this.#onExit);
    return isClean;
  }
}

async function stopAll(children: readonly NodeProcess[]): Promise<boolean> {
  for (const child of children) child.signal("SIGTERM");
  const timer = setTimeout(() => {
    for (const child of children) child.signal("SIGKILL");
  }, STOP_TIMEOUT_MS);
  const exits = await Promise.all(children.map(({ exited }) => exited));
  clearTimeout(timer);
  return exits.every(({ code }) => code === 0);
}
