// A node that its operator halts, alone and without asking anybody (S19): it signs nothing more until it is released, and
// forgets nothing. To the others it is a node that has stopped; for itself it is one that slept.

import { takeSeat } from "../epochs.ts";
import type { Input } from "../input.ts";
import type { Turn } from "../turn.ts";
import { onApplied } from "./applied.ts";
import { onContradicted } from "./contradicted.ts";
import { onDisown } from "./disown.ts";
import { refuseReads } from "./read.ts";

export function onHold(turn: Turn): void {
  const { state } = turn;
  state.isHeld = true;
  // The wake-up that was asked for finds it held; when it is released it asks anew.
  state.timerMs = Number.POSITIVE_INFINITY;
  refuseReads(turn);
}

/** Then the host starts it, if it knows by then what it has said (S15). */
export function onRelease(turn: Turn): void {
  turn.state.isHeld = false;
}

/** What it takes in meanwhile: what its own state machine does, that it is refuted (C23), what it has forgotten, and that it has forgotten nothing. */
export function onHeld(turn: Turn, input: Input): void {
  if (input.kind === "applied") onApplied(turn, input);
  if (input.kind === "contradicted") onContradicted(turn, input);
  if (input.kind === "seat") takeSeat(turn);
  if (input.kind === "disown") onDisown(turn, input.reason);
}
