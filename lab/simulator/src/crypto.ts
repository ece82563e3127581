// Deterministic stand-ins for signatures: a keyed hash that only the holder of the secret can make
// in this process. Strategies of lying nodes get signers, never secrets of honest nodes.

import { createHash, hash } from "node:crypto";
import { concatBytes, Hash, type Sha256, type Sign, type VerifySignature } from "@juno/base";

export const sha256: Sha256 = (bytes) => Hash(new Uint8Array(hash("sha256", bytes, "buffer")));

const SECRET = "simulated";

function mac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha512").update(SECRET).update(key).update(message).digest());
}

export type SimulatedKey = { readonly key: Uint8Array; readonly sign: Sign };

export function simulatedKey(name: string): SimulatedKey {
  const key = sha256(concatBytes(new TextEncoder().encode(name)));
  return { key, sign: (message) => mac(key, message) };
}

export const verifySignature: VerifySignature = ({ key, message, signature }) =>
  Buffer.compare(mac(key, message), signature) === 0;
