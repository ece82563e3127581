import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Policy } from "./policy.ts";
import { type Bench, servingSigners } from "./satisfy.ts";

const SIGNERS = ["a", "b", "c", "d", "e"];
const ROLES = ["r", "s", "t"];

const leaf: fc.Arbitrary<Policy> = fc.oneof(
  fc.constantFrom(...SIGNERS).map((key) => ({ kind: "key" as const, key })),
  fc.constantFrom(...ROLES).map((role) => ({ kind: "role" as const, role })),
);

const listOf = (part: fc.Arbitrary<Policy>, maxLength: number): fc.Arbitrary<Policy> =>
  fc
    .array(part, { minLength: 1, maxLength })
    .chain((of) =>
      fc.integer({ min: 1, max: of.length }).map((count) => ({ kind: "at-least" as const, count, of })),
    );

const { nested } = fc.letrec<{ nested: Policy }>((tie) => ({
  nested: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc
      .tuple(fc.nat({ max: 3 }), tie("nested"))
      .map(([time, policy]) => ({ kind: "after" as const, time, policy })),
    listOf(tie("nested"), 3),
  ),
}));

const holders = fc.record({
  r: fc.subarray(SIGNERS),
  s: fc.subarray(SIGNERS),
  t: fc.subarray([...SIGNERS, "stranger"]),
});

const bench = fc
  .record({ signers: fc.shuffledSubarray(SIGNERS), holders, now: fc.nat({ max: 3 }) })
  .map(({ signers, holders, now }): Bench => {
    const held = new Map(Object.entries(holders));
    return { signers, roles: (role) => held.get(role) ?? [], now, charge: () => undefined };
  });

const leavesOf = (policy: Policy): Policy[] => {
  if (policy.kind === "at-least") return policy.of.flatMap(leavesOf);
  return policy.kind === "after" ? leavesOf(policy.policy) : [policy];
};

/** By definition: gives each signer one leaf or none, in every way there is. */
function naive(policy: Policy, { signers, roles, now }: Bench): boolean {
  const leaves = leavesOf(policy);
  const serves = (signer: string, part: Policy): boolean =>
    part.kind === "key" ? part.key === signer : part.kind === "role" && roles(part.role).includes(signer);
  const holds = (part: Policy, served: ReadonlySet<Policy>): boolean => {
    if (part.kind === "at-least") return part.of.filter((each) => holds(each, served)).length >= part.count;
    return part.kind === "after" ? now >= part.time && holds(part.policy, served) : served.has(part);
  };
  const assign = (at: number, served: ReadonlySet<Policy>): boolean => {
    const signer = signers[at];
    if (signer === undefined) return holds(policy, served);
    if (assign(at + 1, served)) return true;
    return leaves.some((part) => {
      return !served.has(part) && serves(signer, part) && assign(at + 1, new Set(served).add(part));
    });
  };
  return assign(0, new Set());
}

/** Copies, so that each place in the policy is an object of its own. */
const copy = (policy: Policy): Policy => structuredClone(policy);

function expectExact(policy: Policy, on: Bench): void {
  const serving = servingSigners(policy, on);
  expect(serving !== undefined).toBe(naive(policy, on));
  if (serving === undefined) return;
  expect(new Set(serving).size).toBe(serving.length);
  // Those who serve are enough.
  const serve = serving.map((place) => on.signers[place]!);
  expect(naive(policy, { ...on, signers: serve })).toBe(true);
}

describe("signers satisfy a policy", () => {
  it("exactly as its definition says, for flat lists", () => {
    fc.assert(
      fc.property(listOf(leaf, 6).map(copy), bench, (policy, on) => expectExact(policy, on)),
      { numRuns: 1_000 },
    );
  });

  it("exactly as its definition says, for lists within lists", () => {
    fc.assert(
      fc.property(nested.filter((policy) => leavesOf(policy).length <= 8).map(copy), bench, (policy, on) =>
        expectExact(policy, on),
      ),
      { numRuns: 2_000 },
    );
  });

  const on = (signers: string[], roles: Record<string, string[]>): Bench => {
    const held = new Map(Object.entries(roles));
    return { signers, roles: (role) => held.get(role) ?? [], now: 0, charge: () => undefined };
  };
  const role = (name: string): Policy => ({ kind: "role", role: name });
  const atLeast = (count: number, ...of: Policy[]): Policy => ({ kind: "at-least", count, of });

  it("with two persons where two are asked for, even if one has both roles", () => {
    const policy = atLeast(2, role("x"), role("y"));
    expect(servingSigners(policy, on(["ann"], { x: ["ann"], y: ["ann"] }))).toBeUndefined();
    expect(servingSigners(policy, on(["ann", "bob"], { x: ["ann"], y: ["ann"] }))).toBeUndefined();
    expect(servingSigners(policy, on(["ann", "bob"], { x: ["ann", "bob"], y: ["ann"] }))).toEqual([0, 1]);
  });

  it("by letting an earlier choice go where a later part needs the signer", () => {
    const policy = atLeast(3, role("x"), atLeast(2, role("x"), role("y"), role("z")), role("w"));
    const held = { x: ["ann", "bob"], y: ["bob"], z: ["cid"], w: ["dan"] };
    expect(servingSigners(policy, on(["ann", "bob", "cid"], held))).toBeUndefined();
    expect(servingSigners(policy, on(["ann", "bob", "cid", "dan"], held))).toEqual([0, 1, 2, 3]);
  });

  it("by no more of them than it asks for", () => {
    const key = (name: string): Policy => ({ kind: "key", key: name });
    const policy = atLeast(1, atLeast(2, key("a"), key("b")), atLeast(2, key("c"), key("d")));
    expect(servingSigners(policy, on(["a", "b", "c", "d"], {}))).toEqual([0, 1]);
    expect(servingSigners(policy, on(["a", "c", "d"], {}))).toEqual([1, 2]);
    expect(servingSigners(atLeast(1, role("x"), role("y")), on(["a", "b"], { x: ["b"], y: ["a"] }))).toEqual([
      0,
    ]);
  });

  it("and say before each piece of work what it is", () => {
    const paid: [string, number][] = [];
    const charge: Bench["charge"] = (work, times) => paid.push([work, times]);
    servingSigners(atLeast(2, role("x"), role("y"), { kind: "key", key: "bob" }), {
      ...on(["ann", "bob"], { x: ["ann", "cid"], y: ["ann"] }),
      charge,
    });
    expect(paid).toEqual([
      ["policyKey", 1],
      ["roleHolder", 2],
      ["policyKey", 1],
      ["roleHolder", 1],
      ["policyKey", 1],
      ["trial", 1],
      ["trial", 1],
      ["trial", 1],
    ]);
  });
});
