// A file that only ever grows, with the hash of what is in it. What stands behind the stated bytes is
// what an interrupted run left, and is cut off before more is appended. It must not know what lines say.

import { createHash, type Hash as RunningHash } from "node:crypto";
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ArchiveFileJson } from "@juno/api";
import { damaged } from "../store/database.ts";

const CHUNK_BYTES = 1024 * 1024;
/** Text gathers up to so many characters before it is written. */
const WAITING_CHARS_MAX = 256 * 1024;

export class AppendedFile {
  readonly #name: string;
  readonly #descriptor: number;
  readonly #hash: RunningHash;
  #bytes: number;
  #lines: number;
  #waiting: string[] = [];
  #waitingChars = 0;

  private constructor(
    descriptor: number,
    parts: { name: string; hash: RunningHash; bytes: number; lines: number },
  ) {
    this.#descriptor = descriptor;
    this.#name = parts.name;
    this.#hash = parts.hash;
    this.#bytes = parts.bytes;
    this.#lines = parts.lines;
  }

  /** Opens a file at what is stated of it, or an empty one. Throws Failure `store_damaged` if it differs. */
  static open(folder: string, stated: ArchiveFileJson): AppendedFile {
    const path = join(folder, stated.name);
    const descriptor = openSync(path, stated.bytes === 0 ? "w+" : "r+");
    try {
      const hash = hashOfBeginning(descriptor, stated.bytes);
      const isAsStated = hash !== undefined && hash.copy().digest("hex") === stated.sha256;
      if (stated.bytes > 0 && !isAsStated) {
        throw damaged(
          path,
          "it is not what the manifest says; restore it, or export anew into another folder",
        );
      }
      ftruncateSync(descriptor, stated.bytes);
      const { name, bytes, entries: lines } = stated;
      return new AppendedFile(descriptor, { name, hash: hash ?? createHash("sha256"), bytes, lines });
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  get lines(): number {
    return this.#lines;
  }

  /** Appends a line. */
  append(line: string): void {
    this.#waiting.push(line, "\n");
    this.#waitingChars += line.length + 1;
    this.#lines += 1;
    if (this.#waitingChars >= WAITING_CHARS_MAX) this.#flush();
  }

  /** Makes everything durable; what is then stated of the file stays true whatever happens. */
  sync(): ArchiveFileJson {
    this.#flush();
    fsyncSync(this.#descriptor);
    const sha256 = this.#hash.copy().digest("hex");
    return { name: this.#name, bytes: this.#bytes, sha256, entries: this.#lines };
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.from(this.#waiting.join(""), "utf8");
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#bytes + done);
    }
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    this.#waiting = [];
    this.#waitingChars = 0;
  }
}

/** The hash of the first bytes of a file; undefined if it is shorter. */
export function hashOfBeginning(descriptor: number, length: number): RunningHash | undefined {
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(1, length)));
  for (let done = 0; done < length; ) {
    const read = readSync(descriptor, chunk, 0, Math.min(chunk.length, length - done), done);
    if (read === 0) return undefined;
    hash.update(chunk.subarray(0, read));
    done += read;
  }
  return hash;
}
