// A node that does not vote (an observer, a standby) is addressed by nobody: it asks one voter after another for
// what is committed next, in chunks that each end in a commit proof (V11), and so costs the voters no more than those
// bytes. A snapshot at hand takes the place of what lies below it (V8).

import { LogIndex, type NodeId } from "@juno/base";
import { type CommitProof, decodeAck } from "@juno/proof";
import type { FetchReply } from "./bulk.ts";
import { committedThrough, replacesApplied } from "./committed.ts";
import { enterEpoch } from "./epochs.ts";
import { distrust, stagedAbove } from "./fetch.ts";
import { halt } from "./halt.ts";
import { encodeFetchBody } from "./message.ts";
import { onAck } from "./on/ack.ts";
import { isInstalled, isLeader, type State, samePoint } from "./state.ts";
import { appendToLog } from "./suffix.ts";
import { asMember, notice, persist, sendBody, type Turn } from "./turn.ts";

const CHUNK_BYTES_MAX = 4 * 1024 * 1024;
const CHUNK_ENTRIES_MAX = 4096;

/** At every heartbeat: asks somebody, or somebody else where an answer is overdue. */
export function follow(turn: Turn): void {
  const { state, context, now } = turn;
  if (state.electorate.keyOf.has(context.self)) return;
  const { following } = state;
  if (following?.askedMs !== undefined) {
    if (now.monotonicMs - following.askedMs < context.timing.heartbeatTimeoutMs) return;
    distrust(turn, following.peer);
  }
  ask(turn, following?.peer);
}

function ask(turn: Turn, before: NodeId | undefined): void {
  const { state, now } = turn;
  const peer = nextPeer(turn, before);
  if (peer === undefined) return;
  const { upToDateMs } = state.following ?? { upToDateMs: undefined };
  state.following = { peer, askedMs: now.monotonicMs, upToDateMs, prunedThrough: undefined };
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

/** The same voter as before while it answers; else the next, those last that are distrusted; undefined without another. */
function nextPeer({ state, context, now }: Turn, before: NodeId | undefined): NodeId | undefined {
  const isTrusted = (id: NodeId) => now.monotonicMs >= (state.distrustedUntilMs.get(id) ?? 0);
  const peers = state.epochs.last.electorate.voters.map(({ id }) => id).filter((id) => id !== context.self);
  if (before !== undefined && peers.includes(before) && isTrusted(before)) return before;
  if (peers.length === 0) return undefined;
  const at = before === undefined ? context.self % peers.length : peers.indexOf(before) + 1;
  const turned = [...peers.slice(at), ...peers.slice(0, at)];
  return turned.find(isTrusted) ?? turned[0];
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

/** Whether a node without a vote has been told that the entries it lacks are not kept any more. */
export const lacksEntries = ({ following, staged, committed }: State): boolean =>
  (following?.prunedThrough ?? 0) > Math.max(committed.index, staged?.floor.index ?? 0);

/** A chunk has come, or nothing: takes what it proves and asks on. */
export function onFollowed(turn: Turn, from: NodeId, reply: FetchReply): void {
  const { state } = turn;
  if (state.following?.peer !== from || reply.direction !== "forward") return;
  const end = reply.entries.at(-1);
  hearAcks(turn, reply.commitProof);
  const prunedThrough = end === undefined ? reply.before.index : undefined;
  const upToDateMs = end === undefined ? turn.now.monotonicMs : state.following.upToDateMs;
  state.following = { peer: from, askedMs: undefined, upToDateMs, prunedThrough };
  // Nothing new: it is asked again at the next heartbeat.
  if (end === undefined) return;
  const proof = reply.commitProof;
  const staged = stagedAbove(state, state.committed.index);
  const reached = staged?.floor ?? state.committed;
  if (!samePoint(reply.before, reached)) return;
  if (proof === undefined || !samePoint(proof, end)) {
    distrust(turn, from);
    notice(turn, "liar", { peer: from, about: "a chunk without its proof" });
    return ask(turn, from);
  }
  if (replacesApplied(state, reply.entries)) {
    halt(turn, "a commit proof differs at an applied entry");
    return;
  }
  if (staged !== undefined) {
    persist(turn, { kind: "take-snapshot", floor: staged.floor });
    state.log.reset(staged.floor);
    state.idsUnknownThrough = LogIndex(end.index);
  }
  appendToLog(turn, reply.entries);
  committedThrough(turn, { index: end.index, hash: end.hash }, proof);
  if (end.epoch > state.electorate.epoch) enterEpoch(turn, state.epochs.of(end.epoch)!);
  ask(turn, from);
}
