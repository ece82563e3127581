// What re-execution yields, in a private database of the same tables as state.db, so that the two can be
// compared. It is written apart from the executor's own storage: an audit that ran the code it audits
// would repeat its mistakes.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  assert,
  equalBytes,
  err,
  type Hash,
  hex,
  LogIndex,
  ok,
  type Refusal,
  type Result,
  utf8,
} from "@juno/base";
import {
  activationIn,
  apply,
  applyRedacted,
  type Applied as Outcome,
  type ParsedCommand,
  type RedactedEntry,
} from "@juno/ledger";
import {
  appendLeaf,
  type Entry,
  frontierAt,
  outcomeLeaf,
  type ReadNode,
  rootOf,
  type SnapshotManifest,
} from "@juno/proof";
import { versionFailure } from "@juno/runtime";
import { blob, hashOf, integer } from "../store/column.ts";
import type { SnapshotFolder } from "../store/snapshot/snapshot-folder.ts";
import {
  type AppliedMeta,
  genesisApplied,
  loadApplied,
  SAVE_APPLIED,
  saveApplied,
} from "../store/state/applied-meta.ts";
import { fillState } from "../store/state/snapshot-install.ts";
import type { AuditContext } from "./audit-context.ts";
import { ExpectedRows } from "./expected-rows.ts";
import { readable } from "./readable.ts";
import { RedactedEntries } from "./redacted-entries.ts";
import type { RedactionFacts } from "./redaction-audit.ts";

export class ExpectedState {
  /** What executing the next entry reads. */
  readonly view: ExpectedRows;
  /** Entries that could not be executed, since their payload is redacted. */
  readonly #redacted: RedactedEntries;
  readonly #context: AuditContext;
  readonly #db: DatabaseSync;
  #applied: AppliedMeta;
  readonly #node: StatementSync;
  readonly #leaf: StatementSync;
  readonly #id: StatementSync;
  readonly #first: StatementSync;
  readonly #putOutcome: StatementSync;
  readonly #putFirst: StatementSync;
  readonly #putNode: StatementSync;
  readonly #putHistory: StatementSync;

  /** `db` is private: empty, or what `keep` and a commit have left in it. */
  constructor(context: AuditContext, db: DatabaseSync, isKept = false) {
    this.#context = context;
    this.#db = db;
    this.view = new ExpectedRows(db, context.sha256, isKept);
    this.#redacted = new RedactedEntries(db);
    this.#applied = loadApplied(db) ?? genesisApplied(context.genesis.network);
    this.#node = db.prepare("SELECT hash FROM main.nodes WHERE level = ? AND position = ?");
    this.#id = db.prepare("SELECT id FROM main.outcomes WHERE idx = ?");
    this.#leaf = db.prepare("SELECT hash, receipt_hash FROM main.outcomes WHERE idx = ?");
    this.#first = db.prepare("SELECT min(idx) AS first FROM main.outcomes");
    this.#putOutcome = db.prepare("INSERT INTO main.outcomes VALUES (?, ?, ?, ?, ?)");
    this.#putFirst = db.prepare("INSERT OR IGNORE INTO main.commands VALUES (?, ?, ?, ?, 0)");
    this.#putNode = db.prepare("INSERT INTO main.nodes VALUES (?, ?, ?)");
    this.#putHistory = db.prepare("INSERT INTO main.history VALUES (?, ?, ?, ?)");
  }

  get applied(): AppliedMeta {
    return this.#applied;
  }

  /** What it began with: nothing, or the state of a snapshot after this entry. */
  get begunAt(): LogIndex {
    const row = this.#first.get();
    const first = row === undefined || row.first === null ? this.#applied.index + 1 : integer(row.first);
    return LogIndex(first - 1);
  }

  get root(): Hash {
    return rootOf(this.#context.sha256, this.#applied.frontier);
  }

  /** Root of the outcome tree after an entry that was executed. */
  rootAt(index: LogIndex): Hash {
    const { sha256 } = this.#context;
    return rootOf(sha256, frontierAt(this.#readNode, index));
  }

  /** P30: begins with what a snapshot holds, in place of the genesis. Returns what is wrong with the snapshot. */
  seed(folder: SnapshotFolder, manifest: SnapshotManifest): string | undefined {
    assert(this.#applied.index === 0, "a state begins once");
    const problem = fillState(this.#db, folder, manifest);
    if (problem !== undefined) return problem;
    // `seal` says which ids are remembered at the end.
    this.#db.exec("DELETE FROM main.spent");
    this.#applied = loadApplied(this.#db)!;
    return undefined;
  }

  /** The receipt and the hash of an entry that was executed. */
  outcomeAt(index: LogIndex): { readonly receipt: Uint8Array; readonly hash: Hash } | undefined {
    const row = this.#db.prepare("SELECT receipt, hash FROM main.outcomes WHERE idx = ?").get(index);
    return row === undefined ? undefined : { receipt: blob(row.receipt), hash: hashOf(row.hash) };
  }

  /**
   * Executes the next entry of the log; the receipt that comes out. What was followed and not executed is not believed yet,
   * and may have put into rows what nothing can be executed on: then why not. `known` is what another has executed upon
   * the same rows.
   */
  execute(entry: Entry, parsed: ParsedCommand | undefined, known?: Outcome): Result<Uint8Array, string> {
    assert(entry.index === this.#applied.index + 1, "entries are executed in order");
    this.#demandVersions();
    const outcome = known === undefined ? this.#tried(entry, parsed) : this.#agreed(known);
    if (!outcome.ok)
      return err(`It cannot be executed on what receipts of redacted entries tell: ${outcome.error}.`);
    this.#store(entry, outcome.value);
    return ok(outcome.value.receipt);
  }

  /** C37: an audit that guessed would accuse honest nodes. Throws Failure `too_old`. */
  #demandVersions(): void {
    const tooOld = versionFailure(this.#context.ledger, activationIn(this.view), this.#applied.index);
    if (tooOld !== undefined) throw tooOld;
  }

  #tried(entry: Entry, parsed: ParsedCommand | undefined): Result<Outcome, string> {
    const executed = () => apply(this.#context.ledger, this.view, entry, parsed);
    return this.#redacted.last === 0 ? ok(executed()) : readable(executed);
  }

  #agreed(known: Outcome): Result<Outcome, string> {
    if (known.stateRoot !== undefined) {
      const root = this.view.stateRoot(this.#context.sha256, known.changes);
      assert(equalBytes(root, known.stateRoot), "what was executed upon the same rows has the same root");
    }
    return ok(known);
  }

  /** C22: does what the receipt of the next entry tells, whose payload is redacted. */
  follow(redacted: RedactedEntry): Result<undefined, Refusal> {
    assert(redacted.entry.index === this.#applied.index + 1, "entries are executed in order");
    this.#demandVersions();
    const outcome = applyRedacted(this.#context.ledger, this.view, redacted);
    if (!outcome.ok) return outcome;
    this.#store(redacted.entry, outcome.value);
    this.#redacted.note(redacted.entry);
    return ok(undefined);
  }

  get redactions(): RedactionFacts {
    const idAt = (index: number): string | undefined | null => {
      const row = this.#id.get(index);
      if (row === undefined) return null;
      const { id } = row;
      return id instanceof Uint8Array ? hex(id) : undefined;
    };
    return { redacted: this.#redacted, last: this.#applied.index, rows: this.view, isExecuted: true, idAt };
  }

  /**
   * Writes how far it is, for a commit. Only where the tree holds all rows: what waits to be folded in
   * is remembered nowhere else.
   */
  keep(): void {
    assert(this.#applied.treeIndex === this.#applied.index, "the expected state is kept at a checkpoint");
    saveApplied(this.#db.prepare(SAVE_APPLIED), this.#applied);
  }

  /**
   * To be called once, before the comparison: what follows from all that was executed. A snapshot that is
   * being made needs the ids of its own time, ms.
   */
  seal(idsNeededFrom = Number.POSITIVE_INFINITY): void {
    // C9: an id is remembered until log time has passed its expiry.
    this.#db
      .prepare(
        "INSERT INTO main.spent SELECT expires, id FROM main.commands WHERE spends = 1 AND expires >= ?",
      )
      .run(Math.min(this.#applied.time, idsNeededFrom));
    saveApplied(this.#db.prepare(SAVE_APPLIED), this.#applied);
  }

  readonly #readNode: ReadNode = (level, position) => {
    // A leaf at the end of what a snapshot stands for is kept as a node: its outcome is not here.
    const leaf = level > 0 ? undefined : this.#leaf.get(position + 1);
    if (leaf === undefined) return hashOf(this.#node.get(level, position)?.hash);
    const hashes = { entryHash: hashOf(leaf.hash), receiptHash: hashOf(leaf.receipt_hash) };
    return outcomeLeaf(this.#context.sha256, hashes);
  };

  #store({ index, hash, time }: Entry, outcome: Outcome): void {
    const { receipt, receiptHash, changes, command } = outcome;
    this.#putOutcome.run(index, command?.id ?? null, receipt, receiptHash, hash);
    // C9: the entry that spends an id decides the command's outcome; until there is one, the first does.
    if (command?.spends === false) {
      this.#putFirst.run(command.id, index, command.status, command.expires ?? null);
    }
    for (const { module, table, key } of changes) this.#putHistory.run(module, table, utf8(key), index);
    const leaf = outcomeLeaf(this.#context.sha256, { entryHash: hash, receiptHash });
    const { frontier, nodes } = appendLeaf(this.#context.sha256, this.#applied.frontier, leaf);
    for (const { level, position, hash: node } of nodes) {
      // Leaves follow from the outcomes and are not stored again.
      if (level > 0) this.#putNode.run(level, position, node);
    }
    const treeIndex = this.view.store(index, outcome) ? index : this.#applied.treeIndex;
    this.#applied = { ...this.#applied, index, hash, time, frontier, treeIndex };
  }
}
