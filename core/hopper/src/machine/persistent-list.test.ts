import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EMPTY_LIST, PersistentList } from "./persistent-list.ts";
import { Construct, depthOf, type Value } from "./value.ts";

const nested = (depth: number): Value => {
  let value: Value = 0;
  for (let i = 0; i < depth; i++) value = new Construct(0, [value]);
  return value;
};

const item = fc.oneof(fc.integer(), fc.integer({ min: 0, max: 4 }).map(nested));

type Step =
  | { kind: "push" | "prepend"; item: Value }
  | { kind: "append" | "concat"; items: Value[] }
  | { kind: "rest"; times: number }
  | { kind: "slice"; from: number; to: number };

const many = fc.oneof(
  fc.array(item, { maxLength: 40, size: "max" }),
  fc.nat({ max: 3_000 }).map((n) => Array.from({ length: n }, (_, i) => i)),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom("push" as const, "prepend" as const), item }),
  fc.record({ kind: fc.constantFrom("append" as const, "concat" as const), items: many }),
  fc.record({ kind: fc.constant("rest" as const), times: fc.nat({ max: 1_500 }) }),
  fc.record({ kind: fc.constant("slice" as const), from: fc.nat(), to: fc.nat() }),
);

function play(list: PersistentList, model: readonly Value[], step: Step): [PersistentList, Value[]] {
  switch (step.kind) {
    case "push":
      return [list.push(step.item), [...model, step.item]];
    case "prepend":
      return [list.prepend(step.item), [step.item, ...model]];
    case "append":
      return [list.append(step.items), [...model, ...step.items]];
    case "concat":
      return [list.concat(PersistentList.of(step.items)), [...model, ...step.items]];
    case "rest": {
      let left = list;
      const times = Math.min(step.times, model.length);
      for (let i = 0; i < times; i++) left = left.rest();
      return [left, model.slice(times)];
    }
    case "slice": {
      const from = step.from % (model.length + 1);
      const to = from + (step.to % (model.length - from + 1));
      return [list.slice(from, to), model.slice(from, to)];
    }
  }
}

function expectSame(list: PersistentList, model: readonly Value[]): void {
  expect(list.length).toBe(model.length);
  expect([...list]).toEqual(model);
  expect(list.toArray()).toEqual(model);
  expect(list.depth).toBe(1 + Math.max(0, ...model.map(depthOf)));
  for (const at of [0, 1, 31, 32, 33, 1023, 1024, 1056, model.length - 1]) {
    if (at >= 0 && at < model.length) expect(list.get(at)).toBe(model[at]);
  }
}

describe("a persistent list", () => {
  it("does what an array does, and never changes", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12, size: "max" }), (steps) => {
        let list = EMPTY_LIST;
        let model: Value[] = [];
        const past: [PersistentList, Value[]][] = [];
        for (const each of steps) {
          [list, model] = play(list, model, each);
          past.push([list, model]);
        }
        for (const [then, its] of past) expectSame(then, its);
      }),
      { numRuns: 60 },
    );
  });

  it("grows by levels without losing its place", () => {
    let list = EMPTY_LIST;
    const count = 32 * 32 * 32 + 2 * 32 + 5;
    for (let i = 0; i < count; i++) list = list.push(i);
    for (let i = 0; i < count; i++) if (list.get(i) !== i) expect.fail(`item ${i} is lost`);
    expect(list.length).toBe(count);
    let left = list;
    for (let i = 0; i < count; i++) {
      if (left.get(0) !== i) expect.fail(`the list begins with ${i} after ${i} are dropped`);
      left = left.rest();
    }
    expect(left.length).toBe(0);
  });

  it("is as deep as what is left in it", () => {
    const list = PersistentList.of([nested(7), ...Array.from({ length: 100 }, () => nested(2)), nested(3)]);
    expect(list.depth).toBe(8);
    expect(list.rest().depth).toBe(4);
    expect(list.slice(1, 101).depth).toBe(3);
    expect(EMPTY_LIST.depth).toBe(1);
  });

  it("knows its borders", () => {
    expect(() => EMPTY_LIST.rest()).toThrow("no rest");
    expect(() => EMPTY_LIST.get(0)).toThrow("within the list");
    const three = PersistentList.of([1, 2, 3]);
    expect(() => three.get(-1)).toThrow("within the list");
    expect(() => three.get(3)).toThrow("within the list");
    expect(() => three.slice(2, 1)).toThrow("a slice lies");
    expect(() => three.slice(0, 4)).toThrow("a slice lies");
    expect(() => three.rest().slice(0, 3)).toThrow("a slice lies");
  });
});
