// An archive of a sample history's log, made in segments so short that there are several, and the hands
// that change copies of it: carelessly, or with a manifest that is made to fit.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArchiveManifestJson } from "@juno/api";
import { hex, utf8 } from "@juno/base";
import { type ExportRequest, exportArchive } from "../../src/archive/export-archive.ts";
import { manifestText } from "../../src/archive/manifest.ts";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import type { AuditReport } from "../../src/audit/audit-report.ts";
import { verifyFolder } from "../../src/audit/verify-archive.ts";
import type { AuditOptions } from "../../src/audit/verify-databases.ts";
import { sha256 } from "../../src/crypto/sodium.ts";
import { rememberingVerifier } from "./altered-databases.ts";
import { makeHistory, type SampleHistory } from "./sample-history.ts";

/** Several files even for a short log. */
export const SEGMENT = 16;

type Asked = Partial<Omit<ExportRequest, "feed" | "target" | "genesis">>;

export const manifestIn = (place: string): ArchiveManifestJson =>
  JSON.parse(readFileSync(join(place, "manifest.json"), "utf8")) as ArchiveManifestJson;

export const linesOf = (place: string, name: string): string[] =>
  readFileSync(join(place, name), "utf8").trimEnd().split("\n");

export class SampleArchive {
  readonly folder: string;
  readonly history: SampleHistory;
  /** An archive of all that the witness has. */
  readonly whole: string;
  readonly verifier = rememberingVerifier();
  #places = 0;

  private constructor(folder: string, history: SampleHistory) {
    this.folder = folder;
    this.history = history;
    this.whole = this.fresh();
  }

  static async make(): Promise<SampleArchive> {
    const folder = mkdtempSync(join(tmpdir(), "juno-archive-"));
    const archive = new SampleArchive(folder, await makeHistory(folder));
    await archive.exported(archive.whole);
    return archive;
  }

  get last(): number {
    return manifestIn(this.whole).last;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** A place where nothing is yet. */
  fresh(): string {
    return join(this.folder, `archive-${++this.#places}`);
  }

  /** A copy of the whole archive, for changing. */
  copy(): string {
    const place = this.fresh();
    cpSync(this.whole, place, { recursive: true });
    return place;
  }

  async exported(target: string, asked: Asked = {}): Promise<ArchiveManifestJson> {
    const { network, witness } = this.history;
    const { genesis } = network;
    const feed = new NodeFeed(network.folderOf(witness), genesis);
    try {
      const { manifest } = await exportArchive({ feed, genesis, target, segmentEntries: SEGMENT, ...asked });
      return manifest;
    } finally {
      feed.close();
    }
  }

  audited(place: string, options: AuditOptions = {}): Promise<AuditReport> {
    const { genesisBytes } = this.history.network;
    return verifyFolder({ folder: place, genesisBytes, options: { verifier: this.verifier, ...options } });
  }

  /** A copy with the lines of a file changed, and the manifest made to fit, as far as a manifest can. */
  forge(name: string, change: (lines: string[]) => string[], counts: "kept" | "counted" = "kept"): string {
    const place = this.copy();
    const lines = change(linesOf(place, name));
    const bytes = utf8(lines.map((line) => `${line}\n`).join(""));
    writeFileSync(join(place, name), bytes);
    const manifest = manifestIn(place);
    const stated = { bytes: bytes.length, sha256: hex(sha256(bytes)) };
    const isCounted = counts === "counted";
    const files = manifest.files.map((file) =>
      file.name === name ? { ...file, ...stated, ...(isCounted && { entries: lines.length }) } : file,
    );
    const kind = name === "certificates.jsonl" ? "certificates" : "evidence";
    const counted = isCounted ? { ...manifest.counts, [kind]: lines.length } : manifest.counts;
    writeFileSync(join(place, "manifest.json"), manifestText({ ...manifest, files, counts: counted }));
    return place;
  }
}
