// Fetched entries arrive (5.6). Each chunk verifies at once against a known hash or its own commit
// proof; a liar is found at its first chunk, distrusted for a while, and another is asked. An answer
// counts however late it comes: what it proves does not depend on when.

import type { NodeId } from "@juno/base";
import { adopt, followThrough } from "../adopt.ts";
import { appendUncertified } from "../append.ts";
import type { FetchReply } from "../bulk.ts";
import { replacesApplied } from "../committed.ts";
import {
  askNext,
  distrust,
  dropFetch,
  isComplete,
  joinLog,
  noteHelp,
  reachedPoint,
  stagedAbove,
} from "../fetch.ts";
import { onFollowed } from "../follow.ts";
import { halt } from "../halt.ts";
import { floorAt, type LogEntry } from "../log.ts";
import { isInstalled, isVoteless, samePoint } from "../state.ts";
import type { Fetching } from "../target.ts";
import { notice, persist, type Turn } from "../turn.ts";

/** A tail longer than this many windows is no honest gap. */
const TAIL_WINDOWS_MAX = 3;

/** Distrusts the provider for a while and asks another. */
function lied(turn: Turn, peer: NodeId, about: string): void {
  distrust(turn, peer);
  notice(turn, "liar", { peer, about });
  askNext(turn);
}

export function onFetchReply(turn: Turn, from: NodeId, reply: FetchReply): void {
  const { fetching } = turn.state;
  if (isVoteless(turn.context, turn.state)) return onFollowed(turn, from, reply);
  if (fetching === undefined || !fetching.asked.has(from)) return;
  if (reply.direction !== fetching.direction) return;
  if (reply.certified !== (fetching.target.certificate !== undefined)) return;
  if (reply.entries.length === 0) {
    // It has nothing: the next is asked at once, until all have been.
    if (fetching.unanswered.delete(from)) askNext(turn);
    return;
  }
  if (reply.direction === "forward") onForward(turn, from, reply);
  else onBackward(turn, from, reply);
}

function onForward(turn: Turn, from: NodeId, reply: FetchReply): void {
  const { state } = turn;
  const fetching = state.fetching!;
  const reached = reachedPoint(state, fetching);
  const end = reply.entries.at(-1)!;
  if (reply.before.index !== reached.index) return;
  const proof = reply.commitProof;
  if (proof === undefined || !samePoint(proof, end))
    return lied(turn, from, "a forward chunk without its proof");
  if (!samePoint(reply.before, reached)) {
    halt(turn, "a commit proof differs at a committed entry");
    return;
  }
  if (replacesApplied(state, reply.entries)) {
    halt(turn, "a commit proof differs at an applied entry");
    return;
  }
  const { buffered } = fetching;
  const isContinued = buffered !== undefined && reached === buffered.end;
  if (!isContinued) persist(turn, { kind: "drop-buffer" });
  persist(turn, { kind: "buffer", entries: reply.entries });
  const reachedEnd = floorAt(end);
  const floor = isContinued ? buffered.floor : stagedAbove(state, state.committed.index)?.floor;
  fetching.buffered = { end: reachedEnd, proof, floor };
  if (leadsPast(turn, fetching)) return followThrough(turn, fetching);
  noteHelp(fetching, from);
  const left = fetching.target.point.index - end.index;
  if (left >= 0 && left <= turn.context.limits.windowEntries) fetching.direction = "back";
  if (isComplete(fetching, state.log)) return finish(turn);
  askNext(turn);
}

/** Whether what is buffered ends above the beginning of the newest epoch, in which this node has no vote. */
function leadsPast({ state, context }: Turn, { buffered }: Fetching): boolean {
  const { start, keyOf } = state.epochs.last.electorate;
  return !keyOf.has(context.self) && buffered!.end.index > start.index;
}

function onBackward(turn: Turn, from: NodeId, reply: FetchReply): void {
  const { state } = turn;
  const fetching = state.fetching!;
  const end = reply.entries.at(-1)!;
  if (end.index !== fetching.tip.index) return;
  if (!samePoint(end, fetching.tip)) return lied(turn, from, "a chunk that does not hash to its end");
  fetching.tail = [...reply.entries, ...fetching.tail];
  fetching.tip = reply.before;
  noteHelp(fetching, from);
  joinLog(turn, fetching);
  if (isComplete(fetching, state.log)) return finish(turn);
  if (fetching.tip.index <= state.committed.index) {
    if (fetching.target.certificate !== undefined) halt(turn, "a certified log differs at a committed entry");
    else dropFetch(turn);
    return;
  }
  if (isTooLong(turn, fetching.tail)) {
    if (fetching.target.certificate === undefined) return dropFetch(turn);
    goForward(fetching);
  }
  askNext(turn);
}

/** Bounds what a leader's signature, or a far certificate, may make a node gather in memory. */
function isTooLong(turn: Turn, tail: readonly LogEntry[]): boolean {
  const { windowEntries, windowBytes } = turn.context.limits;
  const bytes = tail.reduce((sum, { body }) => sum + body.length, 0);
  return tail.length > TAIL_WINDOWS_MAX * windowEntries || bytes > TAIL_WINDOWS_MAX * windowBytes;
}

/** Lets go of the tail. What commit proofs cover stays, and leads on from there. */
function goForward(fetching: Fetching): void {
  fetching.tail = [];
  fetching.tip = fetching.target.point;
  fetching.direction = "forward";
}

function finish(turn: Turn): void {
  const { state } = turn;
  const { target, tail, tip } = state.fetching!;
  if (target.certificate !== undefined) {
    // A frozen target stays gathered: a candidate may adopt it, a later certificate replaces it.
    if (adopt(turn, target.certificate) !== "missing") return;
    // Too far above what is committed here.
    goForward(state.fetching!);
    return askNext(turn);
  }
  state.fetching = undefined;
  if (isInstalled(state)) appendUncertified(turn, { previous: tip, entries: tail, signed: undefined });
}
