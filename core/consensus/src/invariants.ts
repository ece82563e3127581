// The invariants of protocol section 3, asserted after every step, in production too: a node that
// breaks one stops before it signs anything that rests on it.

import { assert } from "@juno/base";
import { type Context, type State, suffixMax } from "./state.ts";

type Memory = { epoch: number; term: number; certified: { term: number; index: number } };
const seen = new WeakMap<State, Memory>();

export function checkInvariants(context: Context, state: State): void {
  const { position } = state.certified;
  const { log } = state;
  const isOwn = position.index < log.floor.index || log.holds(position);
  assert(isOwn, "the certified position is in the own log");
  assert(position.term <= state.currentTerm, "certified.term is at most currentTerm");
  const follows = !state.electorate.keyOf.has(context.self);
  const isCovered = follows || state.committed.index <= position.index;
  assert(isCovered, "the committed index is covered by the certified position");
  assert(log.floor.index === state.committed.index, "the log is held from the committed index on");
  assert(log.last.index >= position.index, "the log reaches the certified position");
  const above = !follows && log.last.index > position.index ? log.last : undefined;
  const isOfTerm = above?.term === position.term && above.epoch === state.certified.epoch;
  assert(above === undefined || isOfTerm, "entries above certified are of its term");
  assert(log.length <= suffixMax(context.limits) + 1, "the uncommitted suffix is bounded");
  const before = seen.get(state);
  const rank = { term: position.term, index: position.index };
  const { epoch } = state.electorate;
  assert(state.certified.epoch === epoch, "the certificate is of the own epoch");
  assert(before === undefined || before.epoch <= epoch, "the epoch never falls");
  if (before?.epoch === epoch) {
    assert(before.term <= state.currentTerm, "currentTerm never falls");
    const fell =
      before.certified.term > rank.term ||
      (before.certified.term === rank.term && before.certified.index > rank.index);
    assert(!fell, "the rank of certified never falls");
  }
  seen.set(state, { epoch, term: state.currentTerm, certified: rank });
}
