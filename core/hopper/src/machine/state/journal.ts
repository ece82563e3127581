// How to undo what was done since a savepoint. Savepoints nest: each ends by `rollback`, which costs what was
// changed since, or by `release`, which hands its changes to the savepoint around it. Outside savepoints
// nothing is noted down, for then everything is kept or everything is dropped.

import { assert } from "@juno/base";

export class Journal {
  readonly #undos: (() => void)[] = [];
  /** For each open savepoint the number of undos before it. */
  readonly #marks: number[] = [];

  note(undo: () => void): void {
    if (this.#marks.length > 0) this.#undos.push(undo);
  }

  get open(): number {
    return this.#marks.length;
  }

  savepoint(): void {
    this.#marks.push(this.#undos.length);
  }

  rollback(): void {
    const mark = this.#take();
    while (this.#undos.length > mark) this.#undos.pop()!();
  }

  release(): void {
    this.#take();
    if (this.#marks.length === 0) this.#undos.length = 0;
  }

  #take(): number {
    const mark = this.#marks.pop();
    assert(mark !== undefined, "a savepoint is open");
    return mark;
  }
}
