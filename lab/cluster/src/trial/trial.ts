// One trial: a network of real processes under a manifest's load and faults, then everything healed,
// progress demanded of every node, and judged: what clients saw, what every node shows, what its databases
// hold. It ends with a report or with one of three errors, which tell apart what went wrong.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Prng } from "@juno/base";
import { type Case, judge } from "@juno/judge";
import { Cluster } from "../cluster.ts";
import { Clients } from "./clients.ts";
import { databaseFaults, disagreements, longestOf, type Shown, shownByAll } from "./final-state.ts";
import { faultText, type Manifest } from "./manifest.ts";
import { Troubles } from "./troubles.ts";

/** Something that may never happen has happened. One sentence each. */
export class Unsafe extends Error {
  override readonly name = "Unsafe";
}

/** After healing, the network did not come back. */
export class NoProgress extends Error {
  override readonly name = "NoProgress";
}

const RECOVERY_MS_MAX = 120_000;
const SENTENCES_MAX = 20;

export type TrialOptions = {
  readonly manifest: Manifest;
  readonly seed: number;
  /** Takes what happens, line by line. */
  readonly note?: (line: string) => void;
  /** Told where the evidence is, when a trial fails; without it, none is kept. */
  readonly onEvidence?: (folder: string) => void;
};

export type Counts = Readonly<
  Record<"acknowledged" | "failed" | "refused" | "unknown" | "read" | "unread", number>
>;

export type TrialReport = {
  /** All that was judged. */
  readonly judged: Case;
  readonly counts: Counts;
  /** Terms that nodes have entered. */
  readonly terms: number;
  /** From healing until every node had served a client of its own. */
  readonly recoveryMs: number;
};

export function countsOf({ history }: Pick<Case, "history">): Counts {
  const counts = { acknowledged: 0, failed: 0, refused: 0, unknown: 0, read: 0, unread: 0 };
  for (const { answer } of history) {
    if (answer.kind === "acknowledged") counts[answer.status === "ok" ? "acknowledged" : "failed"] += 1;
    else if (answer.kind === "values") counts.read += 1;
    else counts[answer.kind === "none" ? "unread" : answer.kind] += 1;
  }
  return counts;
}

export async function runTrial(options: TrialOptions): Promise<TrialReport> {
  const cluster = await Cluster.make({ nodes: options.manifest.nodes });
  const prng = new Prng(options.seed);
  const troubles = await Troubles.prepare(cluster, prng);
  const clients = new Clients({ cluster, seed: options.seed, ...options.manifest });
  let isGood = false;
  try {
    const report = await new Trial(options, { cluster, troubles, clients }).run();
    isGood = true;
    return report;
  } finally {
    const keepsFolder = !isGood && options.onEvidence !== undefined;
    clients.close();
    if (keepsFolder) {
      keep(join(cluster.folder, "history.json"), clients.history);
      options.onEvidence?.(cluster.folder);
    }
    await cluster.close({ keepsFolder });
    troubles.close();
  }
}

/** One cause has many effects. */
function inShort(sentences: readonly string[]): string {
  const more = sentences.length - SENTENCES_MAX;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return [...sentences.slice(0, SENTENCES_MAX), ...rest].join("\n");
}

function keep(path: string, history: Case["history"]): void {
  const text = JSON.stringify(
    history,
    (_, value: unknown) => {
      if (typeof value === "bigint") return String(value);
      return value instanceof Map ? Object.fromEntries(value) : value;
    },
    1,
  );
  writeFileSync(path, text);
}

type Parts = { readonly cluster: Cluster; readonly troubles: Troubles; readonly clients: Clients };

class Trial {
  readonly #manifest: Manifest;
  readonly #note: (line: string) => void;
  readonly #parts: Parts;

  constructor({ manifest, note = () => undefined }: TrialOptions, parts: Parts) {
    this.#manifest = manifest;
    this.#note = note;
    this.#parts = parts;
  }

  async run(): Promise<TrialReport> {
    const { cluster, troubles, clients } = this.#parts;
    for (const id of cluster.ids) troubles.start(id);
    await cluster.leader();
    await clients.start();
    await this.#faults();
    const recoveryMs = await this.#recover();
    await clients.stop();
    const { applied, terms, shown } = await this.#atRest();
    const judged: Case = {
      history: clients.history,
      ledger: longestOf(shown).ledger,
      portraits: shown.map(({ portrait }) => portrait),
    };
    const sentences = [...disagreements(shown), ...judge(judged).map(({ sentence }) => sentence)];
    const exits = await cluster.terminate(...cluster.ids);
    for (const [at, { code, signal }] of exits.entries()) {
      if (code !== 0) throw new Error(`node ${cluster.ids[at]} ended with ${signal ?? code} when asked to`);
    }
    sentences.push(...(await databaseFaults(cluster, shown, applied)));
    if (sentences.length > 0) throw new Unsafe(inShort(sentences));
    return { judged, counts: countsOf(judged), terms, recoveryMs };
  }

  async #faults(): Promise<void> {
    const { cluster, troubles, clients } = this.#parts;
    const beginMs = performance.now();
    const passed = async (atMs: number): Promise<void> => {
      const leftMs = atMs - (performance.now() - beginMs);
      if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
      cluster.assertAlive();
      clients.assertUnbroken();
    };
    for (const { atMs, fault } of this.#manifest.steps) {
      await passed(atMs);
      const ids = await troubles.strike(fault);
      const to = ids.length === 0 ? "" : ` (${ids.join(", ")})`;
      const seconds = ((performance.now() - beginMs) / 1000).toFixed(1);
      this.#note(`${seconds.padStart(6)} s  ${faultText(fault)}${to}; ${this.#progress()}`);
    }
    await passed(this.#manifest.endMs);
  }

  #progress(): string {
    const { acknowledged, failed, unknown, read } = countsOf(this.#parts.clients);
    return `${acknowledged + failed} commands answered, ${unknown} unknown, ${read} reads`;
  }

  /** Heals, and demands that every node serves a client that knows no other. */
  async #recover(): Promise<number> {
    const { cluster, troubles, clients } = this.#parts;
    const beginMs = performance.now();
    await troubles.end();
    this.#note(`everything healed; ${this.#progress()}`);
    const served = Promise.all(cluster.ids.map((id) => clients.throughNode(id)));
    let isServed = false;
    served.then(
      () => {
        isServed = true;
      },
      () => undefined,
    );
    await this.#comes("every node serves", () => (isServed ? true : undefined));
    await served;
    const recoveryMs = Math.round(performance.now() - beginMs);
    this.#note(`every node serves again after ${recoveryMs} ms`);
    return recoveryMs;
  }

  /** `until`, and what does not come is a lack of progress. */
  async #comes<T>(what: string, probe: () => T | undefined | Promise<T | undefined>): Promise<T> {
    const { cluster } = this.#parts;
    try {
      return await cluster.until(what, probe, RECOVERY_MS_MAX);
    } catch (error) {
      cluster.assertAlive();
      throw new NoProgress(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  async #atRest() {
    const { cluster } = this.#parts;
    const statuses = await this.#comes(
      "all nodes have applied the same and nothing is under way",
      async () => {
        const all = await Promise.all(cluster.ids.map((id) => cluster.status(id)));
        const tops = all.map((status) => {
          const rests = status?.pending.commands === 0 && status.committed === status.applied.index;
          return rests ? status.applied.index : undefined;
        });
        return tops.every((top) => top !== undefined && top === tops[0]) ? all : undefined;
      },
    );
    const found = statuses.flatMap((status) => status ?? []);
    const roots = new Set(found.map(({ applied }) => applied.root));
    const { index, root } = found[0]!.applied;
    if (roots.size > 1) throw new Unsafe(`nodes attest ${roots.size} different outcome roots at ${index}`);
    const odd = found.find(({ mode }) => mode !== "normal");
    if (odd !== undefined) throw new Unsafe(`node ${odd.node} is ${odd.mode}`);
    const shown: Shown[] = await shownByAll(cluster);
    return { applied: { index, root }, terms: Math.max(...found.map(({ term }) => term)), shown };
  }
}
