// A snapshot that is being made, as state.db remembers it: what its manifest will say, and how far its
// chunks have come. It stands in the transaction that it speaks of, so that a crash loses no step.

import { decodeWith, Epoch, LogIndex, parseUtf8, type Reader, Term, utf8, Writer } from "@juno/base";
import type { RowAddress } from "@juno/ledger";
import type { ChunkDigest, SnapshotManifest } from "@juno/proof";
import { ContentError } from "../column.ts";

/** What comes next: rows above an address, or ids above an expiry and an id. */
export type Cursor =
  | { readonly kind: "rows"; readonly above: RowAddress }
  | { readonly kind: "ids"; readonly expires: number; readonly id: Uint8Array };

export type Draft = Omit<SnapshotManifest, "network" | "chunks"> & {
  readonly chunks: readonly ChunkDigest[];
  readonly cursor: Cursor;
};

const PEAKS_MAX = 64;
const CHUNKS_MAX = 4_000_000;
const CURSOR_CODES = { rows: 1, ids: 2 } as const;

const readText = (reader: Reader): string =>
  parseUtf8(reader.bytes(reader.remaining)) ?? reader.fail("a text is not UTF-8");

function writeCursor(writer: Writer, cursor: Cursor): Writer {
  writer.u8(CURSOR_CODES[cursor.kind]);
  if (cursor.kind === "ids") return writer.u64(cursor.expires).bytes(cursor.id);
  const { module, table, key } = cursor.above;
  return writer.bytes(utf8(module)).bytes(utf8(table)).bytes(utf8(key));
}

function readCursor(reader: Reader): Cursor {
  const kind = reader.u8();
  if (kind === CURSOR_CODES.ids) return { kind: "ids", expires: reader.u64(), id: reader.bytes(32) };
  if (kind !== CURSOR_CODES.rows) reader.fail("a cursor is among rows or ids");
  return {
    kind: "rows",
    above: { module: readText(reader), table: readText(reader), key: readText(reader) },
  };
}

export function encodeDraft(draft: Draft): Uint8Array {
  const { epoch, index, hash, term, time, peaks, stateRoot, rows, ids, chunks, cursor } = draft;
  const writer = new Writer(512 + 36 * chunks.length).u64(epoch).u64(index).raw(hash).u64(term).u64(time);
  writer
    .list(peaks, (w, peak) => w.raw(peak))
    .raw(stateRoot)
    .u64(rows)
    .u64(ids);
  writer.list(chunks, (w, chunk) => w.u32(chunk.bytes).raw(chunk.hash));
  return writeCursor(writer, cursor).finish();
}

/** Throws ContentError for bytes that no node wrote. */
export function decodeDraft(bytes: Uint8Array): Draft {
  const decoded = decodeWith(bytes, (reader) => ({
    epoch: Epoch(reader.u64()),
    index: LogIndex(reader.u64()),
    hash: reader.hash(),
    term: Term(reader.u64()),
    time: reader.u64(),
    peaks: reader.list(PEAKS_MAX, (r) => r.hash()),
    stateRoot: reader.hash(),
    rows: reader.u64(),
    ids: reader.u64(),
    chunks: reader.list(CHUNKS_MAX, (r) => ({ bytes: r.u32(), hash: r.hash() })),
    cursor: readCursor(reader),
  }));
  if (!decoded.ok) throw new ContentError(decoded.error.detail);
  return decoded.value;
}
