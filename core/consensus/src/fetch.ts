// Catch-up and log repair (5.6): what to fetch and whom to ask. One target at a time: a certified
// position, or, when installed, a point that the leader signed. Backwards from the target, each chunk
// hashing to a known end; when far behind, first forwards in chunks that each end in a commit proof,
// gathered beside the log. `adopt` swaps the result in; nothing here cuts the log.

import type { LogIndex, NodeId } from "@juno/base";
import { type Certificate, leaderOf, type Point } from "@juno/proof";
import type { Log } from "./log.ts";
import { encodeFetchBody } from "./message.ts";
import {
  compareCertificates,
  isFrozen,
  isInstalled,
  isVoteless,
  type State,
  samePoint,
  suffixMax,
} from "./state.ts";
import type { Fetching, StagedSnapshot, Target } from "./target.ts";
import { asMember, notice, persist, sendBody, type Turn } from "./turn.ts";

const CHUNK_BYTES_MAX = 4 * 1024 * 1024;
/** As many as a question can tell (E27). */
const ENTRIES_MAX = 2 ** 32 - 1;
/** For how many heartbeat timeouts certificates of a voter are left alone that showed one in vain. */
const BARREN_TIMEOUTS = 10;
/** For how many a voter is asked last that answered falsely or not at all. */
const DISTRUST_TIMEOUTS = 20;

/** Begins to fetch a target, unless what is being fetched serves better. */
export function want(turn: Turn, target: Target): void {
  const { state, now, context } = turn;
  // Whoever has no vote follows (follow.ts).
  if (isVoteless(context, state)) return;
  const { fetching } = state;
  const { certificate, point, shownBy } = target;
  if (certificate !== undefined) {
    if (isFrozen(state, certificate)) return;
    if (now.monotonicMs < (state.barrenUntilMs.get(shownBy) ?? 0)) return;
  }
  if (fetching !== undefined) {
    if (samePoint(fetching.target.point, point)) return proveBetter(turn, fetching, target);
    if (!isBetter(state, target, fetching)) return;
  }
  const buffered = fetching?.buffered;
  const reached = buffered?.end.index ?? state.committed.index;
  const isFar = point.index - reached > context.limits.windowEntries;
  const staged = stagedAbove(state, reached);
  state.fetching = {
    target,
    direction: isFar && certificate !== undefined ? "forward" : "back",
    tail: [],
    tip: point,
    buffered,
    asked: new Set(),
    unanswered: new Set(),
    untried: undefined,
    askedMs: hasWaited(state, fetching) ? fetching.askedMs : now.monotonicMs,
    lastIndex: state.log.last.index,
    isBarren: false,
    lastHelper: undefined,
  };
  if (staged !== undefined && certificate !== undefined) beginAt(turn, staged);
  else if (!isOnTheWay(turn, target) && !awaitsSnapshot(turn, state.fetching)) askNext(turn);
}

/** So far behind that a snapshot may lead there sooner (V8): entries are asked for if none comes within a timeout. */
function awaitsSnapshot({ state, context }: Turn, fetching: Fetching): boolean {
  const { target, buffered } = fetching;
  const gap = target.point.index - reachedPoint(state, fetching).index;
  return target.certificate !== undefined && buffered === undefined && gap > context.limits.farEntries;
}

/** Nobody was asked and nothing has come: a newer target does not make the wait for it a new one. */
function hasWaited(state: State, fetching: Fetching | undefined): fetching is Fetching {
  return fetching?.asked.size === 0 && fetching.lastIndex === state.log.last.index;
}

/** The same entries under a higher certificate: what was gathered of them stays. */
function proveBetter(turn: Turn, fetching: Fetching, { certificate, point, shownBy }: Target): void {
  if (certificate === undefined) return;
  const current = fetching.target.certificate;
  if (current !== undefined && compareCertificates(certificate, current) <= 0) return;
  fetching.target = { certificate, point, shownBy };
  fetching.untried = undefined;
  if (isComplete(fetching, turn.state.log)) return;
  if (fetching.asked.size > 0) askNext(turn);
}

const isOfOwnTerm = ({ electorate, currentTerm }: State, { epoch, position }: Certificate): boolean =>
  epoch === electorate.epoch && position.term === currentTerm;

/** A follower of the term lacks a little: the leader's own message is most likely still coming. */
function isOnTheWay(turn: Turn, { point, certificate }: Target): boolean {
  const { state, context } = turn;
  if (!isInstalled(state) || (certificate !== undefined && !isOfOwnTerm(state, certificate))) {
    return false;
  }
  const gap = point.index - state.log.last.index;
  return gap > 0 && gap <= context.limits.windowEntries;
}

/** A certified target replaces a leader-signed one, and one that is not asked for or cannot be had. */
function isBetter(state: State, next: Target, fetching: Fetching): boolean {
  const { target: current, buffered, isBarren, asked } = fetching;
  if (current.certificate === undefined) {
    return next.certificate !== undefined || isBarren || next.point.index > current.point.index + 1024;
  }
  if (next.certificate === undefined) return false;
  const { position } = current.certificate;
  const isPassed = buffered !== undefined && buffered.end.index > position.index;
  if (isPassed) return next.point.index >= buffered.end.index;
  const isHigher = compareCertificates(next.certificate, current.certificate) > 0;
  return isBarren || (isHigher && (asked.size === 0 || isFrozen(state, current.certificate)));
}

export function dropFetch(turn: Turn): void {
  const { state } = turn;
  if (state.fetching?.buffered !== undefined) persist(turn, { kind: "drop-buffer" });
  state.fetching = undefined;
}

/** A point that a leader signed means nothing beyond its term. */
export function forgetSignedPoint(turn: Turn): void {
  const { fetching } = turn.state;
  if (fetching !== undefined && fetching.target.certificate === undefined) dropFetch(turn);
}

/** Whether the tail reaches down to the own log, or to the end of what is buffered. */
export function isComplete(fetching: Fetching, log: Log): boolean {
  const { floor } = log;
  const atFloor = fetching.tail[floor.index - fetching.tip.index - 1];
  if (fetching.tip.index < floor.index && atFloor !== undefined && samePoint(atFloor, floor)) {
    fetching.tail = fetching.tail.slice(floor.index - fetching.tip.index);
    fetching.tip = { index: floor.index, hash: floor.hash };
  }
  const { buffered, tail, tip } = fetching;
  if (buffered !== undefined && buffered.end.index > floor.index && samePoint(buffered.end, tip)) return true;
  return tail.length > 0 && log.holds(tip);
}

/** Asks one voter for the next chunk. A round ends with those that have nothing or stay silent. */
export function askNext(turn: Turn): void {
  const { state, now } = turn;
  const fetching = state.fetching!;
  if (state.mode === "halted" || isPassed(fetching)) return;
  fetching.untried ??= providers(turn, fetching);
  const peer = fetching.untried.shift();
  if (peer === undefined) return endRound(turn, fetching);
  if (fetching.asked.size === 0 && fetching.lastHelper === undefined) {
    notice(turn, "fetching", { index: fetching.target.point.index, from: state.log.last.index });
  }
  fetching.asked.add(peer);
  fetching.unanswered.add(peer);
  fetching.askedMs = now.monotonicMs;
  const { direction, target, tip } = fetching;
  const reached = reachedPoint(state, fetching);
  const body = encodeFetchBody({
    ...asMember(turn),
    direction,
    certified: target.certificate !== undefined,
    point: direction === "forward" ? reached : tip,
    entriesMax: Math.min(Math.max(1, tip.index - reached.index), ENTRIES_MAX),
    bytesMax: CHUNK_BYTES_MAX,
  });
  sendBody(turn, { to: peer, kind: "fetch", body });
}

/** Forward chunks have led beyond the target: only a newer certificate is of use. */
const isPassed = ({ buffered, target, direction }: Fetching): boolean =>
  direction === "forward" && buffered !== undefined && buffered.end.index > target.point.index;

/** The point from which forward chunks lead on: the end of what is buffered, a snapshot, what is committed. */
export function reachedPoint(state: State, { buffered }: Fetching): Point {
  const { committed } = state;
  const floor = stagedAbove(state, committed.index)?.floor;
  if (buffered !== undefined && buffered.end.index > (floor ?? committed).index) return buffered.end;
  return floor ?? committed;
}

/** The snapshot at hand, if it is above an index. */
export function stagedAbove({ staged }: State, index: LogIndex): StagedSnapshot | undefined {
  return staged !== undefined && staged.floor.index > index ? staged : undefined;
}

/** What is fetched leads on from a snapshot now, unless what is gathered leads further. */
export function beginAt(turn: Turn, { floor, proof }: StagedSnapshot): void {
  const { state, context } = turn;
  const { fetching } = state;
  if (fetching?.target.certificate === undefined) return;
  // V11: who has no vote in the newest epoch goes on from whatever leads beyond its beginning.
  const isPast = fetching.target.point.index < floor.index;
  if (isPast && state.epochs.last.electorate.keyOf.has(context.self)) return;
  if (fetching.buffered !== undefined && fetching.buffered.end.index >= floor.index) return;
  persist(turn, { kind: "drop-buffer" });
  const isProved = proof !== undefined && !isPast;
  fetching.buffered = isProved ? { end: floor, proof, floor } : undefined;
  fetching.tail = [];
  fetching.tip = fetching.target.point;
  // Without a proof of its own, a snapshot is used only under entries that have one.
  fetching.direction = isProved ? "back" : "forward";
  fetching.asked.clear();
  fetching.unanswered.clear();
  fetching.untried = undefined;
  fetching.isBarren = false;
  askNext(turn);
}

/** Nobody leads on forwards: go backwards, if it is not too far. Nobody has the target at all: make way for another. */
function endRound(turn: Turn, fetching: Fetching): void {
  const { state, now, context } = turn;
  const gap = fetching.target.point.index - reachedPoint(state, fetching).index;
  if (fetching.direction === "forward" && gap >= 0 && gap <= suffixMax(context.limits)) {
    fetching.direction = "back";
    fetching.untried = undefined;
    return askNext(turn);
  }
  fetching.askedMs = now.monotonicMs;
  const wasBarren = fetching.isBarren;
  fetching.isBarren = true;
  if (wasBarren || fetching.target.certificate === undefined) return;
  const untilMs = now.monotonicMs + BARREN_TIMEOUTS * context.timing.heartbeatTimeoutMs;
  state.barrenUntilMs.set(fetching.target.shownBy, untilMs);
}

/**
 * Everybody, in the order to ask them: whoever showed the target first, then those that should have
 * it, in turn, so that none that delivers little slows everything down; last those that are not heard
 * of, and those that lied or did not answer.
 */
function providers(turn: Turn, fetching: Fetching): NodeId[] {
  const { state, context, now } = turn;
  const { certificate, shownBy } = fetching.target;
  const likely = new Set<number>(certificate?.statements.map((s) => s.voter));
  const leader = leaderOf(state.electorate, certificate?.position.term ?? state.currentTerm);
  if (leader !== undefined) likely.add(leader);
  const electorates = [state.electorate, state.epochs.last.electorate];
  const known = new Set(electorates.flatMap(({ voters }) => voters.map(({ id }) => id)));
  const peers = [...known].filter((id) => id !== context.self);
  const first = fetching.lastHelper;
  const start = first === undefined ? peers.indexOf(shownBy) : peers.indexOf(first) + 1;
  const turned = [...peers.slice(Math.max(0, start)), ...peers.slice(0, Math.max(0, start))];
  const isQuiet = (id: NodeId) =>
    now.monotonicMs - (state.lastHeardMs.get(id) ?? 0) >= context.timing.heartbeatTimeoutMs / 2;
  const cost = (id: NodeId) =>
    (now.monotonicMs < (state.distrustedUntilMs.get(id) ?? 0) ? 8 : 0) +
    (isQuiet(id) ? 4 : 0) +
    (likely.has(id) ? 0 : 2) -
    (first === undefined && id === shownBy ? 3 : 0);
  return turned
    .map((id, place) => ({ id, key: cost(id) * peers.length + place }))
    .sort((a, b) => a.key - b.key)
    .map(({ id }) => id);
}

/** Asks when what was on the way did not come, and somebody else when an answer is overdue. */
export function fetchTimer(turn: Turn): void {
  const { fetching } = turn.state;
  if (fetching === undefined) return;
  const { certificate } = fetching.target;
  if (certificate !== undefined && isFrozen(turn.state, certificate)) return;
  const { heartbeatMs, heartbeatTimeoutMs } = turn.context.timing;
  const isSoon = fetching.asked.size === 0 && !awaitsSnapshot(turn, fetching);
  const patienceMs = isSoon ? heartbeatMs / 2 : heartbeatTimeoutMs;
  if (turn.now.monotonicMs - fetching.askedMs < patienceMs) return;
  for (const id of fetching.unanswered) distrust(turn, id);
  if (fetching.isBarren && fetching.untried?.length === 0) fetching.untried = undefined;
  askNext(turn);
}

/** Asks a voter after all others for a while. */
export function distrust({ state, now, context }: Turn, id: NodeId): void {
  state.distrustedUntilMs.set(id, now.monotonicMs + DISTRUST_TIMEOUTS * context.timing.heartbeatTimeoutMs);
}

/** A chunk has helped: the next one may be asked of anybody. */
export function noteHelp(fetching: Fetching, helper: NodeId): void {
  fetching.lastHelper = helper;
  fetching.asked.clear();
  fetching.unanswered.clear();
  fetching.untried = undefined;
  fetching.isBarren = false;
}

/** Shortens the tail to what the own log, or the buffer, lacks. */
export function joinLog(turn: Turn, fetching: Fetching): void {
  const { log } = turn.state;
  const { buffered } = fetching;
  const isKnown = (point: Point) =>
    log.holds(point) || (buffered !== undefined && samePoint(buffered.end, point));
  for (let i = fetching.tail.length - 1; i >= 0; i--) {
    const point: Point = i === 0 ? fetching.tip : fetching.tail[i - 1]!;
    if (!isKnown(point)) continue;
    fetching.tip = { index: point.index, hash: point.hash };
    fetching.tail = fetching.tail.slice(i);
    return;
  }
}
