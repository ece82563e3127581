// The executor: a thread that owns state.db, applies committed entries batch by batch and hands each
// batch on after it is stored. Requests are answered between entries. Invariant: after one failure
// nothing more is applied.

import { parentPort, workerData } from "node:worker_threads";
import { assert, equalBytes, LogIndex, parseHex } from "@juno/base";
import { Failure } from "@juno/failure";
import {
  checkGenesisModules,
  governedIn,
  type LedgerContext,
  ledgerContext,
  redactionsIn,
} from "@juno/ledger";
import { type Epochs, firstEpoch, followLinks, isRedacted, parseGenesis } from "@juno/proof";
import type { AppliedBatch } from "@juno/runtime";
import { sha256 } from "../../crypto/sodium.ts";
import { CheckpointPolicy } from "../checkpoint-policy.ts";
import { damaged } from "../database.ts";
import { logFile, stateFile } from "../folder.ts";
import { LogReads } from "../reader/log-reads.ts";
import { SnapshotFolder, snapshotsFolder } from "../snapshot/snapshot-folder.ts";
import { type Request, writeFailure } from "../thread/frame.ts";
import { ThreadServer } from "../thread/server.ts";
import { appliedOf } from "./applied-meta.ts";
import { batchBytes, writeApplied, writeBatch } from "./batch.ts";
import { type ApplierParts, applyNext } from "./entry-applier.ts";
import { BATCHES_IN_FLIGHT_MAX, EXECUTOR_EVENT, EXECUTOR_REQUEST, PATHS_MAX } from "./executor-protocol.ts";
import { writeGoverned } from "./governed-codec.ts";
import { installSnapshot, newestSnapshot } from "./snapshot-install.ts";
import { StateDatabase } from "./state-database.ts";

assert(parentPort !== null, "the executor is a worker thread");
const server = new ThreadServer(parentPort);
/** What a step of pruning adds to the write-ahead log, about. */
const PRUNED_BYTES = 1024 * 1024;
const files = { log: logFile(String(workerData.folder)), state: stateFile(String(workerData.folder)) };
const context = contextOf(workerData.genesis);

let parts: ApplierParts | undefined;
let target = LogIndex(0);
let inFlight = 0;
/** Between the begin and the end of a batch, when the database is in a transaction. */
let applying = false;
let stopped = false;
let snapshotScheduled = false;
/** What came during a batch and must wait for its end. */
let foldedWaits = false;
const pruneWaits: Request[] = [];
let closeWaits: Request | undefined;

function contextOf(bytes: Uint8Array): LedgerContext {
  const genesis = parseGenesis(sha256, bytes);
  assert(genesis.ok, "the executor is given a genesis that was read before");
  return ledgerContext({ sha256, genesis: genesis.value });
}

function open(): ApplierParts {
  if (parts !== undefined) return parts;
  // C8: asked here, where the compiler is needed anyway, and before anything is applied.
  const sound = checkGenesisModules(context.genesis);
  if (!sound.ok) throw new Failure("config_invalid", `the genesis cannot be used: ${sound.error.detail}`);
  const log = new LogReads(files.log);
  const state = StateDatabase.open(files.state, context.genesis.network);
  const { index, hash, network } = state.applied;
  const floor = log.floor();
  // Below the log's floor a snapshot takes the state's place.
  if (floor === undefined || index >= floor.index) {
    const inLog = index === 0 ? network : log.hashAt(index);
    if (inLog === undefined || !equalBytes(inLog, hash)) throw rolledBack(index);
  }
  parts = { context, log, logFile: files.log, ownAbove: log.lastIndex(), state, pause: drain };
  continueSnapshot();
  return parts;
}

function rolledBack(index: LogIndex): Failure {
  return new Failure(
    "store_rolled_back",
    `${files.log} does not hold entry ${index} as ${files.state} has applied it: it is older than it was, so ` +
      "this node has forgotten what it signed and must not sign under its key again. " +
      "Let the administrators admit the node again under a new key.",
  );
}

const policy = new CheckpointPolicy({
  walState: () => open().state.walState(),
  fold: () => open().state.checkpoint(),
  ask: () => server.tell(EXECUTOR_EVENT.foldWanted),
});

/** Applies what is committed, as long as the main thread takes the batches in. */
function pump(): void {
  if (applying || parts === undefined) return;
  applying = true;
  try {
    while (!stopped && inFlight < BATCHES_IN_FLIGHT_MAX && parts.state.applied.index < target) {
      const batch = takeSnapshot(parts) ?? applyNext(parts, target);
      inFlight++;
      const bytes = batchBytes(batch);
      server.tell(EXECUTOR_EVENT.applied, (writer) => writeBatch(writer, batch), bytes);
      if (foldedWaits) policy.onFolded();
      foldedWaits = false;
      policy.onCommitted(bytes);
      advanceSnapshot(parts);
      drain();
    }
  } catch (error) {
    fail(error);
  }
  applying = false;
  prune();
  continueSnapshot();
  if (closeWaits !== undefined) close(closeWaits);
}

/** A snapshot that is here holds the state where entries do not lead: below the log's floor, and over redacted ones. */
function takeSnapshot({ log, state, ownAbove }: ApplierParts): AppliedBatch | undefined {
  const next = state.applied.index + 1;
  const floor = log.floor()?.index ?? 0;
  if (floor < next && (next > ownAbove || !isRedactedAt(log, next))) return undefined;
  const folder = new SnapshotFolder(snapshotsFolder(String(workerData.folder)));
  const range = { from: Math.max(floor, next), to: target, hashAt: (index: number) => log.hashAt(index) };
  const manifest = newestSnapshot(folder, epochsIn(log), range);
  if (manifest === undefined) throw noSnapshot(range.from);
  state.close();
  installSnapshot(files.state, folder, manifest);
  parts = { ...parts!, state: StateDatabase.open(files.state, context.genesis.network) };
  const { ids } = parts.state.spentIds();
  const { view, applied } = parts.state;
  const told = { redactions: [...redactionsIn(view)], governed: governedIn(context, view) };
  return { applied: appliedOf(applied), outcomes: [], ids: [...ids], ...told };
}

/** Their links' signatures were verified before they were stored, and are again at every start. */
function epochsIn(log: LogReads): Epochs {
  const followed = followLinks(context.sha256, firstEpoch(context.genesis), log.links());
  if (!followed.ok)
    throw damaged(files.log, `the links between epochs do not hold: ${followed.error.detail}`);
  return followed.value.epochs;
}

function isRedactedAt(log: LogReads, index: number): boolean {
  const [entry] = log.entries({ from: index, to: index, bytesMax: 0 });
  return entry !== undefined && isRedacted(entry);
}

const noSnapshot = (index: number): Failure =>
  new Failure(
    "executor_failed",
    `${files.state} lacks what happened up to entry ${index}, the entries do not tell it any more, and no certified ` +
      `snapshot in ${snapshotsFolder(String(workerData.folder))} does: copy a newer one there from another node's folder.`,
  );

/** A little of a snapshot goes with every batch, so that it gets done however busy the executor is. */
function advanceSnapshot({ state }: ApplierParts): void {
  if (!state.isMakingSnapshot) return;
  const made = state.advanceSnapshot();
  if (made !== undefined) server.tell(EXECUTOR_EVENT.snapshot, (w) => w.u64(made.index).raw(made.hash));
}

/** Goes on with a snapshot while there is nothing to apply; requests come in between. */
function continueSnapshot(): void {
  if (parts?.state.isMakingSnapshot !== true || snapshotScheduled) return;
  snapshotScheduled = true;
  setImmediate(() => {
    snapshotScheduled = false;
    if (stopped || applying || parts === undefined) return;
    try {
      advanceSnapshot(parts);
      continueSnapshot();
    } catch (error) {
      fail(error);
    }
  });
}

/** Answers the requests that have arrived. */
function drain(): void {
  for (let request = server.take(); request !== undefined; request = server.take()) {
    const next = request;
    server.attempt([next], () => handle(next));
  }
}

function fail(error: unknown): void {
  stopped = true;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const failure =
    error instanceof Failure ? error : new Failure("executor_failed", `applying failed: ${detail}`);
  server.tell(EXECUTOR_EVENT.failed, (writer) => writeFailure(writer, failure));
}

/** Between batches: it takes a transaction of its own. */
function prune(): void {
  for (let request = pruneWaits.shift(); request !== undefined; request = pruneWaits.shift()) {
    const next = request;
    server.attempt([next], () => {
      const { state } = open();
      const isMore = state.prune(LogIndex(next.body.u64()), next.body.u64());
      server.answer(next, (writer) => writer.bool(isMore));
      policy.onCommitted(PRUNED_BYTES);
    });
  }
}

function close(request: Request): void {
  server.attempt([request], () => {
    parts?.state.close();
    parts?.log.close();
    server.answer(request);
  });
  server.close();
}

function handle(request: Request): void {
  const { kind, body } = request;
  switch (kind) {
    case EXECUTOR_REQUEST.open:
      answerOpen(request);
      break;
    case EXECUTOR_REQUEST.apply:
      target = LogIndex(Math.max(target, body.u64()));
      pump();
      break;
    case EXECUTOR_REQUEST.delivered:
      inFlight--;
      pump();
      break;
    case EXECUTOR_REQUEST.paths:
      answerPaths(request);
      break;
    case EXECUTOR_REQUEST.prune:
      pruneWaits.push(request);
      if (!applying) prune();
      break;
    case EXECUTOR_REQUEST.folded:
      if (applying) foldedWaits = true;
      else if (!stopped) policy.onFolded();
      break;
    case EXECUTOR_REQUEST.close:
      stopped = true;
      if (applying) closeWaits = request;
      else close(request);
      break;
    default:
      assert(false, "a known request of the executor");
  }
}

function answerOpen(request: Request): void {
  const { state } = open();
  server.answer(request, (writer) => {
    writeApplied(writer, appliedOf(state.applied));
    const { count, ids } = state.spentIds();
    writer.raw(state.applied.hash).u32(count);
    for (const { id, expires } of ids) writer.raw(id).u64(expires);
    writer.list([...redactionsIn(state.view)], (w, order) => w.u64(order.index).raw(parseHex(order.id)!));
    writeGoverned(writer, governedIn(context, state.view));
  });
}

function answerPaths(request: Request): void {
  const { state, log } = open();
  const places = request.body.list(PATHS_MAX, (r) => ({ index: r.u64(), size: r.u64() }));
  const floor = log.floor()?.index ?? 0;
  const paths = places.map(({ index, size }) => {
    const isKnown = index >= 1 && index <= size && size <= state.applied.index;
    assert(isKnown, "paths are asked for entries and trees that are applied");
    // Some outcomes are still there, but not all that their paths led through.
    return index <= floor ? undefined : state.path({ index, size });
  });
  server.answer(request, (writer) =>
    writer.list(paths, (w, path) => w.option(path, (o, hashes) => o.list(hashes, (x, hash) => x.raw(hash)))),
  );
}

server.listen(handle);
