// Walks the log from the genesis up, in chunks, through all its epochs: every entry is judged, its signatures are handed to the
// verifier, and sound ones are handed on. Each chunk is one short read, so a running node's write-ahead
// log is not held back. After a break the walk goes on from the stored hash, to name what else is wrong.

import { type Epoch, LogIndex, type Term } from "@juno/base";
import type { Floor } from "@juno/consensus";
import type { Applied as Outcome, ParsedCommand } from "@juno/ledger";
import { type Entry, endOf, isRedacted, type KnownEpochs, type Point } from "@juno/proof";
import { hashOf } from "../store/column.ts";
import { entryOf } from "../store/log/stored-entry.ts";
import type { AuditContext } from "./audit-context.ts";
import { auditEntry, genesisLast, type Last } from "./entry-audit.ts";
import type { ExecutionAhead } from "./execution-ahead.ts";
import type { Findings } from "./findings.ts";
import { narrow, type Row, readable } from "./readable.ts";
import type { SignatureQueue } from "./signature-queue.ts";

/** SQLite's least and greatest integer: an altered index may be any. */
const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;

/**
 * Takes an entry that nothing is wrong with so far, its signatures apart. Returns why it cannot be gone on
 * from, if so: then no entry is handed on any more. `known` is what executing it is known to yield.
 */
export type TakeEntry = (
  entry: Entry,
  parsed: ParsedCommand | undefined,
  known: Outcome | undefined,
) => string | undefined;

/** Where entries are read: rows of ENTRY_COLUMNS, by index, of which nothing is believed. */
export type EntrySource = {
  /** The first rows of those in the range. */
  entries(range: { readonly from: bigint; readonly to: bigint }): Row[];
  /** What a finding calls a table of it. */
  place(table: "entries" | "certificates" | "commit_proofs" | "evidence" | "epochs"): string;
};

/** What a walk has come to, to go on from. */
export type WalkPosition = {
  readonly last: Last;
  readonly entries: number;
  readonly commands: number;
  readonly elections: number;
  readonly bases: Bases;
};

/** base(T) of terms that have entries, by epoch and term. */
export type Bases = ReadonlyMap<string, Point>;

export const baseKey = (epoch: Epoch, term: Term): string => `${epoch}.${term}`;

/** P30: right above a floor, whose entry is known by what a snapshot says of it. */
export const positionAbove = (
  epochs: KnownEpochs,
  { index, epoch, term, time, hash }: Floor,
): WalkPosition => ({
  last: { index, epoch, term, ends: endOf(epochs, epoch)?.index === index, time, links: [hash] },
  ...{ entries: 0, commands: 0, elections: 0 },
  bases: new Map(),
});

export type LogWalkParts = {
  readonly source: EntrySource;
  readonly context: AuditContext;
  readonly signatures: SignatureQueue;
  readonly findings: Findings;
  readonly onProgress?: ((entries: number) => void) | undefined;
  /** Reads what shows who votes in an epoch that is not known yet; false if a finding says already why that is of no use. */
  readonly learn?: (() => boolean) | undefined;
  /** Where an earlier walk ended; the genesis unless told. */
  readonly from?: WalkPosition | undefined;
};

export class LogWalk {
  readonly #parts: LogWalkParts;
  #next = LEAST;
  #last: Last;
  #isSound = true;
  #entries = 0;
  #commands = 0;
  #elections = 0;
  readonly #bases: Map<string, Point>;

  constructor(parts: LogWalkParts) {
    this.#parts = parts;
    const { from } = parts;
    this.#last = from?.last ?? genesisLast(parts.context.genesis.network);
    this.#bases = new Map(from?.bases);
    if (from === undefined) return;
    this.#next = BigInt(from.last.index + 1);
    this.#entries = from.entries;
    this.#commands = from.commands;
    this.#elections = from.elections;
  }

  get entries(): number {
    return this.#entries;
  }

  get commands(): number {
    return this.#commands;
  }

  get elections(): number {
    return this.#elections;
  }

  get last(): Last {
    return this.#last;
  }

  get position(): WalkPosition {
    const { last, entries, commands, elections, bases } = this;
    return { last, entries, commands, elections, bases };
  }

  /** Whether nothing was wrong with an entry; a signature that is refused later is not counted here. */
  get isSound(): boolean {
    return this.#isSound;
  }

  get bases(): Bases {
    return this.#bases;
  }

  /** Goes on up to an index; without one, to the end. `ahead` executes what is read until then. */
  async walk(take: TakeEntry, through?: LogIndex, ahead?: ExecutionAhead): Promise<void> {
    const { signatures, findings, onProgress } = this.#parts;
    const limit = through === undefined ? GREATEST : BigInt(through);
    let rows = this.#read(limit);
    let outcomes = ahead?.execute(rows);
    while (rows.length > 0 && !findings.isFull) {
      const next = ahead && this.#readAhead(limit);
      const nextOutcomes = next && ahead?.execute(next);
      const known = await outcomes;
      for (const [at, row] of rows.entries()) if (!findings.isFull) this.#visit(row, take, known?.[at]);
      onProgress?.(this.#entries);
      await signatures.pause();
      rows = next ?? this.#read(limit);
      outcomes = nextOutcomes ?? ahead?.execute(rows);
    }
  }

  /** Undefined for what cannot be read: that is told when it is its turn. */
  #readAhead(limit: bigint): Row[] | undefined {
    try {
      return this.#read(limit);
    } catch {
      return undefined;
    }
  }

  #read(limit: bigint): Row[] {
    if (this.#next > limit) return [];
    const rows = this.#parts.source.entries({ from: this.#next, to: limit });
    const last = rows.at(-1)?.idx;
    if (typeof last === "bigint") this.#next = last + 1n;
    return rows;
  }

  #visit(row: Row, take: TakeEntry, known: Outcome | undefined): void {
    const { findings } = this.#parts;
    const index = Number(row.idx);
    if (index < 1 || !Number.isSafeInteger(index)) {
      this.#isSound = false;
      findings.add(`${this.#place} (${row.idx})`, "No entry of a log has this index.");
      return;
    }
    this.#demandNeighbour(LogIndex(index));
    const entry = readable(() => entryOf(narrow(row)));
    if (entry.ok) this.#judge(entry.value, take, known);
    else {
      this.#refuse(LogIndex(index), `It cannot be read: ${entry.error}.`);
      const hash = readable(() => hashOf(row.hash));
      this.#last = { ...this.#last, index: LogIndex(index), links: hash.ok ? [hash.value] : [] };
    }
  }

  #demandNeighbour(index: LogIndex): void {
    const due = LogIndex(this.#last.index + 1);
    if (index === due) return;
    const missing =
      index === due + 1 ? "It is missing." : `It is missing, and so are all up to ${index - 1}.`;
    this.#refuse(due, missing);
    this.#last = { ...this.#last, index: LogIndex(index - 1), links: [] };
  }

  #judge(entry: Entry, take: TakeEntry, known: Outcome | undefined): void {
    const { context, signatures, learn } = this.#parts;
    const before = this.#last;
    const isKnown = context.epochs.of(entry.epoch) !== undefined;
    const isTold = !isKnown && learn?.() === false;
    const { problem, parsed, checks, last } = auditEntry(context, before, entry);
    this.#entries += 1;
    this.#last = last;
    if (entry.kind === "election") this.#noteElection(entry, before);
    if (parsed !== undefined || isRedacted(entry)) this.#commands += 1;
    if (isTold) this.#isSound = false;
    else if (problem !== undefined) return this.#refuse(entry.index, problem);
    signatures.add(checks, () => this.#refuse(entry.index, badSignature(entry)));
    const obstacle = this.#isSound ? take(entry, parsed, known) : undefined;
    if (obstacle !== undefined) this.#refuse(entry.index, obstacle);
  }

  #noteElection(entry: Entry, before: Last): void {
    this.#elections += 1;
    const [hash] = before.links;
    const key = baseKey(entry.epoch, entry.term);
    if (hash !== undefined && !this.#bases.has(key)) this.#bases.set(key, { index: before.index, hash });
  }

  #refuse(index: LogIndex, problem: string): void {
    this.#isSound = false;
    this.#parts.findings.add(this.#place, problem, index);
  }

  get #place(): string {
    return this.#parts.source.place("entries");
  }
}

const BAD_SIGNATURE: Readonly<Record<Entry["kind"], string>> = {
  election: "A vote in its election certificate is not signed by its voter.",
  command: "A signature of its command does not verify.",
  config: "An approval or a readiness in it is not signed by whom it names.",
};

const badSignature = ({ kind }: Entry): string => BAD_SIGNATURE[kind];
