// Makes a value of a resource type out of coins: all of them, and empty ones where there are none.

import { assert } from "@juno/base";
import type { DataTerms } from "./data-term.ts";
import type { Dice } from "./dice.ts";
import {
  assetText,
  type Constructor,
  fieldsAt,
  holds,
  isLinear,
  show,
  type Type,
  type Variable,
} from "./program-type.ts";
import type { Scope } from "./scope.ts";

const typesOf = ({ fields }: Constructor, index: string | undefined): Type[] =>
  fieldsAt(fields, index).map(({ type }) => type);

export class Packing {
  readonly #dice: Dice;
  readonly #terms: DataTerms;

  constructor(dice: Dice, terms: DataTerms) {
    this.#dice = dice;
    this.#terms = terms;
  }

  /** The type has room for each of the coins. */
  pack(type: Type, coins: readonly Variable[], scope: Scope): string {
    if (!isLinear(type)) {
      assert(coins.length === 0, "Data holds no coins");
      return this.#terms.term(type, { ...scope, near: [] }, 2);
    }
    switch (type.kind) {
      case "coin":
        return this.#joined(type, coins);
      case "option":
        if (coins.length === 0 && this.#dice.chance(50)) return "None";
        return `Some(${this.pack(type.item, coins, scope)})`;
      case "tuple":
        return this.#tuple(type.parts, coins, scope);
      case "declared":
        return this.#declared(type, coins, scope);
      default:
        throw new Error(`nothing packs ${show(type)}`);
    }
  }

  #joined(type: Type & { kind: "coin" }, coins: readonly Variable[]): string {
    const [first, ...others] = coins.map(({ name }) => name);
    if (first === undefined) return `zero(${assetText(type.asset, type.index)})`;
    return others.reduce((sum, name) => `${sum}.join(${name})`, first);
  }

  #tuple(types: readonly Type[], coins: readonly Variable[], scope: Scope): string {
    const parts = this.#parts(types, coins, scope);
    return parts.length === 2 && this.#dice.chance(20)
      ? `swapped((${parts[1]}, ${parts[0]}))`
      : `(${parts.join(", ")})`;
  }

  #declared(type: Type & { kind: "declared" }, coins: readonly Variable[], scope: Scope): string {
    const { of, index } = type;
    if (of.gather !== undefined) return this.#chain(of.constructors, coins);
    const fitting = of.constructors.filter((one) => shares(typesOf(one, index), coins) !== undefined);
    const constructor_ = this.#dice.pick(fitting);
    const parts = this.#parts(typesOf(constructor_, index), coins, scope);
    const { name, fields } = constructor_;
    if (fields.length === 0) return name;
    if (!of.record) return `${name}(${parts.join(", ")})`;
    return `(${name} { ${fields.map((field, place) => `${field.name}: ${parts[place]}`).join(", ")} })`;
  }

  #chain([end, link]: readonly Constructor[], coins: readonly Variable[]): string {
    return coins.reduceRight((rest, { name }) => `${link!.name}(${name}, ${rest})`, end!.name);
  }

  /** The coins, each in one of the parts. */
  #parts(types: readonly Type[], coins: readonly Variable[], scope: Scope): string[] {
    const turned = this.#dice.below(types.length);
    const found = shares(types, coins, turned);
    assert(found !== undefined, `there is room for the coins in ${types.map(show).join(", ")}`);
    return types.map((type, place) => this.pack(type, found[place]!, scope));
  }
}

/** The coins shared out among parts of these types, each tried from the part `first` on; undefined if some do not fit. */
function shares(types: readonly Type[], coins: readonly Variable[], first = 0): Variable[][] | undefined {
  const [coin, ...others] = coins;
  if (coin === undefined) return types.map(() => []);
  for (let turn = 0; turn < types.length; turn++) {
    const place = (first + turn) % types.length;
    if (!holds(types[place]!, coin.type)) continue;
    const rest = shares(types, others, place + 1);
    const share = rest && [coin, ...rest[place]!];
    if (share === undefined || !hasRoom(types[place]!, share)) continue;
    return rest!.map((one, at) => (at === place ? share : one));
  }
  return undefined;
}

/** Whether some value of the type holds all of these at once. */
export function hasRoom(type: Type, coins: readonly Variable[]): boolean {
  switch (type.kind) {
    case "option":
      return hasRoom(type.item, coins);
    case "tuple":
      return shares(type.parts, coins) !== undefined;
    case "declared":
      if (type.of.gather !== undefined) break;
      return type.of.constructors.some((one) => shares(typesOf(one, type.index), coins) !== undefined);
  }
  return coins.every((coin) => holds(type, coin.type));
}

/** Whether all coins that a value of the type may hold fit into one at once: not if it has several forms. */
export function isRoomy(type: Type): boolean {
  switch (type.kind) {
    case "option":
      return isRoomy(type.item);
    case "tuple":
      return type.parts.every(isRoomy);
    case "declared":
      if (!type.of.resource || type.of.gather !== undefined) return true;
      return type.of.record && type.of.constructors[0]!.fields.every((field) => isRoomy(field.type));
    default:
      return true;
  }
}
