// Which voters' word is lacking, and for what, when nothing can move. Derived from the consensus state
// and the clock, never kept beside it.

import type { LogIndex, NodeId } from "@juno/base";
import { type Context, isInstalled, type State, type Timing } from "@juno/consensus";
import type { Electorate } from "@juno/proof";
import type { Stall } from "./ports/backend.ts";

/** Beyond this without progress somebody should know why. */
const STALL_MS = 2_000;
/** A voter is missed when it has been silent for so many heartbeats, and no less than STALL_MS. */
const SILENT_HEARTBEATS = 5;

/** Whom a node hears. */
export type Listening = {
  readonly state: Pick<State, "lastHeardMs"> & {
    readonly electorate: Pick<Electorate, "voters" | "quorum" | "keyOf">;
  };
  readonly context: Pick<Context, "self"> & { readonly timing: Pick<Timing, "heartbeatMs"> };
  readonly nowMs: number;
  /** When this process began to listen. */
  readonly startedMs: number;
};

export type Watched = Listening & {
  readonly state: State;
  readonly context: Context;
  /** Who has not told yet what this node has said; undefined once enough have (S15). */
  readonly unasked: readonly NodeId[] | undefined;
};

/** What a stalled quorum lacks, or undefined while all is well. */
export function stallOf(watched: Watched): Stall | undefined {
  const { state, context } = watched;
  if (!state.electorate.keyOf.has(context.self)) return undefined;
  if (watched.unasked !== undefined) return lostContact(watched) ?? lackingMemory(watched, watched.unasked);
  return lostContact(watched) ?? lackingLeader(watched) ?? lackingWord(watched);
}

/** A node that has not learnt yet what it has said takes no part. */
function lackingMemory(watched: Watched, unasked: readonly NodeId[]): Stall | undefined {
  const sinceMs = watched.nowMs - watched.startedMs;
  if (sinceMs < STALL_MS) return undefined;
  return stall(watched, { waitingFor: "recollections", sinceMs, has: (id) => !unasked.includes(id) });
}

/** Too few voters are heard to decide anything, whether or not there is something to decide. */
export function lostContact(listening: Listening): Stall | undefined {
  const { state, context, nowMs, startedMs } = listening;
  const { voters, quorum } = state.electorate;
  const silentMsMax = Math.max(STALL_MS, SILENT_HEARTBEATS * context.timing.heartbeatMs);
  const silentMs = (id: NodeId): number =>
    id === context.self ? 0 : nowMs - (state.lastHeardMs.get(id) ?? startedMs);
  const isHeard = (id: NodeId): boolean => silentMs(id) < silentMsMax;
  if (voters.filter(({ id }) => isHeard(id)).length >= quorum) return undefined;
  // There was a quorum as long as the last voter that belonged to one was heard.
  const sinceMs = voters.map(({ id }) => silentMs(id)).sort((a, b) => a - b)[quorum - 1]!;
  return stall(listening, { waitingFor: "contact", sinceMs, has: isHeard });
}

function lackingLeader(watched: Watched): Stall | undefined {
  const { state, nowMs } = watched;
  const sinceMs = nowMs - state.enteredMs;
  if (isInstalled(state) || sinceMs < STALL_MS) return undefined;
  const { campaign } = state;
  if (campaign?.base !== undefined) {
    return stall(watched, { waitingFor: "votes", sinceMs, has: (id) => campaign.votes.has(id) });
  }
  const wanted = state.currentTerm + (state.suspecting ? 1 : 0);
  return stall(watched, { waitingFor: "prevotes", sinceMs, has: (id) => wishOf(state, id) >= wanted });
}

function lackingWord(watched: Watched): Stall | undefined {
  const { state, nowMs } = watched;
  const since = state.uncertifiedSinceMs;
  if (since !== undefined && nowMs - since >= STALL_MS) {
    const at = state.log.last.index;
    const has = (id: NodeId): boolean => storedIndex(state, id) >= at;
    return stall(watched, { waitingFor: "stored", sinceMs: nowMs - since, has });
  }
  const silentMs = nowMs - state.lastLeaderMs;
  if (!state.suspecting || silentMs < STALL_MS) return undefined;
  const has = (id: NodeId): boolean => wishOf(state, id) > state.currentTerm;
  return stall(watched, { waitingFor: "prevotes", sinceMs: silentMs, has });
}

function stall(
  { state }: Listening,
  lack: { waitingFor: Stall["waitingFor"]; sinceMs: number; has: (id: NodeId) => boolean },
): Stall {
  const { waitingFor, sinceMs, has } = lack;
  const { voters, quorum: need } = state.electorate;
  const ids = voters.map(({ id }) => id);
  const have = ids.filter(has);
  const lacks = ids.filter((id) => !has(id));
  const missing = lacks.join(", ");
  const detail = `${have.length} of the ${need} voters needed for ${waitingFor}; not from ${missing}`;
  return { waitingFor, sinceMs: Math.round(sinceMs), have, lacks, need, detail };
}

const wishOf = (state: State, id: NodeId): number => state.preVotes.get(id)?.term ?? -1;

function storedIndex(state: State, id: NodeId): LogIndex | -1 {
  const ack = state.progress.latest(id)?.ack;
  return ack?.term === state.currentTerm ? ack.stored.index : -1;
}
