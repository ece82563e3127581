// Answers that promise no freshness still promise a state that was: a local read, and a node's portrait of
// all accounts, show what the ledger holds at the index they name.

import { type Case, type Finding, nameOf } from "./history.ts";
import { answersAgainst, Replay, writesById } from "./replay.ts";

export function checkReads(one: Case): Finding[] {
  const { history, ledger, portraits = [] } = one;
  const findings = answersAgainst(one, (read) => !read.linearizable).map(
    ({ read, why }): Finding => ({ checker: "reads", id: read.id, sentence: `${nameOf(read)} ${why}` }),
  );
  const replay = new Replay(writesById(history), ledger);
  for (const { by, index, balances } of [...portraits].sort((a, b) => a.index - b.index)) {
    const why = replay.complaint(index, balances, "all");
    if (why !== undefined) findings.push({ checker: "reads", sentence: `${by} ${why}` });
  }
  return findings;
}
