// The safety rules of protocol section 5, each switched off.

import { CONSENSUS, type Mutant } from "./mutant.ts";

const OWN_WORDS = "shell/runtime/src/own-words.ts";

export const SAFETY_RULES: readonly Mutant[] = [
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
        find: "  if (!isInstalled(state) || !speaks(state)) return;\n",
        put: "  if (!speaks(state)) return;\n",
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
        find: '  if (compareCertificates(certificate, state.certified) <= 0) return "refused"; // S6\n',
        put: '  if (compareCertificates(certificate, state.certified) === 0) return "refused";\n',
      },
      {
        file: `${CONSENSUS}adopt.ts`,
        find: "  if (contradictsOwn(state, certificate)) {",
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
        put: "  install(turn, certificate, plan ?? { join: LogIndex(Math.min(certificate.position.index, state.log.last.index)), fetched: undefined, usesBuffer: false, keepsSuffix: true });",
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
        find: "Math.max(...records.map(({ ack }) => ack.certified.index))",
        put: "Math.max(...records.map(({ ack }) => ack.stored.index))",
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
    name: "S15",
    what: "a voter does not mind that it has said what it does not remember",
    patches: [
      {
        file: OWN_WORDS,
        find: "      if (why === undefined) continue;\n",
        put: "      if (why === undefined || read !== undefined) continue;\n",
      },
    ],
    lies: [],
  },
  {
    name: "S15b",
    what: "a voter speaks before the others have told what they heard of it",
    patches: [
      {
        file: OWN_WORDS,
        find: "if (!this.#isSettled && (this.#isWithheld || this.lacking === 0)) {",
        put: "if (!this.#isSettled) {",
      },
    ],
    lies: [],
  },
  {
    name: "S16",
    what: "an observer acknowledges what it stores",
    patches: [
      {
        file: `${CONSENSUS}on/clock.ts`,
        find: "if (!isInstalled(state) || !speaks(state)) return;",
        put: "if (!isInstalled(state)) return;",
      },
    ],
    lies: [],
  },
];
