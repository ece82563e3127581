// The light door of shell/node: cryptography, key files and the files of a network, for programs that end
// in a moment. It loads neither stores nor servers nor the ledger.

export { createKeyPair, sha256, signerFrom, verifySignature } from "./crypto/sodium.ts";
export { CA_FILE } from "./init/api-certificates.ts";
export { loadClientKeys, peekClientKeys, saveClientKeys } from "./keys/client-keys.ts";
export {
  changePassphrase,
  decryptKeyFile,
  encryptKeyFile,
  isKeyFileEncrypted,
  splitNodeKeys,
} from "./keys/convert-key-file.ts";
export { readKeyFile } from "./keys/key-fields.ts";
export { peekNodeKeys } from "./keys/node-keys.ts";
export { Passphrase, readPassphrase } from "./keys/passphrase.ts";
export { describeFailure } from "./run/exit-codes.ts";
export { loadGenesis } from "./run/genesis-file.ts";
export { loadNodeConfig } from "./run/node-config.ts";
