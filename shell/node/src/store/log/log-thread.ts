// The log writer: a thread that owns log.db and does nothing but group commits. Whatever writes have
// arrived when it becomes free go together as one transaction and are answered when that is durable.
// Invariant: after one failed write nothing more is written, ever.

import { openSync, writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { assert, Hash, NodeId } from "@juno/base";
import { CheckpointPolicy } from "../checkpoint-policy.ts";
import { logFile } from "../folder.ts";
import { NodeLock } from "../node-lock.ts";
import type { Request } from "../thread/frame.ts";
import { ThreadServer } from "../thread/server.ts";
import { readChange, type StoredChange } from "./change-codec.ts";
import { readFloor } from "./floor.ts";
import { LogDatabase } from "./log-database.ts";
import { LOG_EVENT, LOG_REQUEST } from "./log-protocol.ts";
import { readRedacted } from "./redaction.ts";
import { writeDurableState } from "./state-codec.ts";

/** One transaction holds at most about so many bytes of waiting writes. */
const GROUP_BYTES_MAX = 16 * 1024 * 1024;
/** What a step of pruning adds to the write-ahead log, about. */
const PRUNED_BYTES = 1024 * 1024;

assert(parentPort !== null, "the log writer is a worker thread");
const server = new ThreadServer(parentPort);
const folder = String(workerData.folder);
const identity = { network: Hash(workerData.network), nodeId: NodeId(workerData.nodeId) };
const pagesMax = Number(workerData.pagesMax);

let lock: NodeLock | undefined;
let database: LogDatabase | undefined;
let closed: Error | undefined;

const opened = (): LogDatabase => {
  if (closed !== undefined) throw closed;
  if (database !== undefined) return database;
  lock ??= new NodeLock(folder);
  database = LogDatabase.open(logFile(folder), identity);
  if (pagesMax > 0) database.limitPages(pagesMax);
  return database;
};

/** After a failure the file is left as it is: what was answered is in it, nothing else will be. */
const giveUp = (error: unknown): void => {
  closed = error instanceof Error ? error : new Error(String(error));
  database?.abandon();
  database = undefined;
};

const policy = new CheckpointPolicy({
  walState: () => opened().walState(),
  fold: () => opened().checkpoint(),
  ask: () => server.tell(LOG_EVENT.foldWanted),
});

/** A log that cannot be folded into its file would grow for ever: as bad as a failed write. */
function tidyUp(work: () => void): void {
  if (closed !== undefined) return;
  try {
    work();
  } catch (error) {
    giveUp(error);
  }
}

/** A test that traces system calls finds here how many writes are durable; unset in production. */
const trace = process.env.JUNO_TRACE_PERSIST;
const traceDescriptor = trace === undefined || trace === "" ? undefined : openSync(trace, "a");

function* changesOf(group: readonly Request[], onWrite: (through: number) => void): Iterable<StoredChange> {
  for (const { body } of group) {
    onWrite(body.u64());
    while (body.remaining > 0) yield readChange(body);
  }
}

const MICROS_MAX = 2 ** 32 - 1;

/** Stores a group of writes in one transaction and answers each. */
function commit(group: readonly Request[]): void {
  const beganMs = performance.now();
  try {
    let through = 0;
    const onWrite = (number: number): void => {
      through = number;
    };
    opened().commit(changesOf(group, onWrite));
    if (traceDescriptor !== undefined) writeSync(traceDescriptor, `persist ${through}\n`);
  } catch (error) {
    for (const request of group) server.refuse(request, error);
    giveUp(error);
    return;
  }
  const micros = Math.min(MICROS_MAX, Math.round((performance.now() - beganMs) * 1000));
  for (const request of group) server.answer(request, (writer) => writer.u32(micros));
}

function redact(request: Request): void {
  try {
    const isClean = opened().redact(readRedacted(request.body));
    server.answer(request, (writer) => writer.bool(isClean));
  } catch (error) {
    server.refuse(request, error);
    giveUp(error);
  }
}

type Group = {
  readonly writes: readonly Request[];
  readonly bytes: number;
  readonly next: Request | undefined;
};

/** Gathers the writes that wait; `next` is the request that came after them, if another kind did. */
function gather(first: Request): Group {
  const writes = [first];
  let bytes = first.body.remaining;
  while (bytes < GROUP_BYTES_MAX) {
    const next = server.take();
    if (next === undefined || next.kind !== LOG_REQUEST.write) return { writes, bytes, next };
    bytes += next.body.remaining;
    writes.push(next);
  }
  return { writes, bytes, next: undefined };
}

function handle(request: Request): void {
  switch (request.kind) {
    case LOG_REQUEST.load: {
      const state = opened().load();
      server.answer(request, (writer) => writeDurableState(writer, state));
      break;
    }
    case LOG_REQUEST.write: {
      const { writes, bytes, next } = gather(request);
      commit(writes);
      tidyUp(() => policy.onCommitted(bytes));
      if (next !== undefined) server.attempt([next], () => handle(next));
      break;
    }
    case LOG_REQUEST.redact:
      redact(request);
      break;
    case LOG_REQUEST.folded:
      tidyUp(() => policy.onFolded());
      break;
    case LOG_REQUEST.prune: {
      const isMore = opened().prune(readFloor(request.body), request.body.u64());
      server.answer(request, (writer) => writer.bool(isMore));
      tidyUp(() => policy.onCommitted(PRUNED_BYTES));
      break;
    }
    case LOG_REQUEST.close:
      server.attempt([request], () => {
        database?.close();
        lock?.release();
        server.answer(request);
      });
      server.close();
      break;
    default:
      assert(false, "a known request of the log writer");
  }
}

server.listen(handle);
