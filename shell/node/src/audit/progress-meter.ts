// Tells how far an audit is, a few times a second, whatever the pace.

import type { AuditProgress } from "./audit-report.ts";

const INTERVAL_MS = 200;

export class ProgressMeter {
  readonly #tell: ((progress: AuditProgress) => void) | undefined;
  readonly #startedMs = performance.now();
  #toldMs = 0;
  #stage: AuditProgress["stage"] = "pages";
  #done = 0;
  total = 0;
  /** Entries that an earlier run has done: no merit of this one. */
  #before = 0;

  constructor(tell: ((progress: AuditProgress) => void) | undefined) {
    this.#tell = tell;
  }

  enter(stage: AuditProgress["stage"]): void {
    this.#stage = stage;
    this.#say();
  }

  /** Goes on where an earlier run ended. */
  resume(entries: number): void {
    this.#before = entries;
    this.#done = entries;
  }

  advance(entries: number): void {
    this.#done = entries;
    if (performance.now() - this.#toldMs >= INTERVAL_MS) this.#say();
  }

  #say(): void {
    this.#toldMs = performance.now();
    const seconds = (this.#toldMs - this.#startedMs) / 1000;
    const perSecond = seconds > 0 ? Math.round((this.#done - this.#before) / seconds) : 0;
    this.#tell?.({
      stage: this.#stage,
      done: this.#done,
      total: Math.max(this.total, this.#done),
      perSecond,
    });
  }
}
