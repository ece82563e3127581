// Shapes with values that fit them, for properties: every kind of shape, declared ones that refer to
// themselves, assets with arguments.

import fc from "fast-check";
import { type Policy, policyValue, readPolicy } from "../../src/machine/authority/policy.ts";
import type { ShapeScope } from "../../src/machine/border/scope.ts";
import { compareValues } from "../../src/machine/compare.ts";
import { withFewestDecimals } from "../../src/machine/digits.ts";
import { greatestCommonDivisor } from "../../src/machine/integer.ts";
import type { AssetCode } from "../../src/machine/module-code.ts";
import { PersistentList } from "../../src/machine/persistent-list.ts";
import type { CurrencyShape, DeclaredShape, Shape } from "../../src/machine/shape.ts";
import { Construct, integer, type Value } from "../../src/machine/value.ts";

export const USD: CurrencyShape = { asset: "demo.bank.USD", symbol: "USD", decimals: 2 };
export const YEN: CurrencyShape = { asset: "demo.bank.YEN", symbol: "YEN", decimals: 0 };

const TREE: Shape = { kind: "named", name: "demo.Tree" };
const INT: Shape = { kind: "int" };
const TEXT: Shape = { kind: "text" };

const shapes: ReadonlyMap<string, DeclaredShape> = new Map([
  [
    "demo.Terms",
    {
      record: true,
      constructors: [
        {
          name: "Terms",
          fields: [
            { name: "who", shape: TEXT },
            { name: "amount", shape: { kind: "money", currency: USD } },
            { name: "10", shape: INT },
          ],
        },
      ],
    },
  ],
  ["demo.Nothing", { record: true, constructors: [{ name: "Nothing", fields: [] }] }],
  [
    "demo.Tree",
    {
      record: false,
      constructors: [
        { name: "Leaf", fields: [] },
        { name: "Only", fields: [{ name: "it", shape: TREE }] },
        {
          name: "Node",
          fields: [
            { name: "left", shape: TREE },
            { name: "at", shape: INT },
            { name: "right", shape: { kind: "list", item: TREE } },
          ],
        },
      ],
    },
  ],
  [
    "std.option.Option<Coin<USD>>",
    {
      record: false,
      constructors: [
        { name: "None", fields: [] },
        { name: "Some", fields: [{ name: "it", shape: { kind: "coin", currency: USD, asset: undefined } }] },
      ],
    },
  ],
]);

const asset = (
  name: string,
  parameters: readonly Shape[],
  currency: CurrencyShape | undefined,
): AssetCode => ({
  name,
  symbol: name.slice(name.lastIndexOf(".") + 1),
  parameters,
  currency: currency !== undefined,
  decimals: currency?.decimals ?? 0,
  mint: undefined,
});

export const scope: ShapeScope = {
  shapes,
  assets: new Map(
    [
      asset("demo.bank.USD", [], USD),
      asset("demo.bank.YEN", [], YEN),
      asset("demo.depot.SEC", [TEXT], undefined),
      asset("demo.lots.LOT", [{ kind: "nat" }, { kind: "date" }], undefined),
    ].map((each) => [each.name, each]),
  ),
};

const SCALARS: readonly Shape[] = [
  ...(["int", "nat", "bool", "text", "bytes", "hash", "key", "time", "date", "duration"] as const),
  ...(["percent", "decimal", "ratio", "policy", "asset"] as const),
].map((kind) => ({ kind }));

const flat: fc.Arbitrary<Shape> = fc.constantFrom<Shape>(
  ...SCALARS,
  { kind: "money", currency: USD },
  { kind: "money", currency: YEN },
  ...[...shapes.keys()].map((name): Shape => ({ kind: "named", name })),
);

const coin: fc.Arbitrary<Shape> = fc.constantFrom<Shape>(
  { kind: "coin", currency: USD, asset: undefined },
  { kind: "coin", currency: undefined, asset: undefined },
);

const nested = (leaf: fc.Arbitrary<Shape>) =>
  fc.letrec<{ shape: Shape }>((tie) => ({
    shape: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.record({ kind: fc.constantFrom("list" as const, "set" as const), item: tie("shape") }),
      fc.record({ kind: fc.constant("map" as const), key: tie("shape"), value: tie("shape") }),
      fc.record({ kind: fc.constant("tuple" as const), parts: fc.array(tie("shape"), { maxLength: 3 }) }),
    ),
  })).shape;

/** Shapes without coins but for those of declared shapes. */
export const anyShape = nested(fc.oneof({ arbitrary: flat, weight: 6 }, { arbitrary: coin, weight: 1 }));

export const bigInteger = fc.oneof(
  fc.integer({ min: -5, max: 5 }).map(BigInt),
  fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
);

const natural = bigInteger.map((value) => integer(value < 0n ? -value : value));

const text = fc.oneof(
  fc.constantFrom(
    "",
    "a",
    "\u0000",
    '"',
    "\\",
    "ä",
    "\uffff".replace("\uffff", "\ufffd"),
    "😀",
    "\n",
    "12",
    "null",
  ),
  fc.string({ unit: "binary-ascii", maxLength: 5 }),
);

const key = fc.nat({ max: 20 }).map((seed) => new Uint8Array(32).fill(seed));

const { policy } = fc.letrec<{ policy: Policy }>((tie) => ({
  policy: fc.oneof(
    { maxDepth: 3 },
    fc.nat({ max: 200 }).map((seed) => ({ kind: "key" as const, key: seed.toString(16).padStart(64, "0") })),
    text.map((role) => ({ kind: "role" as const, role })),
    fc
      .tuple(fc.nat(), tie("policy"))
      .map(([time, inner]) => ({ kind: "after" as const, time, policy: inner })),
    fc
      .array(tie("policy"), { minLength: 1, maxLength: 3 })
      .chain((of) =>
        fc.integer({ min: 1, max: of.length }).map((count) => ({ kind: "at-least" as const, count, of })),
      ),
  ),
}));

function ascending(items: readonly Value[], keyOf: (item: Value) => Value): Value {
  const sorted = [...items].sort((a, b) => compareValues(keyOf(a), keyOf(b)));
  const distinct = sorted.filter(
    (item, at) => at === 0 || compareValues(keyOf(sorted[at - 1]!), keyOf(item)) !== 0,
  );
  return new Construct(0, [PersistentList.of(distinct)]);
}

const tuple = (parts: readonly Shape[], depth: number): fc.Arbitrary<Value> =>
  fc.tuple(...parts.map((part) => valueFor(part, depth))).map((fields) => new Construct(0, fields));

const assetValue: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom("demo.bank.USD", "demo.bank.YEN").map((name) => new Construct(0, [name])),
  text.map((isin) => new Construct(0, ["demo.depot.SEC", isin])),
  fc
    .tuple(natural, fc.nat({ max: 40_000 }))
    .map(([lot, day]) => new Construct(0, ["demo.lots.LOT", lot, day])),
);

function ratio(numerator: bigint, denominator: bigint): Value {
  const divisor = BigInt(greatestCommonDivisor(integer(numerator), integer(denominator)));
  return new Construct(0, [integer(numerator / divisor), integer(denominator / divisor)]);
}

/** Values that fit the shape; beyond `depth` declared shapes take their first constructor. */
export function valueFor(shape: Shape, depth = 4): fc.Arbitrary<Value> {
  switch (shape.kind) {
    case "int":
    case "duration":
    case "percent":
    case "money":
      return bigInteger.map(integer);
    case "nat":
      return natural;
    case "bool":
      return fc.boolean();
    case "text":
      return text;
    case "bytes":
      return fc.uint8Array({ maxLength: 5 });
    case "hash":
    case "key":
      return key;
    case "time":
      return fc.nat({ max: 253_402_300_799_999 });
    case "date":
      return fc.nat({ max: 2_932_896 });
    case "decimal":
      return fc.tuple(bigInteger, fc.nat({ max: 18 })).map(([value, decimals]) => {
        const least = withFewestDecimals({ coefficient: integer(value), decimals });
        return new Construct(0, [least.coefficient, least.decimals]);
      });
    case "ratio":
      return fc.tuple(bigInteger, fc.bigInt({ min: 1n, max: 2n ** 60n })).map(([n, d]) => ratio(n, d));
    case "policy":
      return policy.map(policyValue).filter((value) => readPolicy(value).ok);
    case "asset":
      return assetValue;
    case "coin":
      return fc
        .tuple(shape.currency ? fc.constant(new Construct(0, [shape.currency.asset])) : assetValue, natural)
        .map((fields) => new Construct(0, fields));
    case "list":
      return fc.array(valueFor(shape.item, depth), { maxLength: 3 }).map((items) => PersistentList.of(items));
    case "set":
      return fc
        .array(valueFor(shape.item, depth), { maxLength: 3 })
        .map((items) => ascending(items, (item) => item));
    case "map":
      return fc
        .array(tuple([shape.key, shape.value], depth), { maxLength: 3 })
        .map((pairs) => ascending(pairs, (pair) => (pair as Construct).fields[0]!));
    case "tuple":
      return tuple(shape.parts, depth);
    case "named": {
      const { constructors } = shapes.get(shape.name)!;
      const allowed = depth === 0 ? constructors.slice(0, 1) : constructors;
      return fc.nat({ max: allowed.length - 1 }).chain((tag) =>
        tuple(
          allowed[tag]!.fields.map((field) => field.shape),
          Math.max(0, depth - 1),
        ).map((fields) => new Construct(tag, (fields as Construct).fields)),
      );
    }
  }
}

export const shapeWithValue = anyShape.chain((shape) => valueFor(shape).map((value) => ({ shape, value })));

export const shapeWithTwoValues = anyShape.chain((shape) =>
  fc.tuple(valueFor(shape), valueFor(shape)).map(([a, b]) => ({ shape, a, b })),
);
