// Catch-up and log repair (5.6). One target at a time: a certified position, or, when installed, a
// point that the leader signed. Backwards from the target, each chunk hashing to a known end, so a
// liar is found at its first chunk; when far behind, first forwards in chunks that each end in a
// commit proof, gathered beside the log. `adopt` swaps the result in; nothing here cuts the log.

import type { NodeId } from "@juno/base";
import { compareRank, type Point } from "@juno/proof";
import type { Log } from "./log.ts";
import { encodeFetchBody } from "./message.ts";
import { isFrozen, isInstalled, type State, samePoint } from "./state.ts";
import type { Fetching, Target } from "./target.ts";
import { identity, notice, persist, sendBody, type Turn } from "./turn.ts";

const CHUNK_BYTES_MAX = 4 * 1024 * 1024;

/** Begins to fetch a target, unless what is being fetched serves better. */
export function want(turn: Turn, target: Target): void {
  const { state } = turn;
  const { fetching } = state;
  if (target.certificate !== undefined && isFrozen(state, target.certificate.position)) return;
  if (fetching !== undefined && !isBetter(state, target, fetching)) return;
  const buffered = fetching?.buffered;
  const askedMs = turn.now.monotonicMs;
  state.fetching = { target, tail: [], tip: target.point, asked: undefined, askedMs, buffered };
  if (!isOnTheWay(turn, target)) askNext(turn);
}

/** A follower of the term lacks a little: the leader's own message is most likely still coming. */
function isOnTheWay(turn: Turn, { point, certificate }: Target): boolean {
  const { state, context } = turn;
  if (!isInstalled(state) || (certificate !== undefined && certificate.position.term !== state.currentTerm)) {
    return false;
  }
  const gap = point.index - state.log.last.index;
  return gap > 0 && gap <= context.limits.windowEntries;
}

/** A certified target replaces a leader-signed one, or one that is not asked for or not adoptable. */
function isBetter(state: State, next: Target, fetching: Fetching): boolean {
  const current = fetching.target;
  const isIdle = fetching.asked === undefined;
  if (current.certificate === undefined) {
    return next.certificate !== undefined || next.point.index > current.point.index + 1024;
  }
  if (next.certificate === undefined) return false;
  const isHigher = compareRank(next.certificate.position, current.certificate.position) > 0;
  return isHigher && (isIdle || isFrozen(state, current.certificate.position));
}

export function dropFetch(turn: Turn): void {
  const { state } = turn;
  if (state.fetching?.buffered !== undefined) persist(turn, { kind: "drop-buffer" });
  state.fetching = undefined;
}

/** Whether the tail reaches down to the own log, or to the end of what is buffered. */
export function isComplete(fetching: Fetching, log: Log): boolean {
  const { floor } = log;
  const atFloor = fetching.tail[floor.index - fetching.tip.index - 1];
  if (fetching.tip.index < floor.index && atFloor !== undefined && samePoint(atFloor, floor)) {
    fetching.tail = fetching.tail.slice(floor.index - fetching.tip.index);
    fetching.tip = { index: floor.index, hash: floor.hash };
  }
  if (fetching.tail.length === 0) return false;
  const { buffered } = fetching;
  return (buffered !== undefined && samePoint(buffered.end, fetching.tip)) || log.holds(fetching.tip);
}

/** Asks one voter for the next chunk: those that should have it first, those that lied last. */
export function askNext(turn: Turn): void {
  const { state, now } = turn;
  const fetching = state.fetching!;
  const peer = nextProvider(turn, fetching);
  if (peer === undefined) return;
  if (fetching.asked === undefined) {
    notice(turn, "fetching", { index: fetching.target.point.index, from: state.log.last.index });
  }
  fetching.asked = peer;
  fetching.askedMs = now.monotonicMs;
  const reached: Point = fetching.buffered?.end ?? state.committed;
  const isFar = fetching.tip.index - reached.index > turn.context.limits.windowEntries;
  const isForward = isFar && fetching.target.certificate !== undefined;
  const body = encodeFetchBody({
    ...identity(turn),
    direction: isForward ? "forward" : "back",
    certified: fetching.target.certificate !== undefined,
    point: isForward ? reached : fetching.tip,
    bytesMax: CHUNK_BYTES_MAX,
  });
  sendBody(turn, { to: peer, kind: "fetch", body });
}

function nextProvider(turn: Turn, fetching: Fetching): NodeId | undefined {
  const { state, context, now } = turn;
  const signers = new Set<number>(fetching.target.certificate?.statements.map((s) => s.voter));
  const peers = context.electorate.voters.map((v) => v.id).filter((id) => id !== context.self);
  if (peers.length === 0) return undefined;
  const cost = (id: NodeId) =>
    (now.monotonicMs < (state.distrustedUntilMs.get(id) ?? 0) ? 4 : 0) + (signers.has(id) ? 0 : 2);
  const start = fetching.asked === undefined ? 0 : peers.indexOf(fetching.asked) + 1;
  const turned = [...peers.slice(start), ...peers.slice(0, start)];
  return turned.reduce((best, id) => (cost(id) < cost(best) ? id : best));
}

/** Asks when what was on the way did not come, and somebody else when an answer is overdue. */
export function fetchTimer(turn: Turn): void {
  const { fetching } = turn.state;
  if (fetching === undefined) return;
  const { certificate } = fetching.target;
  if (certificate !== undefined && isFrozen(turn.state, certificate.position)) return;
  const { heartbeatMs, heartbeatTimeoutMs } = turn.context.timing;
  const patienceMs = fetching.asked === undefined ? heartbeatMs / 2 : heartbeatTimeoutMs;
  if (turn.now.monotonicMs - fetching.askedMs >= patienceMs) askNext(turn);
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
