// One node's clock in virtual time: it may be off, run fast or slow, and jump; its monotonic side never
// goes back.

import type { Clock } from "@juno/runtime";

/** Wall time at the beginning of every simulation, ms since 1970. */
export const EPOCH_MS = 1_700_000_000_000;

const TICKS_PER_MS = 8;

/** A node's place in the order of events: actions planned here wait while the node stands still. */
export type Schedule = {
  readonly nowMs: number;
  after(delayMs: number, action: () => void): void;
};

/** What keeps the time of a node over all its lives. */
export class Oscillator {
  #schedule: Pick<Schedule, "nowMs">;
  #localMs = 0;
  #readMs = 0;
  #rate = 1;
  /** How far the wall clock is off, ms. */
  offsetMs = 0;

  constructor(schedule: Pick<Schedule, "nowMs">) {
    this.#schedule = schedule;
  }

  get localMs(): number {
    const { nowMs } = this.#schedule;
    this.#localMs += (nowMs - this.#readMs) * this.#rate;
    this.#readMs = nowMs;
    return this.#localMs;
  }

  /** Puts the wall clock right. */
  set(virtualMs: number): void {
    this.offsetMs = Math.round(virtualMs - this.localMs);
  }

  /** Virtual ms until so many local ones have passed. */
  virtualMs(localMs: number): number {
    return localMs / this.#rate;
  }

  /** Runs fast or slow from now on, by parts of a million. */
  drift(partsPerMillion: number): void {
    this.#localMs = this.localMs;
    this.#rate = 1 + partsPerMillion / 1_000_000;
  }
}

export class VirtualClock implements Clock {
  readonly #schedule: Schedule;
  readonly #oscillator: Oscillator;
  #wake = 0;
  #isClosed = false;

  constructor(schedule: Schedule, oscillator: Oscillator) {
    this.#schedule = schedule;
    this.#oscillator = oscillator;
  }

  monotonicMs(): number {
    return this.#oscillator.localMs;
  }

  wallMs(): number {
    return EPOCH_MS + Math.floor(this.#oscillator.localMs) + this.#oscillator.offsetMs;
  }

  wakeAt(monotonicMs: number, callback: () => void): void {
    const wake = ++this.#wake;
    const localMs = Math.max(0, monotonicMs - this.#oscillator.localMs);
    // Whole ticks: a wake-up a rounding error too early would be asked for again at the same moment.
    const ticks = Math.ceil(this.#oscillator.virtualMs(localMs) * TICKS_PER_MS);
    this.#schedule.after(ticks / TICKS_PER_MS, () => {
      if (wake === this.#wake && !this.#isClosed) callback();
    });
  }

  afterInputs(callback: () => void): void {
    this.#schedule.after(0, () => {
      if (!this.#isClosed) callback();
    });
  }

  close(): void {
    this.#isClosed = true;
  }
}
