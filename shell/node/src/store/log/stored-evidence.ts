// Evidence as rows of log.db and as it crosses threads (E36). The claim stands beside the bytes, so that a
// node knows at its start whom it can accuse without judging anything again. When it was seen is this
// node's own word: a checksum covers it with the bytes, so that damage is found.

import type { SQLOutputValue, StatementSync } from "node:sqlite";
import { Epoch, type Hash, LogIndex, NodeId, type Reader, Term, taggedHash, Writer } from "@juno/base";
import type { KeptEvidence } from "@juno/consensus";
import { EVIDENCE_KINDS, type EvidenceClaim } from "@juno/proof";
import type { StoredEvidence } from "@juno/runtime";
import { sha256 } from "../../crypto/sodium.ts";
import { blob, ContentError, integer, text } from "../column.ts";

export const CLAIM_COLUMNS = "kind, accused, epoch, place, seen";
export const INSERT_EVIDENCE = `INSERT OR IGNORE INTO evidence (${CLAIM_COLUMNS}, bytes, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** The term or the index that a claim is about. */
export const placeOf = ({ term, index }: EvidenceClaim): number => term ?? index ?? 0;

export const evidenceChecksum = (seenMs: number, bytes: Uint8Array): Hash =>
  taggedHash(sha256, "log-evidence", new Writer(8).u64(seenMs).finish(), bytes);

/** `statement` is INSERT_EVIDENCE, prepared. */
export function insertEvidence(statement: StatementSync, kept: KeptEvidence, bytes: Uint8Array): void {
  const { kind, accused, epoch, seenMs } = kept;
  statement.run(kind, accused, epoch, placeOf(kept), seenMs, bytes, evidenceChecksum(seenMs, bytes));
}

/** The claim in a row of CLAIM_COLUMNS. Throws ContentError for a row that no node wrote. */
export function keptOfRow(row: Record<string, SQLOutputValue>): KeptEvidence {
  const kind = EVIDENCE_KINDS.find((known) => known === text(row.kind));
  if (kind === undefined) throw new ContentError("the kind of an evidence is unknown");
  const place = integer(row.place);
  const isOfIndex = kind === "false-attestation";
  return {
    kind,
    accused: NodeId(integer(row.accused)),
    epoch: Epoch(integer(row.epoch)),
    term: isOfIndex ? undefined : Term(place),
    index: isOfIndex ? LogIndex(place) : undefined,
    seenMs: integer(row.seen),
  };
}

/** The evidence in a row of all columns. */
export const evidenceOfRow = (row: Record<string, SQLOutputValue>): StoredEvidence => ({
  number: integer(row.id),
  kept: keptOfRow(row),
  bytes: blob(row.bytes),
});

export function writeKept(writer: Writer, kept: KeptEvidence): Writer {
  const { kind, accused, epoch, term, index, seenMs } = kept;
  writer.u8(EVIDENCE_KINDS.indexOf(kind)).u32(accused).u64(epoch);
  return writer
    .option(term, (w, value) => w.u64(value))
    .option(index, (w, value) => w.u64(value))
    .u64(seenMs);
}

export function readKept(reader: Reader): KeptEvidence {
  return {
    kind: EVIDENCE_KINDS[reader.u8()] ?? reader.fail("an unknown kind of evidence"),
    accused: NodeId(reader.u32()),
    epoch: Epoch(reader.u64()),
    term: reader.option((r) => Term(r.u64())),
    index: reader.option((r) => LogIndex(r.u64())),
    seenMs: reader.u64(),
  };
}

export const writeStoredEvidence = (writer: Writer, { number, kept, bytes }: StoredEvidence): Writer =>
  writeKept(writer.u64(number), kept).bytes(bytes);

export const readStoredEvidence = (reader: Reader): StoredEvidence => ({
  number: reader.u64(),
  kept: readKept(reader),
  bytes: reader.bytes(reader.remaining),
});
