// Accuses leaders of what it signed itself.

import { Hash, LogIndex, Term } from "@juno/base";
import { encodeAppendBody, encodeEvidence } from "@juno/proof";
import { bulkFrame, type Lie, signedFrame } from "./liar.ts";

export const falseEvidence: Lie = (liar) => ({
  tick: () => {
    const state = liar.state();
    if (state === undefined || !liar.prng.chance(1, 5)) return;
    const { epoch } = liar.context.electorate;
    const [first, second] = [1, 2].map((byte) => {
      const point = { index: LogIndex(state.log.last.index + 1), hash: Hash(new Uint8Array(32).fill(byte)) };
      const term = Term(state.currentTerm);
      const body = encodeAppendBody({ epoch, from: liar.self, term, previous: point, last: point });
      const { signature } = signedFrame(liar, { kind: "append-entries", body });
      return { body, signature, headers: [] };
    });
    const frame = bulkFrame(liar, "evidence", (w) =>
      w.raw(encodeEvidence({ kind: "equivocation", first: first!, second: second! })),
    );
    for (const to of liar.others) liar.post({ to, frame });
  },
});
