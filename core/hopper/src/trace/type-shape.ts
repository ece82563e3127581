// The shape of a parameter's type, as far as it can be told after checking: types at a border have shapes, and a
// function's parameters are made of the same types as a rule. Undefined is always a right answer.

import type { Global, ModuleInterface } from "../elaborate/global.ts";
import type { GlobalRef, Term } from "../kernel/term.ts";
import type { ShapeScope } from "../machine/border/scope.ts";
import type { CurrencyShape, Shape } from "../machine/shape.ts";

export type TypeScope = {
  readonly interfaces: Pick<ReadonlyMap<string, ModuleInterface>, "get">;
  readonly shapes: ShapeScope["shapes"];
  /** Names of the variables that the type may mention, by id. */
  readonly names: ReadonlyMap<number, string>;
};

const PLAIN: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["Int", { kind: "int" }],
  ["Nat", { kind: "nat" }],
  ["Bool", { kind: "bool" }],
  ["Text", { kind: "text" }],
  ["Bytes", { kind: "bytes" }],
  ["Hash", { kind: "hash" }],
  ["Key", { kind: "key" }],
  ["Time", { kind: "time" }],
  ["Date", { kind: "date" }],
  ["Duration", { kind: "duration" }],
  ["Percent", { kind: "percent" }],
  ["Decimal", { kind: "decimal" }],
  ["Ratio", { kind: "ratio" }],
  ["Policy", { kind: "policy" }],
  ["Asset", { kind: "asset" }],
]);

const DEPTH_MAX = 16;

const globalOf = ({ interfaces }: TypeScope, { module, name }: GlobalRef): Global | undefined =>
  interfaces.get(module)?.globals.get(name);

export function typeShape(type: Term, scope: TypeScope, depth = 0): Shape | undefined {
  if (depth > DEPTH_MAX) return undefined;
  const of = (part: Term | undefined) => (part === undefined ? undefined : typeShape(part, scope, depth + 1));
  switch (type.kind) {
    case "telescope": {
      const parts = type.binders.filter(({ quantity }) => quantity !== "0").map((binder) => of(binder.type));
      return parts.every((part) => part !== undefined) ? { kind: "tuple", parts } : undefined;
    }
    case "data":
      return dataShape(type, scope);
    case "primitive":
      return primitiveShape(type, scope, of);
    default:
      return undefined;
  }
}

function primitiveShape(
  { name, args }: Term & { kind: "primitive" },
  scope: TypeScope,
  of: (part: Term | undefined) => Shape | undefined,
): Shape | undefined {
  const [first, second] = args;
  switch (name) {
    case "Money": {
      const currency = currencyOf(first, scope);
      // Of a currency that is known at run time only, money is a count of its least unit.
      return currency === undefined ? { kind: "int" } : { kind: "money", currency };
    }
    case "Coin":
      return { kind: "coin", currency: currencyOf(first, scope), asset: undefined };
    case "List":
    case "Set": {
      const item = of(first);
      return item && { kind: name === "List" ? "list" : "set", item };
    }
    case "Map": {
      const [key, value] = [of(first), of(second)];
      return key && value && { kind: "map", key, value };
    }
    default:
      return PLAIN.get(name);
  }
}

function currencyOf(asset: Term | undefined, scope: TypeScope): CurrencyShape | undefined {
  if (asset?.kind !== "asset") return undefined;
  const global = globalOf(scope, asset.ref);
  if (global?.kind !== "asset" || !global.currency) return undefined;
  const { module, name } = global.ref;
  return { asset: `${module}.${name}`, symbol: name, decimals: global.decimals };
}

/** Shapes of declared types are kept by name, those of instances with their arguments (erase/shapes.ts). */
function dataShape({ ref, args }: Term & { kind: "data" }, scope: TypeScope): Shape | undefined {
  const texts = args.map((arg) => argumentText(arg, scope));
  if (texts.includes(undefined)) return undefined;
  const name = `${ref.module}.${ref.name}${texts.length === 0 ? "" : `<${texts.join(", ")}>`}`;
  return scope.shapes.get(name) === undefined ? undefined : { kind: "named", name };
}

function argumentText(arg: Term, { names }: TypeScope): string | undefined {
  switch (arg.kind) {
    case "local":
      return names.get(arg.id);
    case "primitive":
      return arg.args.length === 0 ? arg.name : undefined;
    case "data":
    case "asset":
      return arg.args.length === 0 ? `${arg.ref.module}.${arg.ref.name}` : undefined;
    default:
      return undefined;
  }
}
