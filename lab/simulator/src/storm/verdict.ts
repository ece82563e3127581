// What is judged when a storm is over, besides what the checkers judged at every event: the whole history
// of the clients against the ledger, and every sound node's state against a replay from the genesis.

import { hex } from "@juno/base";
import { judge, type Ledger, type LedgerEntry, type Operation, type Portrait } from "@juno/judge";
import type { MemoryState } from "@juno/runtime";
import { CLIENTS, minorOf } from "../world/bank.ts";
import { readReceipt } from "../world/receipt.ts";
import type { World } from "../world/world.ts";

function ledgerOf({ outcomes }: MemoryState): Ledger {
  const entries = outcomes.flatMap(({ entry, command, receipt }): LedgerEntry[] => {
    if (command === undefined) return [];
    const { results } = readReceipt(receipt);
    return [{ index: entry.index, id: hex(command.id), status: command.status, results }];
  });
  return { entries, through: outcomes.length };
}

function portraitOf(by: string, state: MemoryState): Portrait {
  const rows = state.view.rows({ module: "accounts", table: "accounts", limit: CLIENTS.length + 1 });
  const balances = rows.map(({ key, value }): [string, bigint] => {
    const { funds } = JSON.parse(new TextDecoder().decode(value)) as { readonly funds: string };
    return [key, minorOf(funds)];
  });
  return { by, index: state.applied.index, balances: new Map(balances) };
}

/** Judges the end of a run; what is found is added to the checker's findings. */
export function judgeHistory(world: World, history: readonly Operation[]): void {
  const { chronicle, checker, sound } = world;
  const ledger = ledgerOf(chronicle.state);
  const portraits = sound.map(({ id, ledger: state }) => portraitOf(`node ${id}`, state));
  portraits.push(portraitOf("the replay", chronicle.state));
  for (const { checker: name, sentence } of judge({ history, ledger, portraits })) {
    checker.findings.found("history", `${name}: ${sentence}`);
  }
}
