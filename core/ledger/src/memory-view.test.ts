// The view in memory and diffs as values (C9, C13).

import { utf8 } from "@juno/base";
import { describe, expect, test } from "vitest";
import { create, Ledger, payloadOf } from "../test/network.ts";
import { combineChanges, invertChanges, MemoryView, type RowChange, renderTime } from "./index.ts";

const place = (key: string) => ({ module: "m", table: "t", key });
const change = (key: string, before: string | undefined, after: string | undefined): RowChange => ({
  ...place(key),
  before: before === undefined ? undefined : utf8(before),
  after: after === undefined ? undefined : utf8(after),
});

describe("rows", () => {
  const view = new MemoryView();
  view.change(["b", "ab", "a", "\uffff", "😀"].map((key) => change(key, undefined, `{"is":"${key}"}`)));
  const keys = (range: object) =>
    view.rows({ module: "m", table: "t", limit: 9, ...range }).map(({ key }) => key);

  test("are listed in the order of their keys' bytes, from a key on, by prefix, so many", () => {
    expect(keys({})).toEqual(["a", "ab", "b", "\uffff", "😀"]);
    expect(keys({ after: "ab" })).toEqual(["b", "\uffff", "😀"]);
    expect(keys({ prefix: "a" })).toEqual(["a", "ab"]);
    expect(keys({ limit: 2 })).toEqual(["a", "ab"]);
    expect(keys({ table: "other" })).toEqual([]);
  });

  test("change only from what they were: else the wrong diff meets the wrong state", () => {
    expect(() => view.change([change("a", "{}", "{}")])).toThrow("invariant");
    expect(() => view.change([change("new", "{}", undefined)])).toThrow("invariant");
  });
});

describe("diffs as values (C13)", () => {
  const first = [change("a", undefined, "1"), change("b", "1", "2"), change("c", "1", undefined)];
  const second = [change("a", "1", undefined), change("b", "2", "3"), change("d", "1", "2")];

  test("are undone by their inverse", () => {
    expect(invertChanges(first)).toEqual([
      change("a", "1", undefined),
      change("b", "2", "1"),
      change("c", undefined, "1"),
    ]);
    expect(combineChanges(first, invertChanges(first))).toEqual([]);
  });

  test("combine to what changed in the end", () => {
    expect(combineChanges(first, second)).toEqual([
      change("b", "1", "3"),
      change("c", "1", undefined),
      change("d", "1", "2"),
    ]);
  });
});

describe("the window of ids (C9)", () => {
  test("does not grow with the log, only with what has not expired", () => {
    const ledger = new Ledger(new MemoryView());
    for (let n = 0; n < 2_500; n++) {
      ledger.time += 1;
      ledger.submit(payloadOf([create("a")], { expires: renderTime(ledger.time + 10) }));
    }
    expect(ledger.view.window().length).toBe(11);
    expect(ledger.view.rememberedMax).toBeLessThan(2_000);
  });
});
