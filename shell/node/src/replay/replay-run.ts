// One replay: the log from the genesis, or from a certified snapshot (P36), up to an entry, verified as an audit does and executed
// again, and the entry itself traced if that is asked for (P21). Nothing that is read is believed but the genesis.

import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { assert, type Epoch, equalBytes, type Hash, LogIndex, type Term } from "@juno/base";
import type { LedgerContext, LedgerStep, ParsedCommand } from "@juno/ledger";
import { type Entry, isRedacted } from "@juno/proof";
import { Attestations } from "../audit/attestations.ts";
import type { AuditContext } from "../audit/audit-context.ts";
import type { AuditProgress } from "../audit/audit-report.ts";
import type { CertifiedSnapshot } from "../audit/certified-snapshot.ts";
import { DocumentAudit } from "../audit/document-audit.ts";
import { ExpectedState } from "../audit/expected-state.ts";
import type { Findings } from "../audit/findings.ts";
import { snapshotPlace } from "../audit/floor-audit.ts";
import { LogWalk, positionAbove } from "../audit/log-walk.ts";
import type { LogFacts } from "../audit/memory-audit.ts";
import { ProgressMeter } from "../audit/progress-meter.ts";
import { judgeFollowed } from "../audit/redaction-audit.ts";
import type { SignatureQueue } from "../audit/signature-queue.ts";
import { hashOf } from "../store/column.ts";
import { type Before, type ElectionAccount, electionAccount, type Mark } from "./election-account.ts";
import type { ReplayFeed } from "./replay-feed.ts";
import type { Replayed, ReplayFacts, ReplayOutcome, ReplayTrace } from "./replay-report.ts";
import { ReplayedState } from "./replayed-state.ts";

/** Steps that are told of one entry. */
export const STEPS_MAX = 20_000;

export type ReplayRunParts = {
  readonly feed: ReplayFeed;
  /** What it begins with in place of the genesis. */
  readonly snapshot: CertifiedSnapshot | undefined;
  readonly context: AuditContext;
  readonly signatures: SignatureQueue;
  readonly to: number;
  readonly isTraced: boolean;
  /** If there is one already, nothing is walked. */
  readonly findings: Findings;
  readonly onProgress?: ((progress: AuditProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

export class ReplayRun {
  readonly #parts: ReplayRunParts;
  readonly #context: AuditContext;
  readonly #db = new DatabaseSync("");
  readonly #expected: ExpectedState;
  readonly #signatures: SignatureQueue;
  readonly #meter: ProgressMeter;
  readonly #attestations = new Attestations();
  readonly #walk: LogWalk;
  readonly #steps: LedgerStep[] = [];
  #omitted = 0;
  #isTracing = false;
  #compared = 0;
  /** The entry before the one at hand, the last command of its term. */
  #last: (Mark & { readonly epoch: Epoch; readonly term: Term }) | undefined;
  #lastCommand: Mark | undefined;
  #reached:
    | { readonly entry: Entry; readonly receipt: Uint8Array; readonly before: Before | undefined }
    | undefined;

  constructor(parts: ReplayRunParts) {
    this.#parts = parts;
    const { feed, snapshot, context, findings } = parts;
    this.#context = { ...context, ledger: this.#traced(context.ledger) };
    this.#expected = new ExpectedState(this.#context, this.#db);
    this.#signatures = parts.signatures;
    this.#meter = new ProgressMeter(parts.onProgress);
    this.#last = snapshot?.manifest;
    this.#walk = new LogWalk({
      ...{ source: feed.source, context: this.#context, signatures: this.#signatures, findings },
      onProgress: (entries) => this.#meter.advance(entries),
      from: snapshot && positionAbove(context.epochs, snapshot.manifest),
    });
  }

  /** The context, which asks for a trace only while the entry in question is applied. */
  #traced(ledger: LedgerContext): LedgerContext {
    const sink = (step: LedgerStep): void => {
      if (this.#steps.length < STEPS_MAX) this.#steps.push(step);
      else this.#omitted += 1;
    };
    const trace = () => (this.#isTracing ? sink : undefined);
    return {
      ...ledger,
      get trace() {
        return trace();
      },
    };
  }

  /** Closes the state unless it is handed out. */
  async outcome(): Promise<ReplayOutcome> {
    const startedMs = performance.now();
    let isHandedOut = false;
    try {
      const { findings } = this.#parts;
      this.#db.exec("BEGIN");
      this.#seed();
      const stopped = await this.#walkAll();
      if (stopped !== undefined) return { kind: "stopped", at: stopped };
      const documents = await this.#auditDocuments();
      const facts = this.#facts(documents, performance.now() - startedMs);
      if (findings.list.length > 0) return { kind: "bad", findings: findings.list, facts };
      const replayed = await this.#replayed(documents, facts);
      isHandedOut = true;
      return replayed;
    } finally {
      if (!isHandedOut) this.#db.close();
    }
  }

  /** P30 */
  #seed(): void {
    const { snapshot, findings } = this.#parts;
    if (snapshot === undefined) return;
    const { index } = snapshot.manifest;
    const problem = this.#expected.seed(snapshot.folder, snapshot.manifest);
    if (problem !== undefined) findings.add(snapshotPlace(index), `It cannot be used: ${problem}.`, index);
  }

  /** Entries up to here are in the snapshot; 0 if it begins with the genesis. */
  get #begun(): LogIndex {
    return this.#parts.snapshot?.manifest.index ?? LogIndex(0);
  }

  /** The entry after which it was stopped, if it was. */
  async #walkAll(): Promise<number | undefined> {
    const { feed, to, findings, signal } = this.#parts;
    if (findings.list.length > 0) return undefined;
    this.#meter.enter("entries");
    this.#meter.total = to - this.#begun;
    for (let due = this.#begun + 1; due <= to && this.#walk.isSound; ) {
      // Lets a signal in, which would otherwise wait until all is done.
      await setImmediate();
      if (signal?.aborted) return due - 1;
      const end = await feed.ready(due, to);
      await this.#walk.walk((entry, parsed) => this.#take(entry, parsed), LogIndex(end));
      if (this.#walk.last.index < end) break;
      due = end + 1;
    }
    await this.#signatures.end();
    const { index } = this.#walk.last;
    if (index < to && findings.list.length === 0) {
      const problem = "It is missing.";
      findings.add(feed.source.place("entries"), problem, LogIndex(index + 1));
    }
    return undefined;
  }

  /** Executes an entry, or does what its receipt tells if its payload is redacted (C22); why that cannot be done. */
  #take(entry: Entry, parsed: ParsedCommand | undefined): string | undefined {
    const { feed, to, isTraced, findings } = this.#parts;
    const isLast = entry.index === to;
    this.#isTracing = isLast && isTraced;
    const held = feed.receiptOf(entry.index);
    let receipt = held;
    if (isRedacted(entry)) {
      if (held === undefined)
        return "Its payload is redacted, and there is no receipt that tells what it did.";
      const done = this.#expected.follow({ entry, receipt: held, expires: undefined });
      if (!done.ok) return `Its payload is redacted, and its receipt is not the one: ${done.error.detail}.`;
    } else {
      const executed = this.#expected.execute(entry, parsed);
      if (!executed.ok) return executed.error;
      receipt = executed.value;
    }
    this.#isTracing = false;
    if (held !== undefined) this.#compared += 1;
    if (held !== undefined && !equalBytes(held, receipt!)) {
      findings.add(
        feed.source.place("entries"),
        "Its receipt differs from what executing it again yields.",
        entry.index,
      );
    }
    if (isLast) this.#reached = { entry, receipt: receipt!, before: this.#before };
    this.#note(entry);
    return undefined;
  }

  get #before(): Before | undefined {
    const last = this.#last;
    // What the term before did stands partly in entries that are not here.
    const cut = this.#parts.snapshot?.manifest;
    const isCut = last !== undefined && last.epoch === cut?.epoch && last.term === cut.term;
    return last && { epoch: last.epoch, term: last.term, last, lastCommand: this.#lastCommand, isCut };
  }

  #note({ index, time, epoch, term, kind }: Entry): void {
    if (kind === "election") this.#lastCommand = undefined;
    if (kind === "command") this.#lastCommand = { index, time };
    this.#last = { index, time, epoch, term };
  }

  async #auditDocuments(): Promise<DocumentAudit | undefined> {
    const { feed, to, findings } = this.#parts;
    const { index, ...last } = this.#walk.last;
    if (index < to || findings.list.length > 0) return undefined;
    this.#meter.enter("documents");
    const source = await feed.documents({ to, last });
    const documents = new DocumentAudit({
      ...{ source, context: this.#context, signatures: this.#signatures, findings },
      attestations: this.#attestations,
    });
    await documents.audit(this.#logFacts(), undefined);
    await this.#signatures.end();
    return documents;
  }

  #logFacts(): LogFacts {
    const { network } = this.#context.genesis;
    const select = this.#db.prepare("SELECT hash FROM main.outcomes WHERE idx = ?");
    const floor = this.#parts.snapshot?.manifest;
    const hashAt = (index: LogIndex): Hash | undefined => {
      if (index === 0) return network;
      if (index === floor?.index) return floor.hash;
      const row = select.get(index);
      return row === undefined ? undefined : hashOf(row.hash);
    };
    return {
      hashAt,
      termAt: () => undefined,
      bases: this.#walk.bases,
      lastIndex: this.#walk.last.index,
      floor,
      kept: () => undefined,
    };
  }

  #facts(documents: DocumentAudit | undefined, durationMs: number): ReplayFacts {
    const { feed, findings, snapshot } = this.#parts;
    const begun = this.#begun;
    const roots = {
      from: LogIndex(begun + 1),
      through: this.#expected.applied.index,
      rootAt: (index: LogIndex) => this.#expected.rootAt(index),
    };
    const place = feed.source.place("commit_proofs");
    const attested = this.#attestations.judge(roots, this.#context.epochs, findings, place);
    judgeFollowed(this.#expected.redactions, attested, { place: feed.source.place("entries"), findings });
    return {
      source: feed.kind,
      last: this.#walk.last.index,
      prunedThrough: begun,
      vouchers: snapshot?.signers ?? [],
      entries: this.#walk.entries,
      commands: this.#walk.commands,
      signatures: this.#signatures.verified,
      certificates: this.#walk.elections + (documents?.count ?? 0),
      // One of the snapshot's signers is honest, and has applied its entry.
      proved: LogIndex(Math.max(documents?.proved ?? 0, begun)),
      attested: LogIndex(attested),
      compared: this.#compared,
      misbehaviour: documents?.misbehaviour ?? [],
      remarks: findings.remarks,
      durationMs: Math.round(durationMs),
    };
  }

  async #replayed(documents: DocumentAudit | undefined, facts: ReplayFacts): Promise<Replayed> {
    const { to, snapshot } = this.#parts;
    const reached = this.#reached;
    assert(documents !== undefined, "a sound log was walked to its end");
    const point = reached?.entry ?? snapshot?.manifest;
    assert(point?.index === to, "the last entry was reached, or it is the snapshot's");
    const election = reached && (await this.#election(reached, documents));
    const { ledger, sha256 } = this.#context;
    const stateRoot = this.#expected.view.stateRoot(sha256, []);
    this.#db.exec("COMMIT");
    return {
      ...{ kind: "replayed", point, reached, trace: this.#trace, election, stateRoot, facts },
      outcomeRoot: this.#expected.root,
      state: new ReplayedState({ db: this.#db, context: ledger, reader: this.#expected.view }),
    };
  }

  async #election(
    { entry, before }: { readonly entry: Entry; readonly before: Before | undefined },
    { misbehaviour }: DocumentAudit,
  ): Promise<ElectionAccount | undefined> {
    if (entry.kind !== "election") return undefined;
    const { feed, to } = this.#parts;
    const { epochs } = this.#context;
    const certificates = (await feed.documents({ to, last: entry })).certificates();
    return electionAccount({ epochs, entry, before, certificates, misbehaviour });
  }

  get #trace(): ReplayTrace | undefined {
    return this.#parts.isTraced ? { steps: this.#steps, omitted: this.#omitted } : undefined;
  }
}
