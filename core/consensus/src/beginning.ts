// What a node begins with: an epoch, before it hears of it, and a life, from what it has stored. All that is not stored
// is found again through messages.

import { assert, Epoch, type LogIndex, Term } from "@juno/base";
import {
  type Electorate,
  type Epochs,
  genesisCertificate,
  leaderOf,
  type TermCertificate,
} from "@juno/proof";
import type { DurableState } from "./durable.ts";
import { EvidenceBook } from "./evidence-book.ts";
import { Log, type LogEntry } from "./log.ts";
import { Pending } from "./pending.ts";
import { Progress } from "./progress.ts";
import { reportedAtStart } from "./reported.ts";
import type { Context, Logged, State } from "./state.ts";
import { Witness } from "./witness.ts";

function loggedAbove(
  { self }: Context,
  found: {
    readonly electorate: Electorate;
    readonly applied: LogIndex;
    readonly entries: readonly LogEntry[];
  },
): Map<string, Logged> {
  const { electorate, applied, entries } = found;
  const logged = new Map<string, Logged>();
  for (const { command, index, term } of entries) {
    if (command === undefined || index <= applied) continue;
    logged.set(command.id, { index, origin: leaderOf(electorate, term) ?? self });
  }
  return logged;
}

/** Before the first input there is no time. */
const timersAtRest = () => ({
  lastLeaderMs: 0,
  enteredMs: 0,
  installedMs: 0,
  storedRelayedMs: 0,
  lastAppendSentMs: 0,
  nextHeartbeatMs: 0,
  nextHeardMs: 0,
  lastSyncMs: new Map(),
  lastHeardMs: new Map(),
  timerMs: Number.POSITIVE_INFINITY,
});

/** What a node believes of an epoch before it hears of it. */
export function beginningOf(electorate: Electorate) {
  const certified = genesisCertificate(electorate);
  return {
    electorate,
    currentTerm: Term(0),
    votedBase: undefined,
    certified,
    base: electorate.start,
    commitProof: undefined,
    termCertificate: undefined,
    heard: [],
    configuring: undefined,
    ended: undefined,
    following: undefined,
    unsupportedSinceMs: new Map(),
    progress: new Progress(electorate.quorum),
    counted: undefined,
    preVotes: new Map(),
    campaign: undefined,
    suspecting: false,
    evidenceTerm: undefined,
    dismissedTerm: undefined,
    resignedTerm: undefined,
    witness: new Witness(),
    signedOffers: [],
    probe: undefined,
    readableAt: [],
    backOff: 0,
    batchEnds: [],
    ackDue: false,
    attachCertificate: false,
    uncertifiedSinceMs: undefined,
    lacking: undefined,
    restartCertified: certified.position,
  } satisfies Partial<State>;
}

/** Under which keys this node speaks: as a voter of an epoch, and as a member of the newest that it is one of. */
export function voicesOf(
  { self, keyring }: Context,
  { epochs, electorate }: { readonly epochs: Epochs; readonly electorate: Electorate },
): Pick<State, "seat" | "voice"> {
  const seatKey = electorate.keyOf.get(self);
  const seat = seatKey && keyring.signer(seatKey);
  for (let number = epochs.last.electorate.epoch as number; number >= 0; number--) {
    const epoch = Epoch(number);
    const key = epochs.of(epoch)!.keyOf.get(self);
    const sign = key && keyring.signer(key);
    if (sign !== undefined) return { seat, voice: { epoch, sign } };
  }
  return { seat, voice: { epoch: electorate.epoch, sign: keyring.own } };
}

/** A node's beliefs from what it stored. The store has verified chain, links and certificate. */
export function restore(
  context: Context,
  durable: DurableState,
  found: {
    readonly epochs: Epochs;
    readonly applied: State["applied"];
    readonly termCertificate: TermCertificate | undefined;
    readonly nonce: number;
  },
): State {
  const { committed, committedTime: time, committedTerm: term, committedEpoch: epoch } = durable;
  const { epochs, applied } = found;
  const facts = epochs.of(durable.epoch);
  assert(facts !== undefined, "the own epoch is known");
  const { electorate } = facts;
  const { seat, voice } = voicesOf(context, { epochs, electorate });
  // S18: whoever was not told yet what it has said in the epoch is still to be told.
  const isWithheld = durable.isWithheld && durable.mode !== "observer";
  const entries = durable.suffix.map((entry): LogEntry => {
    const described = entry.kind === "command" ? context.admission.describe(entry.body) : undefined;
    return { ...entry, command: described?.ok ? described.value : undefined };
  });
  return {
    epochs,
    ...beginningOf(electorate),
    voice,
    seat: isWithheld ? undefined : seat,
    withheld: isWithheld ? seat : undefined,
    currentTerm: durable.currentTerm,
    votedBase: durable.votedBase,
    log: new Log({ ...committed, epoch, time, term }, entries),
    certified: durable.certified,
    base: durable.base,
    committed,
    commitProof: committed.index > electorate.start.index ? durable.commitProof : undefined,
    isCommitUnrecorded: false,
    termCertificate: found.termCertificate,
    mode: durable.mode,
    reason: durable.reason,
    isHeld: false,
    handingOver: undefined,
    evidence: new EvidenceBook(durable.evidence),
    heard: durable.heard,
    applied,
    reported: reportedAtStart(context, durable, applied),
    roots: new Map([[applied.index, applied.root]]),
    pending: new Pending(context.limits, electorate.voters.length),
    loggedIds: loggedAbove(context, { electorate, applied: applied.index, entries }),
    idsUnknownThrough: durable.committed.index,
    fetching: undefined,
    staged: undefined,
    distrustedUntilMs: new Map(),
    barrenUntilMs: new Map(),
    waitingReads: [],
    nonce: found.nonce,
    appliedDue: false,
    awaitingApplied: new Set(),
    toRelay: [],
    relays: 0,
    ...timersAtRest(),
    restartCertified: durable.certified.position,
  };
}
