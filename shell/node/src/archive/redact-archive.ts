// Takes payloads out of an archive that the log itself orders out (P37), as an export of a redacted node would have left
// them out. The archive is verified first, and only what is proved by then is done: what is taken away here, no
// other copy of the archive can be asked for. Invariant: whatever moment ends it, the archive is the old one or
// the new one, once the next writer has come.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type ArchiveFileJson, type ArchiveManifestJson, parseEntry, renderEntry } from "@juno/api";
import { hex } from "@juno/base";
import { Failure } from "@juno/failure";
import { MemoryView, type Redaction, redactionsIn } from "@juno/ledger";
import { type AppliedEntry, isRedacted } from "@juno/proof";
import { redactedBodyOf } from "@juno/runtime";
import { ordersIn, SAID_IN_LINES } from "../audit/archive-ledger.ts";
import { isSegment } from "../audit/archive-source.ts";
import { type AuditContext, auditContext, trustedGenesis } from "../audit/audit-context.ts";
import type { AuditReport } from "../audit/audit-report.ts";
import { verifyArchive } from "../audit/verify-archive.ts";
import type { AuditRequest } from "../audit/verify-databases.ts";
import { sha256 } from "../crypto/sodium.ts";
import { AppendedFile } from "./appended-file.ts";
import { ArchiveFolder } from "./archive-folder.ts";
import { linesIn } from "./line-reader.ts";
import { jsonIn, MANIFEST } from "./manifest.ts";
import { redactedName, settleRedacted } from "./redacted-files.ts";
import { writeFailure } from "./write-failure.ts";

export type RedactArchiveRequest = AuditRequest & {
  /** Says what would be done, and does nothing. */
  readonly isDry?: boolean;
  readonly onLines?: (progress: { readonly done: number; readonly total: number }) => void;
};

/** `waiting`: no outcome root above it is signed by f + 1 voters yet, so without the payload nobody would believe the receipt. */
export type ArchiveRedaction = Redaction & {
  readonly payload: "removed" | "gone" | "waiting" | "void" | "absent";
};

export type RedactArchiveReport = {
  /** What verifying the archive, before anything was changed, said; if that is not good, nothing was. */
  readonly audit: AuditReport;
  /** What the archive's own entries order, by the entry that loses its payload. */
  readonly redactions: readonly ArchiveRedaction[];
  /** Names of the files that are, or would be, written anew. */
  readonly files: readonly string[];
  readonly isDry: boolean;
};

/** Throws Failures of the folder and the disk. */
export async function redactArchive(request: RedactArchiveRequest): Promise<RedactArchiveReport> {
  const { folder: path, genesisBytes, isDry = false } = request;
  if (!existsSync(join(path, MANIFEST))) {
    throw new Failure("store_missing", `${path} holds no archive: name a folder that \`juno export\` made`);
  }
  const context = auditContext(trustedGenesis(genesisBytes));
  const folder = new ArchiveFolder(path);
  try {
    const manifest = folder.manifestOf(context.genesis);
    const audit = await verifyArchive(request);
    const nothing = { audit, redactions: [], files: [], isDry };
    if (!audit.ok || manifest === undefined) return nothing;
    const run = new Redacting({ path, manifest, context, audit, onLines: request.onLines });
    run.findOrders();
    const files = run.rewrite(isDry);
    if (!isDry && files.length > 0) {
      const changed = {
        ...manifest,
        files: manifest.files.map((file) => run.replaced.get(file.name) ?? file),
      };
      folder.writeManifest(changed);
      settleRedacted(path, changed);
    }
    return { audit, redactions: run.told(), files, isDry };
  } catch (error) {
    throw writeFailure(path, error);
  } finally {
    folder.close();
  }
}

type Parts = {
  readonly path: string;
  readonly manifest: ArchiveManifestJson;
  readonly context: AuditContext;
  readonly audit: AuditReport;
  readonly onLines: RedactArchiveRequest["onLines"];
};

class Redacting {
  readonly #parts: Parts;
  readonly #orders = new Map<number, Redaction>();
  readonly #payloads = new Map<number, ArchiveRedaction["payload"]>();
  /** What the manifest is to state of files that are written anew. */
  readonly replaced = new Map<string, ArchiveFileJson>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Receipts were verified: what they order, the ledger ordered. */
  findOrders(): void {
    const { path, manifest } = this.#parts;
    const rows = new MemoryView();
    for (const file of manifest.files.filter(isSegment)) {
      for (const line of linesIn(join(path, file.name), file.bytes)) {
        if (!line.includes(SAID_IN_LINES)) continue;
        const { entry, receipt } = entryIn(line);
        rows.change(ordersIn(receipt, entry.index) ?? []);
      }
    }
    for (const order of redactionsIn(rows)) this.#orders.set(order.index, order);
  }

  /** Writes each file beside the old one that loses a payload; their names. */
  rewrite(isDry: boolean): string[] {
    const { manifest, onLines } = this.#parts;
    let next = manifest.first;
    const names: string[] = [];
    for (const file of manifest.files.filter(isSegment)) {
      const span = { first: next, last: next + file.entries - 1 };
      next += file.entries;
      if (this.#judge(file, span)) {
        names.push(file.name);
        if (!isDry) this.#write(file, span.first);
      }
      onLines?.({ done: next - manifest.first, total: manifest.counts.entries });
    }
    return names;
  }

  told(): ArchiveRedaction[] {
    return [...this.#orders.values()].map((order) => ({
      ...order,
      payload: this.#payloads.get(order.index) ?? "absent",
    }));
  }

  /** Whether any of the file's entries loses its payload. */
  #judge(file: ArchiveFileJson, { first, last }: { readonly first: number; readonly last: number }): boolean {
    const due = [...this.#orders.keys()].filter((index) => first <= index && index <= last);
    if (due.length === 0) return false;
    const wanted = new Set(due);
    let at = first;
    for (const line of linesIn(join(this.#parts.path, file.name), file.bytes)) {
      if (wanted.has(at)) this.#payloads.set(at, this.#payloadOf(this.#orders.get(at)!, entryIn(line)));
      at += 1;
    }
    return due.some((index) => this.#payloads.get(index) === "removed");
  }

  #payloadOf(order: Redaction, { entry }: AppliedEntry): ArchiveRedaction["payload"] {
    const { context, audit } = this.#parts;
    if (isRedacted(entry)) return "gone";
    if (redactedBodyOf(context.ledger, order, entry) === undefined) return "void";
    // P12: an audit believes receipts of what cannot be executed under a root that voters signed; and one that was
    // not executed here orders nothing before that.
    const isOrdered = order.by <= Math.max(audit.applied, audit.attested);
    return isOrdered && order.index <= audit.attested ? "removed" : "waiting";
  }

  #write(file: ArchiveFileJson, first: number): void {
    const { path } = this.#parts;
    const draft = AppendedFile.open(path, { ...file, name: redactedName(file.name), bytes: 0, entries: 0 });
    try {
      let at = first;
      for (const line of linesIn(join(path, file.name), file.bytes)) {
        draft.append(this.#payloads.get(at) === "removed" ? this.#redacted(at, line) : line);
        at += 1;
      }
      this.replaced.set(file.name, { ...draft.sync(), name: file.name });
    } finally {
      draft.close();
    }
  }

  #redacted(index: number, line: string): string {
    const applied = entryIn(line);
    const body = redactedBodyOf(this.#parts.context.ledger, this.#orders.get(index)!, applied.entry)!;
    const entry = { ...applied.entry, body };
    return JSON.stringify(renderEntry({ sha256, hex }, { ...applied, entry }));
  }
}

/** The archive was verified, and nobody else writes to it. */
function entryIn(line: string): AppliedEntry {
  const entry = parseEntry(sha256, jsonIn(line));
  if (!entry.ok)
    throw new Failure("store_damaged", `the archive was changed meanwhile: ${entry.error.detail}`);
  return entry.value;
}
