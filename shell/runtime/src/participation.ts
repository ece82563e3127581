// Whether this node takes part, as its operator or its end wants it: held (S19), draining, or neither; and what it is
// therefore (A31). What it believes stands in the consensus state alone.

import type { Context, Input, Now, State } from "@juno/consensus";
import { type NodeState, nodeStateOf } from "./node-state.ts";

export type ParticipationParts = {
  readonly context: Context;
  readonly state: State;
  now(): Now;
  /** Whether the node knows by now what it has said (S15). */
  isSettled(): boolean;
  /** Steps an input at once. */
  step(input: Input): void;
  /** Steps it if the node takes part, and what it leads to. */
  input(input: Input): void;
  /** The node may be another thing now. */
  changed(): void;
};

export class Participation {
  readonly #parts: ParticipationParts;
  #isDraining = false;

  constructor(parts: ParticipationParts) {
    this.#parts = parts;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get nodeState(): NodeState {
    const { context, state, now, isSettled } = this.#parts;
    return nodeStateOf({ context, state, now: now(), isSettled: isSettled(), isDraining: this.#isDraining });
  }

  /** The node is to stop: it takes no more commands. */
  drain(): void {
    this.#isDraining = true;
    this.#parts.changed();
  }

  /** S19: from now on the node signs nothing more. */
  hold(): void {
    this.#parts.step({ kind: "hold" });
    this.#parts.changed();
  }

  /** Whatever kept it from taking part, or was to, is over. */
  release(): void {
    const { state, step, input, changed } = this.#parts;
    this.#isDraining = false;
    if (state.isHeld) {
      step({ kind: "release" });
      input({ kind: "start" });
    }
    changed();
  }
}
