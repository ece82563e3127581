// Keeps what others have said across restarts, so that a voter that lost its memory finds somebody who
// remembers even if all others were restarted meanwhile (S15). It is written now and then, with what is
// written anyway: it helps others to find a lost memory and protects nothing of this node's own.

import { equalBytes } from "@juno/base";
import { wordsOf } from "./memory.ts";
import { persist, type Turn } from "./turn.ts";
import type { Word } from "./word.ts";

/** Heartbeats between two writes. */
const BEATS_APART = 10;

/** To be called at every heartbeat. */
export function recordHeardIfDue(turn: Turn): void {
  const { state, now, context } = turn;
  if (now.monotonicMs < state.nextHeardMs) return;
  state.nextHeardMs = now.monotonicMs + BEATS_APART * context.timing.heartbeatMs;
  recordHeard(turn);
}

/** Writes the highest words of all others, if there are new ones. */
export function recordHeard(turn: Turn): void {
  const { state, context } = turn;
  const others = state.electorate.voters.map(({ id }) => id).filter((id) => id !== context.self);
  const words = wordsOf(state, others);
  const isKnown = (word: Word) => state.heard.some((kept) => sameWord(kept, word));
  if (words.every(isKnown)) return;
  state.heard = words;
  persist(turn, { kind: "heard", words });
}

const sameWord = (a: Word, b: Word): boolean =>
  a.tag === b.tag &&
  a.statement.voter === b.statement.voter &&
  equalBytes(a.statement.body, b.statement.body) &&
  equalBytes(a.statement.signature, b.statement.signature);
