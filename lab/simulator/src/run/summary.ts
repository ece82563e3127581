// What many seeds together have shown, and whether they have shown enough: a fault that never struck and a
// rule that never ran prove nothing.

import { CHANGES } from "../storm/changes.ts";
import type { StormReport } from "../storm/storm.ts";
import { WORK } from "../storm/work.ts";

/** Everything that a storm can do to a cluster; the names are those under which it is counted. */
export const FAULTS = [
  "frame lost",
  "frame delayed",
  "frame overtaken",
  "frame duplicated",
  "frame corrupted",
  "frame clogged",
  "frame into a cut link",
  "partition: isolated",
  "partition: halves",
  "partition: one way",
  "partition: swizzled",
  "crash",
  "crash of the leader",
  "crash of all",
  "asked to end",
  "asked to end: handed over",
  "crash before a write",
  "crash amid a write",
  "crash after a write",
  "write lost in a crash",
  "write kept by a crash",
  "crash before a step of pruning",
  "crash amid a step of pruning",
  "crash after a step of pruning",
  "step of pruning lost in a crash",
  "step of pruning kept by a crash",
  "step of pruning during catch-up",
  "state database lost",
  "slow sync",
  "failed sync",
  "disk full",
  "bit rot",
  "bit rot: row",
  "bit rot: receipt",
  "bit rot: snapshot",
  "bit rot: state rebuilt",
  "disk put back: an old copy",
  "disk put back: wiped",
  "disk put back: noticed",
  "clock jump",
  "clock drift",
  "stall: main",
  "stall: executor",
  "stall: verifier",
  "client: everywhere",
  "client: replayed",
  "client: flood",
  "client: followers only",
  "client: expired",
  "client: forged",
  "client: redaction amid the trouble",
  "client: redaction",
  "crash before a redaction",
  "crash amid a redaction",
  "crash after a redaction",
  "payload redacted",
  "lies told",
  "versions: older program",
  "versions: activated",
  "versions: ended too old",
  "versions: upgraded",
  "versions: left behind",
  ...CHANGES.map((change) => `configuration: ${change}` as const),
] as const;

/** So many seeds meet every fault and every rule, whatever their luck. */
export const SEEDS_FOR_ALL = 200;

export class Summary {
  seeds = 0;
  virtualMs = 0;
  events = 0;
  commits = 0;
  acknowledged = 0;
  elections = 0;
  /** Virtual ms, divided by how much longer the network's timeouts were than usual. */
  worstRecoveryMs = 0;
  worstRecoverySeed = 0;
  readonly #counts = new Map<string, number>();

  add(report: StormReport): void {
    this.seeds += 1;
    this.virtualMs += report.virtualMs;
    this.events += report.events;
    this.commits += report.commits;
    this.acknowledged += report.acknowledged;
    this.elections += report.elections;
    const recoveryMs = Math.round(report.recoveryMs / report.slowness);
    if (recoveryMs > this.worstRecoveryMs) {
      this.worstRecoveryMs = recoveryMs;
      this.worstRecoverySeed = report.seed;
    }
    for (const [what, count] of Object.entries(report.counts)) {
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
    }
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  get hours(): number {
    return this.virtualMs / 3_600_000;
  }

  /** Names that begin so, with their counts. */
  #group(prefix: string): string {
    const found = [...this.#counts].filter(([what]) => what.startsWith(prefix)).sort();
    return found.map(([what, count]) => `${what.slice(prefix.length)} ${count}`).join(", ");
  }

  /** Faults that never struck, and work that was never done. */
  get missing(): string[] {
    return [...FAULTS, ...WORK].filter((what) => this.of(what) === 0);
  }

  get facts(): Readonly<Record<string, unknown>> {
    const { seeds, virtualMs, events, commits, acknowledged, elections } = this;
    const worst = { worstRecoveryMs: this.worstRecoveryMs, worstRecoverySeed: this.worstRecoverySeed };
    return {
      seeds,
      virtualMs,
      events,
      commits,
      acknowledged,
      elections,
      ...worst,
      counts: Object.fromEntries(this.#counts),
    };
  }

  lines(): string[] {
    const faults = FAULTS.map((fault) => `${fault} ${this.of(fault)}`);
    return [
      `${this.seeds} seeds, ${this.hours.toFixed(2)} hours of cluster time, ${this.events} events`,
      `${this.commits} commits, ${this.acknowledged} acknowledged commands, ${this.elections} elections`,
      `worst recovery, at the usual pace: ${this.worstRecoveryMs} ms of virtual time, seed ${this.worstRecoverySeed}`,
      `faults: ${faults.join(", ")}`,
      `contracts: ${WORK.map((work) => `${work.slice("contract: ".length)} ${this.of(work)}`).join(", ")}`,
      `snapshots at the end: ${this.#group("snapshot: ")}`,
      `lies: ${this.#group("lie: ")}`,
      `evidence against liars: ${this.#group("evidence: ")}`,
    ];
  }
}
