// SHA-256 of the host, for running contracts without a node.

import { hash } from "node:crypto";
import { Hash, type Sha256 } from "@juno/base";

export const sha256: Sha256 = (bytes) => Hash(new Uint8Array(hash("sha256", bytes, "buffer")));
