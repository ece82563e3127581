// What a node is, in one word, for its operator, for a load balancer and for those who watch (A31). Said here alone:
// status, metrics, readiness and log repeat it. Derived from the consensus state and from what the node was told to do.

import { type Context, isCaughtUp, type Now, type State, speaks } from "@juno/consensus";

/** The first that holds is the node's, in this order. */
export const NODE_STATES = [
  /** It takes no part: more than f faults are proved (spec/3, 3.7), or its operator wants it so (S19). */
  "halted",
  /** It was a member, and the newest configuration does not name it. */
  "removed",
  /** No configuration has named it yet. */
  "newcomer",
  /** Its outcomes are not those of the others (spec/3, 3.7). */
  "read-only",
  /** It takes no more commands, because it is to stop. */
  "draining",
  /** It waits for the others to tell what it has said (S15). */
  "starting",
  /** It lost what it had signed, and speaks for no quorum any more under its key (S16). */
  "amnesiac",
  /** It speaks for quorums. */
  "voter",
  /** A member without a vote that has all that is committed: it can be promoted at once (V11). */
  "standby",
  /** A member without a vote that follows. */
  "observer",
] as const;
export type NodeState = (typeof NODE_STATES)[number];

export type Standing = {
  readonly context: Context;
  readonly state: State;
  readonly now: Now;
  /** Whether it knows by now what it has said (S15). */
  readonly isSettled: boolean;
  readonly isDraining: boolean;
};

export function nodeStateOf({ context, state, now, isSettled, isDraining }: Standing): NodeState {
  const { self } = context;
  const { epochs, electorate, mode, isHeld } = state;
  if (mode === "halted" || isHeld) return "halted";
  if (!epochs.last.keyOf.has(self)) {
    const known = epochs.from({ from: 0, limit: Number.MAX_SAFE_INTEGER });
    return known.some(({ keyOf }) => keyOf.has(self)) ? "removed" : "newcomer";
  }
  if (mode === "readOnly") return "read-only";
  if (isDraining) return "draining";
  if (!isSettled) return "starting";
  if (mode === "observer") return "amnesiac";
  if (speaks(state)) return "voter";
  const votes = electorate.keyOf.has(self);
  return !votes && isCaughtUp({ state, context, now }) ? "standby" : "observer";
}

/** Why clients had better ask another node; undefined of a node that serves them. */
export function withheld(state: NodeState): string | undefined {
  switch (state) {
    case "halted":
      return "the node is halted";
    case "removed":
      return "the node was removed: no member of the network any more";
    case "newcomer":
      return "the node is not admitted to the network yet";
    case "read-only":
      return "the node is read-only: its outcomes differ from those of the others";
    case "draining":
      return "the node is draining: it takes no more commands";
    default:
      return undefined;
  }
}
