// Writes an archive: entries into segments, documents beside them, and from time to time a manifest of
// all that is durable by then. An archive that exists is gone on with. It must not know where entries
// come from. Invariant: each entry is hashed onto the one before it, or it is not written.

import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  ARCHIVE_FORMAT,
  type ArchiveCertificateJson,
  type ArchiveEvidenceJson,
  type ArchiveFileJson,
  type ArchiveManifestJson,
  renderEntry,
} from "@juno/api";
import { equalBytes, Hash, hex, parseHex } from "@juno/base";
import { Failure } from "@juno/failure";
import {
  type AppliedEntry,
  appendLeaf,
  chainKeptEntry,
  type Frontier,
  type Genesis,
  outcomeLeaf,
  receiptHash,
  rootOf,
} from "@juno/proof";
import { sha256 } from "../crypto/sodium.ts";
import { AppendedFile } from "./appended-file.ts";
import type { ArchiveFolder } from "./archive-folder.ts";
import { linesIn } from "./line-reader.ts";
import { CERTIFICATES, EVIDENCE, GENESIS, segmentName } from "./manifest.ts";

/** Where an archive begins: an index, and what came before it. */
export type ArchiveStart = { readonly first: number; readonly hash: Hash; readonly frontier: Frontier };

export type ArchiveWriterParts = {
  readonly folder: ArchiveFolder;
  readonly genesis: Genesis;
  /** The manifest to go on from, or where to begin. */
  readonly from: ArchiveManifestJson | ArchiveStart;
  readonly segmentEntries: number;
};

const asHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const emptyFile = (name: string): ArchiveFileJson => ({ name, bytes: 0, sha256: "", entries: 0 });

/** A proof of an entry further on is another document for each entry from which headers lead to it. */
function certificateKey(json: ArchiveCertificateJson): string {
  if (json.kind === "commit") return `commit ${json.index} ${json.through?.length ?? 0}`;
  return json.kind === "link" ? `link ${json.epoch}` : `${json.kind} ${json.epoch} ${json.term}`;
}

export class ArchiveWriter {
  readonly #parts: ArchiveWriterParts;
  readonly #first: number;
  readonly #before: ArchiveManifestJson["before"];
  #last: number;
  #lastHash: Hash;
  #frontier: Frontier;
  #commands: number;
  /** Segments that are full, and the one that is open. */
  readonly #full: ArchiveFileJson[];
  #segment: AppendedFile | undefined;
  /** Made when there is the first line for them. */
  readonly #documents = new Map<string, AppendedFile>();
  /** What stands there already; as many as there are terms and, of proofs, one in a thousand entries. */
  readonly #known = new Set<string>();

  constructor(parts: ArchiveWriterParts) {
    this.#parts = parts;
    const { from, folder, genesis } = parts;
    const manifest = "files" in from ? from : undefined;
    const files = new Map(manifest?.files.map((file) => [file.name, file]));
    this.#first = from.first;
    if ("files" in from) {
      this.#before = from.before;
      this.#last = from.last;
      this.#lastHash = hashOf(from.end.hash);
      this.#frontier = { size: from.last, peaks: from.end.peaks.map(hashOf) };
      this.#commands = from.counts.commands;
    } else {
      this.#before = { hash: hex(from.hash), peaks: from.frontier.peaks.map(hex) };
      this.#last = from.first - 1;
      this.#lastHash = from.hash;
      this.#frontier = from.frontier;
      this.#commands = 0;
      folder.writeGenesis(genesis);
    }
    this.#full = [...files.values()].filter(({ name }) => name.startsWith("entries-"));
    const open = this.#full.at(-1);
    if (open !== undefined && open.entries < parts.segmentEntries) {
      this.#full.pop();
      this.#segment = AppendedFile.open(folder.path, open);
    }
    for (const file of [files.get(CERTIFICATES), files.get(EVIDENCE)]) {
      if (file === undefined) continue;
      this.#documents.set(file.name, AppendedFile.open(folder.path, file));
      this.#learn(file);
    }
  }

  get last(): number {
    return this.#last;
  }

  /** Takes the next entry. Throws Failure `store_damaged` if it does not follow, and writes nothing of it. */
  add(applied: AppliedEntry): void {
    const { entry, previousHash, receipt } = applied;
    const isNext = entry.index === this.#last + 1;
    const chained = chainKeptEntry(sha256, this.#lastHash, entry);
    const isLinked = equalBytes(previousHash, this.#lastHash);
    if (!isNext || !isLinked || !chained.ok || !equalBytes(chained.value.hash, entry.hash)) {
      throw new Failure(
        "store_damaged",
        `entry ${entry.index} of the source does not follow what the archive holds up to ${this.#last}: ` +
          "`juno verify` the source, and the archive",
      );
    }
    this.#segment ??= AppendedFile.open(this.#parts.folder.path, emptyFile(segmentName(entry.index)));
    this.#segment.append(JSON.stringify(renderEntry({ sha256, hex: asHex }, applied)));
    const leaf = outcomeLeaf(sha256, { entryHash: entry.hash, receiptHash: receiptHash(sha256, receipt) });
    this.#frontier = appendLeaf(sha256, this.#frontier, leaf).frontier;
    this.#last = entry.index;
    this.#lastHash = entry.hash;
    if (entry.kind === "command") this.#commands += 1;
  }

  /** Whether the segment is full: time for certificates and a checkpoint. */
  get isSegmentFull(): boolean {
    return (this.#segment?.lines ?? 0) >= this.#parts.segmentEntries;
  }

  addCertificate(json: ArchiveCertificateJson): void {
    if (this.#isNew(certificateKey(json))) this.#document(CERTIFICATES).append(JSON.stringify(json));
  }

  addEvidence(json: ArchiveEvidenceJson): void {
    const line = JSON.stringify(json);
    if (this.#isNew(evidenceKey(line))) this.#document(EVIDENCE).append(line);
  }

  /** P4: makes all of it durable, then says so. */
  checkpoint(): ArchiveManifestJson {
    const { folder, genesis } = this.#parts;
    const open = this.#segment?.sync();
    const documents = [CERTIFICATES, EVIDENCE].flatMap((name) => this.#documents.get(name)?.sync() ?? []);
    const segments = open === undefined ? this.#full : [...this.#full, open];
    const manifest: ArchiveManifestJson = {
      format: ARCHIVE_FORMAT,
      network: hex(genesis.network),
      first: this.#first,
      last: this.#last,
      before: this.#before,
      end: {
        hash: hex(this.#lastHash),
        outcomeRoot: hex(rootOf(sha256, this.#frontier)),
        peaks: this.#frontier.peaks.map(hex),
      },
      counts: {
        entries: this.#last - this.#first + 1,
        commands: this.#commands,
        certificates: this.#documents.get(CERTIFICATES)?.lines ?? 0,
        evidence: this.#documents.get(EVIDENCE)?.lines ?? 0,
      },
      files: [genesisFile(genesis), ...segments, ...documents],
    };
    folder.writeManifest(manifest);
    if (open !== undefined && this.isSegmentFull) {
      this.#full.push(open);
      this.#segment?.close();
      this.#segment = undefined;
    }
    return manifest;
  }

  close(): void {
    this.#segment?.close();
    for (const file of this.#documents.values()) file.close();
  }

  #document(name: string): AppendedFile {
    const file = this.#documents.get(name) ?? AppendedFile.open(this.#parts.folder.path, emptyFile(name));
    this.#documents.set(name, file);
    return file;
  }

  #isNew(key: string): boolean {
    const isNew = !this.#known.has(key);
    this.#known.add(key);
    return isNew;
  }

  #learn({ name, bytes }: ArchiveFileJson): void {
    for (const line of linesIn(join(this.#parts.folder.path, name), bytes)) {
      this.#known.add(
        name === EVIDENCE ? evidenceKey(line) : certificateKey(JSON.parse(line) as ArchiveCertificateJson),
      );
    }
  }
}

const hashOf = (text: string): Hash => Hash(parseHex(text, 32)!);

const evidenceKey = (line: string): string => createHash("sha256").update(line).digest("hex");

/** P3 */
const genesisFile = ({ bytes }: Genesis): ArchiveFileJson => ({
  name: GENESIS,
  bytes: bytes.length,
  sha256: hex(sha256(bytes)),
  entries: 0,
});
