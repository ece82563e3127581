// The key of whoever operates one node (A32), made with the node's folder. The node itself needs its public part alone, which stands
// in its configuration; the file may be taken elsewhere.

import { join } from "node:path";
import { hex, type NodeId } from "@juno/base";
import { createKeyPair } from "../crypto/sodium.ts";
import { saveClientKeys } from "../keys/client-keys.ts";
import type { Passphrase } from "../keys/passphrase.ts";

/** Answers the public key, lower-case hex. */
export function makeNodeOperator(folder: string, id: NodeId, passphrase: Passphrase | undefined): string {
  const pair = createKeyPair();
  saveClientKeys(join(folder, "operator.json"), { name: `operator-${id}`, ...pair }, passphrase);
  return hex(pair.key);
}
