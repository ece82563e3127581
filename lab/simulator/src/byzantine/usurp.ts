// Asks for votes whenever it likes: in terms that are another's, with the licence and the certificate that
// it has overheard, or with none that fit.

import { Term, Writer } from "@juno/base";
import { encodeRequestVoteBody } from "@juno/consensus";
import { encodeCertificate, encodeTermCertificate, genesisCertificate } from "@juno/proof";
import { type Lie, signedFrame } from "./liar.ts";

export const usurp: Lie = (liar) => {
  const { prng, others, notebook, context, self } = liar;
  const { epoch } = context.electorate;
  return {
    tick: () => {
      const current = liar.state()?.currentTerm;
      if (current === undefined || !prng.chance(1, 2)) return;
      const term = Term(current + prng.below(2));
      const known = [...notebook.quorums().slice(-20), ...notebook.certificates.slice(-20)];
      const certificate =
        known.length > 0 && prng.chance(3, 4) ? prng.pick(known) : genesisCertificate(context.electorate);
      const licence = notebook.licence(term) ?? notebook.licence(current) ?? { term, statements: [] };
      const body = encodeRequestVoteBody({ epoch, from: self, term, base: certificate.position });
      const attachment = new Writer()
        .raw(encodeCertificate(certificate))
        .raw(encodeTermCertificate(licence))
        .finish();
      const frame = signedFrame(liar, { kind: "request-vote", body, attachment });
      for (const to of others) liar.post({ to, frame });
    },
  };
};
