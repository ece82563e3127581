import { describe, expect, it } from "vitest";
import { PersistentList } from "../persistent-list.ts";
import { Construct, type Value } from "../value.ts";
import { type Policy, policyValue, readPolicy } from "./policy.ts";

const role = (name: string): Value => new Construct(2, [name]);
const key = (seed: number): Value => new Construct(0, [new Uint8Array(32).fill(seed)]);
const atLeast = (count: number | bigint, ...of: Value[]): Value =>
  new Construct(1, [count, PersistentList.of(of)]);
const after = (time: number, policy: Value): Value => new Construct(3, [time, policy]);

const problem = (value: Value) => {
  const policy = readPolicy(value);
  return policy.ok ? undefined : policy.error.expected;
};

describe("a policy", () => {
  it("is read and made", () => {
    const policy: Policy = {
      kind: "at-least",
      count: 1,
      of: [
        { kind: "key", key: "07".repeat(32) },
        { kind: "after", time: 5, policy: { kind: "role", role: "cfo" } },
      ],
    };
    expect(readPolicy(policyValue(policy))).toEqual({ ok: true, value: policy });
  });

  it("has its limits", () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => key(i));
    expect(problem(atLeast(1, ...many(64)))).toBeUndefined();
    expect(problem(atLeast(1, ...many(65)))).toBe("a policy of at most 64 keys and roles");
    expect(
      problem(atLeast(1, atLeast(1, ...many(60)), role("a"), role("a"), role("a"), role("a"))),
    ).toBeUndefined();
    expect(problem(atLeast(1, key(1), atLeast(1, key(1))))).toBe("a policy in which each key stands once");
    expect(problem(atLeast(1, atLeast(1, atLeast(1, atLeast(1, role("a"))))))).toBeUndefined();
    expect(problem(after(0, after(0, after(0, after(0, role("a"))))))).toBeUndefined();
    expect(problem(after(0, atLeast(1, after(0, atLeast(1, after(0, role("a")))))))).toBe(
      "a policy at most 4 deep",
    );
    for (const count of [0, -1, 3, 2n ** 60n, -(2n ** 60n)]) {
      expect(problem(atLeast(count, role("a"), role("b")))).toContain("at least one of its parts");
    }
    expect(problem(atLeast(1))).toContain("no more than it has");
  });

  it("is looked at only as far as its limits, however much it shares", () => {
    let shared = role("a");
    for (let i = 0; i < 4; i++) shared = atLeast(1, ...Array.from({ length: 60 }, () => shared));
    expect(problem(shared)).toBe("a policy of at most 64 keys and roles");
  });
});
