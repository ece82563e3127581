// Hex by the host: ten times faster than the portable way, for the many hashes of a proof.

import type { Hex } from "@juno/api";

export const fastHex: Hex = (bytes) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
