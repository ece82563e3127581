// Which voters' word is lacking, and for what, when nothing can move. Derived from the consensus state
// and the clock, never kept beside it.

import type { LogIndex, NodeId } from "@juno/base";
import { type Context, isInstalled, type State } from "@juno/consensus";
import type { Stall } from "./ports/backend.ts";

/** Beyond this without progress, or without a word, somebody should know why. */
const STALL_MS = 2_000;

export type Watched = {
  readonly state: State;
  readonly context: Context;
  readonly nowMs: number;
  /** When this process began to listen. */
  readonly startedMs: number;
};

/** What a stalled quorum lacks, or undefined while all is well. */
export function stallOf(watched: Watched): Stall | undefined {
  return lostContact(watched) ?? lackingLeader(watched) ?? lackingWord(watched);
}

/** Too few voters are heard to decide anything, whether or not there is something to decide. */
export function lostContact(watched: Watched): Stall | undefined {
  const { state, context, nowMs, startedMs } = watched;
  const heardMs = (id: NodeId): number =>
    id === context.self ? nowMs : (state.lastHeardMs.get(id) ?? startedMs);
  const isHeard = (id: NodeId): boolean => nowMs - heardMs(id) < STALL_MS;
  const voters = context.electorate.voters.map(({ id }) => id);
  if (voters.filter(isHeard).length >= context.electorate.quorum) return undefined;
  const sinceMs = nowMs - Math.max(...voters.filter((id) => !isHeard(id)).map(heardMs));
  return stall(watched, { waitingFor: "contact", sinceMs, has: isHeard });
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
  { context }: Watched,
  lack: { waitingFor: Stall["waitingFor"]; sinceMs: number; has: (id: NodeId) => boolean },
): Stall {
  const { waitingFor, sinceMs, has } = lack;
  const { voters, quorum: need } = context.electorate;
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
