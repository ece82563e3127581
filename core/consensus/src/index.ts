// The door of core/consensus: BFT-hardened Raft as one deterministic step. It knows bytes, never
// contracts; what a command is, it asks through `Admission`.

export type { Admission, CommandFacts } from "./admission.ts";
export { restore } from "./beginning.ts";
export {
  describeEntry,
  encodeAppendAttachment,
  type FetchReply,
  readFetchReply,
  writeFetchReply,
} from "./bulk.ts";
export { Checks, type PendingCheck, VerifiedCache, type VerifyContext } from "./checks.ts";
export { settledIndex } from "./committed.ts";
export { type DurableChange, type DurableState, type KeptKind, MODES, type Mode } from "./durable.ts";
export type { Divergence, Effect, NoticeCode } from "./effect.ts";
export { linksContent, linksToShow } from "./epochs.ts";
export { EVIDENCE_PER_VOTER_MAX, type KeptEvidence } from "./evidence-book.ts";
export { isCaughtUp, lacksEntries } from "./follow.ts";
export type { Input, Now } from "./input.ts";
export { type Floor, floorAt, type LogEntry } from "./log.ts";
export { beyondMemory, wordsOf } from "./memory.ts";
export {
  attachmentBytesMax,
  bulk,
  decodeBulkBody,
  decodeCommon,
  decodeFetchBody,
  decodeFrame,
  decodeProbeBody,
  decodeProbeReplyBody,
  decodeRequestVoteBody,
  encodeBulkBody,
  encodeFetchBody,
  encodeFrame,
  encodeProbeBody,
  encodeProbeReplyBody,
  encodeRequestVoteBody,
  type FetchBody,
  FRAME_BYTES_MAX,
  type Frame,
  kindOfFrame,
  MESSAGE_KINDS,
  type MessageKind,
  readProofs,
  signBody,
  VOTERS_KINDS,
  writeProofs,
} from "./message.ts";
export { committedRank } from "./on/read.ts";
export {
  type Context,
  isHandingOver,
  isInstalled,
  isLeader,
  type Keyring,
  type Limits,
  type Role,
  roleOf,
  type State,
  speaks,
  type Timing,
  type Voice,
} from "./state.ts";
export { step } from "./step.ts";
export { reasonToSuspect } from "./suspicion.ts";
export type { StagedSnapshot } from "./target.ts";
export type { Command, Message, Opened, Verified } from "./verified.ts";
export { confirm, confirmCommand, open, verifyNow } from "./verify.ts";
export { readRecollection, readWord, type Word, wordFrom, writeRecollection, writeWord } from "./word.ts";
