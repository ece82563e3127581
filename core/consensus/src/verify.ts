// Bytes in, Verified<Message> out: the only maker of verified messages. `open` decodes a frame,
// judges everything but signatures and lists those not seen before; whoever holds the one verifier
// (E8) answers them, here or in another thread, and `confirm` makes the verdict. It must not know
// the state of the node: a message is genuine or not, whatever this node believes.

import {
  assert,
  decodeWith,
  equalBytes,
  err,
  hex,
  type NodeId,
  ok,
  type Refusal,
  type Result,
  refuse,
  type SignatureCheck,
} from "@juno/base";
import {
  type Ack,
  checkEvidence,
  checkTermCertificate,
  decodeAck,
  decodePreVote,
  decodeSnapshotStatement,
  decodeVote,
  type PreVote,
  readCertificate,
  readTermCertificate,
  type Vote,
} from "@juno/proof";
import type { CommandFacts } from "./admission.ts";
import { linkFetchReply, readAppend, readBulk, readFetchReply, tooManySignatures } from "./bulk.ts";
import {
  addAll,
  addCertificate,
  addCommitProof,
  Checks,
  checkCommon,
  epochOf,
  type FrameContext,
  type PendingCheck,
  type VerifiedCache,
  type VerifyContext,
} from "./checks.ts";
import { addEnvelope, openEpochs } from "./envelope.ts";
import {
  attachmentBytesMax,
  COMMANDS_PER_FRAME_MAX,
  decodeCommon,
  decodeFetchBody,
  decodeFrame,
  decodeProbeBody,
  decodeProbeReplyBody,
  decodeRequestVoteBody,
  FRAME_BYTES_MAX,
  type Frame,
  type MessageKind,
  readProofs,
  SIGNATURES_PER_FRAME_MAX,
} from "./message.ts";
import type { Command, Message, MessageContent, Opened, Proved, Statement, Verified } from "./verified.ts";
import { checkOfWord, readRecollection } from "./word.ts";

/** Decodes and judges a frame that arrived on the channel of `channel`. */
export function open(
  context: VerifyContext,
  cache: VerifiedCache,
  received: { readonly channel: NodeId; readonly bytes: Uint8Array },
): Result<Opened, Refusal> {
  if (received.bytes.length > FRAME_BYTES_MAX) return refuse("too_large", "the frame is over the limit");
  const decoded = decodeFrame(received.bytes);
  if (!decoded.ok) return decoded;
  const frame = decoded.value;
  if (frame.attachment.length > attachmentBytesMax(frame.kind, context.payloadBytesMax))
    return refuse("too_large", `a message of kind ${frame.kind} is over its limit`);
  if (frame.from !== received.channel)
    return refuse("wrong_sender", "a frame names another node than its channel");
  const said = decodeCommon(frame.body);
  if (!said.ok) return said;
  const checks = new Checks(context.sha256, cache);
  if (frame.kind === "epochs") return openEpochs(context, frame, { epoch: said.value.epoch, checks });
  const facts = epochOf(context, said.value.epoch);
  if (!facts.ok) return facts;
  const signed = addEnvelope(facts.value, context.epochs.last, frame, checks);
  if (!signed.ok) return signed;
  const content = READERS[frame.kind]({ ...context, electorate: facts.value.electorate }, frame, checks);
  if (!content.ok) return content;
  const { epoch } = said.value;
  return ok({ message: { from: frame.from, epoch, ...content.value }, checks: checks.pending });
}

/** Makes the verdict from the answers to `opened.checks`, in their order. */
export function confirm(
  cache: VerifiedCache,
  opened: Opened,
  answers: readonly boolean[],
): Result<Verified<Message>, Refusal> {
  assert(answers.length === opened.checks.length, "every check has an answer");
  const bad = new Set<string>();
  opened.checks.forEach((check, i) => {
    if (answers[i]) cache.add(check.cacheKey);
    else bad.add(check.cacheKey);
  });
  if (bad.size === 0) return ok(opened.message as Verified<Message>);
  if (opened.message.kind !== "commands") return badSignature();
  return withoutForged(opened.message, bad);
}

/** The verdict on one command of this node's own clients, from the answers to its checks. */
export function confirmCommand(
  cache: VerifiedCache,
  command: Command,
  checked: { readonly checks: readonly PendingCheck[]; readonly answers: readonly boolean[] },
): Result<Verified<Command>, Refusal> {
  if (!checked.answers.every(Boolean)) return badSignature();
  for (const { cacheKey } of checked.checks) cache.add(cacheKey);
  return ok(command as Verified<Command>);
}

const badSignature = () => err({ code: "bad_signature", detail: "a signature does not verify" });

/** One forged command does not spoil those relayed beside it; a forged envelope spoils all. */
function withoutForged(
  message: Message & { kind: "commands" },
  bad: ReadonlySet<string>,
): Result<Verified<Message>, Refusal> {
  const forged = (facts: CommandFacts) => facts.checks.some((_, i) => bad.has(`${hex(facts.digest)}/${i}`));
  const commands = message.commands.filter((command) => !forged(command.facts));
  const envelopeIsBad = [...bad].some((key) => !key.includes("/"));
  if (envelopeIsBad || commands.length === 0) return badSignature();
  const kept: Message = { ...message, commands };
  return ok(kept as Verified<Message>);
}

/** Opens, verifies on this thread and confirms. */
export function verifyNow(
  context: VerifyContext & { readonly verify: (check: SignatureCheck) => boolean },
  cache: VerifiedCache,
  received: { readonly channel: NodeId; readonly bytes: Uint8Array },
): Result<Verified<Message>, Refusal> {
  const opened = open(context, cache, received);
  if (!opened.ok) return opened;
  return confirm(cache, opened.value, opened.value.checks.map(context.verify));
}

type ReadMessage = (context: FrameContext, frame: Frame, checks: Checks) => Result<MessageContent, Refusal>;

function readStatementMessage<B extends PreVote | Vote | Ack>(
  context: FrameContext,
  frame: Frame,
  checks: Checks,
  decode: (body: Uint8Array) => Result<B, Refusal>,
): Result<Statement<B> & Proved, Refusal> {
  const body = checkCommon(context, frame, decode(frame.body));
  if (!body.ok) return body;
  const certificate = decodeWith(frame.attachment, (r) => r.option(readCertificate));
  if (!certificate.ok) return certificate;
  const added = addCertificate(context.electorate, certificate.value, checks);
  if (!added.ok) return added;
  const statement = { voter: frame.from, body: frame.body, signature: frame.signature };
  return ok({ statement, body: body.value, certificate: certificate.value });
}

function readProofsMessage(
  context: FrameContext,
  frame: Frame,
  checks: Checks,
): Result<MessageContent, Refusal> {
  const proofs = readBulk(context, frame, readProofs);
  if (!proofs.ok) return proofs;
  const { termCertificate, certificate, commitProof } = proofs.value;
  if (termCertificate !== undefined) {
    const added = addAll(checkTermCertificate(context.electorate, termCertificate), checks);
    if (!added.ok) return added;
  }
  const added = addCertificate(context.electorate, certificate, checks);
  if (!added.ok) return added;
  const proved = addCommitProof(context, commitProof, checks);
  if (!proved.ok) return proved;
  return ok({ kind: "proofs", ...proofs.value });
}

function readRequestVote(
  context: FrameContext,
  frame: Frame,
  checks: Checks,
): Result<MessageContent, Refusal> {
  const body = checkCommon(context, frame, decodeRequestVoteBody(frame.body));
  if (!body.ok) return body;
  const attachment = decodeWith(frame.attachment, (r) => ({
    certificate: readCertificate(r),
    termCertificate: readTermCertificate(r),
  }));
  if (!attachment.ok) return attachment;
  const proved = addCertificate(context.electorate, attachment.value.certificate, checks);
  if (!proved.ok) return proved;
  const licensed = addAll(checkTermCertificate(context.electorate, attachment.value.termCertificate), checks);
  if (!licensed.ok) return licensed;
  return ok({ kind: "request-vote", body: body.value, ...attachment.value });
}

function readCommands(context: FrameContext, frame: Frame, checks: Checks): Result<MessageContent, Refusal> {
  const bodies = readBulk(context, frame, (r) =>
    r.list(COMMANDS_PER_FRAME_MAX, (item) => item.bytes(r.remaining)),
  );
  if (!bodies.ok) return bodies;
  const commands: Command[] = [];
  let signatures = 0;
  for (const bytes of bodies.value) {
    // A body of its own: a command that waits must not hold its whole frame in memory.
    const body = new Uint8Array(bytes);
    const facts = context.admission.describe(body);
    if (!facts.ok) return facts;
    signatures += facts.value.checks.length;
    if (signatures > SIGNATURES_PER_FRAME_MAX) return tooManySignatures(signatures);
    checks.addCommand(facts.value);
    commands.push({ body, facts: facts.value });
  }
  return ok({ kind: "commands", commands });
}

function readProbeReply(
  context: FrameContext,
  frame: Frame,
  checks: Checks,
): Result<MessageContent, Refusal> {
  const body = checkCommon(context, frame, decodeProbeReplyBody(frame.body));
  if (!body.ok) return body;
  const certificate = decodeWith(frame.attachment, readCertificate);
  if (!certificate.ok) return certificate;
  const added = addCertificate(context.electorate, certificate.value, checks);
  if (!added.ok) return added;
  const { position } = certificate.value;
  const { certified } = body.value;
  const proved =
    position.term === certified.term &&
    position.index === certified.index &&
    equalBytes(position.hash, certified.hash);
  if (!proved) return refuse("bad_certificate", "the certificate is for another position");
  return ok({ kind: "probe-reply", body: body.value, certificate: certificate.value });
}

function bodyOnly<B extends { epoch: number; from: NodeId }>(
  decode: (body: Uint8Array) => Result<B, Refusal>,
  make: (body: B) => MessageContent,
): ReadMessage {
  return (context, frame) => {
    const body = checkCommon(context, frame, decode(frame.body));
    if (!body.ok) return body;
    if (frame.attachment.length > 0) return refuse("malformed", "bytes behind the body");
    return ok(make(body.value));
  };
}

const READERS: Readonly<Record<Exclude<MessageKind, "epochs">, ReadMessage>> = {
  prevote: (context, frame, checks) => {
    const read = readStatementMessage(context, frame, checks, decodePreVote);
    return read.ok ? ok({ kind: "prevote", ...read.value }) : read;
  },
  vote: (context, frame, checks) => {
    const read = readStatementMessage(context, frame, checks, decodeVote);
    return read.ok ? ok({ kind: "vote", ...read.value }) : read;
  },
  ack: (context, frame, checks) => {
    const read = readStatementMessage(context, frame, checks, decodeAck);
    return read.ok ? ok({ kind: "ack", ...read.value }) : read;
  },
  proofs: readProofsMessage,
  "request-vote": readRequestVote,
  "append-entries": (context, frame, checks) => {
    const read = readAppend(context, frame, checks);
    return read.ok ? ok({ kind: "append-entries", ...read.value }) : read;
  },
  commands: readCommands,
  fetch: bodyOnly(decodeFetchBody, (body) => ({ kind: "fetch", body })),
  "fetch-reply": (context, frame, checks) => {
    const attachment = readBulk(context, frame, (r) => readFetchReply(r, context.payloadBytesMax));
    if (!attachment.ok) return attachment;
    const reply = linkFetchReply(context, checks, attachment.value);
    return reply.ok ? ok({ kind: "fetch-reply", ...reply.value }) : reply;
  },
  evidence: (context, frame, checks) => {
    const attachment = readBulk(context, frame, (r) => r.raw(r.remaining));
    if (!attachment.ok) return attachment;
    const claim = checkEvidence(context, attachment.value);
    if (!claim.ok) return claim;
    for (const check of claim.value.checks) checks.add(check);
    return ok({ kind: "evidence", claim: claim.value, bytes: attachment.value });
  },
  probe: bodyOnly(decodeProbeBody, (body) => ({ kind: "probe", body })),
  "probe-reply": readProbeReply,
  snapshot: (context, frame) => {
    const body = checkCommon(context, frame, decodeSnapshotStatement(frame.body));
    if (!body.ok) return body;
    if (frame.attachment.length > 0) return refuse("malformed", "bytes behind the body");
    const statement = { voter: frame.from, body: frame.body.slice(), signature: frame.signature.slice() };
    return ok({ kind: "snapshot", body: body.value, statement });
  },
  recall: bodyOnly(decodeProbeBody, (body) => ({ kind: "recall", body })),
  recollection: (context, frame, checks) => {
    const read = readBulk(context, frame, readRecollection);
    if (!read.ok) return read;
    for (const word of read.value.words) {
      const check = checkOfWord(context.epochs, word);
      if (!check.ok) return check;
      checks.add(check.value);
    }
    return ok({ kind: "recollection", ...read.value });
  },
};
