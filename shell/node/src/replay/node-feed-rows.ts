// A node's folder as what a replay reads: log.db, and the receipts of state.db if it is there. Short reads only, so that
// a running node is not held up.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { equalBytes, ok, refuse, Writer } from "@juno/base";
import type { Floor } from "@juno/consensus";
import { Failure } from "@juno/failure";
import { type Genesis, writeEntryHeader } from "@juno/proof";
import type { EpochTerm } from "../archive/archive-feed.ts";
import type { CertifiedSnapshot } from "../audit/certified-snapshot.ts";
import type { DocumentSource } from "../audit/document-audit.ts";
import { auditFloor } from "../audit/floor-audit.ts";
import { LogSource } from "../audit/log-source.ts";
import { formatProblem } from "../audit/memory-audit.ts";
import { prepareWide, type Row, readable } from "../audit/readable.ts";
import { olderFormat } from "../audit/schema-audit.ts";
import { loadNodeConfig } from "../run/node-config.ts";
import { blob } from "../store/column.ts";
import { guarded, openForReading } from "../store/database.ts";
import { logFile, stateFile } from "../store/folder.ts";
import { HEADER_COLUMNS, headerOfRow } from "../store/log/stored-entry.ts";
import { SnapshotFolder, snapshotsFolder } from "../store/snapshot/snapshot-folder.ts";
import {
  type BeginParts,
  HEADER_BYTES,
  HEADERS_MAX,
  type OpenedFeed,
  type ReplayFeed,
  STEP_ENTRIES,
} from "./replay-feed.ts";

/** Throws the Failures of files that are missing or cannot be read. */
export function openNodeFeed(folder: string, genesis: Genesis): OpenedFeed {
  const file = logFile(folder);
  if (!existsSync(file)) {
    throw new Failure(
      "store_missing",
      `${file} is missing: name a node's folder, or an archive of \`juno export\``,
    );
  }
  const log = openForReading(file);
  try {
    const problem = guarded(file, () => problemOf(log, genesis));
    if (problem !== undefined) {
      log.close();
      return refuse("not_replayable", problem);
    }
    return ok(guarded(file, () => new NodeRows(folder, log)));
  } catch (error) {
    log.close();
    throw error;
  }
}

function problemOf(log: DatabaseSync, genesis: Genesis): string | undefined {
  const older = olderFormat(log);
  if (older !== undefined) return `log.db cannot be read. ${formatProblem(older)}`;
  const meta = readable(() => new LogSource(log).meta());
  if (!meta.ok || meta.value === undefined) return "log.db is damaged: run `juno verify` on the folder";
  const isOwn = equalBytes(meta.value.network, genesis.network);
  return isOwn ? undefined : "the folder belongs to another network than the genesis";
}

class NodeRows implements ReplayFeed {
  readonly kind = "node";
  readonly first: number;
  readonly last: number;
  readonly source: LogSource;
  readonly #folder: string;
  readonly #floor: Floor | undefined;
  readonly #log: DatabaseSync;
  readonly #state: DatabaseSync | undefined;

  constructor(folder: string, log: DatabaseSync) {
    this.#folder = folder;
    this.#log = log;
    this.source = new LogSource(log);
    this.last = this.source.meta()!.committed.index;
    this.#floor = this.source.floor();
    this.first = (this.#floor?.index ?? 0) + 1;
    const state = stateFile(folder);
    this.#state = existsSync(state) ? openForReading(state) : undefined;
  }

  async begin({ findings, ...parts }: BeginParts): Promise<CertifiedSnapshot | undefined> {
    if (this.#floor === undefined) return undefined;
    const folder = new SnapshotFolder(snapshotsFolder(this.#folder));
    return auditFloor({ ...parts, folder }, this.#floor, findings);
  }

  get elsewhere(): string | undefined {
    const config = join(this.#folder, "config.json");
    if (!existsSync(config)) return undefined;
    const { archivePath, archiveUrl = archivePath } = loadNodeConfig(config).prune ?? {};
    return archiveUrl && `what came before is archived at ${archiveUrl}`;
  }

  ready(due: number, to: number): Promise<number> {
    return Promise.resolve(Math.min(to, due + STEP_ENTRIES - 1));
  }

  receiptOf(index: number): Uint8Array | undefined {
    const row = this.#state?.prepare("SELECT receipt FROM outcomes WHERE idx = ?").get(index);
    return row === undefined ? undefined : blob(row.receipt);
  }

  links(): Promise<Iterable<Row>> {
    return Promise.resolve(this.source.links());
  }

  documents({ to, last }: { to: number; last: EpochTerm }): Promise<DocumentSource> {
    const { source } = this;
    const log = this.#log;
    const above = (index: number) => this.#headers(to + 1, index);
    const select = (sql: string, ...values: number[]): Row[] => prepareWide(log, sql).all(...values);
    return Promise.resolve({
      place: (table) => source.place(table),
      certificates: () =>
        select(
          "SELECT kind, epoch, term, bytes FROM certificates WHERE (epoch, term) <= (?, ?) ORDER BY epoch, term",
          ...[last.epoch, last.term],
        ),
      *commitProofs() {
        const columns = "SELECT idx, epoch, bytes FROM commit_proofs WHERE idx";
        let proved = 0;
        for (const row of select(`${columns} <= ? ORDER BY idx`, to)) {
          proved = Number(row.idx);
          yield row;
        }
        if (proved === to) return;
        for (const row of select(
          `${columns} BETWEEN ? AND ? ORDER BY idx LIMIT 1`,
          to + 1,
          to + HEADERS_MAX,
        )) {
          const through = above(Number(row.idx));
          if (through !== undefined) yield { ...row, through };
        }
      },
      evidence: () => source.evidence(),
    });
  }

  /** Undefined if one of them is missing: then the proof above says nothing of what was replayed. */
  #headers(from: number, to: number): Uint8Array<ArrayBuffer> | undefined {
    const select = `SELECT ${HEADER_COLUMNS} FROM entries WHERE idx BETWEEN ? AND ? ORDER BY idx`;
    const rows = this.#log.prepare(select).all(from, to);
    if (rows.length !== to - from + 1) return undefined;
    const writer = new Writer(HEADER_BYTES * rows.length);
    for (const row of rows) writeEntryHeader(writer, headerOfRow(row));
    return writer.finish();
  }

  isOvertaken(): boolean {
    return this.source.floor()?.index !== this.#floor?.index;
  }

  close(): void {
    this.#state?.close();
    this.#log.close();
  }
}
