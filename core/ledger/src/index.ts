// The door of core/ledger: from committed entries to state, receipts and answers. It knows nothing
// of consensus, networks or storage.

export type { Applied, AppliedCommand, CommandStatus } from "./applied.ts";
export { apply, simulate } from "./apply.ts";
export { applyRedacted, type RedactedEntry } from "./apply-redacted.ts";
export {
  admissible,
  type ParsedCommand,
  type ParsedPayload,
  parseCommand,
  parseCommandBody,
  parsePayload,
  verifyCommand,
} from "./command.ts";
export { type LedgerContext, ledgerContext } from "./context.ts";
export {
  type ContractError,
  errorJson,
  errorOfJson,
  explainError,
  explainReason,
  type SourcePlace,
} from "./contract-error.ts";
export { SYSTEM } from "./deployed-module.ts";
export { combineChanges, invertChanges } from "./diff.ts";
export { mayAppend } from "./expiry.ts";
export { commandGas, GAS } from "./gas.ts";

export { checkGenesisModules } from "./genesis-modules.ts";
export {
  DEFAULT_ROLE,
  forbidden,
  mayRead,
  NOT_PERMITTED,
  roleIn,
  type Wish,
  wishOf,
} from "./governance/access.ts";
export {
  type ActStatus,
  type RecordedAct,
  type RecordedApproval,
  type RecordedReadiness,
  recordedAct,
  recordedActs,
} from "./governance/act-rows.ts";
export { type Activation, activationIn, tooOld, versionsAt } from "./governance/activation-state.ts";
export { clientNamed, clientOf } from "./governance/client-state.ts";
export { configurationIn, type RecordedEpoch, recordedEpoch } from "./governance/configuration-state.ts";
export {
  type ApprovedConfiguration,
  accessByRoles,
  clientWithAccess,
  type Governed,
  governedIn,
  governs,
  UNGOVERNED,
} from "./governance/governed.ts";
export { type PlannedActivation, readActivation } from "./governance/kinds/activate.ts";
export type { StepDown } from "./governance/kinds/step-down.ts";
export { ACTIVATE } from "./governance/payload-acts.ts";
export { barredPlace, calledPlaces, changedPlaces, placeName, type ReadPlace } from "./governance/reading.ts";
export { type Halt, haltIn, LEDGER_HALTED, operatorPolicy } from "./governance/switches.ts";
export { type ClientUsage, hasQuota, minuteOf, overQuota, QUOTA_EXCEEDED } from "./governance/usage.ts";
export { MemoryView } from "./memory-view.ts";
export { describeModule, knownTable, listModules, tablesIn } from "./module-description.ts";
export {
  type Action,
  type Call,
  type Deploy,
  isGovernance,
  REDACTED_AT_ONCE_MAX,
  type Redact,
  SIGNERS_MAX,
} from "./payload-parts.ts";
export { type QueryPlace, type QueryRefusal, type QueryRequest, query } from "./query.ts";
export { receiptChanges } from "./receipt-changes.ts";
export {
  isRedactable,
  ordersTold,
  type Redaction,
  redactedIn,
  redactionOf,
  redactionsIn,
} from "./redactions.ts";
export {
  CHUNK_BYTES,
  ChunkWriter,
  chunksOf,
  decodeChunk,
  type SnapshotChunk,
  type SnapshotId,
  type SnapshotRow,
} from "./snapshot-chunk.ts";
export { MemoryPages, StateCommitment } from "./state-commitment.ts";
export { parseTime, renderTime } from "./time.ts";
export type { LedgerStep, Trace, TracePlace } from "./trace.ts";
export { KNOWN_VERSIONS, lackingVersions, type Versions } from "./versions.ts";
export {
  compareAddress,
  type KeyRange,
  type RootedView,
  type Row,
  type RowAddress,
  type RowChange,
  type RowRange,
  type RowReader,
  type SpentId,
  type StateReader,
  type View,
} from "./view.ts";
