// Linearizability where answers name indexes. The order of the indexes is the witness, so nothing is
// searched for: the witness must agree with real time, and what was answered must be what the sequential
// model gives in that order. A command whose outcome nobody was told stands where the ledger shows it.

import { sameResults } from "./bank.ts";
import { type Case, type Finding, type Ledger, nameOf, type Operation } from "./history.ts";
import { answersAgainst, entriesById, Replay, writesById } from "./replay.ts";

const found = (operation: Operation, why: string): Finding => ({
  checker: "linearizable",
  id: operation.id,
  sentence: `${nameOf(operation)} ${why}`,
});

/** The index that an operation's answer names; whoever has it knows the ledger up to there. */
function named(operation: Operation): number | undefined {
  const { answer } = operation;
  return answer.kind === "acknowledged" || answer.kind === "values" ? answer.index : undefined;
}

/** What is known of one operation against those that had returned before it began. */
function againstKnown(operation: Operation, index: number, known: Operation): string | undefined {
  const highest = named(known)!;
  if (operation.kind === "write") {
    if (index > highest) return undefined;
    return `takes effect at ${index}, though ${nameOf(known)} had named ${highest} before it began`;
  }
  if (index >= highest || !operation.linearizable) return undefined;
  return `reflects ${index} only, though ${nameOf(known)} had named ${highest} before it began`;
}

/**
 * Real time: whatever an answer names had happened when it came. So a command that begins later stands
 * higher, and a linearizable read that begins later reflects it. Any answer counts as knowledge, also that
 * of a local read: what a node has applied is committed.
 */
function realTime(history: readonly Operation[], ledger: Ledger): Finding[] {
  const entries = entriesById(ledger);
  const begun = [...history].sort((a, b) => a.invoked - b.invoked);
  const answered = history
    .filter((operation) => named(operation) !== undefined)
    .sort((a, b) => a.returned - b.returned);
  const findings: Finding[] = [];
  let known: Operation | undefined;
  let next = 0;
  for (const operation of begun) {
    for (; next < answered.length && answered[next]!.returned < operation.invoked; next += 1) {
      const answer = answered[next]!;
      if (known === undefined || named(answer)! > named(known)!) known = answer;
    }
    const shown = operation.kind === "write" ? entries.get(operation.id)?.index : undefined;
    const index = named(operation) ?? shown;
    if (known === undefined || index === undefined) continue;
    const why = againstKnown(operation, index, known);
    if (why !== undefined) findings.push(found(operation, why));
  }
  return findings;
}

/** The ledger has the results that the model gives, and clients were told those. */
function results({ history, ledger }: Case): Finding[] {
  const writes = writesById(history);
  const findings: Finding[] = [];
  for (const { entry, results: expected } of new Replay(writes, ledger).through(ledger.through)) {
    const got = `${entry.status} (${entry.results.join(", ")})`;
    const why = `ends ${got} at ${entry.index}, where the model says ${expected.join(", ")}`;
    findings.push(found(writes.get(entry.id)!, why));
  }
  const entries = entriesById(ledger);
  for (const write of writes.values()) {
    const { answer } = write;
    const entry = entries.get(write.id);
    if (answer.kind !== "acknowledged" || entry === undefined) continue;
    if (answer.status === entry.status && sameResults(answer.results, entry.results)) continue;
    const told = `was acknowledged as ${answer.status} (${answer.results.join(", ")})`;
    findings.push(found(write, `${told}, but the ledger has ${entry.status} (${entry.results.join(", ")})`));
  }
  return findings;
}

export function checkLinearizable(one: Case): Finding[] {
  const answers = answersAgainst(one, (read) => read.linearizable);
  return [
    ...realTime(one.history, one.ledger),
    ...results(one),
    ...answers.map(({ read, why }) => found(read, why)),
  ];
}
