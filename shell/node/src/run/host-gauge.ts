// Measures what the machine does to the node: room on the disk, how long commits of the log take, how late the main thread
// is. Files are looked at once an interval and off the main thread; times are counted as they come. Whoever asks is told
// what was measured last, and waits for nothing. What cannot be measured is left out, never guessed.

import { stat, statfs } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { HostJson } from "@juno/api";
import type { Metric } from "@juno/runtime";
import type { HostReport } from "../http/http-options.ts";
import { logFile, stateFile } from "../store/folder.ts";

const INTERVAL_MS = 5_000;
/** How finely the main thread's delay is measured. */
const RESOLUTION_MS = 20;

type Times = { count: number; sumMicros: number; slowestMicros: number };
type Room = Pick<HostJson, "diskFreeBytes" | "diskBytes" | "logBytes" | "stateBytes">;
type Delay = HostJson["eventLoop"];

const none = (): Times => ({ count: 0, sumMicros: 0, slowestMicros: 0 });

export type HostGaugeParts = {
  /** The node's data folder. */
  readonly folder: string;
  readonly queuedChecks: () => number;
};

export class HostGauge implements HostReport {
  readonly #parts: HostGaugeParts;
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  /** Of the interval before and of this one: a stretch of time is never looked back at as if nothing had been. */
  #before = none();
  #now = none();
  #delayBefore: Delay = { p99Micros: 0, slowestMicros: 0 };
  #room: Room | undefined;
  #commitMicros = 0;

  constructor(parts: HostGaugeParts) {
    this.#parts = parts;
    this.#delay.enable();
    this.#timer = setInterval(() => void this.measure(), INTERVAL_MS);
    this.#timer.unref();
    void this.measure();
  }

  /** Of one group commit of the log. */
  committed(micros: number): void {
    this.#now.count += 1;
    this.#now.sumMicros += micros;
    this.#now.slowestMicros = Math.max(this.#now.slowestMicros, micros);
    this.#commitMicros += micros;
  }

  /** Ends an interval. */
  async measure(): Promise<void> {
    this.#before = this.#now;
    this.#now = none();
    this.#delayBefore = this.#delayNow();
    this.#delay.reset();
    this.#room = await roomOf(this.#parts.folder);
  }

  #delayNow(): Delay {
    const { count, max } = this.#delay;
    if (count === 0) return { p99Micros: 0, slowestMicros: 0 };
    // The timer's own period is part of what is measured.
    const late = (nanos: number) => Math.max(0, Math.round(nanos / 1000) - RESOLUTION_MS * 1000);
    return { p99Micros: late(this.#delay.percentile(99)), slowestMicros: late(max) };
  }

  status(): HostJson | undefined {
    if (this.#room === undefined) return undefined;
    const [before, now] = [this.#before, this.#now];
    const count = before.count + now.count;
    const delay = this.#delayNow();
    return {
      ...this.#room,
      commits: {
        count,
        meanMicros: count === 0 ? 0 : Math.round((before.sumMicros + now.sumMicros) / count),
        slowestMicros: Math.max(before.slowestMicros, now.slowestMicros),
      },
      eventLoop: {
        p99Micros: Math.max(this.#delayBefore.p99Micros, delay.p99Micros),
        slowestMicros: Math.max(this.#delayBefore.slowestMicros, delay.slowestMicros),
      },
      verifierChecks: this.#parts.queuedChecks(),
      memoryBytes: process.memoryUsage.rss(),
    };
  }

  metrics(): readonly Metric[] {
    const metric = (kind: Metric["kind"], name: string, help: string, value: number): Metric => ({
      ...{ kind, name, help },
      samples: [{ labels: {}, value }],
    });
    const times = metric(
      "counter",
      "log_commit_seconds_total",
      "Time that group commits of the log took until they were durable",
      this.#commitMicros / 1e6,
    );
    const checks = metric(
      "gauge",
      "verifier_checks_waiting",
      "Signatures that wait to be checked",
      this.#parts.queuedChecks(),
    );
    const host = this.status();
    if (host === undefined) return [times, checks];
    const gauge = (name: string, help: string, value: number) => metric("gauge", name, help, value);
    return [
      times,
      checks,
      gauge(
        "log_commit_slowest_seconds",
        "The slowest group commit of the last seconds",
        host.commits.slowestMicros / 1e6,
      ),
      gauge(
        "event_loop_slowest_seconds",
        "The longest delay of the main thread in the last seconds",
        host.eventLoop.slowestMicros / 1e6,
      ),
      gauge("disk_free_bytes", "Free on the disk of the node's folder", host.diskFreeBytes),
      gauge("disk_bytes", "The size of the disk of the node's folder", host.diskBytes),
      gauge("log_bytes", "The log's file, with its write-ahead log", host.logBytes),
      gauge("state_bytes", "The state's file, with its write-ahead log", host.stateBytes),
    ];
  }

  close(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }
}

async function roomOf(folder: string): Promise<Room | undefined> {
  try {
    const { bavail, bsize, blocks } = await statfs(folder);
    const size = async (path: string) => (await bytesOf(path)) + (await bytesOf(`${path}-wal`));
    return {
      diskFreeBytes: bavail * bsize,
      diskBytes: blocks * bsize,
      logBytes: await size(logFile(folder)),
      stateBytes: await size(stateFile(folder)),
    };
  } catch {
    return undefined;
  }
}

/** A file that is not there yet takes no room. */
async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
