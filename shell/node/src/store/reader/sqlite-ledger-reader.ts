// The LedgerReader port over both databases: the main thread's side of the read thread.

import { type Hash, LogIndex, type Refusal, type Result } from "@juno/base";
import type { QueryRefusal, RowAddress } from "@juno/ledger";
import type { AppliedEntry, EntryProof } from "@juno/proof";
import {
  type AsOf,
  type CheckpointRow,
  type CommandRecord,
  type HistoryPage,
  type HistoryRequest,
  type LedgerReader,
  PAGE_ITEMS_MAX,
  type PrunedCommand,
  type RowPage,
  type RowRequest,
} from "@juno/runtime";
import {
  readAppliedEntry,
  readAsOf,
  readCheckpointRow,
  readCommandAnswer,
  readEntryProof,
  readHistoryPage,
  readResult,
  readRowPage,
} from "./answer-codec.ts";
import { READ_REQUEST } from "./read-protocol.ts";
import type { ReadThread } from "./read-thread.ts";
import {
  type Query,
  writeAddress,
  writeHistoryRequest,
  writeQuery,
  writeRowRequest,
  writeText,
} from "./request-codec.ts";

export class SqliteLedgerReader implements LedgerReader {
  readonly #reads: ReadThread;
  #closing: Promise<void> | undefined;

  /** The thread must have been given the genesis; state.db must be open (Executor.open). */
  constructor(reads: ReadThread) {
    this.#reads = reads;
    reads.join();
  }

  async applied(): Promise<AsOf> {
    return readAsOf(await this.#reads.call(READ_REQUEST.applied));
  }

  async entries(range: {
    from: LogIndex;
    limit: number;
    bytesMax: number;
  }): Promise<Result<readonly AppliedEntry[], Refusal>> {
    const answer = await this.#reads.call(READ_REQUEST.appliedEntries, (writer) =>
      writer.u64(range.from).u64(range.limit).u64(range.bytesMax),
    );
    return readResult(answer, (r) => r.list(PAGE_ITEMS_MAX, readAppliedEntry));
  }

  async entryProof(index: LogIndex): Promise<Result<EntryProof | undefined, Refusal>> {
    const answer = await this.#reads.call(READ_REQUEST.entryProof, (writer) => writer.u64(index));
    return readResult(answer, (r) => r.option(readEntryProof));
  }

  async command(id: Hash): Promise<CommandRecord | PrunedCommand | undefined> {
    const answer = await this.#reads.call(READ_REQUEST.command, (writer) => writer.raw(id));
    return answer.option(readCommandAnswer);
  }

  async rows(request: RowRequest): Promise<Result<RowPage, Refusal>> {
    const answer = await this.#reads.call(READ_REQUEST.rows, (writer) => writeRowRequest(writer, request));
    return readResult(answer, readRowPage);
  }

  async rowProof(address: RowAddress): Promise<Result<CheckpointRow | undefined, Refusal>> {
    const answer = await this.#reads.call(READ_REQUEST.rowProof, (writer) => writeAddress(writer, address));
    return readResult(answer, (r) => r.option(readCheckpointRow));
  }

  async history(request: HistoryRequest): Promise<Result<HistoryPage, Refusal>> {
    const answer = await this.#reads.call(READ_REQUEST.history, (writer) =>
      writeHistoryRequest(writer, request),
    );
    return readResult(answer, readHistoryPage);
  }

  async modules(): Promise<Uint8Array> {
    const answer = await this.#reads.call(READ_REQUEST.modules);
    return answer.bytes(answer.remaining);
  }

  async module(name: string): Promise<Uint8Array | undefined> {
    const answer = await this.#reads.call(READ_REQUEST.module, (writer) => writeText(writer, name));
    return answer.option((r) => r.bytes(r.remaining));
  }

  async query(request: Query): Promise<Result<AsOf & { readonly result: Uint8Array }, QueryRefusal>> {
    const answer = await this.#reads.call(READ_REQUEST.query, (writer) => writeQuery(writer, request));
    return readResult(answer, (r) => ({ ...readAsOf(r), result: r.bytes(r.remaining) }));
  }

  async simulate(trial: {
    payload: Uint8Array;
    time: number;
  }): Promise<Result<{ readonly index: LogIndex; readonly receipt: Uint8Array }, Refusal>> {
    const answer = await this.#reads.call(READ_REQUEST.simulate, (writer) =>
      writer.u64(trial.time).bytes(trial.payload),
    );
    return readResult(answer, (r) => ({ index: LogIndex(r.u64()), receipt: r.bytes(r.remaining) }));
  }

  async close(): Promise<void> {
    this.#closing ??= this.#reads.leave();
    await this.#closing;
  }
}
