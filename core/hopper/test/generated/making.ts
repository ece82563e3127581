// What the parts of the generator of bodies share.

import type { Body } from "./body.ts";
import type { DataTerms } from "./data-term.ts";
import type { Dice } from "./dice.ts";
import type { Packing } from "./packing.ts";
import { coinsIn, type Declarations, same, show, TEXT, type Type, type Variable } from "./program-type.ts";
import { may, type Scope } from "./scope.ts";

export type Making = {
  readonly dice: Dice;
  readonly terms: DataTerms;
  readonly declared: Declarations;
  readonly packing: Packing;
  /** A block of the type that owes these. */
  readonly block: (wanted: Wanted) => string;
};

export type Wanted = {
  readonly type: Type;
  readonly scope: Scope;
  readonly owed: readonly Variable[];
  readonly depth: number;
};

/** Writes a line or some, and keeps account of what is owed. */
export type Step = () => void;

/** Whether a value of the type may come into being here: if nobody can destroy its coins, the result must have room. */
export function mayOwe(scope: Scope, type: Type): boolean {
  if (may(scope, "fails")) return true;
  return coinsIn(type).every((coin) => scope.room?.some((room) => same(room, coin)) === true);
}

/** What an index may be: a text that is known by name, or a literal. */
export const indices = (scope: Scope): string[] => [
  '"a"',
  ...scope.data.filter(({ type }) => same(type, TEXT)).map(({ name }) => name),
];

/** `let name: type = value`, where the value moves these. */
export function letLine(
  body: Body,
  making: Making,
  type: Type,
  made: { value: string; moves: readonly Variable[] },
) {
  const name = making.dice.fresh("v");
  body.spend(made.moves);
  body.say(`let ${name}: ${show(type)} = ${made.value}`);
  body.bind({ name, type });
}
