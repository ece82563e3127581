// Thinning, as the log writer does it, over any sequence of commits.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KeptProof, mayDrop, PROOF_SPACING } from "./proof-thinning.ts";

/** The proofs that remain when they come one by one. */
function thinned(proofs: readonly KeptProof[]): KeptProof[] {
  const kept: KeptProof[] = [];
  for (const newer of proofs) {
    const latest = kept.at(-1);
    if (latest !== undefined && mayDrop({ older: kept.at(-2), latest, newer })) kept.pop();
    kept.push(newer);
  }
  return kept;
}

const steps = fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 1, maxLength: 300 });

function proofsOf(gaps: readonly number[], epochLength = Number.MAX_SAFE_INTEGER): KeptProof[] {
  let index = 0;
  return gaps.map((gap) => {
    index += gap;
    return { index, epoch: Math.floor(index / epochLength) };
  });
}

describe("thinning commit proofs", () => {
  it("leaves no gap beyond 1,000 entries but where none came", () => {
    fc.assert(
      fc.property(steps, (gaps) => {
        const proofs = proofsOf(gaps);
        const kept = thinned(proofs);
        expect(kept.at(-1)).toBe(proofs.at(-1));
        for (const [at, { index }] of kept.entries()) {
          const below = kept[at - 1]?.index ?? 0;
          const between = proofs.some((proof) => proof.index > below && proof.index < index);
          if (between) expect(index - below).toBeLessThanOrEqual(PROOF_SPACING);
        }
      }),
    );
  });

  it("keeps few more than one in 1,000", () => {
    const kept = thinned(proofsOf(Array.from({ length: 100_000 }, () => 1)));
    expect(kept.length).toBeLessThanOrEqual(101);
  });

  it("keeps the last of every epoch", () => {
    fc.assert(
      fc.property(steps, (gaps) => {
        const proofs = proofsOf(gaps, 700);
        const kept = thinned(proofs);
        for (const [at, proof] of proofs.entries()) {
          if (proofs[at + 1]?.epoch !== proof.epoch) expect(kept).toContain(proof);
        }
      }),
    );
  });
});
