// The seam through which rules are switched off: every mutant still finds its place in the code, a checker
// notices one in every run of the tests, and with all rules in place the schedules recover. The whole table:
// `npm run sim -- --mutants`.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { MUTANTS } from "../src/mutants/mutants.ts";
import { mutantNamed, patched, patchesOf } from "../src/mutants/patching.ts";
import { recoveryMs, scheduleNamed } from "../src/mutants/schedules.ts";
import { stagingNamed } from "../src/mutants/stagings.ts";
import { play } from "../src/mutants/table.ts";

const sourceOf = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), "utf8");

describe("mutants", () => {
  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))("%s has its place", (_name, mutant) => {
    const patches = patchesOf(mutant);
    for (const file of new Set(patches.map((patch) => patch.file))) {
      const source = sourceOf(file);
      const own = patches.filter((patch) => patch.file === file);
      expect(patched(source, own)).not.toBe(source);
    }
  });

  it("have a name of their own, and each rule that must be switched off has one", () => {
    const names = MUTANTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const safety = ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S11", "S13", "S14"];
    const liveness = ["V1", "V2, V7", "V3", "V4", "V5", "V6"];
    expect(names).toEqual(expect.arrayContaining([...safety, ...liveness]));
  });

  it("that have lost their place are told of", () => {
    const patch = { file: "a.ts", find: "no such line", put: "" };
    expect(() => patched("const a = 1;", [patch])).toThrow("a.ts has 0 places");
    expect(() => patched("xx", [{ ...patch, find: "x" }])).toThrow("a.ts has 2 places");
    expect(() => mutantNamed("S99")).toThrow("there is no mutant S99");
  });

  it("are noticed: what a quorum has stored is committed (S13)", async () => {
    expect(await play(mutantNamed("S13"), 3)).toMatchObject({ kind: "caught" });
  });

  it("are noticed: a waiting node adopts certificates of lower terms (V5)", async () => {
    expect(await play(mutantNamed("V5"))).toMatchObject({ kind: "not recovered" });
  });
});

describe("with every rule in place", () => {
  const schedules = MUTANTS.flatMap(({ schedule }) => (schedule === undefined ? [] : [schedule]));
  it.each(schedules)("the cluster recovers in time: %s", (name) => {
    expect(recoveryMs(scheduleNamed(name))).toBeDefined();
  });

  const stagings = MUTANTS.flatMap(({ staged }) => (staged === undefined ? [] : [staged]));
  it.each(stagings)("nothing comes of what is staged: %s", async (name) => {
    expect(await stagingNamed(name).play()).toBeUndefined();
  });
});
