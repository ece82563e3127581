// Messages that carry entries: AppendEntries and FetchReply. Their entries are hashed
// onto the chain here, so that whoever acts on them compares hashes and never bytes.

import {
  decodeWith,
  equalBytes,
  type Hash,
  ok,
  type Reader,
  type Refusal,
  type Result,
  refuse,
  type SignatureCheck,
  Writer,
} from "@juno/base";
import {
  type AppendBody,
  type BareEntry,
  type Certificate,
  type CommitProof,
  checkCertificate,
  checkConfigBody,
  decodeAppendBody,
  decodeCertificate,
  ENTRIES_PER_APPEND_MAX,
  type Entry,
  type EpochFacts,
  entryHash,
  isBeyond,
  type Point,
  readCertificate,
  readCommitProof,
  readEntry,
  readPoint,
  writeCertificate,
  writeCommitProof,
  writeEntry,
  writePoint,
} from "@juno/proof";
import {
  addAll,
  addCertificate,
  addCommitProof,
  type Checks,
  checkCommon,
  epochOf,
  type FrameContext,
  type VerifyContext,
} from "./checks.ts";
import type { LogEntry } from "./log.ts";
import {
  BODY_EXTRA_BYTES_MAX,
  decodeBulkBody,
  decodeCommon,
  ENTRIES_PER_REPLY_MAX,
  type Frame,
  SIGNATURES_PER_FRAME_MAX,
} from "./message.ts";

/** Checks a bulk body's digest of its attachment, then decodes the attachment. */
export function readBulk<T>(
  context: FrameContext,
  frame: Frame,
  read: (reader: Reader) => T,
): Result<T, Refusal> {
  const body = checkCommon(context, frame, decodeBulkBody(frame.body));
  if (!body.ok) return body;
  if (!equalBytes(body.value.digest, context.sha256(frame.attachment))) {
    return refuse("bad_digest", "the attachment is not the one that was signed");
  }
  return decodeWith(frame.attachment, read);
}

export type AppendEntries = {
  readonly body: AppendBody;
  readonly signature: Uint8Array;
  readonly bodyBytes: Uint8Array;
  readonly entries: readonly LogEntry[];
  readonly certificate: Certificate | undefined;
};

export function encodeAppendAttachment(
  entries: readonly Entry[],
  certificate: Certificate | undefined,
): Uint8Array {
  const writer = new Writer(1024 + entries.reduce((sum, entry) => sum + 41 + entry.body.length, 0));
  return writer.list(entries, writeEntry).option(certificate, writeCertificate).finish();
}

export function readAppend(
  context: FrameContext,
  frame: Frame,
  checks: Checks,
): Result<AppendEntries, Refusal> {
  const body = checkCommon(context, frame, decodeAppendBody(frame.body));
  if (!body.ok) return body;
  const bodyBytesMax = context.payloadBytesMax + BODY_EXTRA_BYTES_MAX;
  const attachment = decodeWith(frame.attachment, (r) => ({
    entries: r.list(ENTRIES_PER_APPEND_MAX, (item) => readEntry(item, bodyBytesMax)),
    certificate: r.option(readCertificate),
  }));
  if (!attachment.ok) return attachment;
  const { previous, last } = body.value;
  const isOfEpoch = attachment.value.entries.every(({ epoch }) => epoch === body.value.epoch);
  if (!isOfEpoch) return refuse("wrong_epoch", "an entry of another epoch");
  const entries = linkEntries(context, previous, attachment.value.entries);
  if (!entries.ok) return entries;
  const signatures = entries.value.reduce((sum, { command }) => sum + (command?.checks.length ?? 0), 0);
  if (signatures > SIGNATURES_PER_FRAME_MAX) return tooManySignatures(signatures);
  const judged = addEntryChecks(context, entries.value, checks);
  if (!judged.ok) return judged;
  const end: Point = entries.value.at(-1) ?? previous;
  if (end.index !== last.index || !equalBytes(end.hash, last.hash)) {
    return refuse("bad_chain", "the entries do not hash to what the leader signed");
  }
  const added = addCertificate(context.electorate, attachment.value.certificate, checks);
  if (!added.ok) return added;
  const { signature, body: bodyBytes } = frame;
  const { certificate } = attachment.value;
  return ok({ body: body.value, signature, bodyBytes, entries: entries.value, certificate });
}

export const tooManySignatures = (count: number) =>
  refuse("too_large", `commands with ${count} signatures where ${SIGNATURES_PER_FRAME_MAX} may stand`);

/** S7: hashes bare entries onto the chain that ends in `previous`. */
function linkEntries(
  context: VerifyContext,
  previous: Point,
  bare: readonly BareEntry[],
): Result<LogEntry[], Refusal> {
  const entries: LogEntry[] = [];
  let { index, hash }: { index: number; hash: Hash } = previous;
  for (const item of bare) {
    if (item.index !== index + 1) return refuse("bad_chain", "entries are not consecutive");
    // Bodies of their own: an entry that is kept must not hold its whole frame in memory.
    const entry = describeEntry(context, hash, { ...item, body: new Uint8Array(item.body) });
    if (!entry.ok) return entry;
    entries.push(entry.value);
    ({ index, hash } = entry.value);
  }
  return ok(entries);
}

/** The signatures inside entries that no certificate covers yet: clients', an election's votes, administrators'. */
function addEntryChecks(
  context: VerifyContext,
  entries: readonly LogEntry[],
  checks: Checks,
): Result<undefined, Refusal> {
  for (const entry of entries) {
    if (entry.command !== undefined) {
      checks.addCommand(entry.command);
      continue;
    }
    const found = epochOf(context, entry.epoch);
    const added = found.ok ? addAll(checksOf(context, found.value, entry), checks) : found;
    if (!added.ok) return added;
  }
  return ok(undefined);
}

function checksOf(
  { sha256 }: VerifyContext,
  { electorate, configuration }: EpochFacts,
  entry: LogEntry,
): Result<readonly SignatureCheck[], Refusal> {
  if (entry.kind === "election") {
    const certificate = decodeCertificate(entry.body);
    return certificate.ok ? checkCertificate(electorate, certificate.value) : certificate;
  }
  const body = checkConfigBody({ sha256, network: electorate.network, before: configuration }, entry);
  return body.ok ? ok(body.value.checks) : body;
}

/** Hashes one entry; a command's digest comes from its description, which is remembered. */
export function describeEntry(
  context: Pick<VerifyContext, "admission" | "sha256">,
  previous: Hash,
  bare: BareEntry,
): Result<LogEntry, Refusal> {
  if (bare.kind !== "command") {
    const header = { ...bare, bodyDigest: context.sha256(bare.body) };
    return ok({ ...header, hash: entryHash(context.sha256, previous, header), command: undefined });
  }
  const command = context.admission.describe(bare.body);
  if (!command.ok) return command;
  const header = { ...bare, bodyDigest: command.value.digest };
  return ok({ ...header, hash: entryHash(context.sha256, previous, header), command: command.value });
}

type RawFetchReply = {
  readonly certified: boolean;
  readonly direction: "back" | "forward";
  /** The point right before the first entry. */
  readonly before: Point;
  readonly bare: readonly BareEntry[];
  readonly commitProof: CommitProof | undefined;
};
export type FetchReply = Omit<RawFetchReply, "bare"> & { readonly entries: readonly LogEntry[] };

export function writeFetchReply(
  writer: Writer,
  reply: Omit<RawFetchReply, "bare"> & { readonly entries: readonly Entry[] },
): Writer {
  writePoint(writer.bool(reply.direction === "forward").bool(reply.certified), reply.before);
  return writer.list(reply.entries, writeEntry).option(reply.commitProof, writeCommitProof);
}

export function readFetchReply(r: Reader, payloadBytesMax: number): RawFetchReply {
  return {
    direction: r.bool() ? "forward" : "back",
    certified: r.bool(),
    before: readPoint(r),
    bare: r.list(ENTRIES_PER_REPLY_MAX, (item) => readEntry(item, payloadBytesMax + BODY_EXTRA_BYTES_MAX)),
    commitProof: r.option(readCommitProof),
  };
}

/**
 * Chains a reply's entries. Entries that a certificate or commit proof will cover need no client
 * signatures checked (5.3); all others do.
 */
export function linkFetchReply(
  context: VerifyContext,
  checks: Checks,
  raw: RawFetchReply,
): Result<FetchReply, Refusal> {
  const entries = linkEntries(context, raw.before, raw.bare);
  if (!entries.ok) return entries;
  if (!raw.certified) {
    const judged = addEntryChecks(context, entries.value, checks);
    if (!judged.ok) return judged;
  }
  const proved = addProof(context, raw.commitProof, checks);
  if (!proved.ok) return proved;
  const { direction, certified, before, commitProof } = raw;
  return ok({ direction, certified, before, commitProof, entries: entries.value });
}

/** A commit proof is by the voters of the epoch that its Acks name. */
function addProof(
  context: VerifyContext,
  proof: CommitProof | undefined,
  checks: Checks,
): Result<undefined, Refusal> {
  if (proof === undefined) return ok(undefined);
  const [ack] = proof.acks;
  const said =
    ack === undefined ? refuse("bad_certificate", "a commit proof without Acks") : decodeCommon(ack.body);
  if (!said.ok) return said;
  const found = epochOf(context, said.value.epoch);
  if (!found.ok) return found;
  // S17: whoever still has the keys of an epoch that has ended commits nothing above its end.
  if (isBeyond(context.epochs, { epoch: said.value.epoch, index: proof.index }))
    return refuse("wrong_epoch", "a commit proof above the end of its epoch");
  return addCommitProof({ sha256: context.sha256, electorate: found.value.electorate }, proof, checks);
}
