// The rules of protocol section 5 and what else must hold, each switched off by a change of the source as it
// is loaded. Nothing of this is in the code itself: this list is the seam. What is replaced must stand in
// the file exactly once, so a mutant that has lost its place is found out.

export type Patch = { readonly file: string; readonly find: string; readonly put: string };

export type Mutant = {
  /** The rule or property, with a letter where there are several ways to switch it off. */
  readonly name: string;
  /** What the changed code does. */
  readonly what: string;
  readonly patches: readonly Patch[];
  /** What liars do in the storms that look for it; honest storms if there is nothing. */
  readonly lies?: readonly string[];
  /** Instead of storms: the schedule that shows what the rule is for. */
  readonly schedule?: ScheduleName;
};

export type ScheduleName = "left-behind" | "stale-base" | "hidden-certificate" | "flood-of-entries";

/** With every mutant: no assertion of the code itself may find it. */
export const NO_ASSERTIONS: readonly Patch[] = [
  { file: "core/consensus/src/step.ts", find: "  checkInvariants(context, state);\n", put: "" },
  { file: "core/base/src/assert.ts", find: "if (!condition)", put: "if (false)" },
];

const CONSENSUS = "core/consensus/src/";

export const MUTANTS: readonly Mutant[] = [
  {
    name: "S1",
    what: "a second vote in a term, for another base",
    patches: [
      {
        file: `${CONSENSUS}on/election.ts`,
        find: "  if (state.votedBase !== undefined) {",
        put: "  if (state.votedBase !== undefined && samePosition(state.votedBase, base)) {",
      },
    ],
    lies: ["double vote", "usurp", "hoard"],
  },
  {
    name: "S1b",
    what: "the vote is not written down",
    patches: [
      {
        file: `${CONSENSUS}on/election.ts`,
        find: '  persist(turn, { kind: "term", currentTerm: term, votedBase: base });\n',
        put: "",
      },
    ],
    lies: [],
  },
  {
    name: "S2",
    what: "a vote for a base below the own certified position",
    patches: [
      {
        file: `${CONSENSUS}on/election.ts`,
        find: "  if (compareRank(base, state.certified.position) < 0) return report(turn, from); // S2\n",
        put: "",
      },
    ],
    lies: ["double vote", "usurp", "hoard"],
  },
  {
    name: "S3",
    what: "votes for several bases make an election certificate",
    patches: [
      {
        file: "core/proof/src/certificate.ts",
        find: '  if (!agree) return refuse("bad_certificate", "Votes for different bases");\n',
        put: "",
      },
      {
        file: `${CONSENSUS}campaign.ts`,
        find: "if (running?.base === undefined || !samePosition(running.base, base)) return;",
        put: "if (running?.base === undefined) return;",
      },
    ],
    lies: ["double vote", "forge"],
  },
  {
    name: "S4",
    what: "Acks while waiting in a new term",
    patches: [
      {
        file: `${CONSENSUS}on/clock.ts`,
        find: "  if (!isInstalled(state)) return; // S4: no Ack of a term that was left.\n",
        put: "",
      },
    ],
    lies: [],
  },
  {
    name: "S5",
    what: "a certificate of q-1 signers is believed",
    patches: [
      {
        file: "core/proof/src/certificate.ts",
        find: "  if (bodies.length < electorate.quorum) {",
        put: "  if (bodies.length < electorate.quorum - 1) {",
      },
    ],
    lies: ["forge", "hoard"],
  },
  {
    name: "S5b",
    what: "one signer counts twice",
    patches: [
      {
        file: "core/proof/src/certificate.ts",
        find: "if (statement.voter <= last)",
        put: "if (statement.voter < last)",
      },
    ],
    lies: ["forge", "hoard"],
  },
  {
    name: "S5c",
    what: "Acks of several terms or positions make a certificate",
    patches: [
      {
        file: "core/proof/src/certificate.ts",
        find: 'return agree ? ok(quorum.value.checks) : refuse("bad_certificate", "Acks of different positions");',
        put: "return ok(quorum.value.checks);",
      },
    ],
    lies: ["forge", "hoard"],
  },
  {
    name: "S6",
    what: "a certificate of lower rank is adopted",
    patches: [
      {
        file: `${CONSENSUS}adopt.ts`,
        find: '  if (compareRank(position, state.certified.position) <= 0) return "refused"; // S6\n',
        put: '  if (compareRank(position, state.certified.position) === 0) return "refused";\n',
      },
      {
        file: `${CONSENSUS}adopt.ts`,
        find: "  if (contradictsOwn(state, position)) {",
        put: "  if (false) {",
      },
      {
        file: `${CONSENSUS}adopt.ts`,
        find: "    if (sameTerm && !extendsCertified) return",
        put: "    if (false) return",
      },
    ],
    lies: ["hoard", "replay"],
  },
  {
    name: "S7",
    what: "a certificate is adopted without its entries",
    patches: [
      {
        file: `${CONSENSUS}adopt.ts`,
        find: '  if (plan === undefined) return "missing"; // S7\n  install(turn, certificate, plan);',
        put: "  install(turn, certificate, plan ?? { join: LogIndex(Math.min(position.index, state.log.last.index)), fetched: undefined, usesBuffer: false, keepsSuffix: true });",
      },
    ],
    lies: [],
  },
  {
    name: "S8",
    what: "the old suffix is kept in a new term",
    patches: [
      {
        file: `${CONSENSUS}adopt.ts`,
        find: "keepsSuffix: sameTerm };",
        put: "keepsSuffix: true };",
      },
    ],
    lies: [],
  },
  {
    name: "S11",
    what: "an acked entry is replaced on the leader's word",
    patches: [
      {
        file: `${CONSENSUS}append.ts`,
        find: "  if (conflict !== undefined) return onConflict(turn, conflict.index, offer); // S11\n",
        put: "  if (conflict !== undefined && conflict.index > state.committed.index) cut(turn, (conflict.index - 1) as LogIndex);\n",
      },
      {
        file: `${CONSENSUS}append.ts`,
        find: 'import { appendToLog } from "./suffix.ts";',
        put: 'import { appendToLog, cut } from "./suffix.ts";',
      },
    ],
    lies: ["overwrite"],
  },
  {
    name: "S13",
    what: "what a quorum has stored is committed",
    patches: [
      {
        file: `${CONSENSUS}commit.ts`,
        find: "    .filter(({ ack }) => state.log.holds(ack.certified))\n    .sort((a, b) => b.ack.certified.index - a.ack.certified.index);",
        put: "    .filter(({ ack }) => state.log.holds(ack.stored))\n    .sort((a, b) => b.ack.stored.index - a.ack.stored.index);",
      },
      {
        file: `${CONSENSUS}commit.ts`,
        find: "Math.min(lowest.ack.certified.index, state.certified.position.index)",
        put: "Math.min(lowest.ack.stored.index, state.certified.position.index)",
      },
      {
        file: `${CONSENSUS}commit.ts`,
        find: "onOwnLog.filter(({ ack }) => ack.certified.index >= index)",
        put: "onOwnLog.filter(({ ack }) => ack.stored.index >= index)",
      },
      {
        file: `${CONSENSUS}commit.ts`,
        find: "const top = nearest[0]!.ack.certified.index;",
        put: "const top = nearest[0]!.ack.stored.index;",
      },
    ],
    lies: [],
  },
  {
    name: "S13b",
    what: "Acks of several terms add up to a commit",
    patches: [
      {
        file: `${CONSENSUS}progress.ts`,
        find: "    const ofTerm = this.#byTerm.get(ack.term) ?? new Map<NodeId, AckRecord>();\n    this.#byTerm.set(ack.term, ofTerm);",
        put: "    const ofTerm = this.#byTerm.get(1 as Term) ?? new Map<NodeId, AckRecord>();\n    this.#byTerm.set(1 as Term, ofTerm);",
      },
    ],
    lies: [],
  },
  {
    name: "S14",
    what: "an index above the own certified position is committed",
    patches: [
      {
        file: `${CONSENSUS}commit.ts`,
        find: "    if (term > state.certified.position.term) continue; // S14: first fetch the certificate.\n",
        put: "",
      },
      {
        file: `${CONSENSUS}commit.ts`,
        find: "Math.min(lowest.ack.certified.index, state.certified.position.index)",
        put: "lowest.ack.certified.index",
      },
    ],
    lies: [],
  },
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
        find: "if (leaderOf(context.electorate, term) !== from || from === context.self) return; // V4",
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
    name: "barrier",
    what: "what rests on a write is sent before it is durable",
    patches: [
      {
        file: "shell/runtime/src/performer.ts",
        find: "const free = first === -1 ? this.#queue : this.#queue.slice(0, first);",
        put: 'const free = this.#queue.filter((effect) => effect.kind !== "persist");',
      },
      {
        file: "shell/runtime/src/performer.ts",
        find: "const rest = first === -1 ? [] : this.#queue.slice(first);",
        put: 'const rest = this.#queue.filter((effect) => effect.kind === "persist");',
      },
    ],
  },
  {
    name: "reads",
    what: "a linearizable read is answered without asking anybody",
    patches: [
      {
        file: "shell/runtime/src/node-backend.ts",
        find: "const index = await this.#replica.readIndex();",
        put: "const index = this.#replica.state.applied.index;",
      },
    ],
  },
  {
    name: "once",
    what: "a command that stands in the log is taken again",
    patches: [
      {
        file: `${CONSENSUS}append.ts`,
        find: "return turn.state.loggedIds.has(id) || turn.context.admission.isApplied(id);",
        put: "return false;",
      },
      {
        file: "core/ledger/src/apply.ts",
        find: "const earlier = view.spent(id);",
        put: "const earlier = view.spent(id) && undefined;",
      },
    ],
  },
  {
    name: "money",
    what: "a transfer leaves the payer's account as it was",
    patches: [
      {
        file: "core/ledger/src/accounts.ts",
        find: "withFunds(payer, payer.funds.minor - amount.minor)",
        put: "withFunds(payer, payer.funds.minor)",
      },
    ],
  },
  {
    name: "state",
    what: "the same entry has another outcome now and then",
    patches: [
      {
        file: "core/ledger/src/apply.ts",
        find: "  const { status, gas, actions, changes } = runActions",
        put: "  context.applied = (context.applied ?? 0) + 1;\n  const { status, gas: used, actions, changes } = runActions",
      },
      {
        file: "core/ledger/src/apply.ts",
        find: "    { index: place.index, id: idHex, status, gas, actions },",
        put: "    { index: place.index, id: idHex, status, gas: used + (context.applied % 701 === 0 ? 1 : 0), actions },",
      },
    ],
  },
];
