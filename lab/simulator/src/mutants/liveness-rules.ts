// The liveness rules of protocol section 5, each switched off: V1 and V4 are noticed by checkers, the others
// by a schedule from which the cluster does not recover without them.

import { CONSENSUS, type Mutant } from "./mutant.ts";

export const LIVENESS_RULES: readonly Mutant[] = [
  {
    name: "V1",
    what: "f+1 wishes are a licence for a term",
    patches: [
      {
        file: `${CONSENSUS}term.ts`,
        find: "if (wishes.length < electorate.quorum) return;",
        put: "if (wishes.length < electorate.faults + 1) return;",
      },
    ],
    lies: ["spam"],
  },
  {
    name: "V4",
    what: "anybody may ask for votes in any term",
    patches: [
      {
        file: `${CONSENSUS}on/election.ts`,
        find: "if (leaderOf(state.electorate, term) !== from || from === context.self) return; // V4",
        put: "if (from === context.self) return;",
      },
    ],
    lies: ["usurp", "hoard"],
  },
  {
    name: "V2, V7",
    what: "a licence is not shown to others, nor anything to those behind",
    patches: [
      {
        file: `${CONSENSUS}term.ts`,
        find: '  sendProofs(turn, "all", { termCertificate: licence, certificate: undefined, commitProof: undefined });\n',
        put: "",
      },
      {
        file: `${CONSENSUS}turn.ts`,
        find: "  const last = state.lastSyncMs.get(peer);\n",
        put: "  const last = state.lastSyncMs.get(peer);\n  if (last !== Number.NaN) return;\n",
      },
    ],
    schedule: "left-behind",
  },
  {
    name: "V3",
    what: "a candidate fixes its base without waiting for reports",
    patches: [
      {
        file: `${CONSENSUS}campaign.ts`,
        find: "const waits = !allReported || isGathering;",
        put: "const waits = false;",
      },
    ],
    schedule: "stale-base",
  },
  {
    name: "V5",
    what: "a waiting node adopts certificates of lower terms",
    patches: [
      {
        file: `${CONSENSUS}state.ts`,
        find: "return position.term < state.currentTerm && !gathers;",
        put: "return false;",
      },
    ],
    schedule: "hidden-certificate",
  },
  {
    name: "V6",
    what: "followers take more than a window of entries",
    patches: [
      {
        file: `${CONSENSUS}append.ts`,
        find: "return over && !isElection ? refuse",
        put: "return over && entries.length === 0 ? refuse",
      },
    ],
    schedule: "flood-of-entries",
  },
  {
    name: "V12",
    what: "nobody heeds a leader that gives up its term",
    patches: [
      {
        file: `${CONSENSUS}on/election.ts`,
        find: "if (leaderOf(electorate, currentTerm) !== from || term <= currentTerm) return;",
        put: "if (from !== undefined) return;",
      },
    ],
    schedule: "handed-over",
  },
];
