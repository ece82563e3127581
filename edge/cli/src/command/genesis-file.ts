// The genesis file that a command is given to trust.

import { readFileSync } from "node:fs";
import { usage } from "../complaint.ts";

/** Its exact bytes. Throws a Complaint for a file that cannot be read. */
export function readGenesis(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw usage(
      `${path} cannot be read (${(cause as NodeJS.ErrnoException).code}): give the network's genesis file.`,
    );
  }
}
