// Puts together every certificate that what it overheard allows, keeps them to itself, and reveals one
// at a time to one voter at a time, at the worst moments it can think of: at random.

import { writeProofs } from "@juno/consensus";
import { bulkFrame, type Lie } from "./liar.ts";

export const hoard: Lie = (liar) => {
  const { prng, notebook, others } = liar;
  return {
    tick: () => {
      if (!prng.chance(1, 3)) return;
      const term = (liar.state()?.currentTerm ?? 0) + prng.below(3);
      const quorums = notebook.quorums().slice(-200);
      const certificate = prng.chance(1, 4)
        ? notebook.election(Math.max(1, term - prng.below(3)))
        : quorums.length > 0
          ? prng.pick(quorums)
          : undefined;
      const termCertificate = prng.chance(1, 3) ? notebook.licence(term) : undefined;
      const frame = bulkFrame(liar, "proofs", (w) =>
        writeProofs(w, { certificate, termCertificate, commitProof: undefined }),
      );
      liar.post({ to: prng.pick(others), frame });
    },
  };
};
