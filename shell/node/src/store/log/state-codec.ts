// What a voter remembers, as it crosses from the log writer to the main thread at the start.

import { Epoch, parseUtf8, type Reader, Term, utf8, type Writer } from "@juno/base";
import { type DurableState, MODES } from "@juno/consensus";
import {
  readCertificate,
  readCommitProof,
  readEpochLink,
  readPoint,
  readPosition,
  writeCertificate,
  writeCommitProof,
  writeEpochLink,
  writePoint,
  writePosition,
} from "@juno/proof";
import { ENTRIES_MAX, readStoredEntry, writeStoredEntry } from "./stored-entry.ts";
import { readKept, writeKept } from "./stored-evidence.ts";
import { readWords, writeWords } from "./stored-heard.ts";

export function writeDurableState(writer: Writer, state: DurableState): void {
  writer
    .u64(state.epoch)
    .bool(state.isWithheld)
    .list(state.links, writeEpochLink)
    .u64(state.currentTerm)
    .option(state.votedBase, writePosition);
  writePoint(writePoint(writeCertificate(writer, state.certified), state.base), state.committed);
  writer
    .u64(state.committedTime)
    .u64(state.committedTerm)
    .u64(state.committedEpoch)
    .option(state.commitProof, writeCommitProof);
  writer.option(state.termCertificate, (w, bytes) => w.bytes(bytes));
  writer.u8(MODES.indexOf(state.mode)).bytes(utf8(state.reason)).list(state.evidence, writeKept);
  writeWords(writer, state.heard).list(state.suffix, writeStoredEntry);
}

export function readDurableState(reader: Reader): DurableState {
  return {
    epoch: Epoch(reader.u64()),
    isWithheld: reader.bool(),
    links: reader.list(ENTRIES_MAX, readEpochLink),
    currentTerm: Term(reader.u64()),
    votedBase: reader.option(readPosition),
    certified: readCertificate(reader),
    base: readPoint(reader),
    committed: readPoint(reader),
    committedTime: reader.u64(),
    committedTerm: Term(reader.u64()),
    committedEpoch: Epoch(reader.u64()),
    commitProof: reader.option(readCommitProof),
    termCertificate: reader.option((r) => r.bytes(r.remaining)),
    mode: MODES[reader.u8()] ?? reader.fail("an unknown mode"),
    reason: parseUtf8(reader.bytes(reader.remaining)) ?? reader.fail("a reason that is no text"),
    evidence: reader.list(ENTRIES_MAX, readKept),
    heard: readWords(reader),
    suffix: reader.list(ENTRIES_MAX, readStoredEntry),
  };
}
