// Speaks in an epoch that has ended, under the key that it had there, and shows what was said and proved in it to those who
// have gone on (S18): as it was, or as if it were of today.

import { LogIndex } from "@juno/base";
import { writeProofs } from "@juno/consensus";
import { type Certificate, encodeAck, encodePreVote, encodeVote } from "@juno/proof";
import { keyringOf } from "../members.ts";
import { bulkFrame, type Liar, type Lie, signedFrame } from "./liar.ts";

const NOTHING = new Uint8Array([0]);
const RECENT = 20;

export const oldWords: Lie = (liar) => {
  const { prng, others } = liar;
  return {
    tick: () => {
      if (!prng.chance(1, 2)) return;
      const frames = [...shown(liar), ...said(liar)];
      for (const frame of frames) for (const to of others) if (prng.chance(1, 2)) liar.post({ to, frame });
    },
  };
};

/** A proof of the former epoch, which perhaps calls itself one of this one. */
function shown(liar: Liar) {
  const { former, prng, context } = liar;
  if (former === undefined) return [];
  const known: Certificate[] = [
    ...former.notebook.quorums().slice(-RECENT),
    ...former.notebook.certificates.slice(-RECENT),
  ];
  if (known.length === 0) return [];
  const old = prng.pick(known);
  const certificate = prng.chance(1, 2) ? old : { ...old, epoch: context.electorate.epoch };
  const licence = former.notebook.licence((liar.state()?.currentTerm ?? 0) + 1);
  return [
    bulkFrame(liar, "proofs", (w) =>
      writeProofs(w, { certificate, termCertificate: licence, commitProof: undefined }),
    ),
  ];
}

/** Under its former key, of the former epoch or of this one. */
function said(liar: Liar) {
  const { former, prng, context, self } = liar;
  const state = liar.state();
  if (former === undefined || state === undefined) return [];
  const { electorate } = former.facts;
  const key = electorate.keyOf.get(self);
  const sign = key && keyringOf(self).signer(key);
  if (sign === undefined) return [];
  const epoch = prng.chance(1, 2) ? electorate.epoch : context.electorate.epoch;
  const term = state.currentTerm;
  const { position } = state.certified;
  const point = { index: position.index, hash: position.hash };
  const common = { epoch, from: self, term };
  const speaker = { context: { ...context, electorate, sign } };
  const next = encodePreVote({
    ...common,
    term: (term + 1) as typeof term,
    entered: false,
    certified: position,
  });
  const vote = encodeVote({ ...common, base: position });
  const ack = encodeAck({
    ...{ ...common, stored: point, certified: point },
    applied: { index: LogIndex(0), root: electorate.network },
  });
  return [
    signedFrame(speaker, { kind: "prevote", body: next, attachment: NOTHING }),
    signedFrame(speaker, { kind: "vote", body: vote, attachment: NOTHING }),
    signedFrame(speaker, { kind: "ack", body: ack, attachment: NOTHING }),
  ];
}
