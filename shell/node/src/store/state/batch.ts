// A batch of applied entries as it crosses from the executor to the main thread: one buffer.

import { Hash, hex, LogIndex, parseHex, type Reader, utf8, type Writer } from "@juno/base";
import type { ClientUsage, CommandStatus } from "@juno/ledger";
import type { Applied, AppliedBatch, CommandOutcome, EntryOutcome } from "@juno/runtime";
import { readStoredEntry, writeStoredEntry } from "../log/stored-entry.ts";
import { readGoverned, readText, writeGoverned } from "./governed-codec.ts";

/** More entries than any batch has. */
const OUTCOMES_MAX = 65_536;
/** More ids than any genesis lets be remembered. */
export const IDS_MAX = 100_000_000;
const STATUSES: readonly CommandStatus[] = ["ok", "failed", "expired", "duplicate", "rejected"];

export function writeApplied(writer: Writer, applied: Applied): void {
  writer.u64(applied.index).raw(applied.root);
}

/** The root is a copy: it is remembered long after the batch, and would keep all its receipts in memory. */
export function readApplied(reader: Reader): Applied {
  return { index: LogIndex(reader.u64()), root: Hash(reader.hash().slice()) };
}

function writeCommand(writer: Writer, command: CommandOutcome): void {
  writer.raw(command.id).u8(STATUSES.indexOf(command.status)).bool(command.spends);
  writer.option(command.expires, (w, expires) => w.u64(expires));
  writer.option(command.usage, (w, { client, minute, commands, gas }) =>
    w.bytes(utf8(client)).u64(minute).u64(commands).u64(gas),
  );
}

function readCommand(reader: Reader): CommandOutcome {
  return {
    id: Hash(reader.raw(32)),
    status: STATUSES[reader.u8()] ?? reader.fail("an unknown status"),
    spends: reader.bool(),
    expires: reader.option((r) => r.u64()),
    usage: reader.option(readUsage),
  };
}

const readUsage = (reader: Reader): ClientUsage => ({
  client: readText(reader),
  ...{ minute: reader.u64(), commands: reader.u64(), gas: reader.u64() },
});

function writeOutcome(writer: Writer, { entry, previousHash, receipt, command }: EntryOutcome): void {
  writeStoredEntry(writer, entry);
  writer.raw(previousHash).bytes(receipt).option(command, writeCommand);
}

function readOutcome(reader: Reader): EntryOutcome {
  return {
    entry: readStoredEntry(reader),
    previousHash: reader.hash(),
    receipt: reader.bytes(reader.remaining),
    command: reader.option(readCommand),
  };
}

export function writeBatch(writer: Writer, batch: AppliedBatch): void {
  writeApplied(writer, batch.applied);
  writer.list(batch.outcomes, writeOutcome);
  writer.option(batch.governed, writeGoverned);
  writer.option(batch.redactions, (w, orders) =>
    w.list(orders, (item, { index, id }) => item.u64(index).raw(parseHex(id)!)),
  );
  writer.option(batch.ids, (w, ids) => w.list(ids, (item, { id, expires }) => item.raw(id).u64(expires)));
}

export function readBatch(reader: Reader): AppliedBatch {
  return {
    applied: readApplied(reader),
    outcomes: reader.list(OUTCOMES_MAX, readOutcome),
    governed: reader.option(readGoverned),
    redactions: reader.option((r) =>
      r.list(IDS_MAX, (item) => ({ index: item.u64(), id: hex(item.hash()) })),
    ),
    ids: reader.option((r) => r.list(IDS_MAX, (item) => ({ id: item.hash(), expires: item.u64() }))),
  };
}

/** What an outcome takes besides its body and receipt, at most. */
const OUTCOME_OVERHEAD_BYTES = 256;

/** About how many bytes a batch takes. */
export function batchBytes(batch: AppliedBatch): number {
  let bytes = 64;
  for (const { entry, receipt } of batch.outcomes) {
    bytes += entry.body.length + receipt.length + OUTCOME_OVERHEAD_BYTES;
  }
  return bytes;
}
