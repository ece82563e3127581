// A configuration that the administrators have approved (E55): it waits until a leader has appended it, or until the ledger
// holds another one or none. Whoever knows of it suspects a leader that leaves it out, as with a command.

import { equalBytes } from "@juno/base";
import { checkConfigBody } from "@juno/proof";
import { ownEpoch } from "../epochs.ts";
import { notice, type Turn } from "../turn.ts";

/** What the ledger held before has expired or was withdrawn (C39): waiting for it would block what it holds now. */
export function onConfigure(turn: Turn, body: Uint8Array | undefined): void {
  const { state, context, now } = turn;
  if (body === undefined) {
    state.configuring = undefined;
    return;
  }
  if (state.configuring !== undefined && equalBytes(state.configuring.body, body)) return;
  const { electorate, configuration } = ownEpoch(state);
  const checked = checkConfigBody(
    { sha256: context.sha256, network: electorate.network, before: configuration },
    { body, time: state.log.last.time },
  );
  // The ledger may be behind: that epoch has begun already.
  if (!checked.ok && checked.error.code === "wrong_epoch") return;
  if (!checked.ok) return notice(turn, "configuration_refused", checked.error);
  const { expires } = checked.value.act;
  state.configuring = { body, expires, sinceMs: now.monotonicMs };
}
