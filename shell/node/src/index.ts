// The door of shell/node: the adapters that touch the host, one per port of the runtime.

export type { ArchiveFeed, Span } from "./archive/archive-feed.ts";
export {
  type ExportProgress,
  type ExportReport,
  type ExportRequest,
  exportArchive,
} from "./archive/export-archive.ts";
export { NodeFeed } from "./archive/node-feed.ts";
export { type RedactArchiveReport, redactArchive } from "./archive/redact-archive.ts";
export type { AuditProgress, AuditReport, Finding } from "./audit/audit-report.ts";
export type { CertifiedSnapshot } from "./audit/certified-snapshot.ts";
export { ClusterSnapshots, type ClusterSnapshotsParts } from "./audit/cluster-snapshots.ts";
export { FollowAudit } from "./audit/follow-audit.ts";
export { type Exclusion, NOT_COVERED } from "./audit/not-covered.ts";
export { verifyFolder } from "./audit/verify-archive.ts";
export { type AuditOptions, type AuditRequest, verifyDatabases } from "./audit/verify-databases.ts";
export { type BackupProgress, type BackupRequest, makeBackup } from "./backup/make-backup.ts";
export { type RestoreReport, type RestoreRequest, restoreBackup } from "./backup/restore-backup.ts";
export {
  createKeyPair,
  type KeyPair,
  publicKeyOf,
  sha256,
  signerFrom,
  verifySignature,
} from "./crypto/sodium.ts";
export { type DiffRequest, diff, openDiffSide } from "./diff/diff.ts";
export type { DiffProgress, DiffReport, Held, Parting, RowDifference } from "./diff/diff-report.ts";
export { type DiffSide, feedSide } from "./diff/diff-side.ts";
export { duplicateMember } from "./http/duplicate-member.ts";
export {
  DEFAULT_HTTP_LIMITS,
  type HttpLimits,
  type HttpOptions,
  type ReplySigner,
} from "./http/http-options.ts";
export type { HttpServer } from "./http/http-server.ts";
export { openHttpServer } from "./http/open-http-server.ts";
export { accountsSource } from "./init/accounts-source.ts";
export { type InitOptions, initNetwork, type NetworkFiles, type Ports } from "./init/init-network.ts";
export { initNode, type NewNode } from "./init/init-node.ts";
export { type ClientKeys, loadClientKeys, saveClientKeys } from "./keys/client-keys.ts";
export {
  changePassphrase,
  decryptKeyFile,
  encryptKeyFile,
  isKeyFileEncrypted,
} from "./keys/convert-key-file.ts";
export { createNextKeys, NodeKeyring, nextKeysPath } from "./keys/node-keyring.ts";
export {
  createNodeKeys,
  fixedKeys,
  loadNodeKeys,
  type NodeKeys,
  type PublicNodeKeys,
  peekNodeKeys,
  saveNodeKeys,
} from "./keys/node-keys.ts";
export type { Passphrase } from "./keys/passphrase.ts";
export type { ElectionAccount } from "./replay/election-account.ts";
export { type ReplayRequest, replay } from "./replay/replay.ts";
export type { Replayed, ReplayFacts, ReplayOutcome } from "./replay/replay-report.ts";
export type { ReplayedRow, ReplayedState, TableName } from "./replay/replayed-state.ts";
export { type ResyncReport, type ResyncRequest, resyncNode } from "./resync/resync-node.ts";
export { describeFailure, EXIT_CODES } from "./run/exit-codes.ts";
export { loadGenesis } from "./run/genesis-file.ts";
export { loadNodeConfig, type NodeConfig } from "./run/node-config.ts";
export { type NodeEventFacts, type OperatorLog, operatorLog } from "./run/operator-log.ts";
export type { RunningNode, RunOptions } from "./run/run-options.ts";
export { runNode } from "./run/running-node.ts";
export { type HeldKey, openSigner, type SignerServer } from "./signer/signer-server.ts";
export { logFile, stateFile } from "./store/folder.ts";
export { createLog } from "./store/log/create-log.ts";
export { openStores, type Stores, type StoresOptions } from "./store/open-stores.ts";
export { SnapshotFolder, snapshotsFolder } from "./store/snapshot/snapshot-folder.ts";
export { FrameReader } from "./transport/frame-reader.ts";
export type { Address, Addresses } from "./transport/handshake.ts";
export {
  type TlsTransport,
  type TlsTransportOptions,
  type TransportLimits,
  tlsTransport,
} from "./transport/tls-transport.ts";
export type { TransportTraffic } from "./transport/traffic.ts";
export { type VerifierPoolOptions, verifierPool } from "./verifier/verifier-pool.ts";
