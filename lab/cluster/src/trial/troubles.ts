// Does to a running network what a manifest's faults say, and undoes all of it in the end. Who leads is
// found out when a fault strikes, by what the nodes say of themselves.

import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Prng } from "@juno/base";
import type { Cluster, StartOptions } from "../cluster.ts";
import { Links } from "./links.ts";
import type { Fault, Sweep, Who } from "./manifest.ts";
import { SlowDisk } from "./slow-disk.ts";

/** A URL, since NODE_OPTIONS would cut a path at its blanks. */
const SHIFTED_CLOCK = new URL("./shifted-clock.ts", import.meta.url).href;

export class Troubles {
  readonly #cluster: Cluster;
  readonly #links: Links;
  readonly #prng: Prng;
  readonly #killed = new Set<number>();
  readonly #paused = new Set<number>();
  readonly #disks = new Map<number, SlowDisk>();

  private constructor(cluster: Cluster, links: Links, prng: Prng) {
    this.#cluster = cluster;
    this.#links = links;
    this.#prng = prng;
  }

  /** For a network that does not run yet. */
  static async prepare(cluster: Cluster, prng: Prng): Promise<Troubles> {
    const troubles = new Troubles(cluster, await Links.between(cluster), prng);
    for (const id of cluster.ids) troubles.#setClock(id, 0);
    return troubles;
  }

  start(id: number): void {
    this.#cluster.start(id, this.#startOptions(id));
    this.#killed.delete(id);
  }

  #startOptions(id: number): StartOptions {
    return {
      environment: { JUNO_SHIFTED_CLOCK: this.#clockPath(id), NODE_OPTIONS: `--import=${SHIFTED_CLOCK}` },
    };
  }

  #clockPath(id: number): string {
    return join(this.#cluster.folder, `clock-${id}`);
  }

  #setClock(id: number, shiftMs: number): void {
    // The node may read at any moment.
    writeFileSync(`${this.#clockPath(id)}.new`, String(shiftMs));
    renameSync(`${this.#clockPath(id)}.new`, this.#clockPath(id));
  }

  /** The node that believes to lead, in the highest term if there are several. */
  async #leader(): Promise<number> {
    const cluster = this.#cluster;
    return cluster.until("some node leads", async () => {
      const awake = cluster.ids.filter((id) => !this.#killed.has(id) && !this.#paused.has(id));
      const statuses = await Promise.all(awake.map((id) => cluster.status(id)));
      const leaders = statuses.filter((status) => status?.role === "leader");
      return leaders.sort((a, b) => b!.term - a!.term)[0]?.node;
    });
  }

  async #resolve(who: Who): Promise<number[]> {
    if (who.kind === "node") return [who.id];
    if (who.kind === "all") return [...this.#cluster.ids];
    const leader = await this.#leader();
    if (who.kind === "leader") return [leader];
    const others = this.#cluster.ids.filter((id) => id !== leader && this.#isUp(id));
    return others.length === 0 ? [] : [this.#prng.pick(others)];
  }

  #isUp(id: number): boolean {
    return !this.#killed.has(id) && !this.#paused.has(id);
  }

  async #slowDisk(id: number, ms: number): Promise<void> {
    // A process has one tracer at a time.
    await this.#disks.get(id)?.end();
    this.#disks.set(id, await SlowDisk.of(this.#cluster.process(id).pid!, ms));
  }

  /** Resolves once it is so; to whom it was done. What does not run cannot be paused or slowed. */
  async strike(fault: Fault): Promise<readonly number[]> {
    if (!("who" in fault)) return this.#strikeAll(fault.verb);
    const named = await this.#resolve(fault.who);
    const isForUp = fault.verb === "pause" || fault.verb === "slow-disk";
    const ids = isForUp ? named.filter((id) => this.#isUp(id)) : named;
    switch (fault.verb) {
      case "kill":
        await this.#cluster.kill(...ids);
        for (const id of ids) {
          this.#killed.add(id);
          this.#paused.delete(id);
        }
        break;
      case "pause":
        for (const id of ids) {
          await this.#cluster.process(id).pause();
          this.#paused.add(id);
        }
        break;
      case "isolate":
        this.#links.cut(({ from, to }) => !ids.includes(from) && !ids.includes(to));
        break;
      case "mute":
        this.#links.cut(({ from }) => !ids.includes(from));
        break;
      case "deafen":
        this.#links.cut(({ to }) => !ids.includes(to));
        break;
      case "delay":
        for (const id of ids) this.#links.delay(id, fault.ms);
        break;
      case "slow-disk":
        for (const id of ids) await this.#slowDisk(id, fault.ms);
        break;
      case "clock":
        for (const id of ids) this.#setClock(id, fault.ms);
    }
    return ids;
  }

  async #strikeAll(verb: Sweep): Promise<number[]> {
    switch (verb) {
      case "restart": {
        const ids = [...this.#killed];
        for (const id of ids) this.start(id);
        return ids;
      }
      case "resume": {
        const ids = [...this.#paused];
        for (const id of ids) await this.#cluster.process(id).resume();
        this.#paused.clear();
        return ids;
      }
      case "halves": {
        const leader = await this.#leader();
        const others = this.#cluster.ids.filter((id) => id !== leader);
        const half = [leader, ...others.slice(0, Math.ceil(this.#cluster.ids.length / 2) - 1)];
        this.#links.cut(({ from, to }) => half.includes(from) === half.includes(to));
        return half;
      }
      case "heal":
        this.#links.heal();
        return [];
      case "settle":
        await this.#cluster.caughtUp(...this.#cluster.ids.filter((id) => this.#isUp(id)));
        return [];
      case "fast-disks":
        await Promise.all([...this.#disks.values()].map((disk) => disk.end()));
        this.#disks.clear();
        return [];
    }
  }

  /** Undoes everything. */
  async end(): Promise<void> {
    for (const verb of ["heal", "resume", "fast-disks", "restart"] as const) await this.#strikeAll(verb);
    for (const id of this.#cluster.ids) this.#setClock(id, 0);
  }

  /** When the nodes are gone: whatever this started ends. */
  async close(): Promise<void> {
    this.#links.close();
    await this.#strikeAll("fast-disks");
  }
}
