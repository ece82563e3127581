import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  array,
  CountingScope,
  failure,
  int,
  list,
  NO_EFFECTS,
  NONE,
  ran,
  record,
  run,
  some,
  unmet,
} from "../../test/builtins/scope.ts";
import { compareValues } from "../machine/compare.ts";
import type { PersistentList } from "../machine/persistent-list.ts";
import type { Value } from "../machine/value.ts";
import { LIST_ITEMS_MAX } from "./list-limit.ts";
import { BUILTINS } from "./table.ts";

const item = fc.integer({ min: 0, max: 9 });
const itemsOf = fc.array(item, { maxLength: 70 });

describe("lists", () => {
  test("do what arrays do", () => {
    fc.assert(
      fc.property(itemsOf, itemsOf, fc.nat(80), item, (xs, ys, n, x) => {
        const a = list(...xs);
        expect(run("std.list.length", a)).toBe(xs.length);
        expect(run("std.list.is_empty", a)).toBe(xs.length === 0);
        expect(array(run("std.list.append", a, x))).toEqual([...xs, x]);
        expect(array(run("std.list.prepend", a, x))).toEqual([x, ...xs]);
        expect(array(run("std.list.concat", a, list(...ys)))).toEqual([...xs, ...ys]);
        expect(array(run("std.list.reverse", a))).toEqual([...xs].reverse());
        expect(array(run("std.list.take", a, n))).toEqual(xs.slice(0, n));
        expect(array(run("std.list.drop", a, n))).toEqual(xs.slice(n));
        expect(run("std.list.contains", a, x)).toBe(xs.includes(x));
        const at = xs.indexOf(x);
        expect(run("std.list.index_of", a, x)).toEqual(at < 0 ? NONE : some(at));
        expect(run("std.list.get", a, n)).toEqual(n < xs.length ? some(xs[n]!) : NONE);
        expect(run("std.list.first", a)).toEqual(xs.length > 0 ? some(xs[0]!) : NONE);
        expect(run("std.list.last", a)).toEqual(xs.length > 0 ? some(xs.at(-1)!) : NONE);
        if (n < xs.length) expect(run("std.list.at", a, n)).toBe(xs[n]);
        else expect(failure("std.list.at", a, n)).toEqual(unmet("index < xs.length()"));
        const pairs = xs.slice(0, ys.length).map((one, i) => record(one, ys[i]!));
        expect(array(run("std.list.zip", a, list(...ys)))).toEqual(pairs);
      }),
    );
  });

  test("take any Nat for a place", () => {
    const far = int(1n << 90n);
    expect(array(run("std.list.take", list(1, 2), far))).toEqual([1, 2]);
    expect(array(run("std.list.drop", list(1, 2), far))).toEqual([]);
    expect(run("std.list.get", list(1, 2), far)).toEqual(NONE);
    expect(failure("std.list.at", list(1), far)).toEqual(unmet("index < xs.length()"));
  });

  test("range over numbers of any size, up to the limit of a list", () => {
    const from = 1n << 60n;
    expect(array(run("std.list.range", int(from), int(from + 3n)))).toEqual([from, from + 1n, from + 2n]);
    const border = Number.MAX_SAFE_INTEGER;
    expect(array(run("std.list.range", border, int(BigInt(border) + 2n)))).toEqual([
      border,
      9007199254740992n,
    ]);
    expect(array(run("std.list.range", 5, 5))).toEqual([]);
    expect(array(run("std.list.range", int(from), 5))).toEqual([]);
    const tooLong = { error: "ListExceeded", max: LIST_ITEMS_MAX };
    expect(failure("std.list.range", 0, LIST_ITEMS_MAX + 1)).toEqual(tooLong);
    expect(failure("std.list.range", 0, int(from))).toEqual(tooLong);
    const half = run("std.list.range", 0, LIST_ITEMS_MAX / 2 + 1);
    expect(failure("std.list.concat", half, half)).toEqual(tooLong);
  });

  test("look at no more than they have charged for", () => {
    let shared: PersistentList = list(1, 2);
    for (let i = 0; i < 60; i++) shared = list(shared, shared);
    let other: PersistentList = list(1, 3);
    for (let i = 0; i < 60; i++) other = list(other, other);
    for (const [name, args] of [
      ["std.list.contains", [list(shared), other]],
      ["std.value.equal", [shared, other]],
      ["std.map.find", [record(list(record(shared, 1))), other]],
    ] as const) {
      const scope = new CountingScope();
      let left = 1_000_000;
      scope.charge = (gas) => {
        left -= gas;
        if (left < 0) scope.fail("OutOfGas", { limit: 1_000_000 });
      };
      expect(() => BUILTINS.get(name)!.run(args, scope)).toThrow("OutOfGas");
    }
  });
});

const key = fc.oneof(
  fc.integer({ min: -5, max: 5 }).map((n): Value => n),
  fc.integer({ min: 0, max: 9 }).map((n): Value => int(BigInt(n) << 70n)),
);
const entries = fc.array(fc.tuple(key, item), { maxLength: 40 });

/** By the machine's order; the last of equal keys. */
function model(pairs: readonly (readonly [Value, Value])[]): (readonly [Value, Value])[] {
  const kept = pairs.filter(([k], i) => !pairs.slice(i + 1).some(([other]) => compareValues(k, other) === 0));
  return kept.sort(([a], [b]) => compareValues(a, b));
}

const mapOf = (pairs: readonly (readonly [Value, Value])[]): Value =>
  run("std.map.from_list", list(...pairs.map(([k, v]) => record(k, v))));
const asMap = (pairs: readonly (readonly [Value, Value])[]): Value =>
  record(list(...pairs.map(([k, v]) => record(k, v))));

describe("maps", () => {
  test("hold one value for each key, in the order of the keys", () => {
    fc.assert(
      fc.property(entries, entries, key, (pairs, others, k) => {
        const map = mapOf(pairs);
        const expected = model(pairs);
        expect(map).toEqual(asMap(expected));
        expect(run("std.map.size", map)).toBe(expected.length);
        expect(run("std.map.is_empty", map)).toBe(expected.length === 0);
        expect(array(run("std.map.keys", map))).toEqual(expected.map(([one]) => one));
        expect(array(run("std.map.values", map))).toEqual(expected.map(([, value]) => value));
        expect(array(run("std.map.to_list", map))).toEqual(expected.map(([a, b]) => record(a, b)));
        const found = expected.find(([one]) => compareValues(one, k) === 0);
        expect(run("std.map.has", map, k)).toBe(found !== undefined);
        expect(run("std.map.find", map, k)).toEqual(found === undefined ? NONE : some(found[1]));
        if (found === undefined) expect(failure("std.map.get", map, k)).toEqual(unmet("m.has(key)"));
        else expect(run("std.map.get", map, k)).toEqual(found[1]);
        expect(run("std.map.put", map, k, 77)).toEqual(asMap(model([...pairs, [k, 77]])));
        const rest = expected.filter(([one]) => compareValues(one, k) !== 0);
        expect(run("std.map.remove", map, k)).toEqual(asMap(rest));
        expect(run("std.map.merge", map, mapOf(others))).toEqual(asMap(model([...pairs, ...others])));
      }),
    );
    expect(run("std.map.empty")).toEqual(asMap([]));
  });
});

describe("sets", () => {
  const members = fc.array(key, { maxLength: 30 });
  const setOf = (xs: readonly Value[]): Value => run("std.set.from_list", list(...xs));
  const distinct = (xs: readonly Value[]): Value[] => model(xs.map((x) => [x, 0])).map(([x]) => x);

  test("hold each item once, in order", () => {
    fc.assert(
      fc.property(members, members, key, (xs, ys, x) => {
        const [a, b] = [setOf(xs), setOf(ys)];
        const within = (all: readonly Value[], one: Value) =>
          all.some((each) => compareValues(each, one) === 0);
        const ours = distinct(xs);
        expect(array(run("std.set.to_list", a))).toEqual(ours);
        expect(run("std.set.size", a)).toBe(ours.length);
        expect(run("std.set.is_empty", a)).toBe(ours.length === 0);
        expect(run("std.set.has", a, x)).toBe(within(ours, x));
        expect(run("std.set.add", a, x)).toEqual(record(list(...distinct([...xs, x]))));
        const rest = ours.filter((one) => compareValues(one, x) !== 0);
        expect(run("std.set.remove", a, x)).toEqual(record(list(...rest)));
        expect(run("std.set.union", a, b)).toEqual(record(list(...distinct([...xs, ...ys]))));
        const common = ours.filter((one) => within(ys, one));
        const own = ours.filter((one) => !within(ys, one));
        expect(run("std.set.intersection", a, b)).toEqual(record(list(...common)));
        expect(run("std.set.difference", a, b)).toEqual(record(list(...own)));
        expect(run("std.set.is_subset", a, b)).toBe(own.length === 0);
      }),
    );
    expect(run("std.set.empty")).toEqual(record(list()));
  });
});

test("equality is of parts, and costs the smaller side", () => {
  const long = list(...Array(1_000).fill(1));
  expect(run("std.value.equal", record(1, list("a")), record(1, list("a")))).toBe(true);
  expect(run("std.value.equal", record(1, list("a")), record(1, list("b")))).toBe(false);
  expect(ran("std.value.equal", [long, list(1)], NO_EFFECTS).gas).toBeLessThan(30);
  expect(ran("std.value.equal", [long, list(...Array(1_000).fill(1))]).gas).toBeGreaterThan(1_000);
});
