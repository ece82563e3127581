// The door of the client: JunoClient, what it is made of and what it throws.

export {
  type ClientCrypto,
  defaultCrypto,
  platformVerify,
  portableSha256,
  type Signer,
  signerFromSeed,
} from "./client-crypto.ts";
export type { JunoClientOptions } from "./client-options.ts";
export { learnLinks } from "./epoch-learner.ts";
export { JunoClient } from "./juno-client.ts";
export { type ClientErrorCode, JunoError } from "./juno-error.ts";
export type { Fate, Outcome } from "./outcome.ts";
export type {
  ActApproval,
  ActApprovals,
  Action,
  ActReadiness,
  Call,
  CommandOptions,
  Deployment,
  Grant,
  GrantingSigner,
  PreparedCommand,
  Proposal,
  Redaction,
} from "./payload.ts";
export { type ProvenRead, rowFileText } from "./proven-row.ts";
export { type FetchedReceipt, verifyReceiptFile } from "./receipt-file.ts";
export { fetchSender, nodeSender, type Sender, type SenderReply, type SenderRequest } from "./sender.ts";
export type { ClientEvent, StreamOptions } from "./stream.ts";
export type { SubmitterLimits } from "./submitter.ts";
export { verifySignature } from "./verify-signature.ts";
