// What becomes of proof that a voter lied (5.9): it is kept, told to the operator and shown to all. It
// never changes the safety state; against the leader of the current term it is a reason to suspect.

import {
  type Certificate,
  checkEvidence,
  decodeAck,
  decodeVote,
  type Evidence,
  type EvidenceClaim,
  encodeEvidence,
  type SignedStatement,
} from "@juno/proof";
import { bulk } from "./message.ts";
import { asMember, notice, persist, send, type Turn } from "./turn.ts";

/** A voter's verified vote: whoever votes twice in a term, or below what it certified, is found out by it. */
export function hearVote(turn: Turn, statement: SignedStatement): void {
  const vote = decodeVote(statement.body);
  if (!vote.ok) return;
  for (const found of turn.state.witness.hearVote(vote.value, statement)) accuse(turn, found);
}

/** A voter's verified Ack: whoever attests two outcomes of one index is found out by it. */
export function hearAck(turn: Turn, statement: SignedStatement): void {
  const ack = decodeAck(statement.body);
  if (!ack.ok) return;
  for (const found of turn.state.witness.hearAck(ack.value, statement)) accuse(turn, found);
}

/** Certificates carry what voters told others. */
export function hearCertificate(turn: Turn, { kind, statements }: Certificate): void {
  for (const statement of statements) {
    if (kind === "election") hearVote(turn, statement);
    else hearAck(turn, statement);
  }
}

/** Evidence that this node found; what it found in vain is shown to nobody. */
export function accuse(turn: Turn, evidence: Evidence): void {
  const { context } = turn;
  const bytes = encodeEvidence(evidence);
  const claim = checkEvidence({ ...context, electorate: turn.state.electorate }, bytes);
  if (!claim.ok || !takeEvidence(turn, claim.value, bytes)) return;
  const content = bulk({ ...asMember(turn), sha256: context.sha256 }, (w) => w.raw(bytes));
  send(turn, { to: "all", kind: "evidence", ...content });
}

/** Keeps evidence that is genuine. Returns whether it is news. */
export function takeEvidence(turn: Turn, proved: EvidenceClaim, bytes: Uint8Array): boolean {
  const { state, now } = turn;
  const { kind, accused, epoch, term, index } = proved;
  const isReason =
    kind === "equivocation" && term === state.currentTerm && state.evidenceTerm !== state.currentTerm;
  if (isReason) state.evidenceTerm = state.currentTerm;
  if (!state.evidence.admits(proved)) return isReason;
  const kept = { kind, accused, epoch, term, index, seenMs: now.wallMs };
  state.evidence.add(kept);
  persist(turn, { kind: "evidence", kept, bytes });
  notice(turn, "evidence", { kind, accused, ...(term === undefined ? { index: index! } : { term }) });
  return true;
}
