// What a node believes. The durable part mirrors protocol section 3; the rest is lost in a restart
// and found again through messages. `step` owns it and changes it in place.

import {
  type Epoch,
  equalBytes,
  type Hash,
  type LogIndex,
  type NodeId,
  type Sha256,
  type Sign,
  type Term,
} from "@juno/base";
import {
  type Certificate,
  type CommitProof,
  compareRank,
  type Electorate,
  type EpochLink,
  type Epochs,
  leaderOf,
  type Point,
  type Position,
  type SignedStatement,
  type TermCertificate,
} from "@juno/proof";
import type { Admission } from "./admission.ts";
import type { Mode } from "./durable.ts";
import type { EvidenceBook } from "./evidence-book.ts";
import type { Floor, Log } from "./log.ts";
import type { HashedHeader, Offer } from "./offer.ts";
import type { Pending, PendingCommand, PendingLimits } from "./pending.ts";
import type { Progress } from "./progress.ts";
import type { Fetching, Following, StagedSnapshot } from "./target.ts";
import type { Witness } from "./witness.ts";
import type { Word } from "./word.ts";

export type Limits = PendingLimits & {
  /** W and B of rule V6. */
  readonly windowEntries: number;
  readonly windowBytes: number;
  readonly payloadBytesMax: number;
  /** Entries and bytes of one AppendEntries. */
  readonly batchEntriesMax: number;
  readonly batchBytesMax: number;
  /** Own batches proposed and not yet certified. */
  readonly pipelineMax: number;
  readonly readsMax: number;
  /** Who lacks more entries than this looks for a snapshot first (V8). */
  readonly farEntries: number;
};

export type Timing = {
  readonly heartbeatMs: number;
  readonly heartbeatTimeoutMs: number;
  /** c0 of section 5.5. */
  readonly collectWaitMs: number;
  readonly commandTimeoutMs: number;
  readonly driftMs: number;
};

/** The signing keys that this node holds. */
export type Keyring = {
  /** Signs under a public key, if its secret is here. */
  signer(key: Uint8Array): Sign | undefined;
  /** Under which a node speaks that no epoch it knows has as a member: later ones may. */
  readonly own: Sign;
};

export type Context = {
  readonly self: NodeId;
  readonly sha256: Sha256;
  readonly keyring: Keyring;
  readonly admission: Admission;
  readonly limits: Limits;
  readonly timing: Timing;
  /** V11: members that this node asks before any voter while it has no vote. */
  readonly follow?: readonly NodeId[];
};

/** V3: what leader(T) gathers before it fixes its base. */
export type Campaign = {
  readonly collectUntilMs: number;
  readonly reports: Set<NodeId>;
  /** Fixed once RequestVote is sent; never changed in a term. */
  base: Position | undefined;
  readonly votes: Map<NodeId, SignedStatement>;
};

export type Probe = {
  readonly nonce: number;
  readonly tokens: number[];
  readonly answers: Map<NodeId, Position>;
  sentMs: number;
};

/** Where a command stands in the own log, and the voter whose client waits for its outcome. */
export type Logged = { readonly index: LogIndex; readonly origin: NodeId };

/** Whose word a message is: its epoch tells under which key it is signed. */
export type Voice = { readonly epoch: Epoch; readonly sign: Sign };

/** What a configuration that administrators have approved waits with to be appended (S12). */
export type Configuring = { readonly body: Uint8Array; readonly expires: number; readonly sinceMs: number };

/** V12: the term that is given up, once there is one, and since when. */
export type HandingOver = { readonly term: Term; readonly sinceMs: number } | { readonly term: undefined };

export type State = {
  /** All epochs that links have shown, perhaps later ones than the own. */
  readonly epochs: Epochs;
  /** As a member, in the newest epoch in which this node is one. */
  voice: Voice;

  // Durable, of the own epoch.
  electorate: Electorate;
  /** As a voter of the epoch: undefined for all others. */
  seat: Sign | undefined;
  /** S18: the seat, until others have told what they have heard from this node in this epoch. */
  withheld: Sign | undefined;
  currentTerm: Term;
  votedBase: Position | undefined;
  readonly log: Log;
  certified: Certificate;
  /** base(T) of the certified term. */
  base: Point;
  committed: Point;
  commitProof: CommitProof | undefined;
  /** The committed index rose after it was written last (committed.ts). */
  isCommitUnrecorded: boolean;
  termCertificate: TermCertificate | undefined;
  mode: Mode;
  /** Why, if it is not the normal one, or was not once. */
  reason: string;
  readonly evidence: EvidenceBook;
  /** What others have said, as written last (heard.ts). */
  heard: readonly Word[];

  // Volatile.
  /** S19: its operator has halted the node; the host remembers it across restarts. */
  isHeld: boolean;
  configuring: Configuring | undefined;
  /** The link that a commit has completed and that is not followed yet. */
  ended: EpochLink | undefined;
  /** Of a node that follows without a vote: whom it asked for what comes next, and when (follow.ts). */
  following: Following | undefined;
  applied: { index: LogIndex; root: Hash };
  /** What Acks say of it. */
  reported: { index: LogIndex; root: Hash };
  /** Own outcome roots at recently applied indexes, for comparison with those of others. */
  readonly roots: Map<LogIndex, Hash>;
  /** Since when a quorum of reports at an index has shown no outcome with the support of f+1. */
  unsupportedSinceMs: ReadonlyMap<LogIndex, number>;
  progress: Progress;
  /** What the last count over Acks saw (commit.ts). */
  counted: { readonly acks: number; readonly certified: Certificate; readonly last: Floor } | undefined;
  readonly pending: Pending;
  /** Ids in the own log above the applied index, in the order they leave in. */
  readonly loggedIds: Map<string, Logged>;
  /** Ids of entries up to here are unknown until they are applied: no commands are proposed before. */
  idsUnknownThrough: LogIndex;
  /** The PreVote for the highest term that each voter asked for. */
  preVotes: Map<NodeId, { readonly term: Term; readonly statement: SignedStatement }>;
  campaign: Campaign | undefined;
  suspecting: boolean;
  evidenceTerm: Term | undefined;
  /** The term that administrators have decided shall end. */
  dismissedTerm: Term | undefined;
  /** V12: the term that its own leader has asked to leave. */
  resignedTerm: Term | undefined;
  /** V12: what this node gives up, as it is to stop. */
  handingOver: HandingOver | undefined;
  /** What voters signed lately, in case they contradict it. */
  witness: Witness;
  /** What the leader of the current term signed about uncertified entries, for evidence. */
  signedOffers: Offer<HashedHeader>[];
  fetching: Fetching | undefined;
  /** The highest snapshot at hand above what was committed when it came: fetches lead on from it. */
  staged: StagedSnapshot | undefined;
  /** Voters that served false entries or none, and voters whose certificate nobody had the entries of. */
  readonly distrustedUntilMs: Map<NodeId, number>;
  readonly barrenUntilMs: Map<NodeId, number>;
  probe: Probe | undefined;
  waitingReads: number[];
  readableAt: { readonly tokens: number[]; readonly position: Position }[];
  nonce: number;
  /** k of section 5.5. */
  backOff: number;
  /** Ends of own batches that are not certified yet. */
  batchEnds: LogIndex[];

  // Due at the next flush.
  ackDue: boolean;
  /** Only the applied index advanced: these wait for it, the others hear of it with the next Ack (3.5). */
  appliedDue: boolean;
  readonly awaitingApplied: Set<NodeId>;
  attachCertificate: boolean;
  toRelay: PendingCommand[];
  /** How often a node without a vote has asked a voter to relay. */
  relays: number;

  // Timers, monotonic ms.
  lastLeaderMs: number;
  enteredMs: number;
  installedMs: number;
  uncertifiedSinceMs: number | undefined;
  /** When a stored but uncertified command was shown to all last. */
  storedRelayedMs: number;
  /** The end of the leader's log, by its signature, that the own log does not reach yet. */
  lacking: { readonly index: LogIndex; readonly sinceMs: number } | undefined;
  lastAppendSentMs: number;
  nextHeartbeatMs: number;
  nextHeardMs: number;
  readonly lastSyncMs: Map<NodeId, number>;
  readonly lastHeardMs: Map<NodeId, number>;
  timerMs: number;
  /** Certified position found at the restart; client reads wait until it is committed (5.7). */
  restartCertified: Position;
};

/** Installed: holds a certificate of its term, hence knows the elected base. */
export const isInstalled = (state: State): boolean =>
  state.currentTerm > 0 && state.certified.position.term === state.currentTerm;

/** S16, S19: only who votes in the epoch, remembers what it has said in it and is not held says what counts for a quorum. */
export const speaks = ({ mode, seat, isHeld }: State): boolean =>
  mode !== "observer" && seat !== undefined && !isHeld;

/** V11: no vote in its epoch, nor in the newest that it knows. Who will have one fetches as voters do, by certificates (5.6). */
export const isVoteless = ({ self }: Context, { electorate, epochs, staged, committed }: State): boolean => {
  if (electorate.keyOf.has(self) || epochs.last.electorate.keyOf.has(self)) return false;
  // Amid an epoch in which it voted for a while nobody begins: it fetches through that, to the newest.
  const index = staged?.floor.index ?? 0;
  return index <= committed.index || !epochs.at(index).electorate.keyOf.has(self);
};

export const isLeader = (context: Context, state: State): boolean =>
  speaks(state) && isInstalled(state) && leaderOf(state.electorate, state.currentTerm) === context.self;

/** V12: whether it gives up the term that it is in. */
export const isHandingOver = ({ handingOver, currentTerm }: State): boolean =>
  handingOver?.term === currentTerm;

export type Role = "leader" | "candidate" | "follower" | "waiting" | "observer";

export function roleOf(context: Context, state: State): Role {
  if (!speaks(state)) return "observer";
  const leads = leaderOf(state.electorate, state.currentTerm) === context.self;
  if (isInstalled(state)) return leads ? "leader" : "follower";
  return leads ? "candidate" : "waiting";
}

/**
 * Entries that a node holds above its committed index: the window, and as much again as failed terms may
 * leave behind. What reaches further is taken together with the proof of a commit (5.6).
 */
export const suffixMax = (limits: Limits): number => 4 * limits.windowEntries;

/** Timeouts double at most so often. */
const BACK_OFF_MAX = 6;

/** k of section 5.5: another term has begun without a commit. */
export function backOff(state: State): void {
  state.backOff = Math.min(state.backOff + 1, BACK_OFF_MAX);
}

/** V5: a waiting node adopts nothing below its term, save a candidate that still gathers reports. */
export function isFrozen(state: State, { epoch, position }: Certificate): boolean {
  if (epoch !== state.electorate.epoch) return epoch < state.electorate.epoch;
  const gathers = state.campaign !== undefined && state.campaign.base === undefined;
  return position.term < state.currentTerm && !gathers;
}

/** S6: the order of certificates, those of later epochs above all of earlier ones. */
export const compareCertificates = (a: Certificate, b: Certificate): number =>
  a.epoch - b.epoch || compareRank(a.position, b.position);

export const samePoint = (a: Point, b: Point): boolean => a.index === b.index && equalBytes(a.hash, b.hash);
export const samePosition = (a: Position, b: Position): boolean => a.term === b.term && samePoint(a, b);
