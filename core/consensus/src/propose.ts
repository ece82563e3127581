// The leader's side of replication (5.3): one AppendEntries, the same for all, that continues the
// last one. Batches form by themselves: what arrives while earlier batches are under way goes together.

import { LogIndex, type NodeId } from "@juno/base";
import {
  type Entry,
  type EntryKind,
  encodeAppendBody,
  encodeCertificate,
  isAppendable,
  type Point,
} from "@juno/proof";
import { isUsed } from "./append.ts";
import { describeEntry, encodeAppendAttachment } from "./bulk.ts";
import { isEnding } from "./epochs.ts";
import type { Floor, LogEntry } from "./log.ts";
import { SIGNATURES_PER_FRAME_MAX } from "./message.ts";
import { isHandingOver, isLeader } from "./state.ts";
import { appendToLog } from "./suffix.ts";
import { asVoter, notice, send, type Turn } from "./turn.ts";

/** Appends what may be appended now and sends it. */
export function propose(turn: Turn): void {
  const { state, context } = turn;
  if (!isLeader(context, state) || isEnding(state)) return; // S12
  if (isHandingOver(state)) return; // V12
  const previous = state.log.last;
  const entries: LogEntry[] = [];
  const taken = new Map<string, NodeId>();
  if (previous.index === state.base.index && state.certified.kind === "election") {
    entries.push(makeEntry(turn, previous, { kind: "election", body: encodeCertificate(state.certified) })); // V6: exempt
  } else {
    const configuration = dueConfiguration(turn, previous);
    if (configuration !== undefined) entries.push(configuration);
    else gather(turn, previous, { entries, taken });
  }
  if (entries.length === 0) return;
  appendToLog(turn, entries, taken);
  state.batchEnds.push(state.log.last.index);
  state.ackDue = true;
  sendAppend(turn, previous, entries);
}

/** S12: the configuration that waits goes before all commands, as soon as the window has room. */
function dueConfiguration(turn: Turn, previous: Floor): LogEntry | undefined {
  const { state, context } = turn;
  const { configuring } = state;
  if (configuring === undefined) return undefined;
  const entry = makeEntry(turn, previous, { kind: "config", body: configuring.body });
  if (entry.time > configuring.expires) {
    state.configuring = undefined;
    notice(turn, "configuration_refused", {
      code: "act_expired",
      detail: "it expired before it was appended",
    });
    return undefined;
  }
  const { windowEntries, windowBytes } = context.limits;
  const low = state.committed.index;
  const bytes = state.log.bytesAbove(low) + entry.body.length;
  return entry.index - low <= windowEntries && bytes <= windowBytes ? entry : undefined;
}

/** Takes pending commands, and who brought them, as far as window, pipeline and batch allow. */
function gather(
  turn: Turn,
  previous: Floor,
  into: { entries: LogEntry[]; taken: Map<string, NodeId> },
): void {
  const { state, context } = turn;
  const { entries, taken } = into;
  const { windowEntries, windowBytes, batchEntriesMax, batchBytesMax, pipelineMax } = context.limits;
  if (state.batchEnds.length >= pipelineMax) return;
  if (state.applied.index < state.idsUnknownThrough) return;
  const low = state.committed.index;
  const room = Math.min(batchEntriesMax, low + windowEntries - previous.index);
  const windowRoom = windowBytes - state.log.bytesAbove(low);
  let last = previous;
  let bytes = 0;
  let signatures = 0;
  while (entries.length < room) {
    const command = state.pending.takeNext();
    if (command === undefined) return;
    const { body, facts } = command;
    const isFull =
      bytes + body.length > batchBytesMax || signatures + facts.checks.length > SIGNATURES_PER_FRAME_MAX;
    // One command may exceed a batch, never the window: the followers would refuse it (V6).
    if ((isFull && entries.length > 0) || bytes + body.length > windowRoom) {
      state.pending.putBack(command);
      return;
    }
    const entry = makeEntry(turn, last, { kind: "command", body });
    if (!isAppendable({ entryMs: entry.time, expiresMs: facts.expires })) {
      const detail = "the command expired while it waited";
      turn.effects.push({ kind: "refused", id: facts.id, code: "expired", detail });
      continue;
    }
    if (isUsed(turn, facts.id)) continue;
    bytes += body.length;
    signatures += facts.checks.length;
    entries.push(entry);
    taken.set(facts.id, command.origin);
    last = entry;
  }
}

function makeEntry(turn: Turn, previous: Floor, content: { kind: EntryKind; body: Uint8Array }): LogEntry {
  const { state, context, now } = turn;
  const bare = {
    epoch: state.electorate.epoch,
    index: LogIndex(previous.index + 1),
    term: state.currentTerm,
    time: Math.max(now.wallMs, previous.time),
    ...content,
  };
  const entry = describeEntry(context, previous.hash, bare);
  if (!entry.ok) throw new Error(`a pending command is malformed: ${entry.error.detail}`);
  return entry.value;
}

/** Broadcasts entries that follow `previous`; without entries it is a heartbeat. */
export function sendAppend(turn: Turn, previous: Point, entries: readonly Entry[]): void {
  const { state, now } = turn;
  const last: Point = entries.at(-1) ?? previous;
  const body = encodeAppendBody({ ...asVoter(turn), term: state.currentTerm, previous, last });
  const certificate = state.certified.kind === "genesis" ? undefined : state.certified;
  const attachment = encodeAppendAttachment(entries, certificate);
  send(turn, { to: "all", kind: "append-entries", body, attachment });
  state.lastAppendSentMs = now.monotonicMs;
}
