// The specification and the code are one: traces of today's spec/*.qnt, named and random, are replayed on
// core/consensus. Each run with a rule switched off is replayed as well, and must be told apart.

import { beforeAll, describe, expect, it } from "vitest";
import { INPUTS, occurrencesOf, STORY_TURNS } from "../src/occurrences.ts";
import { replay } from "../src/replay.ts";
import type { ModelStep, Trace } from "../src/trace.ts";
import { namedTraces, randomTraces } from "../src/traces.ts";

const BOUNDS = { seed: 1, samples: 8, steps: 80 };
const QUINT_PATIENCE_MS = 300_000;

function offIn({ steps }: Trace): readonly string[] {
  const [first] = steps;
  return first?.event.tag === "Began" ? first.event.value.off : [];
}

/** The stories of all traces on which spec and code differ. */
const storiesOf = (traces: readonly Trace[]): string =>
  traces.flatMap((trace) => replay(trace) ?? []).join("\n\n");

const missing = (names: readonly string[], traces: readonly Trace[]): string[] => {
  const found = occurrencesOf(traces);
  return names.filter((name) => !found.has(name));
};

describe("core/consensus does what spec/consensus.qnt says", () => {
  let named: Trace[] = [];
  let mutants: Trace[] = [];
  let random: Trace[] = [];

  beforeAll(async () => {
    const all = await namedTraces();
    named = all.filter((trace) => offIn(trace).length === 0);
    mutants = all.filter((trace) => offIn(trace).length > 0);
    random = await randomTraces(BOUNDS);
  }, QUINT_PATIENCE_MS);

  it("in every step of every named run", () => {
    expect(named.length).toBeGreaterThan(20);
    expect(storiesOf(named)).toBe("");
  });

  it("in every step of random runs", () => {
    expect(random).toHaveLength(BOUNDS.samples);
    expect(storiesOf(random)).toBe("");
  });

  it("and these runs are not idle: each input and each turn of a story occurs", () => {
    expect(missing(INPUTS, random)).toEqual([]);
    expect(missing([...INPUTS, ...STORY_TURNS], [...named, ...random])).toEqual([]);
  });

  it("but not with a rule switched off: S1–S8, S11, S13, S14, V1, V5, and the size of a quorum", () => {
    const unnoticed = mutants.filter((trace) => replay(trace) === undefined);
    expect(unnoticed.map(({ name }) => name)).toEqual([]);
    expect(new Set(mutants.flatMap(offIn))).toEqual(
      new Set([
        ...["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S8 base", "S11", "S13 phase", "S13 term", "S14"],
        ...["V1", "V5", "quorum size", "persist"],
      ]),
    );
  });

  it("and where they differ, it tells the step, the voter and both values", () => {
    const trace = named.find(({ name }) => name.startsWith("commandCommitsTest"))!;
    const story = replay({
      name: "falsified",
      steps: [...trace.steps.slice(0, -1), falsified(trace.steps.at(-1)!)],
    });
    expect(story).toContain(`falsified, step ${trace.steps.length - 1}:`);
    expect(story).toContain('HeardAck {"message":');
    expect(story).toContain("committed of voter 2: the spec has 1, the code has 2");
  });
});

/** The same step, but the specification has committed less. */
function falsified(step: ModelStep): ModelStep {
  const leader = step.voters.get(2)!;
  return { ...step, voters: new Map([...step.voters, [2, { ...leader, committed: 1 }]]) };
}
