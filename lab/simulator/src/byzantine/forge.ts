// Puts together certificates that prove nothing, of genuine statements and its own: with too few signers,
// with one signer twice, of several terms, for several bases; and shows them to whoever may believe them.

import { writeProofs } from "@juno/consensus";
import { type Certificate, encodeVote, type SignedStatement, type TermCertificate } from "@juno/proof";
import { bulkFrame, type Liar, type Lie, signedFrame } from "./liar.ts";

export const forge: Lie = (liar) => {
  const { prng, others } = liar;
  return {
    tick: () => {
      if (!prng.chance(1, 2)) return;
      const certificate = prng.chance(1, 2) ? forgedQuorum(liar) : forgedElection(liar);
      const termCertificate = prng.chance(1, 3) ? forgedLicence(liar) : undefined;
      if (certificate === undefined && termCertificate === undefined) return;
      const frame = bulkFrame(liar, "proofs", (w) =>
        writeProofs(w, { certificate, termCertificate, commitProof: undefined }),
      );
      for (const to of others) if (prng.chance(1, 2)) liar.post({ to, frame });
    },
  };
};

const byVoter = (statements: Iterable<SignedStatement>): SignedStatement[] =>
  [...statements].sort((a, b) => a.voter - b.voter);

/** Fewer signers than needed, perhaps as many statements. */
function tooFew(liar: Liar, statements: readonly SignedStatement[]): SignedStatement[] {
  const { quorum } = liar.context.electorate;
  const some = byVoter(statements).slice(0, quorum - 1);
  return liar.prng.chance(1, 2) ? some : [...some, ...some.slice(-1)];
}

/** Acks: of a point that too few have stored, or a newer one among those of an older term. */
function forgedQuorum(liar: Liar): Certificate | undefined {
  const { notebook, prng } = liar;
  const recent = notebook.acks.slice(-30);
  const kept = recent.length === 0 ? undefined : prng.pick(recent);
  if (kept === undefined) return undefined;
  const { term, stored } = kept.body;
  const position = { term, ...stored };
  const same = notebook.stored(term, stored.index)?.statements.values() ?? [];
  const statements = tooFew(liar, [...same]);
  if (prng.chance(1, 3)) {
    const voters = new Set(statements.map(({ voter }) => voter));
    const other = recent.find(({ statement }) => !voters.has(statement.voter));
    if (other !== undefined) statements.push(other.statement);
  }
  return { kind: "quorum", epoch: kept.body.epoch, position, statements: byVoter(statements) };
}

/** Votes: its own for one base, the others' for another. */
function forgedElection(liar: Liar): Certificate | undefined {
  const { notebook, prng, context, self } = liar;
  const term = liar.state()?.currentTerm ?? 0;
  const [pile] = notebook.votesFor(term);
  if (pile === undefined) return undefined;
  const others = [...pile.statements.values()].filter(({ voter }) => voter !== self);
  const statements = prng.chance(1, 2) ? tooFew(liar, others) : others;
  const { epoch } = context.electorate;
  const base = { term: pile.position.term, index: pile.position.index, hash: pile.position.hash };
  const body = encodeVote({ epoch, from: self, term: pile.position.term, base });
  const { signature } = signedFrame(liar, { kind: "vote", body });
  return {
    kind: "election",
    epoch,
    position: pile.position,
    statements: byVoter([...statements, { voter: self, body, signature }]),
  };
}

function forgedLicence(liar: Liar): TermCertificate | undefined {
  const term = (liar.state()?.currentTerm ?? 0) + 1;
  const wishes = [...liar.notebook.preVotes(term).values()];
  if (wishes.length === 0) return undefined;
  return { term: term as TermCertificate["term"], statements: tooFew(liar, wishes) };
}
