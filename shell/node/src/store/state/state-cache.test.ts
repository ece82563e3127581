// The cache in front of the rows: always the same answers as without it.

import { Hash, utf8 } from "@juno/base";
import { MemoryPages, MemoryView, type RowAddress, type RowChange } from "@juno/ledger";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateCache } from "./state-cache.ts";

const TABLE = { module: "demo.accounts", table: "accounts" };
const addressOf = (key: string): RowAddress => ({ ...TABLE, key });

/** Rows below a cache, and how often they were asked for. */
function stacked(bytesMax: number) {
  const below = new MemoryView();
  let reads = 0;
  let stores = 0;
  const cache = new StateCache({
    below: {
      row: (address) => {
        reads++;
        return below.row(address);
      },
      rows: (range) => below.rows(range),
      keys: (range) => below.keys(range),
      spent: (id) => below.spent(id),
    },
    pages: Object.assign(new MemoryPages(), { checkpoint: <T>(work: () => T) => work() }),
    bytesMax,
    store: (address, after) => {
      stores++;
      const before = below.row(address);
      if (before !== undefined || after !== undefined) below.change([{ ...address, before, after }]);
    },
  });
  return { below, cache, counts: () => ({ reads, stores }) };
}

const changeTo = (cache: StateCache, key: string, value: string | undefined): RowChange => ({
  ...addressOf(key),
  before: cache.row(addressOf(key)),
  after: value === undefined ? undefined : utf8(value),
});

describe("the row cache", () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant("read" as const), key: fc.constantFrom("a", "b", "c", "d") }),
    fc.record({
      what: fc.constant("change" as const),
      key: fc.constantFrom("a", "b", "c", "d"),
      value: fc.option(fc.constantFrom("one", "two", "three"), { nil: undefined }),
    }),
    fc.record({ what: fc.constant("list" as const), key: fc.constant("") }),
    fc.record({ what: fc.constant("keys" as const), key: fc.constant("") }),
    fc.record({ what: fc.constant("flush" as const), key: fc.constant("") }),
  );

  it.each([{ bytesMax: 1 << 20 }, { bytesMax: 400 }, { bytesMax: 0 }])(
    "answers as a map does, with room for $bytesMax bytes",
    ({ bytesMax }) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          const { cache, below } = stacked(bytesMax);
          const model = new Map<string, string>();
          const keys = () => [...model.keys()].sort();
          for (const taken of steps) {
            if (taken.what === "change") {
              cache.change(changeTo(cache, taken.key, taken.value));
              if (taken.value === undefined) model.delete(taken.key);
              else model.set(taken.key, taken.value);
            } else if (taken.what === "read") {
              const expected = model.get(taken.key);
              expect(cache.row(addressOf(taken.key))).toEqual(
                expected === undefined ? undefined : utf8(expected),
              );
            } else if (taken.what === "list") {
              const rows = cache.rows({ ...TABLE, limit: 9 });
              expect(rows.map(({ key }) => key)).toEqual(keys());
            } else if (taken.what === "keys") {
              expect(cache.keys({ ...TABLE, limit: 9 })).toEqual(keys());
            } else {
              cache.flush();
              expect(below.all().map(({ key }) => key)).toEqual(keys());
            }
          }
        }),
      );
    },
  );

  it("stores a row once per batch, however often it changed", () => {
    const { cache, below, counts } = stacked(1 << 20);
    for (let i = 0; i < 100; i++) cache.change(changeTo(cache, "a", `value ${i}`));
    cache.flush();
    expect(counts()).toEqual({ reads: 1, stores: 1 });
    expect(below.row(addressOf("a"))).toEqual(utf8("value 99"));
  });

  it("forgets what was used longest ago", () => {
    const { cache, counts } = stacked(3 * 210);
    for (const key of ["a", "b", "c", "a", "d", "a"]) cache.row(addressOf(key));
    expect(counts().reads).toBe(4);
    cache.row(addressOf("b"));
    expect(counts().reads).toBe(5);
  });

  it("asks below for spent ids", () => {
    const { cache } = stacked(100);
    expect(cache.spent(Hash(new Uint8Array(32)))).toBeUndefined();
  });
});
