// A node that does not vote (an observer, a standby) is addressed by nobody: it asks one voter after another for
// what is committed next, in chunks that each end in a commit proof (V11), and so costs the voters no more than those
// bytes; or a node that follows them itself, so that it costs them next to nothing. A snapshot at hand takes the place of what lies below it (V8).

import { LogIndex, type NodeId } from "@juno/base";
import { type CommitProof, decodeAck, type EpochFacts } from "@juno/proof";
import type { FetchReply } from "./bulk.ts";
import { committedThrough, replacesApplied } from "./committed.ts";
import { enterEpoch } from "./epochs.ts";
import { distrust, dropFetch, stagedAbove } from "./fetch.ts";
import { halt } from "./halt.ts";
import { encodeFetchBody } from "./message.ts";
import { onAck } from "./on/ack.ts";
import { isInstalled, isLeader, isVoteless, type State, samePoint } from "./state.ts";
import { appendToLog } from "./suffix.ts";
import { asMember, notice, persist, sendBody, type Turn } from "./turn.ts";

const CHUNK_BYTES_MAX = 4 * 1024 * 1024;
const CHUNK_ENTRIES_MAX = 4096;
/** Who has had nothing for so many heartbeat timeouts may be keeping it to itself. */
const BARREN_TIMEOUTS = 5;
const NOBODY = {
  ...{ upToDateMs: undefined, prunedThrough: undefined },
  ...{ voter: undefined, voterMs: undefined, gaveMs: undefined },
};

/** V11, at every heartbeat: asks somebody, or somebody else where an answer is overdue. */
export function follow(turn: Turn): void {
  const { state, context, now } = turn;
  if (!isVoteless(context, state)) return;
  dropFetch(turn);
  const { following } = state;
  if (following?.askedMs !== undefined) {
    if (now.monotonicMs - following.askedMs < context.timing.heartbeatTimeoutMs) return;
    distrust(turn, following.peer);
    // Voters have had their turn, then: who cannot reach them still follows its neighbours.
    state.following = { ...following, voterMs: now.monotonicMs };
  }
  ask(turn);
}

function ask(turn: Turn): void {
  const { state, now } = turn;
  const peer = nextNeighbour(turn) ?? nextVoter(turn);
  if (peer === undefined) return;
  const before = state.following ?? NOBODY;
  const askedMs = now.monotonicMs;
  const gaveMs = before.voter === peer ? before.gaveMs : askedMs;
  const asked = isVoter(state, peer) ? { voter: peer, voterMs: askedMs, gaveMs } : {};
  // V8: what the last answer told holds until the next one, or nobody would ever look for a snapshot.
  state.following = { ...before, peer, askedMs, ...asked };
  const body = encodeFetchBody({
    ...asMember(turn),
    direction: "forward",
    certified: true,
    point: stagedAbove(state, state.committed.index)?.floor ?? state.committed,
    entriesMax: CHUNK_ENTRIES_MAX,
    bytesMax: CHUNK_BYTES_MAX,
  });
  sendBody(turn, { to: peer, kind: "fetch", body });
}

const isVoter = ({ epochs }: State, id: NodeId): boolean => epochs.last.electorate.keyOf.has(id);

const isTrusted = ({ state, now }: Turn, id: NodeId): boolean =>
  now.monotonicMs >= (state.distrustedUntilMs.get(id) ?? 0);

/**
 * V11: who is to be asked before the voters. Once in a heartbeat timeout it is a voter's turn all the same: nodes that follow
 * one another would stand still together, and not know it.
 */
function nextNeighbour(turn: Turn): NodeId | undefined {
  const { state, context, now } = turn;
  const { follow = [], timing, self } = context;
  const askedVoterMs = state.following?.voterMs;
  if (askedVoterMs === undefined || now.monotonicMs - askedVoterMs >= timing.heartbeatTimeoutMs)
    return undefined;
  const { members } = state.epochs.last.configuration;
  return follow.find(
    (id) => id !== self && members.some((member) => member.id === id) && isTrusted(turn, id),
  );
}

/**
 * The same voter as before while it answers, unless it has had nothing for long, as one that lies might say for ever; else the
 * next, those last that are distrusted; undefined without another.
 */
function nextVoter(turn: Turn): NodeId | undefined {
  const { state, context, now } = turn;
  const { voter: before, gaveMs } = state.following ?? NOBODY;
  const peers = state.epochs.last.electorate.voters.map(({ id }) => id).filter((id) => id !== context.self);
  const isBarren = now.monotonicMs - (gaveMs ?? 0) >= BARREN_TIMEOUTS * context.timing.heartbeatTimeoutMs;
  if (before !== undefined && !isBarren && peers.includes(before) && isTrusted(turn, before)) return before;
  if (peers.length === 0) return undefined;
  const at = before === undefined ? context.self % peers.length : peers.indexOf(before) + 1;
  const turned = [...peers.slice(at), ...peers.slice(0, at)];
  return turned.find((id) => isTrusted(turn, id)) ?? turned[0];
}

/** Whether a node has all that is committed, as far as it knows: it can be a voter at once. */
export function isCaughtUp({ state, context, now }: Pick<Turn, "state" | "context" | "now">): boolean {
  const { timing } = context;
  if (state.electorate.keyOf.has(context.self)) {
    const isHeard =
      isLeader(context, state) || now.monotonicMs - state.lastLeaderMs < timing.heartbeatTimeoutMs;
    return isInstalled(state) && isHeard && state.fetching === undefined;
  }
  const atMs = state.following?.upToDateMs;
  return atMs !== undefined && !lacksEntries(state) && now.monotonicMs - atMs < 2 * timing.heartbeatTimeoutMs;
}

/** What the voters have applied, as far as they tell it: nobody sends their Acks to a node without a vote. */
function hearAcks(turn: Turn, proof: CommitProof | undefined): void {
  for (const statement of proof?.acks ?? []) {
    const ack = decodeAck(statement.body);
    if (ack.ok && ack.value.epoch === turn.state.electorate.epoch)
      onAck(turn, { body: ack.value, statement, certificate: undefined });
  }
}

/** Whether a node without a vote has been told that the entries it lacks are not kept any more, or not whole (C22). */
export const lacksEntries = ({ following, staged, committed }: State): boolean =>
  (following?.prunedThrough ?? 0) > Math.max(committed.index, staged?.floor.index ?? 0);

/** A chunk has come, or nothing: takes what it proves and asks on. */
export function onFollowed(turn: Turn, from: NodeId, reply: FetchReply): void {
  const { state } = turn;
  if (state.following?.peer !== from || reply.direction !== "forward") return;
  const end = reply.entries.at(-1);
  hearAcks(turn, reply.commitProof);
  const prunedThrough = end === undefined ? reply.before.index : undefined;
  const { monotonicMs } = turn.now;
  const upToDateMs = end === undefined && isVoter(state, from) ? monotonicMs : state.following.upToDateMs;
  state.following = { ...state.following, askedMs: undefined, upToDateMs, prunedThrough };
  // Nothing new: it is asked again at the next heartbeat.
  if (end === undefined) return;
  const proof = reply.commitProof;
  const staged = stagedAbove(state, state.committed.index);
  const reached = staged?.floor ?? state.committed;
  if (!samePoint(reply.before, reached)) return;
  if (proof === undefined || !samePoint(proof, end)) {
    distrust(turn, from);
    notice(turn, "liar", { peer: from, about: "a chunk without its proof" });
    return ask(turn);
  }
  if (replacesApplied(state, reply.entries)) {
    halt(turn, "a commit proof differs at an applied entry");
    return;
  }
  const next = end.epoch > state.electorate.epoch ? state.epochs.of(end.epoch) : undefined;
  const entries = upToOwnVote(turn, next, reply.entries);
  const last = entries.at(-1);
  if (last === undefined) return;
  if (staged !== undefined) {
    persist(turn, { kind: "take-snapshot", floor: staged.floor });
    state.log.reset(staged.floor);
    state.idsUnknownThrough = LogIndex(last.index);
  }
  appendToLog(turn, entries);
  if (last === end) committedThrough(turn, { index: end.index, hash: end.hash }, proof);
  if (state.following.voter === from) state.following = { ...state.following, gaveMs: monotonicMs };
  if (next !== undefined) enterEpoch(turn, next);
  follow(turn);
}

/** S17: who votes in the epoch that a chunk leads into begins where that does, and goes on from there by certificates. */
function upToOwnVote(
  { context }: Turn,
  next: EpochFacts | undefined,
  entries: FetchReply["entries"],
): FetchReply["entries"] {
  if (next?.electorate.keyOf.has(context.self) !== true) return entries;
  return entries.filter(({ index }) => index <= next.electorate.start.index);
}
