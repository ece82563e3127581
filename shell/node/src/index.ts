// The door of shell/node: the adapters that touch the host, one per port of the runtime.

export {
  createKeyPair,
  type KeyPair,
  publicKeyOf,
  sha256,
  signerFrom,
  verifySignature,
} from "./crypto/sodium.ts";
export { type InitOptions, initNetwork, type NetworkFiles, type Ports } from "./init/init-network.ts";
export { type ClientKeys, loadClientKeys, saveClientKeys } from "./keys/client-keys.ts";
export { createNodeKeys, loadNodeKeys, type NodeKeys, saveNodeKeys } from "./keys/node-keys.ts";
export { EXIT_CODES, exitCodeOf, explainFailure } from "./run/exit-codes.ts";
export { type Address, loadNodeConfig, type NodeConfig } from "./run/node-config.ts";
export { loadGenesis, type RunningNode, type RunOptions, runNode } from "./run/running-node.ts";
export { type VerifierPoolOptions, verifierPool } from "./verifier/verifier-pool.ts";
