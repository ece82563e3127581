// Spreads the work that clients cause on the main thread over turns, so that what keeps the cluster
// going comes in between: whoever finds a turn's share used up waits for a later one, in order of
// arrival. It knows no clients. Invariant: a turn takes on its share, or one piece of work if that is
// larger.

import type { Clock } from "./ports/clock.ts";

type Waiting = { readonly size: number; readonly go: () => void };

export class Pace {
  readonly #clock: Pick<Clock, "afterInputs">;
  readonly #sizePerTurn: number;
  #used = 0;
  #waiting: Waiting[] = [];
  #isScheduled = false;

  constructor(clock: Pick<Clock, "afterInputs">, sizePerTurn: number) {
    this.#clock = clock;
    this.#sizePerTurn = sizePerTurn;
  }

  /** Undefined: the work may be done now. Else it may be done once the promise resolves. */
  enter(size: number): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#take(size)) return undefined;
    return new Promise((go) => {
      this.#waiting.push({ size, go });
    });
  }

  #take(size: number): boolean {
    if (this.#used > 0 && this.#used + size > this.#sizePerTurn) return false;
    this.#used += size;
    if (this.#used > 0 && !this.#isScheduled) {
      this.#isScheduled = true;
      this.#clock.afterInputs(() => this.#nextTurn());
    }
    return true;
  }

  #nextTurn(): void {
    this.#isScheduled = false;
    this.#used = 0;
    let count = 0;
    while (count < this.#waiting.length && this.#take(this.#waiting[count]!.size)) count += 1;
    for (const { go } of this.#waiting.splice(0, count)) go();
  }
}
