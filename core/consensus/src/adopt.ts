// Adopting a certificate (5.2): the one rule for accepting a leader, certification, catch-up and
// the repair of a losing branch. It is the only place where the log is cut.

import { equalBytes, LogIndex } from "@juno/base";
import { type Certificate, encodeCertificate, leaderOf, type Point, type Position } from "@juno/proof";
import { hearCertificate } from "./accuse.ts";
import { committedThrough, replacesApplied, settledIndex } from "./committed.ts";
import { enterEpoch } from "./epochs.ts";
import { dropFetch, forgetSignedPoint, isComplete } from "./fetch.ts";
import { halt } from "./halt.ts";
import {
  backOff,
  compareCertificates,
  isFrozen,
  isInstalled,
  type State,
  samePoint,
  suffixMax,
} from "./state.ts";
import { appendToLog, cut } from "./suffix.ts";
import type { Fetching } from "./target.ts";
import { notice, persist, type Turn } from "./turn.ts";

export type Adoption = "adopted" | "refused" | "missing";

/** What the new log is made of: the own log up to `join`, then these entries. */
type Plan = {
  readonly join: LogIndex;
  readonly fetched: Fetching | undefined;
  /** The buffer stands between the own log and the fetched tail. */
  readonly usesBuffer: boolean;
  readonly keepsSuffix: boolean;
};

/** Judges a valid certificate and adopts it; `missing` if its entries are not at hand. */
export function adopt(turn: Turn, certificate: Certificate): Adoption {
  const { state } = turn;
  if (state.mode === "halted") return "refused";
  // V11: whoever has no vote follows commit proofs, and may have committed far above what it is shown.
  const votes = state.epochs.of(certificate.epoch)!.electorate.keyOf.has(turn.context.self);
  if (!votes && (certificate.kind !== "genesis" || certificate.epoch === state.electorate.epoch))
    return "refused";
  if (contradictsOwn(state, certificate)) {
    halt(turn, "two certificates of one term conflict");
    return "refused";
  }
  if (compareCertificates(certificate, state.certified) <= 0) return "refused"; // S6
  if (isFrozen(state, certificate)) return "refused"; // V5
  const plan = planFor(turn, certificate);
  if (plan === "halted") return "refused";
  if (plan === undefined) return "missing"; // S7
  install(turn, certificate, plan);
  hearCertificate(turn, certificate);
  return "adopted";
}

/** Whether a certificate of the certified term, not above the own one, stands on another branch. */
function contradictsOwn({ certified, log }: State, { epoch, position }: Certificate): boolean {
  const { term, index, hash } = position;
  if (epoch !== certified.epoch) return false;
  if (term !== certified.position.term || index > certified.position.index) return false;
  const own = log.hashAt(index);
  return own !== undefined && !equalBytes(own, hash);
}

function planFor(turn: Turn, certificate: Certificate): Plan | "halted" | undefined {
  const { state } = turn;
  const { position } = certificate;
  const sameTerm =
    certificate.epoch === state.certified.epoch && position.term === state.certified.position.term;
  if (position.index < settledIndex(state)) return halt(turn, "a certificate would cut a committed entry");
  if (state.log.holds(position)) {
    const extendsCertified = position.index >= state.certified.position.index;
    if (sameTerm && !extendsCertified) return halt(turn, "two certificates of one term conflict");
    return { join: position.index, fetched: undefined, usesBuffer: false, keepsSuffix: sameTerm };
  }
  if (position.index === state.committed.index)
    return halt(turn, "a certificate differs at a committed entry");
  const { fetching } = state;
  if (
    fetching === undefined ||
    !samePoint(fetching.target.point, position) ||
    !isComplete(fetching, state.log)
  )
    return undefined;
  const join = fetching.tip;
  if (sameTerm && !coversCertified(state.certified.position, join, fetching)) {
    return halt(turn, "two certificates of one term conflict");
  }
  if (replacesApplied(state, fetching.tail))
    return halt(turn, "a certificate would replace an applied entry");
  const usesBuffer = !state.log.holds(join);
  const floor = usesBuffer ? join.index : state.committed.index;
  if (position.index - floor > suffixMax(turn.context.limits)) return undefined;
  return {
    join: usesBuffer ? state.committed.index : join.index,
    fetched: fetching,
    usesBuffer,
    keepsSuffix: false,
  };
}

function coversCertified(certified: Position, join: Point, fetching: Fetching): boolean {
  if (certified.index <= join.index) return true;
  const rival = fetching.tail[certified.index - join.index - 1];
  return rival !== undefined && samePoint(rival, certified);
}

function install(turn: Turn, certificate: Certificate, plan: Plan): void {
  const { state, now } = turn;
  const { position, epoch } = certificate;
  const wasInstalled =
    epoch === state.electorate.epoch && isInstalled(state) && position.term === state.currentTerm;
  if (plan.keepsSuffix === false && state.log.last.index > plan.join) cut(turn, plan.join);
  if (plan.fetched !== undefined) takeFetched(turn, plan.fetched, plan.usesBuffer);
  if (epoch !== state.electorate.epoch) enterEpoch(turn, state.epochs.of(epoch)!);
  if (position.term > state.currentTerm) {
    state.currentTerm = position.term;
    state.votedBase = undefined;
    backOff(state);
    persist(turn, { kind: "term", currentTerm: state.currentTerm, votedBase: undefined });
  }
  state.certified = certificate;
  if (!wasInstalled) state.base = baseOf(state, certificate);
  if (certificate.kind !== "genesis") persist(turn, { kind: "certified", certificate, base: state.base });
  if (certificate.kind === "election") {
    persist(turn, {
      kind: "keep",
      what: "election-certificate",
      epoch,
      term: position.term,
      bytes: encodeCertificate(certificate),
    });
  }
  state.progress.certifiedThrough(position);
  state.batchEnds = state.batchEnds.filter((end) => end > position.index);
  state.signedOffers = wasInstalled
    ? state.signedOffers.filter(({ entries }) => (entries.at(-1)?.index ?? 0) > position.index)
    : [];
  state.uncertifiedSinceMs = state.log.last.index > position.index ? now.monotonicMs : undefined;
  if (isInstalled(state)) {
    // A term that goes on is not suspected for silence, whoever showed this (5.5).
    state.lastLeaderMs = now.monotonicMs;
    state.ackDue = true;
    state.attachCertificate = true;
    if (!wasInstalled) becomeInstalled(turn);
  }
  if (state.fetching !== undefined && isFrozenOrReached(state, state.fetching)) dropFetch(turn);
}

/** V11: committed entries lead beyond the beginning of an epoch in which this node has no vote. It goes on from their end. */
export function followThrough(turn: Turn, fetching: Fetching): void {
  const { state } = turn;
  if (state.log.last.index > state.committed.index) cut(turn, state.committed.index);
  takeFetched(turn, { ...fetching, tail: [] }, true);
  state.fetching = undefined;
  enterEpoch(turn, state.epochs.last);
}

function isFrozenOrReached(state: State, fetching: Fetching): boolean {
  const { certificate, point } = fetching.target;
  if (certificate === undefined) return !isInstalled(state) || state.log.holds(point);
  return compareCertificates(certificate, state.certified) <= 0 || isFrozen(state, certificate);
}

function becomeInstalled(turn: Turn): void {
  const { state, now, context } = turn;
  state.installedMs = now.monotonicMs;
  state.lacking = undefined;
  state.campaign = undefined;
  state.suspecting = false;
  state.batchEnds = [];
  forgetSignedPoint(turn);
  const leads = leaderOf(state.electorate, state.currentTerm) === context.self;
  notice(turn, leads ? "became_leader" : "following", { term: state.currentTerm, base: state.base.index });
}

/** base(T): the certified position of an EC; else the last entry of a lower term. */
function baseOf(state: State, certificate: Certificate): Point {
  if (certificate.kind !== "quorum")
    return { index: certificate.position.index, hash: certificate.position.hash };
  let { index } = certificate.position;
  for (;;) {
    const entry = state.log.entryAt(index);
    if (entry?.epoch !== certificate.epoch || entry.term !== certificate.position.term) break;
    index = LogIndex(index - 1);
  }
  return { index, hash: state.log.hashAt(index)! };
}

function takeFetched(turn: Turn, fetching: Fetching, usesBuffer: boolean): void {
  const { state } = turn;
  const { buffered, tail } = fetching;
  if (usesBuffer && buffered !== undefined) {
    const { index, hash } = buffered.end;
    const { floor } = buffered;
    if (floor !== undefined) persist(turn, { kind: "take-snapshot", floor });
    if (index > (floor?.index ?? state.committed.index))
      persist(turn, { kind: "take-buffer", through: index });
    state.log.reset(buffered.end);
    fetching.buffered = undefined;
    committedThrough(turn, { index, hash }, buffered.proof);
    state.idsUnknownThrough = buffered.end.index;
    notice(turn, "caught_up", { index: buffered.end.index });
  }
  appendToLog(turn, tail);
}
