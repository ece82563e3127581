// Whether this node takes part, as its operator or its end wants it: held (S19), draining, or neither; and what it is
// therefore (A31). What it believes stands in the consensus state alone.

import type { NodeId } from "@juno/base";
import {
  type Context,
  type Input,
  isHandingOver,
  isInstalled,
  type Now,
  type State,
  speaks,
} from "@juno/consensus";
import type { Electorate } from "@juno/proof";
import { type NodeState, nodeStateOf } from "./node-state.ts";

export type ParticipationParts = {
  readonly context: Context;
  readonly state: State;
  now(): Now;
  /** Whether the node knows by now what it has said (S15). */
  isSettled(): boolean;
  /** To whom there is a channel. */
  reached(): readonly NodeId[];
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

  /** The node takes part by now. */
  began(): void {
    if (this.#isDraining) this.#parts.input({ kind: "hand-over" });
    this.#parts.changed();
  }

  /** The node is to stop: it takes no more commands, and leads no more (V12). */
  drain(): void {
    const { input, changed } = this.#parts;
    this.#isDraining = true;
    input({ kind: "hand-over" });
    changed();
  }

  /** Whether nobody can be given anything that takes a quorum, as far as this node can tell. */
  get isAlone(): boolean {
    const { state, isSettled } = this.#parts;
    if (!isSettled() || state.mode === "halted" || state.isHeld) return true;
    return !this.#reachesQuorum(state.electorate);
  }

  /**
   * A35: whether an epoch that the node does not know may have begun without anybody being there to show it. In a quorum of the
   * newest epoch that it knows there is an honest voter that knows how that one ended (V10); among fewer there may be none.
   */
  get isCutOff(): boolean {
    const { state, isSettled } = this.#parts;
    return !isSettled() || !this.#reachesQuorum(state.epochs.last.electorate);
  }

  /** This node is counted where it votes. */
  #reachesQuorum({ voters, quorum }: Pick<Electorate, "voters" | "quorum">): boolean {
    const { context, reached } = this.#parts;
    const there = new Set([context.self, ...reached()]);
    return voters.filter(({ id }) => there.has(id)).length >= quorum;
  }

  /** Whether the others have a leader, and will have it when this node has ended (V12). */
  get isSpared(): boolean {
    const { state } = this.#parts;
    return !speaks(state) || (isInstalled(state) && !isHandingOver(state));
  }

  /** S19: from now on the node signs nothing more. */
  hold(): void {
    this.#parts.step({ kind: "hold" });
    this.#parts.changed();
  }

  /** Whatever kept it from taking part, or was to, is over. */
  release(): void {
    const { state, step, input, changed } = this.#parts;
    const wasHeld = state.isHeld;
    this.#isDraining = false;
    // First, since a node that is held hears nothing else.
    if (wasHeld) step({ kind: "release" });
    input({ kind: "lead-on" });
    if (wasHeld) input({ kind: "start" });
    changed();
  }
}
