// Files that prove something (E35, E48), on the command line: read with a limit, written where nothing is,
// judged by a genesis.

import { createReadStream, existsSync, writeFileSync } from "node:fs";
import { PROOF_FILE_BYTES_MAX } from "@juno/api";
import { concatBytes } from "@juno/base";
import { sha256 } from "@juno/node/light";
import { type Genesis, parseGenesis } from "@juno/proof";
import { type Complaint, usage } from "../complaint.ts";
import { readGenesis } from "./document.ts";

export const STDIN = "-";

/** The network's genesis; throws a Complaint if the file is none. */
export function loadGenesis(path: string): Genesis {
  const genesis = parseGenesis(sha256, readGenesis(path));
  if (!genesis.ok) throw usage(`${path} is no genesis file: ${genesis.error.detail}`);
  return genesis.value;
}

/** Of what is longer than such a file may be, no more than shows that it is. */
export async function readProofFile(path: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of path === STDIN ? process.stdin : createReadStream(path)) {
      parts.push(part as Uint8Array);
      length += parts.at(-1)!.length;
      if (length > PROOF_FILE_BYTES_MAX) break;
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw usage(`${path === STDIN ? "Standard input" : path} cannot be read (${code}).`);
  }
  return concatBytes(...parts);
}

const exists = (path: string): Complaint =>
  usage(`${path} exists already and is not replaced: give --out another name, or remove it first.`);

/** Throws a Complaint if there is something that would have to be replaced. */
export function demandFree(path: string | undefined): void {
  if (path !== undefined && existsSync(path)) throw exists(path);
}

/** Its owner may have made the file meanwhile, so what is there is asked for while writing. */
export function keepProofFile(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") throw exists(path);
    throw usage(`${path} cannot be written (${code}).`);
  }
}
