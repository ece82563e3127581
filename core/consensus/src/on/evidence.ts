// Evidence against a leader (5.9): it never changes the safety state, it only makes one suspect.

import { Writer } from "@juno/base";
import { type Evidence, writeEvidence } from "../bulk.ts";
import { notice, persist, type Turn } from "../turn.ts";

export function onEvidence(turn: Turn, evidence: Evidence): void {
  const { state } = turn;
  if (evidence.term !== state.currentTerm || state.evidenceTerm === state.currentTerm) return;
  state.evidenceTerm = state.currentTerm;
  const bytes = writeEvidence(new Writer(4096), evidence).finish();
  persist(turn, { kind: "keep", what: "evidence", term: evidence.term, bytes });
  notice(turn, "evidence", { term: evidence.term, leader: evidence.leader });
}
