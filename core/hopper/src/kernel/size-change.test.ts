// The size-change principle against machines: each parameter is a number, each call any change of numbers that
// its graph allows, and a way without end is a circle among finitely many states. And components against reach.

import { Prng } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { componentsOf } from "./components.ts";
import { Fuel } from "./fuel.ts";
import { endlessWay, type SizedCall } from "./size-change.ts";

const [FUNCTIONS, PARAMETERS, SIZE_MAX] = [2, 2, 6];

function randomCalls(prng: Prng): SizedCall[] {
  return Array.from({ length: 1 + prng.below(4) }, () => ({
    from: prng.below(FUNCTIONS),
    to: prng.below(FUNCTIONS),
    graph: Array.from({ length: PARAMETERS }, () =>
      prng.chance(1, 5) ? undefined : { parameter: prng.below(PARAMETERS), smaller: prng.chance(1, 2) },
    ),
  }));
}

/** All sizes that the arguments of a call may have. */
function results(call: SizedCall, sizes: readonly number[]): number[][] {
  return call.graph.reduce<number[][]>(
    (rows, origin) => {
      const most = origin === undefined ? SIZE_MAX : sizes[origin.parameter]! - (origin.smaller ? 1 : 0);
      const least = origin === undefined || origin.smaller ? 0 : most;
      return rows.flatMap((row) =>
        Array.from({ length: Math.max(0, most - least + 1) }, (_, i) => [...row, least + i]),
      );
    },
    [[]],
  );
}

/** Whether some state leads back to itself. */
function mayRunForEver(calls: readonly SizedCall[]): boolean {
  const sizes = Array.from({ length: (SIZE_MAX + 1) ** PARAMETERS }, (_, i) => [
    i % (SIZE_MAX + 1),
    Math.floor(i / (SIZE_MAX + 1)),
  ]);
  const next = new Map<string, string[]>();
  for (let fn = 0; fn < FUNCTIONS; fn++)
    for (const size of sizes) {
      const to = calls
        .filter(({ from }) => from === fn)
        .flatMap((call) => results(call, size).map((result) => `${call.to} ${result}`));
      next.set(`${fn} ${size}`, to);
    }
  // States that lead nowhere are taken away until none is left, or a circle.
  for (let before = -1; before !== next.size; ) {
    before = next.size;
    for (const [state, to] of next) if (!to.some((other) => next.has(other))) next.delete(state);
  }
  return next.size > 0;
}

describe("size change", () => {
  it("finds a way without end exactly where a machine has one", () => {
    let endless = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const calls = randomCalls(new Prng(seed));
        const way = endlessWay(calls, new Fuel(100_000));
        expect(way !== undefined).toBe(mayRunForEver(calls));
        if (way !== undefined) endless += 1;
      }),
      { numRuns: 400, seed: 1 },
    );
    expect(endless).toBeGreaterThan(80);
    expect(endless).toBeLessThan(320);
  });

  it("gives a way that calls one after the other and comes back", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const way = endlessWay(randomCalls(new Prng(seed)), new Fuel(100_000));
        if (way === undefined || way === "unknown") return;
        way.forEach((call, i) => {
          expect(way[(i + 1) % way.length]!.from).toBe(call.to);
        });
      }),
    );
  });

  it("stops when its fuel does", () => {
    // A cycle of twenty parameters, and an exchange of two: together they reach all orders.
    const keep = Array.from({ length: 20 }, (_, i) => ({ parameter: i, smaller: true }));
    const turned = [...keep.slice(1), keep[0]!];
    const exchanged = [keep[1]!, keep[0]!, ...keep.slice(2)];
    const calls = [turned, exchanged].map((graph) => ({ from: 0, to: 0, graph }));
    expect(endlessWay(calls, new Fuel(10_000))).toBe("unknown");
  });
});

describe("components", () => {
  it("are the nodes that reach each other", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 10, maxLength: 10 }),
        (edges) => {
          const reach = edges.map((_, node) => {
            const seen = new Set([node]);
            for (const at of seen) for (const to of edges[at]!) seen.add(to);
            return seen;
          });
          const expected = edges.map((_, node) =>
            edges.flatMap((_, other) => (reach[node]!.has(other) && reach[other]!.has(node) ? [other] : [])),
          );
          const found = componentsOf(edges);
          expect(found.flat().sort((a, b) => a - b)).toEqual(edges.map((_, node) => node));
          for (const members of found) expect(members).toEqual(expected[members[0]!]);
        },
      ),
    );
  });

  it("take a chain of a hundred thousand nodes", () => {
    const chain = Array.from({ length: 100_000 }, (_, node) => (node === 99_999 ? [0] : [node + 1]));
    expect(componentsOf(chain).length).toBe(1);
  });
});
