// L12–L15 against a model that knows no joins: scripts are run along every path, with coins that are there
// or gone, and usage must accept exactly those of which no run copies, loses or misses one.

import { Prng } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "../../test/program.ts";
import { ScriptMaker } from "../../test/usage-made.ts";
import { closures, endings } from "../../test/usage-runs.ts";
import { type Script, termOf, within } from "../../test/usage-script.ts";

type Case = { readonly script: Script; readonly start: readonly number[] };

function made(seed: number, mistakes: number): Case {
  const prng = new Prng(seed);
  const maker = new ScriptMaker(prng);
  const start = [maker.variable(), maker.variable(), maker.variable()];
  let script = maker.good(start);
  for (let i = 0; i < mistakes; i++) script = maker.spoilt(script, start);
  return { script, start };
}

const codesOf = ({ script, start }: Case): string[] =>
  check((p) => termOf(script, start, p)).map(({ code }) => code);

/** Whether no run does wrong, of the script and of each closure by itself (⊤ becomes 0 at a λ); undefined: too many runs. */
function isClean({ script, start }: Case): boolean | undefined {
  const bodies = closures(script);
  if (bodies.some(({ captures }) => captures > 0)) return false;
  const found = [{ body: script, start }, ...bodies].map(({ body, start }) => endings(body, start, false));
  if (found.some((ends) => ends?.has("lost") || ends?.has("copied") || ends?.has("gone"))) return false;
  return found.includes(undefined) ? undefined : true;
}

/** Whether an abort stands behind branches: then it may excuse that they disagree, which L12 does not. */
function abortsBehindBranches(script: Script): boolean {
  let branched = false;
  const visit = (steps: Script): boolean =>
    steps.some((step) => {
      if (step.kind === "abort" && branched) return true;
      const found = within(step).some(visit);
      branched ||= step.kind === "if" || step.kind === "match";
      return found;
    });
  return visit(script);
}

const seeds = fc.nat();

describe("usage and runs", () => {
  it("accepts every script that is built to keep its resources", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(codesOf(made(seed, 0))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("accepts exactly the scripts whose runs are clean", () => {
    const seen = { accepted: 0, refused: 0, excused: 0 };
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 3 }), (seed, mistakes) => {
        const spoilt = made(seed, mistakes);
        const codes = codesOf(spoilt);
        const clean = isClean(spoilt);
        if (codes.length === 0) expect(clean).not.toBe(false);
        else if (clean === true) {
          expect([...new Set(codes)]).toEqual(["H0201"]);
          expect(abortsBehindBranches(spoilt.script)).toBe(true);
        }
        if (codes.length === 0) seen.accepted += 1;
        else if (clean === true) seen.excused += 1;
        else seen.refused += 1;
      }),
      { numRuns: 4_000, seed: 1 },
    );
    expect(seen.accepted).toBeGreaterThan(200);
    expect(seen.refused).toBeGreaterThan(1_000);
    expect(seen.excused).toBeGreaterThan(0);
  });

  it("accepts nothing that copies, loses or misses a coin when closures run", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 3 }), (seed, mistakes) => {
        const spoilt = made(seed, mistakes);
        fc.pre(codesOf(spoilt).length === 0);
        const found = endings(spoilt.script, spoilt.start, true);
        expect([...(found ?? [])].filter((ending) => ending !== "clean")).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  });
});
