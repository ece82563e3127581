// Conservation (C15): wherever the whole state is known, accounts hold together exactly what was minted
// up to there. It believes the ledger's results and computes no transfer, so that it stands even where
// the model of transfers would be wrong. The contract destroys no money.

import { type Case, type Finding, type Ledger, nameOf, type Operation, type Write } from "./history.ts";
import { writesById } from "./replay.ts";

type Total = { readonly who: string; readonly id?: string; readonly index: number; readonly total: bigint };

const sum = (balances: ReadonlyMap<string, bigint>): bigint =>
  [...balances.values()].reduce((total, minor) => total + minor, 0n);

function totals(history: readonly Operation[], portraits: Case["portraits"] = []): Total[] {
  const whole = history.flatMap((operation): Total[] => {
    if (operation.kind !== "read" || operation.accounts !== "all") return [];
    const { id, answer } = operation;
    if (answer.kind !== "values") return [];
    return [{ who: nameOf(operation), id, index: answer.index, total: sum(answer.values) }];
  });
  const painted = portraits.map(({ by, index, balances }) => ({ who: by, index, total: sum(balances) }));
  return [...whole, ...painted].sort((a, b) => a.index - b.index);
}

function mintedBy({ calls, atomic = false }: Write, results: readonly string[]): bigint {
  return calls.reduce((total, call, at) => {
    const isDone = results[atomic ? 0 : at] === "ok";
    return call.kind === "mint" && isDone ? total + call.minor : total;
  }, 0n);
}

export function checkConservation({ history, ledger, portraits }: Case): Finding[] {
  const writes = writesById(history);
  const { entries }: Ledger = ledger;
  const findings: Finding[] = [];
  let minted = 0n;
  let at = 0;
  for (const { who, id, index, total } of totals(history, portraits)) {
    for (; at < entries.length && entries[at]!.index <= index; at += 1) {
      const { id: command, status, results } = entries[at]!;
      const write = writes.get(command);
      const isTried = status === "ok" || status === "failed";
      if (write !== undefined && isTried) minted += mintedBy(write, results);
    }
    if (total === minted) continue;
    const sentence = `${who} shows ${total} in all accounts at ${index}, where ${minted} was minted`;
    findings.push({ checker: "conservation", ...(id === undefined ? {} : { id }), sentence });
  }
  return findings;
}
