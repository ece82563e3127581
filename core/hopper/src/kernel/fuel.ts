// The work that a check may do, counted in steps that each take about the same time. Checking is consensus code
// (L21): what stops it must be the same on every node, so it is this number and never a clock.

export class Fuel {
  readonly #steps: number;
  #left: number;

  constructor(steps: number) {
    this.#steps = steps;
    this.#left = steps;
  }

  get spent(): number {
    return this.#steps - this.#left;
  }

  get isEmpty(): boolean {
    return this.#left <= 0;
  }

  /** Whether the steps could be paid for; once they could not, nothing can. */
  spend(steps: number): boolean {
    this.#left = steps <= this.#left ? this.#left - steps : 0;
    return this.#left > 0;
  }
}
