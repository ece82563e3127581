// Arguments for a command, as JSON in the one canonical form of each type (L61). Texts and numbers are few, so that
// commands meet each other's rows.

import type { Dice } from "./dice.ts";
import type { Type, Variable } from "./program-type.ts";

const NATS = [0, 1, 2, 7, 1000, "9007199254740993"];
const INTS = [0, -1, 5, "-9007199254740993"];
const TEXTS = ["a", "b", "c", ""];
const MONEY = ["0.00", "1.00", "0.01", "55.50", "-3.00"];

export function argument(dice: Dice, type: Type): unknown {
  switch (type.kind) {
    case "nat":
      return dice.pick(NATS);
    case "int":
      return dice.pick(INTS);
    case "bool":
      return dice.pick([true, false]);
    case "text":
      return dice.pick(TEXTS);
    case "money":
      return `${dice.pick(MONEY)} ${type.asset.name}`;
    case "list":
      return Array.from({ length: dice.below(4) }, () => argument(dice, type.item));
    case "option":
      return dice.chance(60) ? { Some: argument(dice, type.item) } : "None";
    case "tuple":
      return type.parts.map((part) => argument(dice, part));
    case "declared": {
      const { record, constructors } = type.of;
      // The last has parts of the type itself, if one has.
      const { name, fields } = dice.pick(constructors.slice(0, 2));
      if (fields.length === 0) return name;
      const given = fields.map((field) => argument(dice, field.type));
      if (record) return Object.fromEntries(fields.map((field, place) => [field.name, given[place]]));
      return { [name]: given.length === 1 ? given[0] : given };
    }
    default:
      throw new Error("a command takes Data");
  }
}

export const argumentsFor = (dice: Dice, params: readonly Variable[]): Record<string, unknown> =>
  Object.fromEntries(params.map(({ name, type }) => [name, argument(dice, type)]));
