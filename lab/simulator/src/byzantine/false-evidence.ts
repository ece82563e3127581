// Accuses leaders of what it signed itself, and voters of votes that they never signed.

import { Hash, LogIndex, type NodeId, Term } from "@juno/base";
import { type Evidence, encodeAppendBody, encodeEvidence, encodeVote } from "@juno/proof";
import { bulkFrame, type Liar, type Lie, signedFrame } from "./liar.ts";

const HASHES = [1, 2].map((byte) => Hash(new Uint8Array(32).fill(byte)));

export const falseEvidence: Lie = (liar) => ({
  tick: () => {
    const state = liar.state();
    if (state === undefined || !liar.prng.chance(1, 5)) return;
    const point = { index: LogIndex(state.log.last.index + 1), term: Term(state.currentTerm) };
    for (const evidence of [ownBranches(liar, point), votesOf(liar, liar.others[0]!, point)]) {
      const frame = bulkFrame(liar, "evidence", (w) => w.raw(encodeEvidence(evidence)));
      for (const to of liar.others) liar.post({ to, frame });
    }
  },
});

type Place = { readonly index: LogIndex; readonly term: Term };

/** Its own signature stands under both, whether or not it leads the term. */
function ownBranches(liar: Liar, { index, term }: Place): Evidence {
  const { epoch } = liar.context.electorate;
  const [first, second] = HASHES.map((hash) => {
    const point = { index, hash };
    const body = encodeAppendBody({ epoch, from: liar.self, term, previous: point, last: point });
    const { signature } = signedFrame(liar, { kind: "append-entries", body });
    return { body, signature, headers: [] };
  });
  return { kind: "equivocation", first: first!, second: second! };
}

/** In another's name, but it has not the other's key. */
function votesOf(liar: Liar, voter: NodeId, { index, term }: Place): Evidence {
  const { epoch } = liar.context.electorate;
  const [first, second] = HASHES.map((hash) => {
    const body = encodeVote({ epoch, from: voter, term, base: { term: Term(0), index, hash } });
    const { signature } = signedFrame(liar, { kind: "vote", body });
    return { voter, body, signature };
  });
  return { kind: "double-vote", first: first!, second: second! };
}
