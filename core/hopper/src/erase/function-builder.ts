// One function being lowered: its slots, the atoms its variables stand for, and the steps of the body at hand.

import { assert } from "@juno/base";
import type { AnfFunction, Atom, Body, End, FunctionRef, Operation, Step } from "../machine/anf.ts";

/** What lowering one module shares: where lifted closures go, and what it knows of globals. */
export type Lowering = {
  readonly module: string;
  readonly functions: AnfFunction[];
  readonly globals: Globals;
};

export type Globals = {
  readonly isBuiltin: (ref: FunctionRef) => boolean;
  readonly parameterCount: (ref: FunctionRef) => number;
  readonly constructorCount: (type: FunctionRef) => number;
  readonly fieldCount: (type: FunctionRef) => number;
  readonly table: (ref: FunctionRef) => {
    readonly index: number;
    readonly record: FunctionRef | undefined;
    readonly invariants: readonly { readonly fn: string; readonly clause: string }[];
  };
};

export class FunctionBuilder {
  readonly lowering: Lowering;
  readonly name: string;
  readonly #atoms = new Map<number, Atom>();
  #slots = 0;
  #lifted = 0;
  #steps: Step[] = [];
  /** The abort that the body at hand has come to: nothing is written behind it. */
  #aborted: End | undefined;

  constructor(lowering: Lowering, name: string) {
    this.lowering = lowering;
    this.name = name;
  }

  get slots(): number {
    return this.#slots;
  }

  /** A new slot for a parameter or a capture. */
  receive(variable: number): void {
    this.#atoms.set(variable, this.#slot());
  }

  /** A new slot for a parameter that no variable stands for. */
  receiveNameless(): Atom {
    return this.#slot();
  }

  #slot(): Atom & { kind: "slot" } {
    this.#slots += 1;
    return { kind: "slot", slot: this.#slots - 1 };
  }

  bind(variable: number, atom: Atom): void {
    this.#atoms.set(variable, atom);
  }

  atomOf(variable: number): Atom {
    const atom = this.#atoms.get(variable);
    assert(atom !== undefined, "a variable used at run time has a slot");
    return atom;
  }

  knows(variable: number): boolean {
    return this.#atoms.has(variable);
  }

  /** A name for the next closure lifted out of this function. */
  liftedName(): string {
    this.#lifted += 1;
    return `${this.name}$${this.#lifted}`;
  }

  push(operation: Operation, at: number): Atom {
    const slot = this.#slot();
    if (this.#aborted === undefined) this.#steps.push({ slot: slot.slot, operation, at });
    return slot;
  }

  /** Ends the body at hand, whatever else is pushed or given as its end. */
  abort(error: Atom, at: number): void {
    this.#aborted ??= { kind: "abort", error, at };
  }

  /** A body of its own: what `make` pushes becomes its steps. */
  body(make: () => End): Body {
    const [outer, aborted] = [this.#steps, this.#aborted];
    this.#steps = [];
    this.#aborted = undefined;
    const end = make();
    const body = { steps: this.#steps, end: this.#aborted ?? end };
    this.#steps = outer;
    this.#aborted = aborted;
    return body;
  }
}

export const constant = (value: (Atom & { kind: "constant" })["value"]): Atom => ({
  kind: "constant",
  value,
});
export const UNIT_ATOM: Atom = { kind: "unit" };
export const returning = (value: Atom): End => ({ kind: "return", value });
