// The smallest terms of a Data type: a literal, and what is known by name where the term stands.

import type { Dice } from "./dice.ts";
import { amountOf, at, same, type Type } from "./program-type.ts";
import type { Scope } from "./scope.ts";

const NATS = ["0", "1", "2", "3", "7", "100", "9007199254740993"];
const INTS = ["0", "1", "(-1)", "(-3)", "12", "(-9007199254740993)"];
const TEXTS = ['"a"', '"b"', '"c"', '""', '"ä and more"'];
const MONEY = ["0.00", "1.00", "0.01", "5.25", "100.00"];

export function literal(dice: Dice, type: Type): string {
  switch (type.kind) {
    case "nat":
      return dice.pick(NATS);
    case "int":
      return dice.pick(INTS);
    case "bool":
      return dice.pick(["true", "false"]);
    case "text":
      return dice.pick(TEXTS);
    case "money":
      return `(${dice.pick(MONEY)} ${type.asset.name})`;
    case "list":
      return "[]";
    case "option":
      return "None";
    case "tuple":
      return `(${type.parts.map((part) => literal(dice, part)).join(", ")})`;
    case "declared": {
      const { name, fields } = type.of.constructors[0]!;
      if (fields.length === 0) return name;
      const parts = fields.map((field) => literal(dice, field.type));
      if (!type.of.record) return `${name}(${parts.join(", ")})`;
      return `(${name} { ${fields.map((field, place) => `${field.name}: ${parts[place]}`).join(", ")} })`;
    }
    default:
      return "{}";
  }
}

/** Variables of the type, fields of variables, and what can be seen of resources that are here (L14). */
export function knownPlaces(type: Type, scope: Scope): string[] {
  const places: string[] = [];
  for (const { name, type: known } of scope.data) {
    if (same(known, type)) places.push(name);
    if (known.kind !== "declared" || !known.of.record) continue;
    for (const field of known.of.constructors[0]!.fields) {
      if (same(field.type, type)) places.push(`${name}.${field.name}`);
    }
  }
  for (const { name, type: near } of scope.near) {
    if (near.kind === "coin" && same(amountOf(near.asset), type)) places.push(`${name}.amount`);
    if (near.kind !== "declared" || !near.of.record) continue;
    for (const field of near.of.constructors[0]!.fields) {
      const seen = at(field.type, near.index);
      if (same(seen, type)) places.push(`${name}.${field.name}`);
      const coins = seen.kind === "coin" && same(amountOf(seen.asset), type);
      if (coins) places.push(`${name}.${field.name}.amount`);
    }
  }
  return places;
}
