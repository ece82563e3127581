// Log entries and the hash chain through them (E10–E12). H_0 is the network id; H_i covers H_{i-1}
// and every field of entry i.

import {
  Epoch,
  type Hash,
  LogIndex,
  ok,
  type Reader,
  type Refusal,
  type Result,
  type Sha256,
  Term,
  taggedHash,
  Writer,
} from "@juno/base";
import { commandDigest, commandId, decodeCommand, signaturesHash } from "./command.ts";

/** `election` opens a term (body: its election certificate); `config` closes an epoch. */
export type EntryKind = "election" | "command" | "config";

const KIND_CODES: Readonly<Record<EntryKind, number>> = { election: 1, command: 2, config: 3 };
const KINDS: readonly (EntryKind | undefined)[] = [undefined, "election", "command", "config"];

export type EntryHeader = {
  readonly epoch: Epoch;
  readonly index: LogIndex;
  readonly term: Term;
  /** Milliseconds since 1970, the leader's clock, monotone along the log. */
  readonly time: number;
  readonly kind: EntryKind;
  readonly bodyDigest: Hash;
};

export type Entry = EntryHeader & {
  readonly body: Uint8Array;
  /** H_i. */
  readonly hash: Hash;
};

/** Bytes an entry takes on the wire beyond its body. */
export const ENTRY_OVERHEAD_BYTES = 37;

function writeHeaderFields(writer: Writer, header: Omit<EntryHeader, "bodyDigest">): Writer {
  return writer
    .u64(header.epoch)
    .u64(header.index)
    .u64(header.term)
    .u64(header.time)
    .u8(KIND_CODES[header.kind]);
}

function readHeaderFields(reader: Reader): Omit<EntryHeader, "bodyDigest"> {
  const epoch = Epoch(reader.u64());
  const index = LogIndex(reader.u64());
  const term = Term(reader.u64());
  const time = reader.u64();
  const kind = KINDS[reader.u8()] ?? reader.fail("an entry's kind is 1, 2 or 3");
  return { epoch, index, term, time, kind };
}

/** E10: H_i from H_{i-1} and the header. */
export function entryHash(sha256: Sha256, previous: Hash, header: EntryHeader): Hash {
  const fields = writeHeaderFields(new Writer(65), header).raw(header.bodyDigest).finish();
  return taggedHash(sha256, "entry", previous, fields);
}

/** E12: the digest of a body; a refusal if a command's body is malformed. */
export function bodyDigest(sha256: Sha256, kind: EntryKind, body: Uint8Array): Result<Hash, Refusal> {
  if (kind !== "command") return ok(sha256(body));
  const command = decodeCommand(body);
  if (!command.ok) return command;
  const { payload, signatures } = command.value;
  const id = commandId(sha256, payload);
  return ok(commandDigest(sha256, { id, signaturesHash: signaturesHash(sha256, signatures) }));
}

/** E11 */
export function writeEntryHeader(writer: Writer, header: EntryHeader): Writer {
  return writeHeaderFields(writer, header).raw(header.bodyDigest);
}

export function readEntryHeader(reader: Reader): EntryHeader {
  return { ...readHeaderFields(reader), bodyDigest: reader.hash() };
}

/** E11: an entry as it travels: no digest and no hash, the receiver computes both. */
export type BareEntry = Omit<Entry, "bodyDigest" | "hash">;

export function writeEntry(writer: Writer, entry: BareEntry): Writer {
  return writeHeaderFields(writer, entry).bytes(entry.body);
}

export function readEntry(reader: Reader, bodyBytesMax: number): BareEntry {
  return { ...readHeaderFields(reader), body: reader.bytes(bodyBytesMax) };
}

/** Hashes a bare entry onto the chain that ends in `previous`. */
export function chainEntry(sha256: Sha256, previous: Hash, bare: BareEntry): Result<Entry, Refusal> {
  const digest = bodyDigest(sha256, bare.kind, bare.body);
  if (!digest.ok) return digest;
  const header = { ...bare, bodyDigest: digest.value };
  return ok({ ...header, hash: entryHash(sha256, previous, header) });
}
