import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scope, shapeWithTwoValues, USD } from "../../../test/machine/random-values.ts";
import { PersistentList } from "../persistent-list.ts";
import type { Shape } from "../shape.ts";
import { Construct, type Value } from "../value.ts";
import { addTo, coinsIn } from "./coins-in.ts";

const usd = (cents: number | bigint): Value => new Construct(0, [new Construct(0, ["demo.bank.USD"]), cents]);
const sec = (isin: string, units: number): Value =>
  new Construct(0, [new Construct(0, ["demo.depot.SEC", isin]), units]);

const USD_TEXT = '{"asset":"demo.bank.USD","of":[]}';
const secText = (isin: string) => `{"asset":"demo.depot.SEC","of":["${isin}"]}`;
const COIN: Shape = { kind: "coin", currency: undefined, asset: undefined };
const OPTION: Shape = { kind: "named", name: "std.option.Option<Coin<USD>>" };

const sums = (shape: Shape, value: Value) => Object.fromEntries(coinsIn(shape, scope, value));

describe("the coins within a value", () => {
  it("are found wherever a shape has them, and summed by asset", () => {
    const list = (...items: Value[]) => PersistentList.of(items);
    expect(sums({ kind: "coin", currency: USD, asset: undefined }, usd(5))).toEqual({ [USD_TEXT]: 5n });
    expect(
      sums({ kind: "list", item: COIN }, list(usd(5), sec("A", 2), usd(2n ** 70n), sec("B", 1), sec("A", 3))),
    ).toEqual({
      [USD_TEXT]: 2n ** 70n + 5n,
      [secText("A")]: 5n,
      [secText("B")]: 1n,
    });
    const map: Shape = {
      kind: "map",
      key: { kind: "text" },
      value: { kind: "tuple", parts: [OPTION, COIN] },
    };
    const some = new Construct(1, [usd(1)]);
    const entry = (key: string, ...parts: Value[]) => new Construct(0, [key, new Construct(0, parts)]);
    const entries = list(entry("a", some, sec("A", 1)), entry("b", new Construct(0, []), sec("A", 1)));
    expect(sums(map, new Construct(0, [entries]))).toEqual({ [USD_TEXT]: 1n, [secText("A")]: 2n });
    expect(sums({ kind: "set", item: COIN }, new Construct(0, [list(usd(1), usd(2))]))).toEqual({
      [USD_TEXT]: 3n,
    });
  });

  it("are nowhere else", () => {
    expect(sums({ kind: "money", currency: USD }, 5)).toEqual({});
    expect(sums({ kind: "asset" }, new Construct(0, ["demo.bank.USD"]))).toEqual({});
  });

  it("add up over the parts", () => {
    fc.assert(
      fc.property(shapeWithTwoValues, ({ shape, a, b }) => {
        const both = coinsIn({ kind: "list", item: shape }, scope, PersistentList.of([a, b]));
        const parts = coinsIn(shape, scope, a);
        for (const [asset, amount] of coinsIn(shape, scope, b)) addTo(parts, asset, amount);
        expect(both).toEqual(parts);
      }),
    );
  });
});
