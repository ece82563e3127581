// The door of shell/runtime: the ports and the loop that performs the effects of the core. It
// imports no host module; adapters implement the ports.

export { LedgerAdmission } from "./admission.ts";
export type { Facts } from "./announcer.ts";
export { NodeBackend } from "./node-backend.ts";
export { NodeOrders } from "./orders.ts";
export { Pace } from "./pace.ts";
export type { Archive } from "./ports/archive.ts";
export type {
  AsOf,
  Backend,
  Busy,
  CommandState,
  HistoryPage,
  HistoryRequest,
  LeaderHint,
  LedgerHalt,
  Metric,
  NodeEvent,
  NodeStatus,
  NodeVersions,
  PeerProgress,
  PrunedCommand,
  QueryRequest,
  RowChangeRecord,
  RowPage,
  RowRequest,
  SignedOrder,
  Stall,
  StreamListener,
  SubmitAnswer,
} from "./ports/backend.ts";
export type { Clock } from "./ports/clock.ts";
export type { Departure, DivergenceKeeper } from "./ports/divergence-keeper.ts";
export type {
  Applied,
  AppliedBatch,
  CommandOutcome,
  EntryOutcome,
  Executor,
  MadeSnapshot,
  SpentIdExpiry,
} from "./ports/executor.ts";
export {
  type CheckpointRow,
  type CommandRecord,
  type LedgerReader,
  type OutcomeRecord,
  PAGE_BYTES_MAX,
  PAGE_ITEMS_MAX,
  pruned,
} from "./ports/ledger-reader.ts";
export type { LogStore, RedactedEntryBody, StoredEvidence } from "./ports/log-store.ts";
export { MemoryBackend, type MemoryBackendOptions } from "./ports/memory/memory-backend.ts";
export type {
  MemoryAdmin,
  MemoryConfiguration,
  MemoryMember,
  MemoryVoter,
} from "./ports/memory/memory-configuration.ts";
export { MemoryExecutor } from "./ports/memory/memory-executor.ts";
export { MemoryLedgerReader } from "./ports/memory/memory-ledger-reader.ts";
export { MemoryLog, MemoryLogStore } from "./ports/memory/memory-log-store.ts";
export { MemoryOrderStore } from "./ports/memory/memory-order-store.ts";
export { memoryReaders } from "./ports/memory/memory-readers.ts";
export { MemorySnapshotSource, type SnapshotPeer } from "./ports/memory/memory-snapshot-source.ts";
export { MemorySnapshotStore } from "./ports/memory/memory-snapshot-store.ts";
export { MemoryState } from "./ports/memory/memory-state.ts";
export { MemoryNetwork, type MemoryNetworkOptions } from "./ports/memory/transport.ts";
export { memoryVerifier } from "./ports/memory/verifier.ts";
export type { Held, KeptOrders, OrderStore } from "./ports/order-store.ts";
export type { OfferedManifest, OfferedSnapshot, SnapshotSource } from "./ports/snapshot-source.ts";
export {
  SNAPSHOTS_KEPT,
  type SnapshotStore,
  type StoredSnapshot,
  UNCERTIFIED_KEPT,
} from "./ports/snapshot-store.ts";
export type { Admission, Peer, PeerState, Transport } from "./ports/transport.ts";
export type { Verifier } from "./ports/verifier.ts";
export type { Retention } from "./pruning.ts";
export { type Reader, Readers, readerUnknown } from "./readers.ts";
export { readyAtOnce } from "./readiness.ts";
export { redactedBodyOf } from "./redactor.ts";
export { Replica } from "./replica.ts";
export type { ReplicaOptions, ReplicaPorts } from "./replica-options.ts";
export { downloadSnapshot } from "./snapshot-download.ts";
export { type CertifiedOffer, certifiedOffers } from "./snapshot-offers.ts";
export { lacksKeys } from "./standing.ts";
export { versionFailure } from "./versions.ts";
