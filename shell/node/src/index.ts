// The door of shell/node: the adapters that touch the host, one per port of the runtime.

export {
  createKeyPair,
  type KeyPair,
  publicKeyOf,
  sha256,
  signerFrom,
  verifySignature,
} from "./crypto/sodium.ts";
export { type ClientKeys, loadClientKeys, saveClientKeys } from "./keys/client-keys.ts";
export { createNodeKeys, loadNodeKeys, type NodeKeys, saveNodeKeys } from "./keys/node-keys.ts";
export { type VerifierPoolOptions, verifierPool } from "./verifier/verifier-pool.ts";
