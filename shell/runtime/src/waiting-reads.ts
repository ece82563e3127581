// Reads that wait: linearizable ones for the index they must reflect (section 12), and all for the state machine to reach an
// index, as far as this thread has heard. Each is answered once. Invariant: after `end` nobody waits.

import type { LogIndex } from "@juno/base";

type Answer = (index: LogIndex | undefined) => void;

export class WaitingReads {
  readonly #waiting = new Map<number, Answer>();
  #nextToken = 1;
  #isOver = false;
  /** How far the state machine has said that it has come: a halted node's consensus does not listen any more. */
  #advanced = 0;
  #ready: { readonly index: LogIndex; readonly tokens: readonly number[] }[] = [];

  /** The token of a new read, and its answer: undefined if it is refused. */
  add(): { readonly token: number; readonly answered: Promise<LogIndex | undefined> } {
    const token = this.#nextToken++;
    if (this.#isOver) return { token, answered: Promise.resolve(undefined) };
    return { token, answered: new Promise((resolve) => this.#waiting.set(token, resolve)) };
  }

  /** These must reflect `index`. */
  readable(tokens: readonly number[], index: LogIndex, applied: LogIndex): void {
    if (index <= Math.max(applied, this.#advanced)) return this.answer(tokens, index);
    this.#ready.push({ index, tokens });
  }

  /** Whether the state machine has come so far, once it has; false if the node stops before. */
  async reached(index: LogIndex, applied: LogIndex): Promise<boolean> {
    const { token, answered } = this.add();
    this.readable([token], index, applied);
    return (await answered) !== undefined;
  }

  /** The state machine has come so far. */
  advance(applied: LogIndex): void {
    this.#advanced = applied;
    this.#ready = this.#ready.filter(({ index, tokens }) => {
      if (index > applied) return true;
      this.answer(tokens, index);
      return false;
    });
  }

  answer(tokens: readonly number[], index: LogIndex | undefined): void {
    for (const token of tokens) {
      this.#waiting.get(token)?.(index);
      this.#waiting.delete(token);
    }
  }

  end(): void {
    this.#isOver = true;
    this.answer([...this.#waiting.keys()], undefined);
  }
}
