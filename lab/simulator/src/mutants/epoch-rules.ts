// What keeps epochs apart (S12, S17, S18, V10, V11, E15, E55, E56), each switched off.

import { CONSENSUS, type Mutant } from "./mutant.ts";

const CONFIGURATION = "core/proof/src/configuration.ts";
const EPOCH = "core/proof/src/epoch.ts";
const ENTER =
  "Object.assign(state, beginningOf(electorate), voicesOf(context, { epochs, electorate }), { waitingReads });";
const NEXT = "const facts = factsOf(network, { configuration: body.value.act, start, link });";

const RULES: readonly Omit<Mutant, "withChanges">[] = [
  {
    name: "S12",
    what: "commands are appended and stored above a configuration",
    patches: [
      {
        file: `${CONSENSUS}propose.ts`,
        find: "if (!isLeader(context, state) || isEnding(state)) return; // S12",
        put: "if (!isLeader(context, state)) return;",
      },
      {
        file: `${CONSENSUS}append.ts`,
        find: '  if (isConfig(previous)) return refuse("after_config", "an entry after the last one of its epoch"); // S12\n',
        put: "",
      },
    ],
  },
  {
    name: "S12b",
    what: "the election entry of a later term is stored above a configuration",
    patches: [
      {
        file: `${CONSENSUS}propose.ts`,
        find: "if (!isLeader(context, state) || isEnding(state)) return; // S12",
        put: "if (!isLeader(context, state) || (isEnding(state) && state.log.last.index !== state.base.index)) return;",
      },
      {
        file: `${CONSENSUS}append.ts`,
        find: "  if (isConfig(previous)) return refuse(",
        put: '  if (isConfig(previous) && entry.kind !== "election") return refuse(',
      },
    ],
    staged: "dies amid the end of an epoch",
  },
  {
    name: "S17",
    what: "the term goes on from one epoch to the next",
    patches: [
      {
        file: `${CONSENSUS}epochs.ts`,
        find: ENTER,
        put: ENTER.replace("{ waitingReads }", "{ waitingReads, currentTerm: state.currentTerm }"),
      },
    ],
  },
  {
    name: "S18",
    what: "voters hear each other whatever epoch they speak of",
    patches: [
      {
        file: `${CONSENSUS}step.ts`,
        find: "if (VOTERS_KINDS.has(kind)) return epoch === state.electorate.epoch;",
        put: "if (VOTERS_KINDS.has(kind)) return true;",
      },
    ],
    lies: ["old words", "replay"],
  },
  {
    name: "S18b",
    what: "the old keys go on to count when new ones are in force",
    patches: [
      {
        file: EPOCH,
        find: NEXT,
        put: `const kept = body.value.act.members.map((member) => ({
          ...member,
          signKey: before.keyOf.get(member.id) ?? member.signKey,
        }));
        ${NEXT.replace("body.value.act", "{ ...body.value.act, members: kept }")}`,
      },
    ],
  },
  {
    name: "S15c",
    what: "a voter speaks in an epoch before the others have told what they heard of it there",
    patches: [
      {
        file: "shell/runtime/src/own-words.ts",
        find: "if (this.#isWithheld && this.lacking === 0) this.#seat();",
        put: "if (this.#isWithheld) this.#seat();",
      },
    ],
    staged: "speaks before it is told",
  },
  {
    name: "S15d",
    what: "a voter that spoke in the last epoch speaks in the next one at once",
    patches: [
      {
        file: `${CONSENSUS}epochs.ts`,
        find: 'const isWithheld = isReadmitted || (mode !== "observer" && key !== undefined);',
        put: 'const isWithheld = isReadmitted || (mode !== "observer" && key !== undefined && !speaks(state));',
      },
    ],
    staged: "enters an epoch untold",
  },
  {
    name: "S18c",
    what: "a restart forgets that a voter is still to be told whether it has spoken in its epoch",
    patches: [
      {
        file: `${CONSENSUS}beginning.ts`,
        find: 'const isWithheld = durable.isWithheld && durable.mode !== "observer";',
        put: 'const isWithheld = durable.isWithheld && durable.mode === "observer";',
      },
    ],
    staged: "killed as it enters an epoch",
  },
  {
    name: "V11",
    what: "an observer takes what comes with the proof of something else",
    patches: [
      {
        file: `${CONSENSUS}follow.ts`,
        find: "if (proof === undefined || !samePoint(proof, end)) {",
        put: "if (proof === undefined) {",
      },
    ],
    lies: ["bad fetch"],
  },
  {
    name: "V11c",
    what: "an observer adopts certificates",
    patches: [
      {
        file: `${CONSENSUS}adopt.ts`,
        find: 'if (!votes && (certificate.kind !== "genesis" || certificate.epoch === state.electorate.epoch))',
        put: "if (!votes && certificate.epoch > state.epochs.last.electorate.epoch)",
      },
    ],
    lies: ["hoard", "usurp"],
  },
  {
    name: "V11b",
    what: "observers count as voters",
    patches: [
      {
        file: CONFIGURATION,
        find: 'members.filter(({ role }) => role === "voter");',
        put: "[...members];",
      },
    ],
  },
  {
    name: "E15",
    what: "certificates of another epoch are believed",
    patches: [
      {
        file: "core/proof/src/certificate.ts",
        find: '    if (body.value.epoch !== electorate.epoch) return refuse("wrong_epoch", "a statement of another epoch");\n',
        put: "",
      },
    ],
    lies: ["old words"],
  },
  {
    name: "E55",
    what: "anybody's approval is enough for a configuration",
    patches: [
      {
        file: CONFIGURATION,
        find: "if (!satisfies(context.before.admin, keys))",
        put: "if (keys.size === 0 && !satisfies(context.before.admin, keys))",
      },
    ],
    staged: "approved by a stranger",
  },
  {
    name: "E55b",
    what: "those who administered the network in former epochs go on to do so",
    patches: [
      {
        file: EPOCH,
        find: NEXT,
        put: NEXT.replace("body.value.act", "{ ...body.value.act, admin: configuration.admin }"),
      },
    ],
    staged: "approved by a former administrator",
  },
  {
    name: "E55c",
    what: "a configuration is taken for which too few are ready",
    patches: [
      {
        file: CONFIGURATION,
        find: "if (ready.length >= needed) return ok(undefined);",
        put: "if (ready.length <= needed || ready.length > needed) return ok(undefined);",
      },
    ],
    staged: "too few ready",
  },
  {
    name: "E55d",
    what: "nobody verifies the signatures under a configuration",
    patches: [
      {
        file: CONFIGURATION,
        find: "checks: [...approvalChecks, ...readiness.value] });",
        put: "checks: [...approvalChecks, ...readiness.value].slice(0, 0) });",
      },
    ],
    staged: "forged approval",
  },
  {
    name: "E56",
    what: "a link is believed without the commit of its configuration",
    patches: [
      {
        file: EPOCH,
        find: "const proved = checkCommitProof({ electorate, sha256 }, proof);",
        put: "const proved = ok([] as SignatureCheck[]) ?? checkCommitProof({ electorate, sha256 }, proof);",
      },
    ],
    lies: ["false links"],
  },
  {
    name: "S17b",
    what: "nobody minds that a leader leaves a configuration out",
    patches: [
      {
        file: `${CONSENSUS}suspicion.ts`,
        find: "if (configuring === undefined || isEnding(state)) return false;",
        put: "if (configuring !== null || isEnding(state)) return false;",
      },
    ],
    staged: "left out",
  },
  {
    name: "V10",
    what: "who is behind by an epoch is shown nothing",
    patches: [
      {
        file: `${CONSENSUS}epochs.ts`,
        find: "  if (links.length === 0) return;\n",
        put: "  if (links.length >= 0) return;\n",
      },
    ],
    staged: "left behind by an epoch",
  },
];

export const EPOCH_RULES: readonly Mutant[] = RULES.map((rule) => ({ ...rule, withChanges: true }));
