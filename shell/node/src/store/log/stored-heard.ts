// What others have said (S15), as one row of log.db. It is kept to remind them of it, so it must come back as
// it was: one damaged word would spoil a whole answer. A checksum finds that out at the start.

import type { DatabaseSync } from "node:sqlite";
import { decodeWith, equalBytes, type Hash, type Reader, taggedHash, Writer } from "@juno/base";
import { type Word, wordFrom, writeWord } from "@juno/consensus";
import { VOTERS_MAX } from "@juno/proof";
import { sha256 } from "../../crypto/sodium.ts";
import { blob, ContentError } from "../column.ts";

const SAVE_HEARD = "INSERT OR REPLACE INTO heard VALUES (1, ?, ?)";

/** Three words of each voter. */
const WORDS_MAX = 3 * VOTERS_MAX;

const checksumOf = (bytes: Uint8Array): Hash => taggedHash(sha256, "log-heard", bytes);

export const packWords = (words: readonly Word[]): Uint8Array => writeWords(new Writer(1024), words).finish();

export const writeWords = (writer: Writer, words: readonly Word[]): Writer => writer.list(words, writeWord);
export const readWords = (reader: Reader): Word[] => reader.list(WORDS_MAX, wordFrom);

/** `packed` is of packWords. */
export function saveHeard(db: DatabaseSync, packed: Uint8Array): void {
  db.prepare(SAVE_HEARD).run(packed, checksumOf(packed));
}

/** Throws ContentError for a row that no node wrote. */
export function loadHeard(db: DatabaseSync): Word[] {
  const row = db.prepare("SELECT words, checksum FROM heard").get();
  if (row === undefined) return [];
  const bytes = blob(row.words);
  const words = equalBytes(blob(row.checksum), checksumOf(bytes)) ? decodeWith(bytes, readWords) : undefined;
  if (!words?.ok) throw new ContentError("what others have said does not match its checksum");
  return words.value;
}
