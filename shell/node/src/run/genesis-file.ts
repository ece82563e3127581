// The network's genesis file, as a node reads it: with a limit, and a Failure that says what is wrong.

import { Failure } from "@juno/failure";
import { GENESIS_BYTES_MAX, type Genesis, parseGenesis } from "@juno/proof";
import { sha256 } from "../crypto/sodium.ts";
import { readDocument } from "./node-config.ts";

/** Reads a genesis document, or throws Failure("config_invalid") naming what is wrong in it. */
export function loadGenesis(path: string): Genesis {
  const bytes = readDocument(path, "config_invalid", "every node needs the network's genesis file");
  if (bytes.length > GENESIS_BYTES_MAX)
    throw new Failure("config_invalid", `${path} is too large for a genesis`);
  const genesis = parseGenesis(sha256, bytes);
  if (!genesis.ok) throw new Failure("config_invalid", `${path}: ${genesis.error.detail}`);
  return genesis.value;
}
