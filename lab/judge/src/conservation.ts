// Conservation (L41): wherever the whole state is known, accounts hold together exactly what was minted up to there, for
// nothing destroys money; and of every asset the rows hold what receipts say was made and not destroyed. It believes the
// ledger's results and computes no transfer, so that it stands even where the model of transfers would be wrong.

import { type Case, type Finding, type Ledger, nameOf, type Operation, type Write } from "./history.ts";
import { writesById } from "./replay.ts";
import { isTillName } from "./tills.ts";

type Total = { readonly who: string; readonly id?: string; readonly index: number; readonly total: bigint };

const sum = (balances: ReadonlyMap<string, bigint>): bigint =>
  [...balances].reduce((total, [name, minor]) => (isTillName(name) ? total : total + minor), 0n);

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

/** How many coins of each asset there are, by what entries say of them. */
function checkCoins({ ledger, portraits = [] }: Case): Finding[] {
  const made = new Map<string, bigint>();
  const findings: Finding[] = [];
  let at = 0;
  for (const { by, index, coins } of [...portraits].sort((a, b) => a.index - b.index)) {
    if (coins === undefined) continue;
    for (; at < ledger.entries.length && ledger.entries[at]!.index <= index; at += 1) {
      for (const [asset, more] of ledger.entries[at]!.supply ?? []) {
        made.set(asset, (made.get(asset) ?? 0n) + more);
      }
    }
    for (const asset of new Set([...made.keys(), ...coins.keys()])) {
      const [has, had] = [coins.get(asset) ?? 0n, made.get(asset) ?? 0n];
      if (has === had) continue;
      const sentence = `${by} holds ${has} of ${asset} at ${index}, where ${had} was made and not destroyed`;
      findings.push({ checker: "conservation", sentence });
    }
  }
  return findings;
}

export const checkConservation = (one: Case): Finding[] => [...checkMoney(one), ...checkCoins(one)];

function checkMoney({ history, ledger, portraits }: Case): Finding[] {
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
