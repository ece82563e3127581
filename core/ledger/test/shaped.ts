// JSON by the shape of its type (L61): arguments made at random, and the coins in a row, counted without the ledger's own
// code.

import type { DeclaredShapes, ModuleCode, Shape } from "@juno/hopper";
import type { Dice } from "@juno/hopper/suites";
import { keyOf } from "./network.ts";

type Fields = Record<string, unknown>;

export const PEOPLE = ["alice", "bob", "a"];
const TEXTS = ["a", "b", "c", ""];
const DEPTH_MAX = 4;

const LEAVES: Readonly<Record<string, readonly unknown[]>> = {
  int: [0, -1, 5, "-9007199254740993"],
  nat: [0, 1, 2, 7, 1000, "9007199254740993"],
  bool: [true, false],
  text: TEXTS,
  bytes: ["", "00ff"],
  hash: [keyOf("a note"), keyOf("another")],
  key: PEOPLE.map(keyOf),
  time: ["2023-11-14T00:00:00.000Z", "2024-01-01T00:00:00.000Z"],
  date: ["2023-11-14", "2024-02-29"],
  duration: [0, 1000, 86_400_000],
  percent: ["0%", "5%", "100%", "150%"],
  decimal: ["1.5", "0"],
  ratio: ["3/4", "2/1"],
  policy: [...PEOPLE.map((name) => ({ key: keyOf(name) })), { role: "risk" }],
};

const MINOR = ["0", "1", "150", "2500", "-300"];

function money(dice: Dice, { symbol, decimals }: { symbol: string; decimals: number }): string {
  const minor = dice.pick(MINOR);
  const digits = minor.replace("-", "").padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const amount = decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${minor.startsWith("-") ? "-" : ""}${amount} ${symbol}`;
}

export function argument(dice: Dice, shape: Shape, shapes: DeclaredShapes, depth = 0): unknown {
  const part = (one: Shape): unknown => argument(dice, one, shapes, depth + 1);
  switch (shape.kind) {
    case "money":
      return money(dice, shape.currency);
    case "list":
      return Array.from({ length: depth > DEPTH_MAX ? 0 : dice.below(3) }, () => part(shape.item));
    case "tuple":
      return shape.parts.map(part);
    case "map":
    case "set":
      return [];
    case "named": {
      const { record, constructors } = shapes.get(shape.name)!;
      const { name, fields } = depth > DEPTH_MAX ? constructors[0]! : dice.pick(constructors);
      if (record) return Object.fromEntries(fields.map((field) => [field.name, part(field.shape)]));
      if (fields.length === 0) return name;
      return {
        [name]: fields.length === 1 ? part(fields[0]!.shape) : fields.map((field) => part(field.shape)),
      };
    }
    default: {
      const leaves = LEAVES[shape.kind];
      if (leaves === undefined) throw new Error(`no argument is a ${shape.kind}`);
      return dice.pick(leaves);
    }
  }
}

/** Sums by asset, whose name is its JSON. */
export class Sums {
  readonly #sums = new Map<string, bigint>();

  add(asset: unknown, amount: bigint): void {
    const name = JSON.stringify(asset);
    const sum = (this.#sums.get(name) ?? 0n) + amount;
    if (sum === 0n) this.#sums.delete(name);
    else this.#sums.set(name, sum);
  }

  get all(): readonly string[] {
    return [...this.#sums].map(([asset, sum]) => `${asset}: ${sum}`).sort();
  }
}

/** `"1.50 USD"`, `7` and `"9007199254740993"` in the smallest units. */
export const units = (amount: unknown): bigint => BigInt(String(amount).split(" ")[0]!.replace(".", ""));

/** Adds the coins in a value. */
export function addCoins(sums: Sums, shapes: DeclaredShapes, shape: Shape, json: unknown): void {
  const each = (parts: readonly Shape[], values: readonly unknown[]): void => {
    for (const [at, part] of parts.entries()) addCoins(sums, shapes, part, values[at]);
  };
  switch (shape.kind) {
    case "coin": {
      const { currency } = shape;
      if (currency !== undefined) return sums.add({ asset: currency.asset, of: [] }, units(json));
      const { asset, amount } = json as Fields;
      return sums.add(asset, units(amount));
    }
    case "list":
      for (const item of json as unknown[]) addCoins(sums, shapes, shape.item, item);
      return;
    case "tuple":
      return each(shape.parts, json as unknown[]);
    case "named": {
      const { record, constructors } = shapes.get(shape.name)!;
      if (typeof json === "string") return;
      const name = record ? constructors[0]!.name : Object.keys(json as Fields)[0]!;
      const { fields } = constructors.find((one) => one.name === name)!;
      const parts = fields.map((field) => field.shape);
      if (record)
        return each(
          parts,
          fields.map((field) => (json as Fields)[field.name]),
        );
      const inside = (json as Fields)[name];
      return each(parts, fields.length === 1 ? [inside] : (inside as unknown[]));
    }
  }
}

/** Shapes that the modules declare. */
export const shapesOf = (codes: readonly ModuleCode[]): DeclaredShapes =>
  new Map(codes.flatMap(({ shapes }) => [...shapes]));
