// The red button as a node shows it (C27, A30): that its ledger takes nothing but decisions about itself, since when,
// by which act and whose approvals, and why. Derived from what the ledger has decided, never kept beside it.

import { assert, LogIndex } from "@juno/base";
import { type Governed, parseTime } from "@juno/ledger";
import type { Genesis } from "@juno/proof";
import type { LedgerHalt } from "./ports/backend.ts";

/** Undefined while the ledger takes commands. */
export function ledgerHaltOf(
  { halt, clients }: Pick<Governed, "halt" | "clients">,
  { clientOf }: Pick<Genesis, "clientOf">,
): LedgerHalt | undefined {
  if (halt === undefined) return undefined;
  const since = parseTime(halt.since);
  assert(since !== undefined, "the ledger writes times");
  // C28: what acts have said of a key stands in place of what the genesis says.
  const nameOf = (key: string) => (clients.has(key) ? clients.get(key) : clientOf.get(key))?.name;
  const by = halt.by.map((key) => ({ key, name: nameOf(key) }));
  return { since, index: LogIndex(halt.at), act: halt.act, by, reason: halt.reason };
}
