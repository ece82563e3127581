// The light door of shell/node: cryptography, key files and the files of a network, for programs that end
// in a moment. It loads neither stores nor servers nor the ledger.

export { createKeyPair, sha256, signerFrom, verifySignature } from "./crypto/sodium.ts";
export { loadClientKeys, saveClientKeys } from "./keys/client-keys.ts";
export { describeFailure } from "./run/exit-codes.ts";
export { loadGenesis } from "./run/genesis-file.ts";
export { loadNodeConfig } from "./run/node-config.ts";
