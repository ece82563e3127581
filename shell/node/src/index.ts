// The door of shell/node: the adapters that touch the host, one per port of the runtime.

export {
  createKeyPair,
  type KeyPair,
  publicKeyOf,
  sha256,
  signerFrom,
  verifySignature,
} from "./crypto/sodium.ts";
