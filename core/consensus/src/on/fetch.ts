// A peer asks for entries (5.6). Whoever holds the log answers; a question about what cannot be in it
// is answered here, with nothing, so that the asker turns to somebody else and no reader is bothered
// with numbers that a peer made up.

import type { NodeId } from "@juno/base";
import { writeFetchReply } from "../bulk.ts";
import { freshProof } from "../commit.ts";
import { bulk, type FetchBody } from "../message.ts";
import { asMember, send, type Turn } from "../turn.ts";

/** Whether the own log may have something to answer. */
export function canServe({ state }: Turn, { direction, point }: FetchBody): boolean {
  if (direction === "forward") return point.index < state.committed.index;
  return point.index > 0 && point.index <= state.log.last.index;
}

export function onFetch(turn: Turn, from: NodeId, fetch: FetchBody): void {
  if (canServe(turn, fetch)) {
    turn.effects.push({ kind: "serve", to: from, fetch });
    return;
  }
  const { direction, certified, point: before } = fetch;
  // Who follows and has all that is committed learns what the voters have applied of it.
  const isAtEnd = direction === "forward" && before.index === turn.state.committed.index;
  const commitProof = isAtEnd ? freshProof(turn) : undefined;
  const content = bulk({ ...asMember(turn), sha256: turn.context.sha256 }, (w) => {
    writeFetchReply(w, { direction, certified, before, entries: [], commitProof });
  });
  send(turn, { to: from, kind: "fetch-reply", ...content });
}
