// Fetched entries arrive (5.6). Each chunk verifies at once against a known hash or its own commit
// proof; a liar is found at its first chunk, distrusted for a while, and another is asked.

import type { NodeId } from "@juno/base";
import type { Point } from "@juno/proof";
import { adopt } from "../adopt.ts";
import { appendUncertified } from "../append.ts";
import type { FetchReply } from "../bulk.ts";
import { askNext, dropFetch, isComplete, joinLog } from "../fetch.ts";
import { halt } from "../halt.ts";
import type { Floor } from "../log.ts";
import { samePoint } from "../state.ts";
import { notice, persist, type Turn } from "../turn.ts";

/** A tail longer than this many windows is no honest gap. */
const TAIL_WINDOWS_MAX = 3;

/** Distrusts the provider for a while and asks another. */
function lied(turn: Turn, peer: NodeId, about: string): void {
  const { state, now, context } = turn;
  state.distrustedUntilMs.set(peer, now.monotonicMs + 20 * context.timing.heartbeatTimeoutMs);
  notice(turn, "liar", { peer, about });
  askNext(turn);
}

export function onFetchReply(turn: Turn, from: NodeId, reply: FetchReply): void {
  const { fetching } = turn.state;
  if (fetching === undefined || fetching.asked !== from) return;
  if (reply.certified !== (fetching.target.certificate !== undefined)) return;
  if (reply.entries.length === 0) return askNext(turn);
  if (reply.direction === "forward") onForward(turn, from, reply);
  else onBackward(turn, from, reply);
}

function onForward(turn: Turn, from: NodeId, reply: FetchReply): void {
  const { state } = turn;
  const fetching = state.fetching!;
  const reached: Point = fetching.buffered?.end ?? state.committed;
  const end = reply.entries.at(-1)!;
  if (reply.before.index !== reached.index) return;
  const proof = reply.commitProof;
  if (proof === undefined || !samePoint(proof, end))
    return lied(turn, from, "a forward chunk without its proof");
  if (!samePoint(reply.before, reached)) {
    halt(turn, "a commit proof differs at a committed entry");
    return;
  }
  if (fetching.buffered === undefined) persist(turn, { kind: "drop-buffer" });
  persist(turn, { kind: "buffer", entries: reply.entries });
  const floor: Floor = { index: end.index, hash: end.hash, term: end.term, time: end.time };
  fetching.buffered = { start: fetching.buffered?.start ?? state.committed, end: floor, proof };
  askNext(turn);
}

function onBackward(turn: Turn, from: NodeId, reply: FetchReply): void {
  const { state, context } = turn;
  const fetching = state.fetching!;
  const end = reply.entries.at(-1)!;
  if (end.index !== fetching.tip.index) return;
  if (!samePoint(end, fetching.tip)) return lied(turn, from, "a chunk that does not hash to its end");
  if (fetching.tail.length > TAIL_WINDOWS_MAX * context.limits.windowEntries) return dropFetch(turn);
  fetching.tail = [...reply.entries, ...fetching.tail];
  fetching.tip = reply.before;
  joinLog(turn, fetching);
  if (isComplete(fetching, state.log)) return finish(turn);
  if (fetching.tip.index <= state.committed.index) {
    if (fetching.target.certificate === undefined) return dropFetch(turn);
    halt(turn, "a certified log differs at a committed entry");
    return;
  }
  askNext(turn);
}

function finish(turn: Turn): void {
  const { state } = turn;
  const { target, tail, tip } = state.fetching!;
  if (target.certificate !== undefined) {
    // A frozen target stays gathered: a candidate may adopt it, a later certificate replaces it.
    adopt(turn, target.certificate);
    return;
  }
  state.fetching = undefined;
  appendUncertified(turn, { previous: tip, entries: tail, signed: undefined });
}
