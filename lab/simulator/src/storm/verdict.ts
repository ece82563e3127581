// What is judged when a storm is over, besides what the checkers judged at every event: the whole history
// of the clients against the ledger, and every sound node's state against a replay from the genesis.

import { hex, parseUtf8 } from "@juno/base";
import { judge, type Ledger, type LedgerEntry, type Operation, type Portrait } from "@juno/judge";
import { SYSTEM } from "@juno/ledger";
import { decodeCommand, type Entry } from "@juno/proof";
import type { MemoryState } from "@juno/runtime";
import { holdingIn } from "../world/contracts.ts";
import { readReceipt } from "../world/receipt.ts";
import type { World } from "../world/world.ts";
import { countWork } from "./work.ts";

/** Acts are nothing that clients ask for, or the model of the contracts knows. */
function isGoverning({ body }: Entry): boolean {
  const command = decodeCommand(body);
  const text = command.ok ? (parseUtf8(command.value.payload) ?? "{}") : "{}";
  const { actions = [] } = JSON.parse(text) as { readonly actions?: readonly object[] };
  return actions.some((action) => "propose" in action || "approve" in action);
}

function ledgerOf({ outcomes }: MemoryState): Ledger {
  const entries = outcomes.flatMap(({ entry, command, receipt }): LedgerEntry[] => {
    if (command === undefined || isGoverning(entry)) return [];
    const { results, supply } = readReceipt(receipt);
    return [{ index: entry.index, id: hex(command.id), status: command.status, results, supply }];
  });
  return { entries, through: outcomes.length };
}

/** All that a state holds; what it holds besides is told. */
function portraitOf(by: string, state: MemoryState, complain: (what: string) => void): Portrait {
  const balances = new Map<string, bigint>();
  const coins = new Map<string, bigint>();
  for (const row of state.view.all()) {
    const holding = holdingIn(row);
    if (holding !== undefined) {
      const { name, asset, minor } = holding;
      balances.set(name, minor);
      coins.set(asset, (coins.get(asset) ?? 0n) + minor);
    } else if (row.module !== SYSTEM.module) {
      complain(`${by} holds a row ${row.key} of ${row.module}.${row.table}, which no contract has`);
    }
  }
  return { by, index: state.applied.index, balances, coins };
}

/** Judges the end of a run; what is found is added to the checker's findings. */
export function judgeHistory(world: World, history: readonly Operation[]): void {
  const { chronicle, checker, sound } = world;
  const ledger = ledgerOf(chronicle.state);
  const complain = (what: string) => checker.findings.found("history", what);
  const portraits = sound.map(({ id, ledger: state }) => portraitOf(`node ${id}`, state, complain));
  portraits.push(portraitOf("the replay", chronicle.state, complain));
  for (const { checker: name, sentence } of judge({ history, ledger, portraits })) {
    complain(`${name}: ${sentence}`);
  }
  countWork(world.tally, chronicle.state.outcomes);
}
