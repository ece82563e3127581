// Durable changes as they cross from the main thread to the log writer: packed once, and nothing
// that the writer only stores (certificates, proofs) is unpacked there. Both ends are this process,
// so bytes that do not decode are a bug and throw.

import {
  assert,
  Epoch,
  type Hash,
  LogIndex,
  parseUtf8,
  type Reader,
  Term,
  utf8,
  type Writer,
} from "@juno/base";
import {
  type DurableChange,
  type Floor,
  type KeptEvidence,
  type KeptKind,
  MODES,
  type Mode,
} from "@juno/consensus";
import {
  type Entry,
  encodeCertificate,
  encodeCommitProof,
  encodeEpochLink,
  type Point,
  type Position,
  readPoint,
  readPosition,
  writePoint,
  writePosition,
} from "@juno/proof";
import { readFloor, writeFloor } from "./floor.ts";
import { ENTRIES_MAX, readStoredEntry, writeStoredEntry } from "./stored-entry.ts";
import { readKept, writeKept } from "./stored-evidence.ts";
import { packWords } from "./stored-heard.ts";

/** A change as the writer sees it: documents are bytes. */
export type StoredChange =
  | { readonly kind: "link"; readonly epoch: Epoch; readonly link: Uint8Array }
  | {
      readonly kind: "epoch";
      readonly epoch: Epoch;
      readonly certificate: Uint8Array;
      readonly base: Point;
      readonly isWithheld: boolean;
    }
  | { readonly kind: "seat" }
  | { readonly kind: "term"; readonly currentTerm: Term; readonly votedBase: Position | undefined }
  | { readonly kind: "certified"; readonly certificate: Uint8Array; readonly base: Point }
  | { readonly kind: "truncate"; readonly above: LogIndex }
  | { readonly kind: "append"; readonly entries: readonly Entry[] }
  | {
      readonly kind: "committed";
      readonly epoch: Epoch;
      readonly index: LogIndex;
      readonly hash: Hash;
      readonly proof: Uint8Array;
    }
  | { readonly kind: "mode"; readonly mode: Mode; readonly reason: string }
  | {
      readonly kind: "keep";
      readonly what: KeptKind;
      readonly epoch: Epoch;
      readonly term: Term;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "evidence"; readonly kept: KeptEvidence; readonly bytes: Uint8Array }
  | { readonly kind: "heard"; readonly words: Uint8Array }
  | { readonly kind: "buffer"; readonly entries: readonly Entry[] }
  | { readonly kind: "take-buffer"; readonly through: LogIndex }
  | { readonly kind: "drop-buffer" }
  | { readonly kind: "take-snapshot"; readonly floor: Floor };

const KINDS: readonly DurableChange["kind"][] = [
  "term",
  "certified",
  "truncate",
  "append",
  "committed",
  "mode",
  "keep",
  "evidence",
  "heard",
  "buffer",
  "take-buffer",
  "drop-buffer",
  "take-snapshot",
  "link",
  "epoch",
  "seat",
];
const KEPT: readonly KeptKind[] = ["term-certificate", "election-certificate"];

/** Throws for a change that contradicts itself; what was written of it then is of no use. */
export function writeChange(writer: Writer, change: DurableChange): Writer {
  writer.u8(KINDS.indexOf(change.kind));
  switch (change.kind) {
    case "link":
      return writer.u64(change.link.entry.epoch + 1).bytes(encodeEpochLink(change.link));
    case "epoch": {
      const { epoch, position } = change.certificate;
      const certificate = encodeCertificate(change.certificate);
      return writePoint(writer.u64(epoch).bytes(certificate), position).bool(change.isWithheld);
    }
    case "term":
      return writer.u64(change.currentTerm).option(change.votedBase, writePosition);
    case "certified":
      return writePoint(writer.bytes(encodeCertificate(change.certificate)), change.base);
    case "truncate":
      return writer.u64(change.above);
    case "append":
    case "buffer":
      return writer.list(change.entries, writeStoredEntry);
    case "committed":
      assert(change.proof.index === change.index, "a commit proof is kept for the entry it proves");
      return writePoint(writer.u64(change.epoch), change).bytes(encodeCommitProof(change.proof));
    case "mode":
      return writer.u8(MODES.indexOf(change.mode)).bytes(utf8(change.reason));
    case "keep":
      return writer.u8(KEPT.indexOf(change.what)).u64(change.epoch).u64(change.term).bytes(change.bytes);
    case "evidence":
      return writeKept(writer, change.kept).bytes(change.bytes);
    case "heard":
      return writer.bytes(packWords(change.words));
    case "take-buffer":
      return writer.u64(change.through);
    case "drop-buffer":
    case "seat":
      return writer;
    case "take-snapshot":
      return writeFloor(writer, change.floor);
  }
}

export function readChange(reader: Reader): StoredChange {
  const kind = KINDS[reader.u8()] ?? reader.fail("an unknown kind of change");
  switch (kind) {
    case "link":
      return { kind, epoch: Epoch(reader.u64()), link: restOf(reader) };
    case "epoch":
      return {
        ...{ kind, epoch: Epoch(reader.u64()), certificate: restOf(reader), base: readPoint(reader) },
        isWithheld: reader.bool(),
      };
    case "term":
      return { kind, currentTerm: Term(reader.u64()), votedBase: reader.option(readPosition) };
    case "certified":
      return { kind, certificate: restOf(reader), base: readPoint(reader) };
    case "truncate":
      return { kind, above: LogIndex(reader.u64()) };
    case "append":
    case "buffer":
      return { kind, entries: reader.list(ENTRIES_MAX, readStoredEntry) };
    case "committed":
      return { kind, epoch: Epoch(reader.u64()), ...readPoint(reader), proof: restOf(reader) };
    case "mode":
      return { kind, mode: pick(reader, MODES), reason: parseUtf8(restOf(reader)) ?? "" };
    case "keep":
      return {
        ...{ kind, what: pick(reader, KEPT), epoch: Epoch(reader.u64()), term: Term(reader.u64()) },
        bytes: restOf(reader),
      };
    case "evidence":
      return { kind, kept: readKept(reader), bytes: restOf(reader) };
    case "heard":
      return { kind, words: restOf(reader) };
    case "take-buffer":
      return { kind, through: LogIndex(reader.u64()) };
    case "drop-buffer":
    case "seat":
      return { kind };
    case "take-snapshot":
      return { kind, floor: readFloor(reader) };
  }
}

/** A byte string that is bounded by the message it stands in. */
const restOf = (reader: Reader): Uint8Array => reader.bytes(reader.remaining);

const pick = <T>(reader: Reader, items: readonly T[]): T =>
  items[reader.u8()] ?? reader.fail("an unknown code");
