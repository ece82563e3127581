// The door of core/api: the HTTP contract as data. Routes, schemas, error codes and limits, the JSON
// forms of commands, entries and proofs, and the bytes that replies and events are signed over.

export type { Static, TSchema } from "typebox";
export {
  ARCHIVE_FORMAT,
  type ArchiveCertificateJson,
  ArchiveCertificateSchema,
  type ArchiveEvidenceJson,
  ArchiveEvidenceSchema,
  type ArchiveFileJson,
  type ArchiveManifestJson,
  ArchiveManifestSchema,
} from "./archive-json.ts";
export { BACKUP_FORMAT, type BackupManifestJson, BackupManifestSchema } from "./backup-json.ts";
export {
  type CommandStateJson,
  CommandStateSchema,
  parseSignedCommand,
  type RefusedCommandJson,
  RefusedCommandSchema,
  renderSignedCommand,
  type SignedCommandJson,
  SignedCommandSchema,
  type SubmitBodyJson,
  SubmitBodySchema,
  SubmitReplySchema,
} from "./command-json.ts";
export { DIVERGENCE_FORMAT, type DivergenceJson, DivergenceSchema } from "./divergence-json.ts";
export {
  type EntryJson,
  type EntryPageJson,
  EntryPageSchema,
  type EntryProofJson,
  EntryProofSchema,
  EntrySchema,
  parseEntry,
  parseEntryProof,
  renderEntry,
  renderEntryProof,
} from "./entry-json.ts";
export {
  type EpochJson,
  type EpochPageJson,
  EpochPageSchema,
  type EpochsFileJson,
  linkOfEpoch,
  parseEpochsFile,
  renderEpoch,
  renderEpochsFile,
} from "./epochs-json.ts";
export {
  ERRORS,
  type ErrorCode,
  type ErrorEntry,
  type ErrorOutcome,
  errorEntry,
  isErrorCode,
} from "./errors.ts";
export {
  type EvidenceClaimJson,
  type EvidenceFileJson,
  EvidenceFileSchema,
  type EvidencePageJson,
  EvidencePageSchema,
  renderEvidence,
  renderEvidenceClaim,
} from "./evidence-json.ts";
export type { HostJson } from "./host-json.ts";
export { hasParts, REPLY_PARTS_MAX, REQUEST_PARTS_MAX } from "./json-parts.ts";
export {
  type HistoryJson,
  HistorySchema,
  jsonOf,
  type ModuleJson,
  type ModuleListJson,
  ModuleListSchema,
  ModuleSchema,
  type QueryBodyJson,
  QueryBodySchema,
  type QueryReplyJson,
  QueryReplySchema,
  type RowPageJson,
  RowPageSchema,
  type SimulateBodyJson,
  SimulateBodySchema,
  type SimulateReplyJson,
  SimulateReplySchema,
} from "./ledger-json.ts";
export * from "./limits.ts";
export { type OrderBodyJson, OrderBodySchema, type OrderReplyJson, OrderReplySchema } from "./order-json.ts";
export {
  type Hex,
  type OutcomeProofJson,
  OutcomeProofSchema,
  outcomeProofOf,
  parseOutcomeProof,
  renderOutcomeProof,
} from "./outcome-json.ts";
export {
  type LeaderHintJson,
  PROBLEM_MEDIA_TYPE,
  type Problem,
  type ProblemFacts,
  ProblemSchema,
  problemOf,
} from "./problem.ts";
export { PROOF_FILE_BYTES_MAX } from "./proof-file.ts";
export { ReadyReplySchema } from "./ready-json.ts";
export {
  isCanonicalReceipt,
  parseReceiptFile,
  receiptFileOf,
} from "./receipt-file.ts";
export {
  type CommandReceiptJson,
  CommandReceiptSchema,
  type ContractErrorJson,
} from "./receipt-json.ts";
export {
  eventStatement,
  NONCE_HEADER,
  parseSignature,
  READER_HEADER,
  type RequestParts,
  renderSignature,
  replyStatement,
  requestDigest,
  SIGNATURE_HEADER,
  type StreamEvent,
  signatureCheck,
} from "./reply-signature.ts";
export type { ReplyShape, Route } from "./route.ts";
export {
  API_PREFIX,
  ERRORS_ANYWHERE,
  pathOf,
  READ_ERRORS,
  ROUTES,
  type RouteName,
} from "./routes.ts";
export {
  type ProvenRowJson,
  ProvenRowSchema,
  parseProvenRow,
  parseRowFile,
  renderProvenRow,
  rowFileOf,
} from "./row-json.ts";
export { checkShape } from "./shape.ts";
export {
  SnapshotChunkSchema,
  SnapshotListSchema,
  SnapshotManifestSchema,
  type SnapshotSummaryJson,
} from "./snapshot-json.ts";
export {
  type LiveJson,
  LiveSchema,
  type NodeEventJson,
  NodeEventSchema,
  type ReadyJson,
  ReadySchema,
  type StatusJson,
  StatusReplySchema,
  StatusSchema,
} from "./status-json.ts";
export {
  EVENT_STREAM_MEDIA_TYPE,
  EventReader,
  parseIndex,
  type ReceivedEvent,
  renderEvent,
  STREAM_HEARTBEAT,
  STREAM_HEARTBEAT_MS,
} from "./stream-event.ts";
