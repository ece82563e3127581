// Makes blocks in which every resource goes somewhere, exactly once on each path (L12). A block owes its resources:
// its steps turn them into others, and its end makes the result of them.

import { Body } from "./body.ts";
import type { DataTerms } from "./data-term.ts";
import type { Dice } from "./dice.ts";
import type { Making, Wanted } from "./making.ts";
import { hasRoom, Packing } from "./packing.ts";
import { type Declarations, isLinear, same, type Type, UNIT, type Variable } from "./program-type.ts";
import { may } from "./scope.ts";
import { armsOf, isCoin, opening, resourceSteps } from "./steps.ts";
import { effectSteps, record } from "./table-steps.ts";

const STEPS_MAX = 5;

export class Flow {
  readonly #making: Making;

  constructor(dice: Dice, declared: Declarations, terms: DataTerms) {
    const packing = new Packing(dice, terms);
    this.#making = { dice, declared, terms, packing, block: (wanted) => this.block(wanted) };
  }

  block({ type, scope, owed, depth }: Wanted): string {
    const { dice } = this.#making;
    const body = new Body(scope, owed);
    for (let left = dice.below(depth > 0 ? STEPS_MAX : 2); left > 0; left--) {
      dice.pick([...resourceSteps(body, this.#making, depth), ...effectSteps(body, this.#making)])();
    }
    return body.text(this.#end(body, type, depth));
  }

  /** The last expression; undefined if there is none. */
  #end(body: Body, type: Type, depth: number): string | undefined {
    const { dice, terms, declared } = this.#making;
    if (depth <= 0 || !dice.chance(30)) return this.#close(body, type);
    const condition = terms.condition(body.scope);
    const part = (): string => this.block({ type, scope: body.scope, owed: body.owed, depth: depth - 1 });
    const ends = may(body.scope, "fails") && dice.chance(25);
    const other = ends
      ? `{\nabort ${record(this.#making, dice.pick(declared.errors), body.scope)}\n}`
      : part();
    return `if ${condition} ${part()} else ${other}`;
  }

  #close(body: Body, type: Type): string | undefined {
    const only = body.owed.length === 1 ? body.owed[0] : undefined;
    if (only !== undefined && same(only.type, type)) return only.name;
    const whole = body.owed.find((one) => !isCoin(one));
    if (whole === undefined) return this.#pack(body, type);
    const open = opening(body, this.#making, whole);
    if (open === undefined) return this.#closeEach(body, type, whole);
    open();
    return this.#close(body, type);
  }

  /** A match on what has several forms: in each arm the rest is closed. */
  #closeEach(body: Body, type: Type, whole: Variable): string {
    body.spend([whole]);
    return armsOf(this.#making, whole, (bound) => {
      const arm = new Body(body.scope, body.owed);
      for (const one of bound) arm.bind(one);
      return arm.text(this.#close(arm, type));
    });
  }

  /** Coins that the result has no room for are destroyed. */
  #pack(body: Body, type: Type): string | undefined {
    const moves: Variable[] = [];
    for (const coin of body.owed) {
      if (isLinear(type) && hasRoom(type, [...moves, coin])) moves.push(coin);
      else body.say(`${may(body.scope, "writes") ? "burn" : "discard"}(${coin.name})`);
    }
    if (same(type, UNIT)) return undefined;
    return this.#making.packing.pack(type, moves, body.scope);
  }
}
