// What the audit reads of an archive: its lines as rows like those of log.db, judged by nobody but that
// they have the form of an entry or a document. A line that has none ends the reading, with a finding.

import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  ArchiveCertificateSchema,
  ArchiveEvidenceSchema,
  type ArchiveFileJson,
  type ArchiveManifestJson,
  checkShape,
  parseEntry,
  type Static,
  type TSchema,
} from "@juno/api";
import { type Hash, LogIndex, parseHex } from "@juno/base";
import type { AppliedEntry } from "@juno/proof";
import { linesIn } from "../archive/line-reader.ts";
import { CERTIFICATES, EVIDENCE, jsonIn } from "../archive/manifest.ts";
import { sha256 } from "../crypto/sodium.ts";
import { ContentError } from "../store/column.ts";
import type { DocumentSource } from "./document-audit.ts";
import type { LinkSource } from "./epoch-audit.ts";
import type { Findings } from "./findings.ts";
import type { EntrySource } from "./log-walk.ts";
import type { Row } from "./readable.ts";

/** Entries read at once: whatever their bodies hold, so many fit into memory. */
const CHUNK_ENTRIES = 32;

export const isSegment = ({ name }: ArchiveFileJson): boolean => name.startsWith("entries-");

export class ArchiveSource implements EntrySource, DocumentSource, LinkSource {
  readonly #folder: string;
  readonly #manifest: ArchiveManifestJson;
  readonly #findings: Findings;
  #lines: Generator<AppliedEntry> | undefined;
  /** Of the chunk that was read last, by index. */
  #receipts = new Map<number, Uint8Array>();

  constructor(folder: string, manifest: ArchiveManifestJson, findings: Findings) {
    this.#folder = folder;
    this.#manifest = manifest;
    this.#findings = findings;
  }

  place(table: string): string {
    return `archive ${table}`;
  }

  /** The receipt that an entry of the last chunks came with. */
  receiptOf(index: LogIndex): Uint8Array {
    return this.#receipts.get(index) ?? new Uint8Array();
  }

  /** The first entry; undefined if there is none that can be read, which is found again when it is read in turn. */
  firstEntry(): AppliedEntry | undefined {
    const [entry] = this.#from(this.#manifest.first, () => undefined);
    return entry;
  }

  hashAt(index: number): Hash | undefined {
    if (index < this.#manifest.first || index > this.#manifest.last) return undefined;
    for (const { entry } of this.#from(index, () => undefined)) return entry.hash;
    return undefined;
  }

  /** Chunks follow each other: each begins where the one before ended. */
  entries({ from, to }: { readonly from: bigint; readonly to: bigint }): Row[] {
    const first = from < 1n ? this.#manifest.first : Number(from);
    this.#lines ??= this.#from(first, (place, problem, index) => this.#findings.add(place, problem, index));
    for (const held of this.#receipts.keys()) {
      if (held >= first - CHUNK_ENTRIES) break;
      this.#receipts.delete(held);
    }
    const rows: Row[] = [];
    for (let next = first; rows.length < CHUNK_ENTRIES && BigInt(next) <= to; next++) {
      const { value } = this.#lines.next();
      if (value === undefined) break;
      rows.push(rowOf(value));
      this.#receipts.set(value.entry.index, value.receipt);
    }
    return rows;
  }

  *certificates(): Generator<Row> {
    for (const json of this.#documents(CERTIFICATES, ArchiveCertificateSchema)) {
      if (json.kind === "commit" || json.kind === "link") continue;
      const of = { epoch: BigInt(json.epoch), term: BigInt(json.term) };
      yield { kind: `${json.kind}-certificate`, ...of, bytes: bytesOf(json.bytes) };
    }
  }

  *commitProofs(): Generator<Row> {
    for (const json of this.#documents(CERTIFICATES, ArchiveCertificateSchema)) {
      if (json.kind !== "commit") continue;
      const row = { idx: BigInt(json.index), bytes: bytesOf(json.bytes) };
      yield json.through === undefined ? row : { ...row, through: bytesOf(json.through) };
    }
  }

  *links(): Generator<Row> {
    for (const json of this.#documents(CERTIFICATES, ArchiveCertificateSchema)) {
      if (json.kind === "link") yield { epoch: BigInt(json.epoch), bytes: bytesOf(json.bytes) };
    }
  }

  *evidence(): Generator<Row> {
    let id = 0n;
    for (const { bytes } of this.#documents(EVIDENCE, ArchiveEvidenceSchema)) {
      yield { id: ++id, bytes: bytesOf(bytes) };
    }
  }

  /** The entries from an index on, which stands in a file that the manifest names. */
  *#from(
    index: number,
    refuse: (place: string, problem: string, index?: LogIndex) => void,
  ): Generator<AppliedEntry> {
    let next = this.#manifest.first;
    for (const file of this.#manifest.files.filter(isSegment)) {
      const end = next + file.entries;
      if (index >= end) {
        next = end;
        continue;
      }
      try {
        for (const line of linesIn(join(this.#folder, file.name), file.bytes)) {
          if (next >= index) {
            const entry = parseEntry(sha256, jsonIn(line));
            if (!entry.ok)
              return refuse(file.name, `Its line is no entry: ${entry.error.detail}.`, LogIndex(next));
            yield entry.value;
          }
          next += 1;
        }
        if (next !== end)
          return refuse(file.name, `It holds other entries than the ${file.entries} that are stated.`);
      } catch (error) {
        return refuse(file.name, `It cannot be read on: ${sentenceOf(error)}.`, LogIndex(next));
      }
    }
  }

  *#documents<T extends TSchema>(name: string, schema: T): Generator<Static<T>> {
    const file = this.#manifest.files.find((stated) => stated.name === name);
    if (file === undefined || !existsSync(join(this.#folder, name))) return;
    let count = 0;
    try {
      for (const line of linesIn(join(this.#folder, name), file.bytes)) {
        count += 1;
        const json = checkShape(schema, jsonIn(line));
        if (json.ok) yield json.value;
        else return this.#findings.add(`${name} (line ${count})`, `It is no document: ${json.error.detail}.`);
      }
    } catch (error) {
      return this.#findings.add(name, `It cannot be read on: ${sentenceOf(error)}.`);
    }
    if (count !== file.entries)
      this.#findings.add(name, `It holds ${count} lines; ${file.entries} are stated.`);
  }
}

const bytesOf = (digits: string): Uint8Array<ArrayBuffer> => Uint8Array.from(parseHex(digits)!);

export function rowOf({ entry }: AppliedEntry): Row {
  const { index, epoch, term, time, kind, body, bodyDigest, hash } = entry;
  const numbers = { idx: BigInt(index), epoch: BigInt(epoch), term: BigInt(term), time: BigInt(time) };
  return { ...numbers, kind, body, digest: bodyDigest, hash } as Row;
}

/** What the disk or the content says; anything else is a mistake of ours. */
export function sentenceOf(error: unknown): string {
  const isDisk = error instanceof Error && "syscall" in error;
  if (error instanceof ContentError || isDisk) return error.message;
  throw error;
}
