import { type Json, parseJsonText } from "@juno/base";
import { describe, expect, it } from "vitest";
import { scope, USD, YEN } from "../../../test/machine/random-values.ts";
import { PersistentList } from "../persistent-list.ts";
import type { Shape } from "../shape.ts";
import { Construct, UNIT, type Value } from "../value.ts";
import { type Coins, fromJson } from "./read.ts";
import { refusalText } from "./scope.ts";
import { spellValue, toJson } from "./spell.ts";

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

const hash = "0".repeat(64);
/** Second spellings, and what is out of its range. */
const refused: readonly (readonly [Shape, readonly string[]])[] = [
  [
    { kind: "int" },
    ['"1"', '"-5"', "true", '"9007199254740991"', '"09007199254740993"', `"${"9".repeat(20_000)}"`],
  ],
  [{ kind: "nat" }, ["-1", '"-9007199254740993"', "null"]],
  [{ kind: "bool" }, ['"true"', "1"]],
  [
    { kind: "text" },
    ["1", '"e\u0301"', '"\u0378"', `"${"x".repeat(1_048_577)}"`, `"${"ä".repeat(524_289)}"`],
  ],
  [{ kind: "bytes" }, ['"A0"', '"0"', "[]", `"${"00".repeat(1_048_577)}"`]],
  [{ kind: "hash" }, [`"${hash.slice(2)}"`, `"${hash}00"`, `"${hash.replace("0", "A")}"`]],
  [{ kind: "key" }, ['""', `"${hash}0"`]],
  [
    { kind: "time" },
    [
      '"2026-01-31"',
      '"2026-01-31T12:00:00Z"',
      '"1969-12-31T23:59:59.999Z"',
      '"2026-02-29T00:00:00.000Z"',
      '"2026-01-31T24:00:00.000Z"',
      '"2026-01-31t12:00:00.000Z"',
      "0",
    ],
  ],
  [
    { kind: "date" },
    [
      '"2026-1-31"',
      '"2026-02-30"',
      '"1969-12-31"',
      '"2026-13-01"',
      '"2026-00-01"',
      '"2026-01-00"',
      '"+026-01-01"',
      "1",
    ],
  ],
  [{ kind: "duration" }, ['"3 days"', '"5"']],
  [
    { kind: "percent" },
    ['"5"', '"5.0%"', '"05%"', '"+5%"', '"-0%"', '"0.0000001%"', '" 5%"', '".5%"', '"5.%"', "5"],
  ],
  [{ kind: "decimal" }, ['"1.50"', '"1."', '".5"', '"01"', '"-0"', '"-0.0"', "1", '"0.0000000000000000001"']],
  [
    { kind: "ratio" },
    ['"6/8"', '"1/0"', '"1/-2"', '"1"', '"0/2"', '"1/2/3"', '"1 /2"', `"1/1${"0".repeat(309)}"`],
  ],
  [
    { kind: "money", currency: USD },
    [
      '"40 USD"',
      '"40.0 USD"',
      '"40.000 USD"',
      '"40.00USD"',
      '"40.00 EUR"',
      '"-0.00 USD"',
      '"040.00 USD"',
      '" USD"',
      '"40.00  USD"',
      '"40.00 xUSD"',
      "40",
    ],
  ],
  [{ kind: "money", currency: YEN }, ['"4.0 YEN"', '"4. YEN"']],
  [
    { kind: "policy" },
    [
      `{"key":"${hash}","role":"a"}`,
      '{"key":"00"}',
      '{"atLeast":0,"of":[{"role":"a"}]}',
      '{"atLeast":2,"of":[{"role":"a"}]}',
      '{"atLeast":1,"of":[]}',
      '{"atLeast":1}',
      '{"of":[]}',
      `{"atLeast":1,"of":[{"key":"${hash}"},{"key":"${hash}"}]}`,
      '{"after":"2026-01-31T12:00:00.000Z"}',
      '{"after":5,"policy":{"role":"a"}}',
      '{"role":5}',
      '{"role":"a","x":1}',
      '"ann"',
      `{"atLeast":1,"of":[${Array.from({ length: 65 }, () => '{"role":"a"}').join(",")}]}`,
      `${'{"atLeast":1,"of":['.repeat(5)}{"role":"a"}${"]}".repeat(5)}`,
    ],
  ],
];

describe("what does not cross the border", () => {
  it("is refused with its place", () => {
    const terms: Shape = { kind: "named", name: "demo.Terms" };
    const tree: Shape = { kind: "named", name: "demo.Tree" };
    const list: Shape = { kind: "list", item: terms };
    const amount = 'an amount such as "40.00 USD" expected';
    const variants = 'one of "Leaf", {"Only": …}, {"Node": …} expected';
    const cases: readonly (readonly [Shape, string, string])[] = [
      [list, '[{"who":"a","amount":"1.0 USD","10":1}]', `[0].amount: ${amount}`],
      [list, '[{"who":"a","10":1}]', `[0].amount: ${amount}`],
      [
        list,
        '[{"who":"a","amount":"1.00 USD","10":1,"x":1}]',
        "[0]: an object of the fields who, amount, 10 expected",
      ],
      [list, "[[]]", "[0]: an object of the fields who, amount, 10 expected"],
      [tree, '"leaf"', variants],
      [tree, '{"Leaf":[]}', variants],
      [tree, '"Only"', variants],
      [tree, '{"Only":"Leaf","Leaf":[]}', variants],
      [tree, '{"Node":["Leaf",5,["Leef"]]}', `Node[2][0]: ${variants}`],
      [tree, '{"Node":["Leaf",5]}', "Node: a list of 3 expected"],
      [tree, '{"Only":{"Only":7}}', `Only.Only: ${variants}`],
      [{ kind: "set", item: { kind: "int" } }, "[2,1]", "a list in ascending order, each item once expected"],
      [{ kind: "set", item: { kind: "int" } }, "[1,1]", "a list in ascending order, each item once expected"],
      [
        { kind: "map", key: { kind: "int" }, value: { kind: "int" } },
        "[[1,1],[1,2]]",
        "a list of [key, value] in ascending order of the keys, each key once expected",
      ],
      [{ kind: "tuple", parts: [{ kind: "int" }] }, "[1,2]", "a list of 1 expected"],
      [{ kind: "asset" }, '{"asset":"demo.no.GOLD","of":[]}', "asset: the full name of an asset expected"],
      [
        { kind: "asset" },
        '{"asset":"demo.depot.SEC","of":[1]}',
        "of[0]: a text in normal form (NFC) of at most 1 MiB expected",
      ],
      [{ kind: "asset" }, '{"asset":"demo.depot.SEC"}', "of: a list of 1 expected"],
      [{ kind: "coin", currency: USD, asset: undefined }, '"-1.00 USD"', amount],
      [
        { kind: "coin", currency: undefined, asset: undefined },
        '{"amount":-1,"asset":{"asset":"demo.bank.USD","of":[]}}',
        "amount: a whole number from 0 on (beyond 2^53 as text) expected",
      ],
    ];
    for (const [shape, text, refusal] of cases) expect(read(shape, text)).toBe(`! ${refusal}`);
  });

  it("is any second spelling of a scalar", () => {
    for (const [shape, texts] of refused) {
      for (const text of texts)
        expect([text, read(shape, text)]).toEqual([text, expect.stringMatching(/^! .* expected$/)]);
    }
  });

  it("is a coin that a command brings", () => {
    expect(read({ kind: "coin", currency: USD, asset: undefined }, '"1.00 USD"', "refuse")).toContain(
      "no coin",
    );
    const held: Shape = { kind: "list", item: { kind: "coin", currency: undefined, asset: undefined } };
    expect(read(held, "[{}]", "refuse")).toContain("[0]: no coin");
  });

  it("is what is too deep, too late or too large to be written", () => {
    let shape: Shape = { kind: "int" };
    let value: Value = 1;
    for (let i = 0; i < 48; i++) {
      shape = { kind: "list", item: shape };
      value = PersistentList.of([value]);
    }
    const deepest = `${"[".repeat(48)}1${"]".repeat(48)}`;
    expect(spelled(shape, value)).toBe(deepest);
    expect(read(shape, deepest)).toEqual(value);
    const refusal = `! ${"[0]".repeat(48)}: a value that nests at most 48 deep as JSON expected`;
    const deeper: Shape = { kind: "list", item: shape };
    expect(spelled(deeper, PersistentList.of([value]))).toBe(refusal);
    expect(read(deeper, `[${deepest}]`)).toBe(refusal);
    for (const time of [-1, 253_402_300_800_000, 2n ** 60n, -(2n ** 60n)]) {
      expect(spelled({ kind: "time" }, time)).toContain("of the years 1970 to 9999 expected");
      expect(spelled({ kind: "date" }, time)).toContain("of the years 1970 to 9999 expected");
    }
    expect(spelled({ kind: "ratio" }, new Construct(0, [1n << 1024n, 1]))).toContain("at most 1,024 bits");
    expect(spelled({ kind: "policy" }, new Construct(1, [0, PersistentList.of<Value>([])]))).toContain(
      "asks for at least one",
    );
  });

  it("leaves other errors alone", () => {
    expect(() => spellValue({ kind: "named", name: "demo.Missing" }, scope, UNIT)).toThrow("is declared");
    expect(() => spellValue({ kind: "tuple", parts: [] }, scope, new Construct(0, [1]))).toThrow(
      "its shape says",
    );
    expect(toJson({ kind: "tuple", parts: [] }, scope, UNIT)).toEqual({ ok: true, value: [] });
  });
});
