// A node's folder as the source of an archive: log.db and state.db, read in short statements, so a
// running node is not held up. It judges nothing: what it hands on is hashed by whoever writes.

import { existsSync } from "node:fs";
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { ArchiveCertificateJson, ArchiveEvidenceJson } from "@juno/api";
import { equalBytes, type Hash, hex, Writer } from "@juno/base";
import { Failure } from "@juno/failure";
import {
  type AppliedEntry,
  decodeEpochLink,
  type EpochLink,
  type Frontier,
  frontierAt,
  type Genesis,
  outcomeLeaf,
  writeEntryHeader,
} from "@juno/proof";
import { sha256 } from "../crypto/sodium.ts";
import { blob, hashOf, integer } from "../store/column.ts";
import { damaged, guarded, openForReading } from "../store/database.ts";
import { logFile, stateFile } from "../store/folder.ts";
import { loadFloor } from "../store/log/floor.ts";
import { loadMeta } from "../store/log/meta.ts";
import { ENTRY_COLUMNS, entryOf, HEADER_COLUMNS, headerOfRow } from "../store/log/stored-entry.ts";
import { SnapshotFolder, snapshotsFolder } from "../store/snapshot/snapshot-folder.ts";
import { loadApplied } from "../store/state/applied-meta.ts";
import { type ArchiveFeed, prunedAway, type Span, type TermSpan } from "./archive-feed.ts";

/** Entries read at once: whatever their bodies hold, so many fit into memory. */
const PORTION_ENTRIES = 64;
const HEADER_BYTES = 65;

type Sql = (sql: string, ...values: number[]) => Record<string, SQLOutputValue>[];

export class NodeFeed implements ArchiveFeed {
  readonly #folder: string;
  readonly #network: Hash;
  readonly #log: DatabaseSync;
  readonly #state: DatabaseSync;
  readonly last: number;

  /** Throws the Failures of files that are missing, damaged or another network's. */
  constructor(folder: string, genesis: Genesis) {
    this.#folder = folder;
    this.#network = genesis.network;
    this.#log = opened(logFile(folder));
    try {
      this.#state = opened(stateFile(folder));
    } catch (error) {
      this.#log.close();
      throw error;
    }
    try {
      this.last = guarded(folder, () => this.#lastIndex());
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get first(): number {
    return (guarded(this.#folder, () => loadFloor(this.#log))?.index ?? 0) + 1;
  }

  close(): void {
    this.#state.close();
    this.#log.close();
  }

  /** The entry that the log begins above is pruned, and its hash is known. */
  hashBefore(index: number): Hash {
    return this.#unlessPruned(index, logFile(this.#folder), () => this.#hashAt(index - 1));
  }

  frontierBefore(index: number): Frontier {
    const node = this.#state.prepare("SELECT hash FROM nodes WHERE level = ? AND position = ?");
    const leaf = this.#state.prepare("SELECT hash, receipt_hash FROM outcomes WHERE idx = ?");
    const read = (level: number, position: number): Hash => {
      const row = level > 0 ? undefined : leaf.get(position + 1);
      if (row === undefined) return hashOf(node.get(level, position)?.hash);
      return outcomeLeaf(sha256, { entryHash: hashOf(row?.hash), receiptHash: hashOf(row?.receipt_hash) });
    };
    return this.#unlessPruned(index, stateFile(this.#folder), () => frontierAt(read, index - 1));
  }

  async *entries({ from, to }: Span): AsyncIterable<readonly AppliedEntry[]> {
    let previousHash = from === 1 ? this.#network : this.hashBefore(from);
    for (let next = from; next <= to; ) {
      const end = Math.min(to, next + PORTION_ENTRIES - 1);
      const read = () => this.#portion({ from: next, to: end }, previousHash);
      const portion = this.#unlessPruned(next, this.#folder, read);
      yield portion;
      previousHash = portion.at(-1)!.entry.hash;
      next = end + 1;
    }
  }

  links(): readonly EpochLink[] {
    return this.#rows(this.#log)("SELECT epoch, bytes FROM epochs ORDER BY epoch").map((row) => {
      const link = decodeEpochLink(blob(row.bytes));
      if (link.ok) return link.value;
      throw damaged(logFile(this.#folder), `the link to epoch ${row.epoch} cannot be decoded`);
    });
  }

  async *certificates(
    entries: Span,
    about: { readonly terms: TermSpan; readonly isEnd: boolean },
  ): AsyncIterable<ArchiveCertificateJson> {
    const { from, to } = about.terms;
    const kept = this.#rows(this.#log);
    const within = "WHERE (epoch, term) >= (?, ?) AND (epoch, term) <= (?, ?)";
    const span = [from.epoch, from.term, to.epoch, to.term];
    for (const row of kept(`SELECT * FROM certificates ${within}`, ...span)) {
      const kind = row.kind === "term-certificate" ? "term" : "election";
      const of = { epoch: integer(row.epoch), term: integer(row.term) };
      yield { kind, ...of, bytes: hex(blob(row.bytes)) };
    }
    const proofs = "SELECT idx, bytes FROM commit_proofs WHERE idx BETWEEN ? AND ? ORDER BY idx";
    let proved = 0;
    for (const row of kept(proofs, entries.from, entries.to)) {
      proved = integer(row.idx);
      yield { kind: "commit", index: proved, bytes: hex(blob(row.bytes)) };
    }
    if (!about.isEnd || proved === entries.to) return;
    const [above] = kept(
      "SELECT idx, bytes FROM commit_proofs WHERE idx > ? ORDER BY idx LIMIT 1",
      entries.to,
    );
    if (above === undefined) return;
    const index = integer(above.idx);
    const through = hex(this.#headers({ from: entries.to + 1, to: index }));
    yield { kind: "commit", index, bytes: hex(blob(above.bytes)), through };
  }

  snapshotAt(index: number): SnapshotFolder | undefined {
    const held = new SnapshotFolder(snapshotsFolder(this.#folder));
    return [held.manifestFile(index), held.certificateFile(index)].every(existsSync) ? held : undefined;
  }

  *evidence(): Iterable<ArchiveEvidenceJson> {
    for (const row of this.#rows(this.#log)("SELECT bytes FROM evidence ORDER BY id")) {
      yield { bytes: hex(blob(row.bytes)) };
    }
  }

  /** A running node may prune what is about to be read: that is no damage. */
  #unlessPruned<T>(wanted: number, file: string, read: () => T): T {
    try {
      return guarded(file, read);
    } catch (error) {
      const { first } = this;
      throw first > wanted ? prunedAway({ first }, wanted) : error;
    }
  }

  #rows(db: DatabaseSync): Sql {
    return (sql, ...values) => guarded(this.#folder, () => db.prepare(sql).all(...values));
  }

  #lastIndex(): number {
    const meta = loadMeta(this.#log);
    const applied = loadApplied(this.#state);
    if (meta === undefined || applied === undefined) {
      throw damaged(this.#folder, "it is not a node's folder; name one that holds log.db and state.db");
    }
    for (const { network } of [meta, applied]) {
      if (equalBytes(network, this.#network)) continue;
      throw new Failure(
        "store_foreign",
        `${this.#folder} belongs to another network than the genesis: give that network's genesis file`,
      );
    }
    return Math.min(meta.committed.index, applied.index);
  }

  #hashAt(index: number): Hash {
    const [row] = this.#rows(this.#log)(
      "SELECT hash FROM entries WHERE idx = ?1 UNION ALL SELECT hash FROM floor WHERE idx = ?1",
      index,
    );
    if (row === undefined) throw damaged(logFile(this.#folder), `entry ${index} is missing`);
    return hashOf(row.hash);
  }

  #portion({ from, to }: Span, before: Hash): AppliedEntry[] {
    const range = "WHERE idx BETWEEN ? AND ? ORDER BY idx";
    const rows = this.#log.prepare(`SELECT ${ENTRY_COLUMNS} FROM entries ${range}`).all(from, to);
    const outcomes = this.#state.prepare(`SELECT receipt FROM outcomes ${range}`).all(from, to);
    if (rows.length !== to - from + 1 || outcomes.length !== rows.length) {
      throw damaged(
        this.#folder,
        `an entry from ${from} to ${to}, or its receipt, is missing; run \`juno verify\``,
      );
    }
    let previousHash = before;
    return rows.map((row, at) => {
      const entry = entryOf(row);
      const applied = { entry, previousHash, receipt: blob(outcomes[at]?.receipt) };
      previousHash = entry.hash;
      return applied;
    });
  }

  #headers({ from, to }: Span): Uint8Array {
    const rows = this.#rows(this.#log)(
      `SELECT ${HEADER_COLUMNS} FROM entries WHERE idx BETWEEN ? AND ? ORDER BY idx`,
      from,
      to,
    );
    const writer = new Writer(HEADER_BYTES * rows.length);
    for (const row of rows) writeEntryHeader(writer, headerOfRow(row));
    return writer.finish();
  }
}

function opened(file: string): DatabaseSync {
  if (existsSync(file)) return openForReading(file);
  throw new Failure(
    "store_missing",
    `${file} is missing: name a node's folder, with log.db and state.db in it`,
  );
}
