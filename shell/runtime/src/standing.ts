// What a node tells its operator of where it stands: that it observes, has left or has halted, at the moment and at
// each start; and that what people need to find out why is kept for them (V16).

import type { Context, Divergence, Effect, State } from "@juno/consensus";
import type { Announcer } from "./announcer.ts";
import { OBSERVING } from "./own-words.ts";
import type { ReplicaPorts } from "./replica-options.ts";

type Standing = {
  readonly state: State;
  readonly announcer: Announcer;
  readonly ports: Pick<ReplicaPorts, "divergences">;
};

/** For the operator of a node that has left. */
const LEFT =
  "this node has left: what it computed is contradicted by more of the others than may lie. It follows the log and votes, and answers nobody for the ledger, until it is stopped, resynced with `juno node resync` and started again.";
const HALTED =
  "this node has halted: it signs nothing more and no restart changes that. Keep its folder; docs/guides/operations.md says what to do.";

/** Whether no epoch that it knows names this member under a key that it holds: everybody would refuse what it says. */
export function lacksKeys({
  context,
  state,
}: {
  readonly context: Pick<Context, "self" | "keyring">;
  readonly state: Pick<State, "epochs">;
}): boolean {
  const known = state.epochs.from({ from: 0, limit: Number.MAX_SAFE_INTEGER });
  const keys = known.flatMap(({ keyOf }) => keyOf.get(context.self) ?? []);
  return keys.length > 0 && keys.every((key) => context.keyring.signer(key) === undefined);
}

/** Of a node in the normal mode there is nothing to tell. */
export function standingAtStart(replica: Standing): void {
  const { announcer } = replica;
  const { mode, reason } = replica.state;
  if (mode === "observer") announcer.notice("observing", { message: OBSERVING });
  if (mode !== "readOnly" && mode !== "halted") return;
  if (mode === "readOnly") announcer.notice("left", { reason, message: LEFT });
  else announcer.notice("halted", { reason, message: HALTED });
  // It may have been killed before everything was kept, or its disk was full.
  keep(replica, undefined);
}

export function modeChanged(
  replica: Standing,
  { mode, reason, found }: Extract<Effect, { readonly kind: "mode" }>,
): void {
  replica.announcer.mode(reason);
  if (mode === "readOnly") replica.announcer.notice("left", { reason, message: LEFT });
  if (mode === "readOnly" || mode === "halted") keep(replica, found);
}

function keep({ state, announcer, ports }: Standing, found: Divergence | undefined): void {
  const { divergences } = ports;
  if (divergences === undefined) return;
  const { mode, reason, applied, committed } = state;
  const index = found?.index ?? (mode === "halted" ? committed.index : applied.index);
  divergences.keep({ mode, reason, index, found }).then(
    (folder) => {
      if (folder !== undefined) announcer.notice("divergence_kept", { folder });
    },
    (cause: unknown) => announcer.notice("divergence_not_kept", { problem: String(cause) }),
  );
}
