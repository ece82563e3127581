// JSON documents that people give on the command line: read with a limit, refused with the place.

import { readFileSync } from "node:fs";
import { usage } from "../complaint.ts";

const DOCUMENT_CHARS_MAX = 16 * 1024 * 1024;

/** The text of a file, or of standard input for `-`. */
export function readText(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw usage(`${path === "-" ? "Standard input" : path} cannot be read (${code}).`);
  }
}

/** `what` names the document in complaints. */
export function parseDocument(text: string, what: string): unknown {
  if (text.length > DOCUMENT_CHARS_MAX)
    throw usage(`${what} is longer than ${DOCUMENT_CHARS_MAX} characters.`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw usage(`${what} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** The exact bytes of a network's genesis file. */
export function readGenesis(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw usage(
      `${path} cannot be read (${(cause as NodeJS.ErrnoException).code}): give the network's genesis file.`,
    );
  }
}
