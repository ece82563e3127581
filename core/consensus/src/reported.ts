// What a node's Acks say of what it has applied: nothing, where it must not vouch for it.

import { LogIndex } from "@juno/base";
import { EMPTY_FRONTIER, rootOf } from "@juno/proof";
import type { DurableState } from "./durable.ts";
import type { Context, State } from "./state.ts";

export const nothingApplied = ({ sha256 }: Pick<Context, "sha256">): State["applied"] => ({
  index: LogIndex(0),
  root: rootOf(sha256, EMPTY_FRONTIER),
});

/**
 * At a start. V15: a node that does not speak for the ledger attests nothing. V17: one that was re-admitted may have
 * signed other roots of what it had applied before, and signs none of those a second time.
 */
export const reportedAtStart = (
  context: Pick<Context, "sha256">,
  { mode, reason }: Pick<DurableState, "mode" | "reason">,
  applied: State["applied"],
): State["applied"] => (mode === "normal" && reason === "" ? applied : nothingApplied(context));
