// Answers of the read thread, packed.

import { err, Hash, LogIndex, ok, type Reader, type Refusal, type Result, type Writer } from "@juno/base";
import { type CommandStatus, errorJson, errorOfJson, type QueryRefusal } from "@juno/ledger";
import {
  type AppliedEntry,
  type EntryProof,
  readCommitProof,
  readEntryHeader,
  writeCommitProof,
  writeEntryHeader,
} from "@juno/proof";
import type {
  AsOf,
  CheckpointRow,
  CommandRecord,
  HistoryPage,
  OutcomeRecord,
  PrunedCommand,
  RowChangeRecord,
  RowPage,
} from "@juno/runtime";
import { readStoredEntry, writeStoredEntry } from "../log/stored-entry.ts";
import { readJsonValue, readText, writeJson, writeText } from "./request-codec.ts";

/** More items than any answer has. */
const ITEMS_MAX = 65_536;
const STATUSES: readonly CommandStatus[] = ["ok", "failed", "expired", "duplicate", "rejected"];

/** Bytes that are bounded by the message they stand in. */
const readBytes = (reader: Reader): Uint8Array => reader.bytes(reader.remaining);
const writeBytes = (writer: Writer, bytes: Uint8Array): Writer => writer.bytes(bytes);
const writeHash = (writer: Writer, hash: Hash): Writer => writer.raw(hash);
const readHash = (reader: Reader): Hash => Hash(reader.raw(32));

export const writeAsOf = (writer: Writer, { index, root }: AsOf): Writer => writer.u64(index).raw(root);
export const readAsOf = (reader: Reader): AsOf => ({ index: LogIndex(reader.u64()), root: reader.hash() });

export function writeAppliedEntry(writer: Writer, { entry, previousHash, receipt }: AppliedEntry): void {
  writeStoredEntry(writer, entry);
  writer.raw(previousHash).bytes(receipt);
}

export function readAppliedEntry(reader: Reader): AppliedEntry {
  return { entry: readStoredEntry(reader), previousHash: reader.hash(), receipt: readBytes(reader) };
}

export function writeEntryProof(writer: Writer, proof: EntryProof): void {
  writeEntryHeader(writer, proof.header).raw(proof.previousHash).list(proof.through, writeEntryHeader);
  writeCommitProof(writer, proof.commit);
}

export function readEntryProof(reader: Reader): EntryProof {
  return {
    header: readEntryHeader(reader),
    previousHash: reader.hash(),
    through: reader.list(ITEMS_MAX, readEntryHeader),
    commit: readCommitProof(reader),
  };
}

function writeOutcomeRecord(writer: Writer, record: OutcomeRecord): void {
  writeEntryHeader(writer, record.header).raw(record.previousHash).raw(record.hash).bytes(record.receipt);
}

const readOutcomeRecord = (reader: Reader): OutcomeRecord => ({
  header: readEntryHeader(reader),
  previousHash: reader.hash(),
  hash: reader.hash(),
  receipt: readBytes(reader),
});

export function writeCommandAnswer(writer: Writer, answer: CommandRecord | PrunedCommand): void {
  const isPruned = "kind" in answer;
  writer.u8(isPruned ? 1 : 0);
  if (isPruned) writer.u64(answer.index).u8(STATUSES.indexOf(answer.status));
  else writeCommandRecord(writer, answer);
}

export function readCommandAnswer(reader: Reader): CommandRecord | PrunedCommand {
  if (reader.u8() === 0) return readCommandRecord(reader);
  return { kind: "pruned", index: LogIndex(reader.u64()), status: readStatus(reader) };
}

const readStatus = (reader: Reader): CommandStatus =>
  STATUSES[reader.u8()] ?? reader.fail("an unknown status");

function writeCommandRecord(writer: Writer, record: CommandRecord): void {
  writer.raw(record.id).u8(STATUSES.indexOf(record.status)).raw(record.signaturesHash);
  writer.option(record.redactedBy, (w, index) => w.u64(index));
  writeOutcomeRecord(writer, record);
}

function readCommandRecord(reader: Reader): CommandRecord {
  return {
    id: reader.hash(),
    status: readStatus(reader),
    signaturesHash: reader.hash(),
    redactedBy: reader.option((r) => LogIndex(r.u64())),
    ...readOutcomeRecord(reader),
  };
}

export function writeCheckpointRow(writer: Writer, { row, proof, checkpoint }: CheckpointRow): void {
  writer.option(row, writeBytes).list(proof.siblings, writeHash);
  writer.option(proof.leaf, (w, { path, digest }) => w.raw(path).raw(digest));
  writeOutcomeRecord(writer, checkpoint);
}

export function readCheckpointRow(reader: Reader): CheckpointRow {
  return {
    row: reader.option(readBytes),
    proof: {
      siblings: reader.list(ITEMS_MAX, readHash),
      leaf: reader.option((r) => ({ path: r.hash(), digest: r.hash() })),
    },
    checkpoint: readOutcomeRecord(reader),
  };
}

export function writeRowPage(writer: Writer, page: RowPage): void {
  writeAsOf(writer, page).option(page.next, writeText);
  writer.list(page.rows, (w, { key, value }) => writeText(w, key).bytes(value));
}

export function readRowPage(reader: Reader): RowPage {
  const asOf = readAsOf(reader);
  const next = reader.option(readText);
  return { ...asOf, next, rows: reader.list(ITEMS_MAX, (r) => ({ key: readText(r), value: readBytes(r) })) };
}

function writeChange(writer: Writer, change: RowChangeRecord): void {
  writer.u64(change.index).u64(change.time).option(change.commandId, writeHash);
  writer.option(change.before, writeBytes).option(change.after, writeBytes);
}

function readChange(reader: Reader): RowChangeRecord {
  return {
    index: LogIndex(reader.u64()),
    time: reader.u64(),
    commandId: reader.option(readHash),
    before: reader.option(readBytes),
    after: reader.option(readBytes),
  };
}

export function writeHistoryPage(writer: Writer, page: HistoryPage): void {
  writer.list(page.changes, writeChange).option(page.next, (w, next) => w.u64(next));
}

export function readHistoryPage(reader: Reader): HistoryPage {
  return { changes: reader.list(ITEMS_MAX, readChange), next: reader.option((r) => LogIndex(r.u64())) };
}

export function writeResult<T>(
  writer: Writer,
  result: Result<T, QueryRefusal>,
  write: (writer: Writer, value: T) => void,
): void {
  writer.bool(result.ok);
  if (result.ok) {
    write(writer, result.value);
    return;
  }
  const { code, detail, error } = result.error;
  writeText(writeText(writer, code), detail).option(error, (w, known) => writeJson(w, errorJson(known)));
}

export function readResult<T>(reader: Reader, read: (reader: Reader) => T): Result<T, QueryRefusal> {
  if (reader.bool()) return ok(read(reader));
  const refusal: Refusal = { code: readText(reader), detail: readText(reader) };
  const error = reader.option(
    (r) => errorOfJson(readJsonValue(r)) ?? r.fail("an error is one of the ledger's"),
  );
  return err(error === undefined ? refusal : { ...refusal, error });
}
