// Appending what a leader offers (5.3). Checks here depend on the log prefix, the genesis and the
// own clock; an entry under a certificate is never judged here, for a later reader has another clock.

import { equalBytes, type LogIndex, ok, type Refusal, type Result, refuse } from "@juno/base";
import { checkConfigBody, decodeCertificate, isAppendable, leaderOf, type Point } from "@juno/proof";
import { accuse } from "./accuse.ts";
import { ownEpoch } from "./epochs.ts";
import { want } from "./fetch.ts";
import type { Floor, LogEntry } from "./log.ts";
import { contradiction, keepOffer, type Offer } from "./offer.ts";
import { samePoint } from "./state.ts";
import { appendToLog } from "./suffix.ts";
import { notice, type Turn } from "./turn.ts";

/** Headers kept of what a leader signed: as many as so many windows have. */
const OFFERS_WINDOWS_MAX = 4;

/** Appends what is new in an offer of the installed leader; anything doubtful changes nothing. */
export function appendUncertified(turn: Turn, offer: Offer): void {
  const { state } = turn;
  const { log } = state;
  const conflict = offer.entries.find((entry) => {
    const held = log.hashAt(entry.index);
    return held !== undefined && !equalBytes(held, entry.hash);
  });
  if (conflict !== undefined) return onConflict(turn, conflict.index, offer); // S11
  const fresh = offer.entries.filter((entry) => entry.index > log.last.index);
  const previous = previousOf(offer, fresh);
  if (previous.index > log.last.index) {
    const shownBy = leaderOf(state.electorate, state.currentTerm)!;
    // Not what stands before these alone: then they would be lacking when the next ones come, and so for ever.
    return want(turn, { point: fresh.at(-1) ?? previous, certificate: undefined, shownBy });
  }
  if (previous.index < log.floor.index) return;
  if (!log.holds(previous)) return onConflict(turn, previous.index, offer);
  if (fresh.length === 0) return;
  if (previous.index < state.base.index)
    return refused(turn, refuse("below_base", "entries at or below the base")); // S8
  const judged = judge(turn, log.last, fresh);
  if (!judged.ok) return refused(turn, judged);
  appendToLog(turn, fresh);
  if (offer.signed !== undefined) {
    const headersMax = OFFERS_WINDOWS_MAX * turn.context.limits.windowEntries;
    state.signedOffers = keepOffer(state.signedOffers, offer, headersMax);
  }
  state.ackDue = true;
}

function previousOf(offer: Offer, fresh: readonly LogEntry[]): Point {
  const held = offer.entries.length - fresh.length;
  return held === 0 ? offer.previous : offer.entries[held - 1]!;
}

function refused(turn: Turn, judged: Result<unknown, Refusal>): void {
  if (!judged.ok) notice(turn, "refused_message", { kind: "append-entries", code: judged.error.code });
}

function judge(turn: Turn, last: Floor, entries: readonly LogEntry[]): Result<undefined, Refusal> {
  const room = checkWindow(turn, entries);
  if (!room.ok) return room;
  const ids = new Set<string>();
  let previous = last;
  for (const entry of entries) {
    const judged = judgeEntry(turn, previous, entry);
    if (!judged.ok) return judged;
    if (entry.command !== undefined) {
      if (ids.has(entry.command.id)) return refuse("duplicate", "a command stands twice in one offer");
      ids.add(entry.command.id);
    }
    previous = entry;
  }
  return ok(undefined);
}

/** V6: no more than W entries and B bytes above the certified and the committed index. */
function checkWindow(turn: Turn, entries: readonly LogEntry[]): Result<undefined, Refusal> {
  const { state, context } = turn;
  const { windowEntries, windowBytes } = context.limits;
  const lowest = state.committed.index;
  const isElection = entries.length === 1 && entries[0]!.kind === "election";
  const bytes = entries.reduce((sum, entry) => sum + entry.body.length, 0);
  const over =
    entries.at(-1)!.index - lowest > windowEntries || state.log.bytesAbove(lowest) + bytes > windowBytes;
  return over && !isElection ? refuse("beyond_window", "entries beyond the window") : ok(undefined);
}

function judgeEntry(turn: Turn, previous: Floor, entry: LogEntry): Result<undefined, Refusal> {
  const { state, context, now } = turn;
  if (entry.epoch !== state.electorate.epoch) return refuse("wrong_epoch", "an entry of another epoch");
  if (isConfig(previous)) return refuse("after_config", "an entry after the last one of its epoch"); // S12
  if (entry.term !== state.currentTerm) return refuse("wrong_term", "an entry of another term");
  if (entry.time < previous.time) return refuse("bad_time", "entry times go back");
  if (Math.abs(entry.time - now.wallMs) > context.timing.driftMs) {
    return refuse("bad_time", "an entry's time is further from the own clock than the permitted drift");
  }
  const opensTerm = previous.epoch < entry.epoch || previous.term < state.currentTerm;
  if (opensTerm !== (entry.kind === "election"))
    return refuse("bad_kind", "exactly the first entry of a term is its election");
  if (opensTerm) return judgeElection(turn, previous, entry);
  if (entry.kind === "config") return judgeConfig(turn, entry);
  if (entry.command === undefined) return refuse("bad_kind", "an entry without its command");
  if (!isAppendable({ entryMs: entry.time, expiresMs: entry.command.expires })) {
    return refuse("expired", "a command outside its lifetime");
  }
  if (state.applied.index < state.idsUnknownThrough)
    return refuse("ids_unknown", "a command that may be used: not all that is committed is applied yet");
  if (isUsed(turn, entry.command.id)) return refuse("duplicate", "a command whose id is used");
  return ok(undefined);
}

/** The last of its epoch, and above it in a batch there is nothing. */
const isConfig = (previous: Floor | LogEntry): boolean => "kind" in previous && previous.kind === "config";

/** E55: its signatures were verified with the message. */
function judgeConfig({ state, context }: Turn, entry: LogEntry): Result<undefined, Refusal> {
  const { electorate, configuration } = ownEpoch(state);
  const { network } = electorate;
  const checked = checkConfigBody({ sha256: context.sha256, network, before: configuration }, entry);
  return checked.ok ? ok(undefined) : checked;
}

function judgeElection(turn: Turn, previous: Floor, entry: LogEntry): Result<undefined, Refusal> {
  const certificate = decodeCertificate(entry.body);
  if (!certificate.ok) return certificate;
  const { kind, position } = certificate.value;
  const isOfBase = kind === "election" && position.term === entry.term && samePoint(position, previous);
  const isBase = samePoint(previous, turn.state.base);
  return isOfBase && isBase ? ok(undefined) : refuse("bad_election", "an election entry for another base");
}

/** Whether an id stands in the own log above the applied index, or was applied and may not be forgotten yet. */
export function isUsed(turn: Turn, id: string): boolean {
  return turn.state.loggedIds.has(id) || turn.context.admission.isApplied(id);
}

/** S11: an acked entry is never replaced on a leader's word. Two signed branches are evidence. */
function onConflict(turn: Turn, index: LogIndex, offer: Offer): void {
  const { state } = turn;
  if (state.evidenceTerm === state.currentTerm) return;
  const both = contradiction(state.signedOffers, offer, index);
  if (both === undefined) notice(turn, "contradicted", { term: state.currentTerm, index });
  else accuse(turn, { kind: "equivocation", ...both });
  // Who cannot show both to others leaves the term all the same.
  state.evidenceTerm = state.currentTerm;
}
