// One trial: a network of real processes under a manifest's load and faults, then everything healed,
// progress demanded of every node, and judged: what clients saw, what every node shows, what its databases
// hold. It ends with a report or with an error that tells what went wrong (ending.ts). Invariant: however
// it ends, it leaves no process and no folder.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Prng } from "@juno/base";
import { type Case, judge } from "@juno/judge";
import { Cluster } from "../cluster.ts";
import { Clients } from "./clients.ts";
import { Unsafe, Unusable } from "./ending.ts";
import { databaseFaults, disagreements, longestOf, type Shown, shownByAll } from "./final-state.ts";
import { type Fault, faultText, type Manifest, needsStrace } from "./manifest.ts";
import { countedVerbs, countsOf, recoveryAfter, type TrialReport } from "./report.ts";
import { hasStrace } from "./slow-disk.ts";
import { Troubles } from "./troubles.ts";

const RECOVERY_MS_MAX = 120_000;
const MENDS: readonly Fault["verb"][] = ["restart", "resume", "heal", "fast-disks"];

export type TrialOptions = {
  readonly manifest: Manifest;
  readonly seed: number;
  /** Takes what happens, line by line. */
  readonly note?: (line: string) => void;
  /** Ends the trial early: it rejects with the reason. */
  readonly signal?: AbortSignal;
  /** A folder that takes logs, databases and history when the trial fails; without it, none are kept. */
  readonly evidence?: string | undefined;
};

export async function runTrial(options: TrialOptions): Promise<TrialReport> {
  if (needsStrace(options.manifest) && !hasStrace()) {
    throw new Unusable(`${options.manifest.name} slows disks, which needs strace: apt-get install strace`);
  }
  const cluster = await Cluster.make({ nodes: options.manifest.nodes });
  let evidence: string | undefined;
  let trial: Trial | undefined;
  try {
    trial = await Trial.prepare(options, cluster);
    return await unlessAborted(trial.run(), options.signal);
  } catch (error) {
    const isEarly = options.signal?.aborted ?? false;
    if (!isEarly) {
      options.note?.(cluster.logTails());
      evidence = options.evidence;
      trial?.keepHistory();
    }
    throw error;
  } finally {
    trial?.closeClients();
    await cluster.close({ evidence });
    await trial?.close();
  }
}

/** The promise, or a rejection with the signal's reason as soon as it comes. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", abort));
  });
}

function historyText(history: Case["history"]): string {
  return JSON.stringify(
    history,
    (_, value: unknown) => {
      if (typeof value === "bigint") return String(value);
      return value instanceof Map ? Object.fromEntries(value) : value;
    },
    1,
  );
}

type Parts = { readonly cluster: Cluster; readonly troubles: Troubles; readonly clients: Clients };

class Trial {
  readonly #options: TrialOptions;
  readonly #parts: Parts;
  /** When something was mended. */
  readonly #mends: number[] = [];

  private constructor(options: TrialOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  static async prepare(options: TrialOptions, cluster: Cluster): Promise<Trial> {
    const { seed, manifest } = options;
    const troubles = await Troubles.prepare(cluster, new Prng(seed));
    return new Trial(options, { cluster, troubles, clients: new Clients({ cluster, seed, ...manifest }) });
  }

  #note(line: string): void {
    this.#options.note?.(line);
  }

  keepHistory(): void {
    const { cluster, clients } = this.#parts;
    writeFileSync(join(cluster.folder, "history.json"), historyText(clients.history));
  }

  closeClients(): void {
    this.#parts.clients.close();
  }

  /** Once the nodes are gone. */
  async close(): Promise<void> {
    await this.#parts.troubles.close();
  }

  async run(): Promise<TrialReport> {
    const { manifest } = this.#options;
    const { cluster, troubles, clients } = this.#parts;
    for (const id of cluster.ids) troubles.start(id);
    await cluster.leader();
    await clients.start();
    await this.#faults();
    const recoveryMs = await this.#recover();
    await clients.stop();
    const { history } = clients;
    const recoveries = this.#mends.map((momentMs) => recoveryAfter(history, momentMs));
    const { applied, terms, shown } = await this.#atRest();
    const judged: Case = {
      history,
      ledger: longestOf(shown).ledger,
      portraits: shown.map(({ portrait }) => portrait),
    };
    const sentences = [...disagreements(shown, applied), ...judge(judged).map(({ sentence }) => sentence)];
    const exits = await cluster.terminate(...cluster.ids);
    for (const [at, { code, signal }] of exits.entries()) {
      if (code !== 0) throw new Error(`node ${cluster.ids[at]} ended with ${signal ?? code} when asked to`);
    }
    sentences.push(...(await databaseFaults(cluster, { shown, applied, signal: this.#options.signal })));
    if (sentences.length > 0) throw new Unsafe(sentences);
    return {
      ...{ manifest, judged, terms, recoveryMs },
      counts: countsOf(history),
      faults: countedVerbs(manifest),
      recoveryMsWorst: Math.max(recoveryMs, ...recoveries),
    };
  }

  async #faults(): Promise<void> {
    const { cluster, troubles, clients } = this.#parts;
    let beginMs = performance.now();
    const passed = async (atMs: number): Promise<void> => {
      const leftMs = atMs - (performance.now() - beginMs);
      if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
      cluster.assertAlive();
      clients.assertUnbroken();
    };
    const { steps, endMs } = this.#options.manifest;
    for (const { atMs, fault } of steps) {
      await passed(atMs);
      const strikeMs = performance.now();
      const ids = await troubles.strike(fault);
      // However long nodes take on this machine: what comes next finds them up.
      if (fault.verb === "settle") beginMs += performance.now() - strikeMs;
      if (MENDS.includes(fault.verb)) this.#mends.push(performance.now());
      const to = ids.length === 0 ? "" : ` (${ids.join(", ")})`;
      const seconds = ((performance.now() - beginMs) / 1000).toFixed(1);
      this.#note(`${seconds.padStart(6)} s  ${faultText(fault)}${to}; ${this.#progress()}`);
    }
    await passed(endMs);
  }

  #progress(): string {
    const { done, failed, unknown, read } = countsOf(this.#parts.clients.history);
    return `${done + failed} commands answered, ${unknown} unknown, ${read} reads`;
  }

  /** Heals, and demands that every node serves a client that knows no other. */
  async #recover(): Promise<number> {
    const { cluster, troubles, clients } = this.#parts;
    const beginMs = performance.now();
    await troubles.end();
    this.#note(`everything healed; ${this.#progress()}`);
    const sinceMs = () => Math.round(performance.now() - beginMs);
    const through = async (id: number) => {
      await clients.throughNode(id);
      this.#note(`node ${id} has served after ${sinceMs()} ms`);
    };
    const served = Promise.all(cluster.ids.map(through));
    let isServed = false;
    served.then(
      () => {
        isServed = true;
      },
      () => undefined,
    );
    await cluster.until("every node serves", () => (isServed ? true : undefined), RECOVERY_MS_MAX);
    await served;
    return sinceMs();
  }

  async #atRest() {
    const { cluster } = this.#parts;
    const statuses = await cluster.until(
      "all nodes have applied the same and nothing is under way",
      async () => {
        const all = await Promise.all(cluster.ids.map((id) => cluster.status(id)));
        const tops = all.map((status) => {
          const rests = status?.pending.commands === 0 && status.committed === status.applied.index;
          return rests ? status.applied.index : undefined;
        });
        return tops.every((top) => top !== undefined && top === tops[0]) ? all : undefined;
      },
      RECOVERY_MS_MAX,
    );
    const found = statuses.flatMap((status) => status ?? []);
    const roots = new Set(found.map(({ applied }) => applied.root));
    const { index, root } = found[0]!.applied;
    if (roots.size > 1) throw new Unsafe([`nodes attest ${roots.size} different outcome roots at ${index}`]);
    const odd = found.find(({ mode }) => mode !== "normal");
    if (odd !== undefined) throw new Unsafe([`node ${odd.node} is ${odd.mode}`]);
    const shown: Shown[] = await shownByAll(cluster);
    return { applied: { index, root }, terms: Math.max(...found.map(({ term }) => term)), shown };
  }
}
