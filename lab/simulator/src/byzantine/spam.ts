// Makes up wishes and Acks: of huge terms, of the next term, of another epoch, for positions that nobody has.

import { Epoch, Hash, LogIndex, Term } from "@juno/base";
import { encodeAck, encodePreVote } from "@juno/proof";
import { type Lie, signedFrame } from "./liar.ts";

const NOTHING = new Uint8Array([0]);

export const spam: Lie = (liar) => {
  const { prng, others, context, self } = liar;
  return {
    tick: () => {
      const state = liar.state();
      if (state === undefined) return;
      const base = state.currentTerm;
      const epoch = Epoch(context.electorate.epoch + (prng.chance(1, 6) ? 1 : 0));
      const term = Term(prng.pick([base, base, base + 1, base + 2, 10 ** 9, Number.MAX_SAFE_INTEGER]));
      const index = LogIndex(prng.pick([0, 1, state.log.last.index + prng.below(3), 10 ** 12]));
      const hash = prng.chance(1, 2)
        ? (state.log.hashAt(index) ?? state.log.last.hash)
        : Hash(prng.bytes(32));
      const point = { index, hash };
      const wish = encodePreVote({
        epoch,
        from: self,
        term,
        entered: prng.chance(1, 2),
        certified: { term: Term(prng.below(base + 1)), ...point },
      });
      const ack = encodeAck({
        epoch,
        from: self,
        term,
        stored: point,
        certified: prng.chance(1, 2) ? point : { index: state.log.last.index, hash: state.log.last.hash },
        applied: { index, root: hash },
      });
      const letters = [
        signedFrame(liar, { kind: "prevote", body: wish, attachment: NOTHING }),
        signedFrame(liar, { kind: "ack", body: ack, attachment: NOTHING }),
      ];
      for (const frame of letters) for (const to of others) if (prng.chance(1, 2)) liar.post({ to, frame });
    },
  };
};
