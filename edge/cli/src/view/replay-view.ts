// What a replay says, for people and for programs: what was verified, the entry, the state after it, and of an election who
// was made the leader by whom. Everything that comes from the log is made safe to print.

import { hex, parseUtf8 } from "@juno/base";
import type { ElectionAccount, Replayed, ReplayFacts } from "@juno/node";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { renderTable } from "../terminal/table.ts";
import { beginningSentences } from "./audit-view.ts";
import { entryLines } from "./entry-view.ts";
import { evidenceSentence } from "./evidence-view.ts";

const timeText = (ms: number): string => new Date(ms).toISOString();

const listed = (voters: readonly number[]): string => (voters.length === 0 ? "none" : voters.join(", "));

/** What was verified on the way. */
export function factLines(facts: ReplayFacts): string[] {
  const { source, entries, commands, signatures, certificates, compared, misbehaviour, remarks } = facts;
  const own = compared === entries ? "each receipt is" : `${compared} receipts are`;
  return [
    `  ${entries === 1 ? "1 entry was" : `${entries} entries were`} verified and executed again: ${commands} commands, ${signatures} signatures, ${certificates} certificates`,
    `  ${own} as the ${source} has it; ${proofText(facts)}`,
    ...beginningSentences(facts).map((sentence) => `  ${sentence}`),
    ...misbehaviour.map((claim) => `  proved: ${evidenceSentence(claim)}`),
    ...remarks.map((remark) => `  ${safeText(remark)}`),
  ];
}

function proofText({ last, proved, attested }: ReplayFacts): string {
  const commit =
    proved >= last
      ? "commit is proved"
      : `commit is proved up to entry ${proved}, and the word of the source above it`;
  return attested === 0 ? commit : `${commit}; voters have confirmed the outcomes up to entry ${attested}`;
}

export function electionLines(account: ElectionAccount): string[] {
  const { term, leader, base, voters, quorum, electorate, before, emptyTerms } = account;
  const upon = base.index === 0 ? "the genesis" : `entry ${base.index}, hash ${hex(base.hash)}`;
  return [
    `  the election of term ${term}: node ${leader} leads, by the votes of nodes ${listed(voters)} (${quorum} of ${electorate} are needed)`,
    `  it builds upon ${upon}`,
    before === undefined ? "  there was no leader before" : beforeText(before),
    ...(emptyTerms === 0 ? [] : [`  terms in between that brought no entry: ${emptyTerms}`]),
    ...account.termCertificates.map(
      (kept) =>
        `  kept: the certificate of term ${kept.term}: nodes ${listed(kept.voters)} wanted an election`,
    ),
    ...account.evidence.map((claim) => `  kept: evidence; ${evidenceSentence(claim)}`),
  ];
}

function beforeText({
  term,
  leader,
  last,
  lastCommand,
  isCut,
}: NonNullable<ElectionAccount["before"]>): string {
  const none = isCut ? "none of its commands is here" : "it committed no command";
  const work =
    lastCommand === undefined
      ? none
      : `its last command that was committed is entry ${lastCommand.index}, ${timeText(lastCommand.time)}`;
  return `  before, node ${leader} led term ${term}; ${work}; its last entry is ${last.index}, ${timeText(last.time)}`;
}

/** What is neither a command nor an election. */
const kindLine = ({ reached }: Replayed): string[] =>
  reached?.entry.kind === "config"
    ? ["  a change of the configuration: it runs no code and changes no rows"]
    : [];

function reachedLines({ point, reached, state }: Replayed, paint: Paint): string[] {
  if (reached !== undefined) {
    return entryLines(
      (key) => state.clientName(key),
      { ...reached, previousHash: reached.entry.hash },
      paint,
    );
  }
  const { index, time, term, hash } = point;
  return [
    `#${index} ${timeText(time)} term ${term} ${hex(hash)}`,
    "  the entry itself is not here: this is the state that the snapshot holds",
  ];
}

export function replayLines(what: string, replayed: Replayed, paint: Paint): string[] {
  const { point, election, stateRoot, outcomeRoot, facts, state } = replayed;
  const tables = state.tables().map(({ module, table, rows }) => [`  ${module}/${table}`, String(rows)]);
  return [
    `${what}: ${paint("green", "good")} up to entry ${point.index}`,
    ...factLines(facts),
    "",
    ...reachedLines(replayed, paint),
    ...(election === undefined ? [] : electionLines(election)),
    ...kindLine(replayed),
    "",
    `after entry ${point.index}`,
    `  outcome root ${hex(outcomeRoot)}`,
    `  state root   ${hex(stateRoot)}`,
    ...renderTable([{ title: "  table" }, { title: "rows", align: "right" }], tables, paint),
  ];
}

export function replayJson(what: string, replayed: Replayed): Record<string, unknown> {
  const { point, reached, election, stateRoot, outcomeRoot, facts, state, trace } = replayed;
  const { index, term, time, hash } = point;
  return {
    ...{ kind: "report", ok: true, from: what },
    entry: { index, term, time, kind: reached?.entry.kind ?? null, hash: hex(hash) },
    receipt: reached === undefined ? null : (JSON.parse(parseUtf8(reached.receipt)!) as unknown),
    ...(election === undefined
      ? {}
      : { election: { ...election, base: { ...election.base, hash: hex(election.base.hash) } } }),
    ...{ outcomeRoot: hex(outcomeRoot), stateRoot: hex(stateRoot), tables: state.tables() },
    ...(trace === undefined ? {} : { steps: trace.steps.length, omitted: trace.omitted }),
    ...facts,
  };
}
