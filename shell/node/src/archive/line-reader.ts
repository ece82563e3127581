// Reads the lines of the beginning of a file, one after another, in bounded memory. It must not know
// what they say. Invariant: a line longer than any that an archive has ends the reading with an error.

import { closeSync, openSync, readSync } from "node:fs";
import { hasParts } from "@juno/api";
import { parseUtf8 } from "@juno/base";
import { ContentError } from "../store/column.ts";

const CHUNK_BYTES = 256 * 1024;
/** More than the largest command and its receipt have, both escaped. */
const LINE_BYTES_MAX = 512 * 1024 * 1024;
/** An entry with the most signatures has fewer members and items. */
const LINE_PARTS_MAX = 65_536;
const NEWLINE = 0x0a;

/** Throws ContentError for what is no text, for a line without end or of more than any entry holds, and for a file that is shorter. */
export function* linesIn(path: string, length: number): Generator<string> {
  const descriptor = openSync(path, "r");
  try {
    let rest: Buffer[] = [];
    let restBytes = 0;
    for (let done = 0; done < length; ) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, length - done));
      const read = readSync(descriptor, chunk, 0, chunk.length, done);
      if (read === 0) throw new ContentError("it is shorter than the manifest says");
      done += read;
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0 && at < read; at = chunk.indexOf(NEWLINE, from)) {
        yield textOf([...rest, chunk.subarray(from, at)]);
        rest = [];
        restBytes = 0;
        from = at + 1;
      }
      rest.push(chunk.subarray(from, read));
      restBytes += read - from;
      if (restBytes > LINE_BYTES_MAX) throw new ContentError("a line is longer than any entry");
    }
    if (restBytes > 0) throw new ContentError("its last line has no end");
  } finally {
    closeSync(descriptor);
  }
}

function textOf(parts: readonly Buffer[]): string {
  const line = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  if (!hasParts(line, LINE_PARTS_MAX))
    throw new ContentError("a line has more members and items than any entry");
  const text = parseUtf8(line);
  if (text === undefined) throw new ContentError("a line is no text in UTF-8");
  return text;
}
