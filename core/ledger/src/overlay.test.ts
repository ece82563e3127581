// Overlays against a plain map (C11): rows, keys in pages, net changes.

import { utf8 } from "@juno/base";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryView } from "./index.ts";
import { Overlay } from "./overlay.ts";

const KEYS = ["a", "b", "c", "d", "z", "é", "😀"];
const address = (key: string) => ({ module: "m", table: "t", key });
const writes = fc.array(
  fc.tuple(fc.constantFrom(...KEYS), fc.option(fc.constantFrom("1", "2"), { nil: undefined })),
  {
    maxLength: 12,
  },
);

/** All keys, in pages of the given size. */
function keysOf(rows: Overlay, limit: number): string[] {
  const keys: string[] = [];
  let page = rows.keys({ module: "m", table: "t", limit });
  while (page.length > 0) {
    expect(page.length).toBeLessThanOrEqual(limit);
    keys.push(...page);
    if (page.length < limit) return keys;
    page = rows.keys({ module: "m", table: "t", limit, after: page.at(-1)! });
  }
  return keys;
}

test("rows, keys and changes are those of a map (C11, C13)", () => {
  fc.assert(
    fc.property(writes, writes, writes, fc.integer({ min: 1, max: 4 }), (below, first, second, limit) => {
      const view = new MemoryView();
      const map = new Map<string, string>();
      const write = (rows: Overlay, list: typeof first) => {
        for (const [key, value] of list) {
          rows.write(address(key), value === undefined ? undefined : utf8(value));
          if (value === undefined) map.delete(key);
          else map.set(key, value);
        }
      };
      const base = new Overlay(view);
      write(base, below);
      view.change(base.changes());
      const before = new Map(map);
      const lower = new Overlay(view);
      write(lower, first);
      const upper = new Overlay(lower);
      write(upper, second);
      for (const rows of [upper, lower]) {
        const sorted = KEYS.filter((key) => rows.row(address(key)) !== undefined);
        expect(keysOf(rows, limit)).toEqual(sorted);
      }
      lower.absorb(upper.changes());
      view.change(lower.changes());
      for (const key of KEYS) {
        const value = map.get(key);
        expect(view.row(address(key))).toEqual(value === undefined ? undefined : utf8(value));
      }
      const changed = KEYS.filter((key) => before.get(key) !== map.get(key));
      expect(lower.changes().map(({ key }) => key)).toEqual(changed);
    }),
    { numRuns: 500 },
  );
});
