// A ledger in memory: states do not change, keys are in order, and what is written down is read back.

import { canonicalText, compareText, Hash, utf8 } from "@juno/base";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { RowChange } from "../machine/state/row-overlay.ts";
import { SessionState } from "./session-state.ts";

const sha256 = () => Hash(new Uint8Array(32));
const worldOf = (state: SessionState) => state.world(sha256, []);
const done = (changes: readonly RowChange[]) => ({ time: 5, changes, supply: [] });

const change = fc.record({
  module: fc.constantFrom("m", "m.n"),
  table: fc.constantFrom("t", "u"),
  key: fc.constantFrom("a", "b", "é", "\u{1F600}", ""),
  before: fc.constant(undefined),
  after: fc.option(
    fc.nat().map((n) => utf8(String(n))),
    { nil: undefined },
  ),
});

it("is what its changes say, and the states before stay what they were", () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const model = new Map<string, Uint8Array>();
      let state = new SessionState();
      for (const one of changes) {
        const before = canonicalText(state.toJson());
        const next = state.after(done([one]));
        expect(canonicalText(state.toJson())).toBe(before);
        state = next;
        const name = `${one.module}/${one.table}/${one.key}`;
        if (one.after === undefined) model.delete(name);
        else model.set(name, one.after);
      }
      const rows = state.rows().map(({ module, table, key, after }) => [`${module}/${table}/${key}`, after]);
      expect(new Map(rows as [string, Uint8Array][])).toEqual(model);
      for (const { module, table, key } of changes) {
        expect(worldOf(state).row({ module, table, key })).toEqual(model.get(`${module}/${table}/${key}`));
      }
      expect(SessionState.fromJson(state.toJson())?.toJson()).toEqual(state.toJson());
    }),
  );
});

it("lists keys in pages, in the order of their bytes", () => {
  const keys = ["b", "a", "é", "\u{1F600}", "\uffee"];
  const rows = keys.map((key) => ({ module: "m", table: "t", key, before: undefined, after: utf8("1") }));
  const world = worldOf(new SessionState().after(done(rows)));
  const found: string[] = [];
  for (;;) {
    const after = found.at(-1);
    const page = world.keys({ module: "m", table: "t", limit: 2, ...(after === undefined ? {} : { after }) });
    if (page.length === 0) break;
    found.push(...page);
  }
  expect(found).toEqual([...keys].sort(compareText));
});

it("counts what was minted and burned, and lets time pass only forwards", () => {
  const minted = { asset: "x", minted: 7, burned: 2 };
  const state = new SessionState().after({ time: 9, changes: [], supply: [minted] });
  expect(state.after({ time: 9, changes: [], supply: [minted] }).supplyOf("x")).toBe(10n);
  expect([state.at(3).time, state.at(30).time]).toEqual([9, 30]);
});

it("reads no other JSON", () => {
  for (const text of [
    "null",
    "[]",
    "{}",
    '{"time":"x","rows":[],"supply":{}}',
    '{"time":1,"rows":[1],"supply":{}}',
  ]) {
    const json = JSON.parse(text) as Parameters<typeof SessionState.fromJson>[0];
    expect(SessionState.fromJson(json)).toBeUndefined();
  }
});
