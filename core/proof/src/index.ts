// The door of core/proof: what makes a claim about the ledger believable. Entries and their hash
// chain, quorums, signed statements, certificates, the outcome tree. It knows no node, no ledger.

export {
  ACT_BYTES_MAX,
  type ActHead,
  APPROVALS_MAX,
  type Approval,
  actId,
  approvalCheck,
  approvingKeys,
  readActHead,
} from "./act.ts";
export {
  type AppendBody,
  type AppendStatement,
  decodeAppendBody,
  ENTRIES_PER_APPEND_MAX,
  encodeAppendBody,
} from "./append-statement.ts";
export {
  type Certificate,
  type CommitProof,
  checkCertificate,
  checkCommitProof,
  checkTermCertificate,
  decodeCertificate,
  decodeCommitProof,
  decodeTermCertificate,
  encodeCertificate,
  encodeCommitProof,
  encodeTermCertificate,
  genesisCertificate,
  quorumStatements,
  readCertificate,
  readCommitProof,
  readTermCertificate,
  type TermCertificate,
  VOTERS_MAX,
  verifyAll,
  writeCertificate,
  writeCommitProof,
  writeTermCertificate,
} from "./certificate.ts";
export {
  type CommandSignature,
  commandDigest,
  commandId,
  decodeCommand,
  encodeCommand,
  isAppendable,
  LIFETIME_MS_MAX,
  type SignedCommand,
  signaturesHash,
} from "./command.ts";
export {
  type ConfigBody,
  type Configuration,
  type ConfigurationAct,
  checkConfigBody,
  checkReadiness,
  decodeConfigBody,
  encodeConfigBody,
  MEMBER_ROLES,
  type Member,
  type MemberRole,
  parseConfigurationAct,
  type Readiness,
  readConfiguration,
  readinessBytes,
  readinessCheck,
  readinessChecks,
  votersOf,
} from "./configuration.ts";
export {
  type BareEntry,
  bodyDigest,
  chainEntry,
  ENTRY_OVERHEAD_BYTES,
  type Entry,
  type EntryHeader,
  type EntryKind,
  entryHash,
  readEntry,
  readEntryHeader,
  writeEntry,
  writeEntryHeader,
} from "./entry.ts";
export { type AppliedEntry, checkEntryProof, type EntryProof } from "./entry-proof.ts";
export {
  checkEpochLink,
  decodeEpochLink,
  type EpochFacts,
  type EpochLink,
  Epochs,
  encodeEpochLink,
  firstEpoch,
  followLinks,
  readEpochLink,
  writeEpochLink,
} from "./epoch.ts";
export { linkName, nextEpoch, stepRefused } from "./epoch-steps.ts";
export {
  attestsTwice,
  type CheckedEvidence,
  checkEvidence,
  checkEvidenceIn,
  decodeEvidence,
  EVIDENCE_KINDS,
  type Evidence,
  type EvidenceClaim,
  type EvidenceKind,
  encodeEvidence,
  votesBelow,
  votesTwice,
} from "./evidence.ts";
export {
  type Client,
  GENESIS_BYTES_MAX,
  type Genesis,
  type GenesisVoter,
  parseGenesis,
  readClient,
} from "./genesis.ts";
export { FRAME_BYTES_MAX, type Limits, shareProblem, type Timing } from "./genesis-limits.ts";
export { keyPolicy, type Policy, policyJson, policyKeys, readPolicy, satisfies } from "./genesis-policy.ts";
export { KeyOwners } from "./key-owners.ts";
export {
  electorateIn,
  electorateOfBody,
  endOf,
  isBeyond,
  type KnownEpochs,
  onlyEpoch,
} from "./known-epochs.ts";
export {
  NODE_ORDER_BYTES_MAX,
  type NodeOrder,
  type NodeOrderKind,
  nodeOrderBytes,
  nodeOrderCheck,
  nodeOrderDocument,
  parseNodeOrder,
} from "./node-order.ts";
export {
  type Attestation,
  attestingElectorate,
  type OutcomeProof,
  type ProofContext,
  type ReceiptProof,
  receiptHash,
  rootsConflict,
  verifyOutcome,
  verifyReceipt,
} from "./outcome.ts";
export {
  type Electorate,
  electorateOf,
  FIRST_EPOCH,
  faultsOf,
  leaderOf,
  networkStart,
  quorumOf,
  type Voter,
} from "./quorum.ts";
export {
  beginsRedacted,
  chainKeptEntry,
  decodeRedactedBody,
  encodeRedactedBody,
  isRedacted,
  keptBodyDigest,
  REDACTED_BODY_BYTES,
  type RedactedBody,
  redactedParts,
} from "./redacted-body.ts";
export { type Access, ROLES_MAX, type Role, readRole, roleJson } from "./role.ts";
export { type ProvenRow, provesRow, type RowProof, stateRootOf, verifyRow } from "./row-proof.ts";
export { admissibleSignature } from "./signature-rule.ts";
export {
  parseSignedRead,
  READ_WINDOW_MS,
  renderSignedRead,
  type SignedRead,
  signedReadBytes,
} from "./signed-read.ts";
export {
  type ChunkDigest,
  checkSnapshotCertificate,
  decodeManifest,
  decodeSnapshotCertificate,
  decodeSnapshotStatement,
  encodeManifest,
  encodeSnapshotCertificate,
  encodeSnapshotStatement,
  type SnapshotCertificate,
  type SnapshotManifest,
  type SnapshotStatement,
  snapshotHash,
} from "./snapshot.ts";
export { rowPath, type StateLeaf } from "./state-leaf.ts";
export { type LeafChange, type StatePages, StateTree } from "./state-tree.ts";
export {
  type Ack,
  compareRank,
  decodeAck,
  decodePreVote,
  decodeVote,
  encodeAck,
  encodePreVote,
  encodeVote,
  type Point,
  type Position,
  type PreVote,
  readPoint,
  readPosition,
  readStatement,
  type SignedStatement,
  type StatementTag,
  statementCheck,
  type Vote,
  writePoint,
  writePosition,
  writeStatement,
} from "./statement.ts";
export {
  appendLeaf,
  EMPTY_FRONTIER,
  type Frontier,
  frontierAt,
  includes,
  inclusionPath,
  outcomeLeaf,
  peakNodes,
  type ReadNode,
  rootOf,
  type TreeNode,
} from "./tree.ts";
