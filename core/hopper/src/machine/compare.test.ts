import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Abort } from "./abort.ts";
import { compareValues, equalValues } from "./compare.ts";
import { PersistentList } from "./persistent-list.ts";
import { sizeOf } from "./size.ts";
import { Closure, Construct, integer, UNIT, type Value } from "./value.ts";

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: -2, max: 2 }),
    fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }).map(integer),
    fc.boolean(),
    fc.constantFrom("", "a", "b", "\uffff", "😀", "ab"),
    fc.uint8Array({ maxLength: 2 }),
    fc.tuple(fc.nat({ max: 1 }), fc.array(tie("value"), { maxLength: 2 })).map(([tag, fields]) => {
      return new Construct(tag, fields);
    }),
    fc.array(tie("value"), { maxLength: 2 }).map((items) => PersistentList.of(items)),
  ),
}));

/** Equal in structure, another in identity. */
function copy(of: Value): Value {
  if (of instanceof Uint8Array) return Uint8Array.from(of);
  if (of instanceof Construct) return new Construct(of.tag, of.fields.map(copy));
  return of instanceof PersistentList ? PersistentList.of(of.toArray().map(copy)) : of;
}

describe("values", () => {
  it("are equal if they are built alike", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(equalValues(a, copy(a))).toBe(true);
        expect(compareValues(a, copy(a))).toBe(0);
        expect(equalValues(a, b)).toBe(compareValues(a, b) === 0);
      }),
      { numRuns: 500 },
    );
  });

  it("have a total order", () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compareValues(a, b))).toBe(0 - Math.sign(compareValues(b, a)));
        const [x, y, z] = [a, b, c].sort(compareValues) as [Value, Value, Value];
        expect(compareValues(x, y)).toBeLessThanOrEqual(0);
        expect(compareValues(y, z)).toBeLessThanOrEqual(0);
        expect(compareValues(x, z)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  it("stand in the order that is written down", () => {
    const ascending: Value[] = [
      -(2n ** 70n),
      -1,
      0,
      2n ** 70n,
      false,
      true,
      "",
      "a",
      "ab",
      "\uffff",
      "😀",
      new Uint8Array(),
      Uint8Array.of(1, 9),
      Uint8Array.of(2),
      UNIT,
      new Construct(0, [7]),
      new Construct(0, [7, 1]),
      new Construct(1, []),
      PersistentList.of<Value>([]),
      PersistentList.of<Value>([1]),
      PersistentList.of<Value>([1, 0]),
      PersistentList.of<Value>([2]),
    ];
    for (let i = 1; i < ascending.length; i++) {
      expect(compareValues(ascending[i - 1]!, ascending[i]!)).toBeLessThan(0);
      expect(compareValues(ascending[i]!, ascending[i - 1]!)).toBeGreaterThan(0);
    }
  });

  it("with functions in them are not compared, whether they are one object or two", () => {
    const closure = new Closure(0, []);
    const refused = (compared: () => unknown): unknown => {
      try {
        return compared();
      } catch (thrown) {
        return thrown instanceof Abort ? thrown.raised.error : thrown;
      }
    };
    const holders = [
      (): Value => closure,
      (): Value => new Construct(0, [1, PersistentList.of<Value>([closure])]),
    ];
    for (const holder of holders) {
      const one = holder();
      for (const other of [one, holder(), new Closure(1, [2])]) {
        if (other instanceof Closure !== one instanceof Closure) continue;
        expect(refused(() => equalValues(one, other))).toBe("FunctionCompared");
        expect(refused(() => compareValues(one, other))).toBe("FunctionCompared");
      }
    }
    expect(equalValues(new Construct(0, [1, closure]), new Construct(0, [2, closure]))).toBe(false);
  });

  it("may be as deep as they are allowed to be", () => {
    const deep = (end: Value): Value => {
      let of = end;
      for (let i = 0; i < 1_024; i++) {
        of = i % 2 === 0 ? new Construct(0, [of]) : PersistentList.of([of]);
      }
      return of;
    };
    expect(equalValues(deep(1), deep(1))).toBe(true);
    expect(compareValues(deep(1), deep(2))).toBeLessThan(0);
    expect(sizeOf(deep(1), 2_000)).toBe(1_025);
  });

  it("are counted in words", () => {
    const words = (of: Value) => sizeOf(of, 1_000);
    expect([5, true, UNIT, "", new Uint8Array()].map(words)).toEqual([1, 1, 1, 1, 1]);
    expect(["a", "abcd", "abcde", Uint8Array.of(1), new Uint8Array(9)].map(words)).toEqual([2, 2, 3, 2, 3]);
    expect([2n ** 63n, 2n ** 64n].map(words)).toEqual([2, 3]);
    expect(words(new Construct(0, [1, "a", new Closure(0, [PersistentList.of<Value>([1, 2])])]))).toBe(8);
  });

  it("are counted no further than the budget, however much they share", () => {
    let shared: Value = 1;
    for (let i = 0; i < 60; i++) shared = new Construct(0, [shared, shared]);
    expect(sizeOf(shared, 10_000)).toBeGreaterThan(10_000);
    fc.assert(
      fc.property(value, fc.nat({ max: 12 }), (of, budget) => {
        const whole = sizeOf(of, Number.MAX_SAFE_INTEGER);
        const counted = sizeOf(of, budget);
        if (whole <= budget) expect(counted).toBe(whole);
        else expect(counted).toBeGreaterThan(budget);
      }),
    );
  });
});
