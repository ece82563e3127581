import { canonicalText, type Json, parseJsonText, utf8Length } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scope, shapeWithTwoValues, shapeWithValue, USD, YEN } from "../../../test/machine/random-values.ts";
import { compareValues, equalValues } from "../compare.ts";
import { PersistentList } from "../persistent-list.ts";
import type { Shape } from "../shape.ts";
import { Construct, UNIT, type Value } from "../value.ts";
import { keyText, parseKey } from "./key-text.ts";
import { type Coins, fromJson } from "./read.ts";
import { refusalText } from "./scope.ts";
import { spellValue } from "./spell.ts";

const json = (text: string): Json => {
  const parsed = parseJsonText(text);
  if (!parsed.ok) throw new Error(parsed.error.detail);
  return parsed.value;
};

const spelled = (shape: Shape, value: Value): string => {
  const text = spellValue(shape, scope, value);
  return text.ok ? text.value : `! ${refusalText(text.error)}`;
};

const read = (shape: Shape, text: string, coins: Coins = "accept"): Value | string => {
  const value = fromJson(shape, scope, json(text), coins);
  return value.ok ? value.value : `! ${refusalText(value.error)}`;
};

describe("values at the border (L61)", () => {
  it("come back from their JSON, and from their keys", () => {
    fc.assert(
      fc.property(shapeWithValue, ({ shape, value }) => {
        const text = spelled(shape, value);
        const back = read(shape, text);
        expect(typeof back === "string" && text !== canonicalText(back) ? back : "").toBe("");
        expect(equalValues(back, value)).toBe(true);
        expect(spelled(shape, back)).toBe(text);
        expect(canonicalText(json(text))).toBe(text);
        const key = keyText(shape, scope, value);
        const keyBack = key.ok ? parseKey(shape, scope, key.value) : key;
        if (!keyBack.ok) expect(refusalText(keyBack.error)).toContain("no coin");
        else expect(equalValues(keyBack.value, value)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it("have texts that differ if they differ", () => {
    fc.assert(
      fc.property(shapeWithTwoValues, ({ shape, a, b }) => {
        const same = compareValues(a, b) === 0;
        expect(spelled(shape, a) === spelled(shape, b)).toBe(same);
        const [x, y] = [keyText(shape, scope, a), keyText(shape, scope, b)];
        expect(x.ok && y.ok && x.value === y.value).toBe(same);
      }),
      { numRuns: 400 },
    );
  });

  it("are paid for to the byte", () => {
    fc.assert(
      fc.property(shapeWithValue, ({ shape, value }) => {
        let bytes = 0;
        const text = spellValue(shape, scope, value, (more) => {
          bytes += more;
        });
        expect(text.ok && utf8Length(text.value)).toBe(bytes);
      }),
    );
  });

  it("stop where nobody pays any more, however much they share", () => {
    let shared: Value = UNIT;
    let shape: Shape = { kind: "tuple", parts: [] };
    for (let i = 0; i < 40; i++) {
      shared = new Construct(0, [shared, shared]);
      shape = { kind: "tuple", parts: [shape, shape] };
    }
    let bytes = 0;
    const spend = (more: number) => {
      bytes += more;
      if (bytes > 1_000) throw new Error("no gas");
    };
    expect(() => spellValue(shape, scope, shared, spend)).toThrow("no gas");
  });

  it("are written as the language says", () => {
    const coin = (asset: readonly Value[], amount: number) =>
      new Construct(0, [new Construct(0, asset), amount]);
    const cases: readonly (readonly [Shape, Value, string])[] = [
      [{ kind: "int" }, -(2 ** 53) + 1, "-9007199254740991"],
      [{ kind: "int" }, 2n ** 53n, '"9007199254740992"'],
      [{ kind: "bytes" }, Uint8Array.of(0, 255), '"00ff"'],
      [{ kind: "time" }, 1_769_860_800_000, '"2026-01-31T12:00:00.000Z"'],
      [{ kind: "date" }, 20_484, '"2026-01-31"'],
      [{ kind: "duration" }, 259_200_000, "259200000"],
      [{ kind: "percent" }, 5_000_000, '"5%"'],
      [{ kind: "percent" }, -250_000, '"-0.25%"'],
      [{ kind: "decimal" }, new Construct(0, [15, 1]), '"1.5"'],
      [{ kind: "ratio" }, new Construct(0, [3, 4]), '"3/4"'],
      [{ kind: "money", currency: USD }, 4_000, '"40.00 USD"'],
      [{ kind: "money", currency: USD }, -5, '"-0.05 USD"'],
      [{ kind: "money", currency: YEN }, 2n ** 70n, '"1180591620717411303424 YEN"'],
      [{ kind: "coin", currency: USD, asset: undefined }, coin(["demo.bank.USD"], 1), '"0.01 USD"'],
      [
        { kind: "coin", currency: undefined, asset: undefined },
        coin(["demo.depot.SEC", "XS1"], 7),
        '{"amount":7,"asset":{"asset":"demo.depot.SEC","of":["XS1"]}}',
      ],
      [
        { kind: "asset" },
        new Construct(0, ["demo.lots.LOT", 3, 0]),
        '{"asset":"demo.lots.LOT","of":[3,"1970-01-01"]}',
      ],
      [
        { kind: "policy" },
        new Construct(1, [
          1,
          PersistentList.of<Value>([
            new Construct(2, ["cfo"]),
            new Construct(3, [0, new Construct(2, ["ceo"])]),
          ]),
        ]),
        '{"atLeast":1,"of":[{"role":"cfo"},{"after":"1970-01-01T00:00:00.000Z","policy":{"role":"ceo"}}]}',
      ],
      [
        { kind: "named", name: "demo.Terms" },
        new Construct(0, ["ann", 100, 7]),
        '{"10":7,"amount":"1.00 USD","who":"ann"}',
      ],
      [{ kind: "named", name: "demo.Nothing" }, UNIT, "{}"],
      [{ kind: "named", name: "demo.Tree" }, new Construct(1, [UNIT]), '{"Only":"Leaf"}'],
      [
        { kind: "named", name: "demo.Tree" },
        new Construct(2, [UNIT, 5, PersistentList.of<Value>([UNIT])]),
        '{"Node":["Leaf",5,["Leaf"]]}',
      ],
      [
        { kind: "map", key: { kind: "text" }, value: { kind: "bool" } },
        new Construct(0, [
          PersistentList.of<Value>([new Construct(0, ["a", true]), new Construct(0, ["b", false])]),
        ]),
        '[["a",true],["b",false]]',
      ],
      [{ kind: "tuple", parts: [] }, UNIT, "[]"],
    ];
    for (const [shape, value, text] of cases) {
      expect(spelled(shape, value)).toBe(text);
      expect(equalValues(read(shape, text), value)).toBe(true);
    }
  });

  it("have keys that people can read", () => {
    const text = (shape: Shape, value: Value) => {
      const key = keyText(shape, scope, value);
      return key.ok ? key.value : "";
    };
    expect(text({ kind: "text" }, 'a "b"')).toBe('a "b"');
    expect(text({ kind: "int" }, 2n ** 53n)).toBe("9007199254740992");
    expect(text({ kind: "int" }, -7)).toBe("-7");
    expect(text({ kind: "hash" }, new Uint8Array(32))).toBe("00".repeat(32));
    expect(text({ kind: "money", currency: USD }, 5)).toBe("0.05 USD");
    expect(
      text({ kind: "tuple", parts: [{ kind: "text" }, { kind: "int" }] }, new Construct(0, ["a", 1])),
    ).toBe('["a",1]');
    expect(text({ kind: "named", name: "demo.Tree" }, UNIT)).toBe('"Leaf"');
    for (const bad of ["[1]", "[ 1]", '["a",1', '["a", 1]']) {
      expect(parseKey({ kind: "tuple", parts: [{ kind: "text" }, { kind: "int" }] }, scope, bad).ok).toBe(
        false,
      );
    }
    expect(parseKey({ kind: "nat" }, scope, "-1").ok).toBe(false);
    expect(parseKey({ kind: "int" }, scope, "01").ok).toBe(false);
  });
});
