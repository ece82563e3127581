// The audit of state.db: the log is executed again from where it begins, and what comes out is compared with
// what the node has stored. Between `pin` and `close` one snapshot of state.db is held; before, only
// its applied index is read, so a running node is held up no longer than the comparison takes.

import { existsSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { equalBytes, type Hash, LogIndex } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Applied as Outcome, ParsedCommand } from "@juno/ledger";
import { type Entry, isRedacted } from "@juno/proof";
import { blob, integer } from "../store/column.ts";
import { guarded, openForReading } from "../store/database.ts";
import { loadApplied } from "../store/state/applied-meta.ts";
import { STATE_FORMAT, STATE_SCHEMA } from "../store/state/schema.ts";
import { decodeDraft } from "../store/state/snapshot-draft.ts";
import type { Roots } from "./attestations.ts";
import type { AuditContext } from "./audit-context.ts";
import type { CertifiedSnapshot } from "./certified-snapshot.ts";
import type { ExpectedRows } from "./expected-rows.ts";
import { ExpectedState } from "./expected-state.ts";
import type { Findings } from "./findings.ts";
import { readable } from "./readable.ts";
import type { RedactionFacts } from "./redaction-audit.ts";
import { auditPages, auditSchema } from "./schema-audit.ts";
import { StateComparison } from "./state-comparison.ts";

const FILE = "state.db";
const META = "state.db meta";
const RECEIPT = `SELECT outcomes.receipt, commands.expires FROM outcomes
  LEFT JOIN commands ON commands.id = outcomes.id AND commands.idx = outcomes.idx WHERE outcomes.idx = ?`;
/** In order of comparison: receipts first, for what differs there explains what differs elsewhere. */
export const STATE_TABLES = [
  "outcomes",
  "commands",
  "history",
  "rows",
  "spent",
  "nodes",
  "tree",
  "tree_before",
  "meta",
] as const;

export type StateAuditParts = {
  readonly context: AuditContext;
  readonly findings: Findings;
  readonly file: string;
  readonly checkPages: boolean;
  /** Where the expected state is kept; nowhere, and gone with this process, unless told. */
  readonly work?: DatabaseSync | undefined;
};

export class StateAudit {
  readonly #context: AuditContext;
  readonly #findings: Findings;
  readonly #db: DatabaseSync;
  readonly #expected: ExpectedState;
  /** Undefined if there is no state.db, or none that can be compared. */
  readonly #comparison: StateComparison | undefined;
  readonly #receiptsDb: DatabaseSync | undefined;
  readonly #receipts: StatementSync | undefined;

  private constructor(parts: StateAuditParts, db: DatabaseSync, isComparable: boolean) {
    this.#context = parts.context;
    this.#findings = parts.findings;
    this.#db = db;
    this.#expected = new ExpectedState(parts.context, db, parts.work !== undefined);
    if (!isComparable) return;
    this.#comparison = new StateComparison(db, STATE_TABLES);
    this.#receiptsDb = openForReading(parts.file);
    this.#receipts = this.#receiptsDb.prepare(RECEIPT);
  }

  /** Throws the Failures of a file that is no database. */
  static open(parts: StateAuditParts): StateAudit {
    const isComparable = isSoundFile(parts);
    // The empty name: a private database, on disk only as far as it does not fit into its cache.
    const db = parts.work ?? new DatabaseSync("");
    try {
      if (isComparable) db.prepare("ATTACH ? AS actual").run(`${pathToFileURL(parts.file).href}?mode=ro`);
      const audit = new StateAudit(parts, db, isComparable);
      return audit;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** How far state.db is applied; undefined if that cannot be told. */
  peek(): LogIndex | undefined {
    if (this.#comparison === undefined) return undefined;
    const meta = readable(() => loadApplied(this.#db, "actual"));
    return meta.ok ? meta.value?.index : undefined;
  }

  /**
   * From here on entries are executed in one transaction; upon a snapshot, if they begin above one. Returns what
   * is wrong with it: then nothing can be executed.
   */
  begin(snapshot?: CertifiedSnapshot): string | undefined {
    this.#db.exec("BEGIN");
    if (snapshot === undefined || this.applied > 0) return undefined;
    return this.#expected.seed(snapshot.folder, snapshot.manifest);
  }

  /** Makes what was executed durable, with what `record` writes, and goes on. */
  commit(record: () => void): void {
    this.#expected.keep();
    record();
    this.#db.exec("COMMIT; BEGIN");
  }

  /** Executes the next entry of the log; why that cannot be done, and nothing that follows it. */
  execute(entry: Entry, parsed: ParsedCommand | undefined, known?: Outcome): string | undefined {
    if (isRedacted(entry)) return this.#follow(entry);
    const executed = this.#expected.execute(entry, parsed, known);
    return executed.ok ? undefined : executed.error;
  }

  /**
   * C22: what cannot be executed is done as the node's receipt tells. It is read on a connection of its own, so
   * that state.db is not held meanwhile. When the command expired is the node's own word.
   */
  #follow(entry: Entry): string | undefined {
    const read = readable(() => this.#receipts?.get(entry.index));
    if (!read.ok)
      return `Its payload is redacted, and its receipt in state.db cannot be read: ${read.error}.`;
    const row = read.value;
    if (row === undefined)
      return "Its payload is redacted, and state.db, which should tell what it did, has no receipt of it.";
    const done = readable(() =>
      this.#expected.follow({
        entry,
        receipt: blob(row.receipt),
        expires: row.expires === null ? undefined : integer(row.expires),
      }),
    );
    if (!done.ok)
      return `Its payload is redacted, and what state.db holds of it cannot be read: ${done.error}.`;
    return done.value.ok
      ? undefined
      : `Its payload is redacted, and its receipt is not the one: ${done.value.error.detail}.`;
  }

  /** What the entries that were executed say of redactions. */
  get redactions(): RedactionFacts {
    return this.#expected.redactions;
  }

  /** The entry that spent an id, among those executed. */
  spentAt(id: Hash): number | undefined {
    return this.#expected.view.spent(id)?.index;
  }

  /** What executing the next entry reads. */
  get view(): ExpectedRows {
    return this.#expected.view;
  }

  get applied(): LogIndex {
    return this.#expected.applied.index;
  }

  get root(): Hash {
    return this.#expected.root;
  }

  /** What re-execution yields, for whoever has signed about it. */
  get roots(): Roots {
    const from = LogIndex(Math.max(1, this.#expected.begunAt));
    return { from, through: this.applied, rootAt: (index) => this.#expected.rootAt(index) };
  }

  /**
   * Holds state.db as it is now and judges whose it is. Returns its applied index, undefined if that
   * cannot be told, or that there is nothing to compare.
   */
  pin(): LogIndex | "unknown" | "nothing" {
    if (this.#comparison === undefined) return "nothing";
    const meta = readable(() => loadApplied(this.#db, "actual"));
    if (!meta.ok) return this.#unreadable(`It cannot be read: ${meta.error}.`);
    if (meta.value === undefined) return this.#unreadable("It is missing.");
    const { format, network, index } = meta.value;
    if (format !== STATE_FORMAT) {
      return this.#refuse(`It has format ${format}; this program reads ${STATE_FORMAT}.`);
    }
    if (!equalBytes(network, this.#context.genesis.network)) {
      return this.#refuse("It belongs to another network than the genesis.");
    }
    return index;
  }

  /** What came out at an entry that was executed. */
  outcomeAt(index: LogIndex): ReturnType<ExpectedState["outcomeAt"]> {
    return this.#expected.outcomeAt(index);
  }

  /**
   * Compares every row with what was executed; that must be what state.db has applied. Entries up to `floor`
   * are pruned.
   */
  compare(floor = 0): void {
    this.#expected.seal(this.#idsNeededFrom());
    const isWhole = floor === 0 || this.#comparison === undefined;
    const comparison = isWhole ? this.#comparison : new StateComparison(this.#db, STATE_TABLES, floor);
    comparison?.compare(this.#findings);
  }

  /** Of a snapshot that was being made. What is in it shows when it is complete. */
  #idsNeededFrom(): number {
    if (this.#comparison === undefined) return Number.POSITIVE_INFINITY;
    const draft = readable(() => {
      const row = this.#db.prepare("SELECT draft FROM actual.snapshot").get();
      return row === undefined ? undefined : decodeDraft(blob(row.draft));
    });
    if (draft.ok) return draft.value?.time ?? Number.POSITIVE_INFINITY;
    this.#findings.add("state.db snapshot", `It cannot be read: ${draft.error}.`);
    return Number.POSITIVE_INFINITY;
  }

  close(): void {
    this.#receiptsDb?.close();
    this.#db.close();
  }

  #unreadable(problem: string): "unknown" {
    this.#findings.add(META, problem);
    return "unknown";
  }

  #refuse(problem: string): "nothing" {
    this.#findings.add(META, problem);
    return "nothing";
  }
}

function isSoundFile({ file, findings, checkPages }: StateAuditParts): boolean {
  if (!existsSync(file)) {
    findings.add(FILE, "The file is missing; the node rebuilds it from log.db when it starts.");
    return false;
  }
  const db = openForReading(file);
  try {
    if (checkPages) auditPages(db, FILE, findings);
    return auditSchema(db, { file: FILE, schema: STATE_SCHEMA }, findings);
  } finally {
    db.close();
  }
}

/** How far a state.db is applied; 0 if that cannot be told. */
export function appliedIn(file: string): number {
  if (!existsSync(file)) return 0;
  const db = openForReading(file);
  try {
    const meta = readable(() => guarded(file, () => loadApplied(db)));
    return meta.ok ? (meta.value?.index ?? 0) : 0;
  } catch (error) {
    if (error instanceof Failure) return 0;
    throw error;
  } finally {
    db.close();
  }
}
