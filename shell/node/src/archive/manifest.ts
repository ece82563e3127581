// The manifest of an archive: its text and back. One content has one text, so a byte that was changed
// in it either contradicts the files or is refused here. It must not know how files are written.

import { type ArchiveManifestJson, ArchiveManifestSchema, checkShape } from "@juno/api";
import { equalBytes, err, ok, parseUtf8, type Result, utf8 } from "@juno/base";

export const MANIFEST = "manifest.json";
export const GENESIS = "genesis.json";
export const CERTIFICATES = "certificates.jsonl";
export const EVIDENCE = "evidence.jsonl";
/** Held while somebody writes to the folder; not part of the archive. */
export const LOCK = "lock";

const INDEX_DIGITS = 12;

/** P5: the file of the entries from this index on. */
export const segmentName = (first: number): string =>
  `entries-${String(first).padStart(INDEX_DIGITS, "0")}.jsonl`;

/** P2: the one text of a manifest; its members stand in the order of the schema. */
export function manifestText(manifest: ArchiveManifestJson): string {
  const { format, network, first, last, before, end, counts, files } = manifest;
  const ordered = {
    ...{ format, network, first, last },
    before: { hash: before.hash, peaks: before.peaks },
    end: { hash: end.hash, outcomeRoot: end.outcomeRoot, peaks: end.peaks },
    counts: {
      entries: counts.entries,
      commands: counts.commands,
      certificates: counts.certificates,
      evidence: counts.evidence,
    },
    files: files.map(({ name, bytes, sha256, entries }) => ({ name, bytes, sha256, entries })),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

/** The manifest in a file, or why it is none. */
export function parseManifest(bytes: Uint8Array): Result<ArchiveManifestJson, string> {
  const text = parseUtf8(bytes);
  const json = text === undefined ? undefined : jsonIn(text);
  if (json === undefined) return err("It is no JSON.");
  const checked = checkShape(ArchiveManifestSchema, json);
  if (!checked.ok) return err(`It is no manifest that this program reads: ${checked.error.detail}.`);
  if (!equalBytes(bytes, utf8(manifestText(checked.value)))) {
    return err("It is not written as a manifest is: its bytes were altered.");
  }
  return ok(checked.value);
}

/** What a text says as JSON; undefined if it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
