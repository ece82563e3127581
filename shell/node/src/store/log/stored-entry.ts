// Entries as rows of log.db and as they cross threads: with the digest and the hash that came with
// them, so that nothing is hashed again where nothing is doubted.

import type { SQLOutputValue, StatementSync } from "node:sqlite";
import { Epoch, LogIndex, type Reader, Term, type Writer } from "@juno/base";
import {
  beginsRedacted,
  type Entry,
  type EntryHeader,
  type EntryKind,
  REDACTED_BODY_BYTES,
  readEntry,
  writeEntry,
} from "@juno/proof";
import { blob, ContentError, hashOf, integer, text } from "../column.ts";

/** More bytes than any entry's body may have. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;
/** More entries than any message between threads may carry. */
export const ENTRIES_MAX = 1_000_000;

export function writeStoredEntry(writer: Writer, entry: Entry): void {
  writeEntry(writer, entry).raw(entry.bodyDigest).raw(entry.hash);
}

export function readStoredEntry(reader: Reader): Entry {
  const bare = readEntry(reader, BODY_BYTES_MAX);
  return { ...bare, bodyDigest: reader.hash(), hash: reader.hash() };
}

export const ENTRY_COLUMNS = "idx, epoch, term, time, kind, body, digest, hash";

export function insertEntry(statement: StatementSync, entry: Entry): void {
  const { index, epoch, term, time, kind, body, bodyDigest, hash } = entry;
  statement.run(index, epoch, term, time, kind, body, bodyDigest, hash);
}

const KINDS: readonly EntryKind[] = ["election", "command", "config"];

export const HEADER_COLUMNS = "idx, epoch, term, time, kind, digest";

/** The header of a row of HEADER_COLUMNS. Throws ContentError for a row that no node wrote. */
export function headerOfRow(row: Record<string, SQLOutputValue>): EntryHeader {
  const kind = KINDS.find((known) => known === text(row.kind));
  if (kind === undefined) throw new ContentError("the kind of an entry is unknown");
  return {
    epoch: Epoch(integer(row.epoch)),
    index: LogIndex(integer(row.idx)),
    term: Term(integer(row.term)),
    time: integer(row.time),
    kind,
    bodyDigest: hashOf(row.digest),
  };
}

/** The entry of a row of ENTRY_COLUMNS. Throws ContentError for a row that no node wrote. */
export function entryOf(row: Record<string, SQLOutputValue>): Entry {
  return { ...headerOfRow(row), body: bodyOf(blob(row.body)), hash: hashOf(row.hash) };
}

/** A redacted body stands where the whole one stood, with zeros up to its length (see redaction.ts). */
function bodyOf(stored: Uint8Array): Uint8Array {
  if (stored.length <= REDACTED_BODY_BYTES || !beginsRedacted(stored)) return stored;
  if (stored.subarray(REDACTED_BODY_BYTES).some((byte) => byte !== 0)) {
    throw new ContentError("there is something behind a redacted body");
  }
  return stored.subarray(0, REDACTED_BODY_BYTES);
}

export function headerOf({ epoch, index, term, time, kind, bodyDigest }: Entry): EntryHeader {
  return { epoch, index, term, time, kind, bodyDigest };
}
