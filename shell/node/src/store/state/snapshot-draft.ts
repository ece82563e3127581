// A snapshot that is being made, as state.db remembers it: what its manifest will say, and how far its
// chunks have come. It stands in the transaction that it speaks of, so that a crash loses no step.

import { decodeWith, parseUtf8, type Reader, utf8, Writer } from "@juno/base";
import type { RowAddress } from "@juno/ledger";
import { decodeManifest, encodeManifest, type SnapshotManifest } from "@juno/proof";
import { ContentError } from "../column.ts";

/** What comes next: rows above an address, or ids above an expiry and an id. */
export type Cursor =
  | { readonly kind: "rows"; readonly above: RowAddress }
  | { readonly kind: "ids"; readonly expires: number; readonly id: Uint8Array };

/** The manifest of what is made so far, and where it goes on. */
export type Draft = SnapshotManifest & { readonly cursor: Cursor };

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

export function encodeDraft({ cursor, ...manifest }: Draft): Uint8Array {
  const bytes = encodeManifest(manifest);
  return writeCursor(new Writer(bytes.length + 256).bytes(bytes), cursor).finish();
}

/** Throws ContentError for bytes that no node wrote. */
export function decodeDraft(bytes: Uint8Array): Draft {
  const decoded = decodeWith(bytes, (reader) => {
    const manifest = decodeManifest(reader.bytes(reader.remaining));
    if (!manifest.ok) return reader.fail(manifest.error.detail);
    return { ...manifest.value, cursor: readCursor(reader) };
  });
  if (!decoded.ok) throw new ContentError(decoded.error.detail);
  return decoded.value;
}
