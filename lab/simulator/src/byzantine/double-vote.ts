// Votes for every base it is asked about, and for the genesis beside it; and, when it leads a term, asks
// different voters for their votes on different bases.

import { Writer } from "@juno/base";
import { decodeRequestVoteBody, encodeRequestVoteBody } from "@juno/consensus";
import {
  type Certificate,
  encodeCertificate,
  encodeTermCertificate,
  encodeVote,
  genesisCertificate,
  leaderOf,
} from "@juno/proof";
import { type Letter, type Liar, type Lie, signedFrame } from "./liar.ts";
import { someNodes } from "./whim.ts";

const NOTHING = new Uint8Array([0]);

export const doubleVote: Lie = (liar) => {
  const isFooled = someNodes(liar.prng, liar.others);
  return {
    incoming: (from, frame) => {
      const body = frame.kind === "request-vote" ? decodeRequestVoteBody(frame.body) : undefined;
      if (!body?.ok) return true;
      const { epoch, term, base } = body.value;
      const bases = base.term === 0 ? [base] : [base, genesisCertificate(liar.context.electorate).position];
      for (const each of bases) {
        const vote = encodeVote({ epoch, from: liar.self, term, base: each });
        liar.post({ to: from, frame: signedFrame(liar, { kind: "vote", body: vote, attachment: NOTHING }) });
      }
      return true;
    },
    outgoing: (letter) =>
      letter.frame.kind === "request-vote" && isFooled(letter.to) ? other(liar, letter) : [letter],
  };
};

/** The same request for another base that can be proved. */
function other(liar: Liar, letter: Letter): readonly Letter[] {
  const body = decodeRequestVoteBody(letter.frame.body);
  if (!body.ok) return [letter];
  const { term } = body.value;
  const known: Certificate[] = [...liar.notebook.quorums(), ...liar.notebook.certificates];
  const lower = known.filter(({ position }) => position.term < term);
  const licence = liar.notebook.licence(term);
  if (lower.length === 0 || licence === undefined || leaderOf(liar.context.electorate, term) !== liar.self) {
    return [letter];
  }
  const certificate = liar.prng.pick(lower.slice(-40));
  const attachment = new Writer()
    .raw(encodeCertificate(certificate))
    .raw(encodeTermCertificate(licence))
    .finish();
  const asked = encodeRequestVoteBody({ ...body.value, base: certificate.position });
  return [{ to: letter.to, frame: signedFrame(liar, { kind: "request-vote", body: asked, attachment }) }];
}
