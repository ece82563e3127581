// One audit of one folder: in which order its parts are done, and what remains to be done when one of
// them finds the databases broken. state.db is pinned before the rest of log.db is read: a log is
// always as far as the state that follows from it.

import { realpathSync } from "node:fs";
import { equalBytes, LogIndex, type NodeId } from "@juno/base";
import type { Floor } from "@juno/consensus";
import { Failure } from "@juno/failure";
import type { ParsedCommand } from "@juno/ledger";
import type { Entry } from "@juno/proof";
import type { Verifier } from "@juno/runtime";
import { guarded } from "../store/database.ts";
import { stateFile } from "../store/folder.ts";
import { SnapshotFolder, snapshotsFolder } from "../store/snapshot/snapshot-folder.ts";
import { Attestations } from "./attestations.ts";
import { type AuditContext, epochsUpTo } from "./audit-context.ts";
import type { AuditProgress, AuditReport } from "./audit-report.ts";
import type { CertifiedSnapshot, SnapshotAuditParts } from "./certified-snapshot.ts";
import type { StartAhead } from "./execution-ahead.ts";
import { Findings } from "./findings.ts";
import { auditFloor, auditLaterSnapshots, snapshotPlace } from "./floor-audit.ts";
import { LogAudit } from "./log-audit.ts";
import { LogSource } from "./log-source.ts";
import type { TakeEntry } from "./log-walk.ts";
import { NOT_COVERED, PRUNED, VOUCHED } from "./not-covered.ts";
import { openAuditedLog } from "./open-log.ts";
import { walkPaced } from "./paced-walk.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { readable } from "./readable.ts";
import { judgeRedactions, NOTHING_REDACTED, tellRedactions } from "./redaction-audit.ts";
import { SignatureQueue } from "./signature-queue.ts";
import { appliedIn, StateAudit } from "./state-audit.ts";
import { WorkFolder } from "./work-folder.ts";

export type AuditRunParts = {
  readonly folder: string;
  readonly context: AuditContext;
  readonly verifier: Verifier;
  readonly nodeId: NodeId | undefined;
  readonly findingsMax: number;
  readonly checkPages: boolean;
  readonly onProgress: ((progress: AuditProgress) => void) | undefined;
  readonly work: string | undefined;
  readonly version: string;
  readonly stepEntries: number;
  readonly ahead: StartAhead;
};

export class AuditRun {
  readonly #parts: AuditRunParts;
  readonly #startedMs = performance.now();
  #findings: Findings;
  readonly #signatures: SignatureQueue;
  readonly #meter: ProgressMeter;
  readonly #attestations = new Attestations();
  #redactions = NOTHING_REDACTED;
  #attested = LogIndex(0);
  #work: WorkFolder | undefined;
  /** Where the log begins, if not with the genesis, and the snapshot there once it was found good. */
  #floor: Floor | undefined;
  #snapshot: CertifiedSnapshot | undefined;
  /** Ids in entries that are not committed, by the entry that carries them; as many as a window holds. */
  readonly #uncommitted = new Map<string, LogIndex>();

  constructor(parts: AuditRunParts) {
    this.#parts = parts;
    this.#findings = new Findings(parts.findingsMax);
    this.#signatures = new SignatureQueue(parts.verifier);
    this.#meter = new ProgressMeter(parts.onProgress);
  }

  /** Undefined if something seemed wrong, and the node has pruned its log meanwhile: it may be that. */
  async report(): Promise<AuditReport | undefined> {
    try {
      return await this.#report();
    } finally {
      if (this.#work?.db.isOpen) this.#work.db.close();
    }
  }

  async #report(): Promise<AuditReport | undefined> {
    this.#meter.enter("pages");
    const db = await this.#examined("log.db", () => {
      const { folder, checkPages } = this.#parts;
      return openAuditedLog(folder, checkPages, this.#findings);
    });
    if (db === undefined) return this.#reported(undefined, undefined);
    try {
      const source = new LogSource(db);
      const floor = readable(() => source.floor());
      if (!floor.ok) {
        this.#findings.add("log.db floor", `It cannot be read: ${floor.error}.`);
        return this.#reported(undefined, undefined);
      }
      this.#floor = floor.value;
      this.#openWork(source);
      const state = await this.#examined("state.db", () => this.#openState());
      try {
        const report = await this.#audit(source, state);
        return report.ok || !this.#isOvertaken(source) ? report : undefined;
      } catch (error) {
        // Of what is pruned the snapshot goes too, and its files may be gone where they were to be read.
        if (this.#isOvertaken(source)) return undefined;
        throw error;
      } finally {
        state?.close();
      }
    } finally {
      db.close();
    }
  }

  #isOvertaken(source: LogSource): boolean {
    const floor = readable(() => source.floor());
    return floor.ok && floor.value?.index !== this.#floor?.index;
  }

  /** Goes on with an earlier run, if there is one that fits. */
  #openWork(source: LogSource): void {
    const { work, folder, version, context, findingsMax } = this.#parts;
    if (work === undefined) return;
    const { network } = context.genesis;
    const begins = this.#floor?.hash ?? network;
    const identity = { source: realpathSync(folder), network, version, begins };
    this.#work = WorkFolder.open(work, identity, ({ index, hash }) => {
      // A state that fell behind what is kept must be compared with less than that.
      if (appliedIn(stateFile(folder)) < index) return false;
      const row = source.entry(index);
      return row?.hash instanceof Uint8Array && equalBytes(row.hash, hash);
    });
    const { kept } = this.#work;
    if (kept === undefined) return;
    const found = this.#findings.list;
    this.#findings = new Findings(findingsMax, kept.remarks);
    for (const { place, problem, index } of found) this.#findings.add(place, problem, index);
    this.#meter.resume(kept.position.entries);
  }

  async #audit(source: LogSource, state: StateAudit | undefined): Promise<AuditReport> {
    const { context, nodeId } = this.#parts;
    const log = await this.#examined("log.db", () => {
      const onProgress = (entries: number) => this.#meter.advance(entries);
      return new LogAudit({
        source,
        floor: this.#floor,
        from: this.#work?.kept?.position,
        context,
        nodeId,
        signatures: this.#signatures,
        findings: this.#findings,
        attestations: this.#attestations,
        onProgress,
      });
    });
    const isOwn = await this.#examined("log.db", () => log?.begin());
    if (log === undefined || isOwn !== true) return this.#reported(log, state);
    this.#meter.enter("entries");
    this.#meter.total = log.committed - (this.#floor?.index ?? 0);
    const isBegun = await this.#begin(state);
    const begun = isBegun ? state : undefined;
    await this.#examined("log.db entries", () => this.#verify(log, begun), log);
    return this.#reported(log, begun);
  }

  /** P30: whether the state before the first entry is known. */
  async #begin(state: StateAudit | undefined): Promise<boolean> {
    if (this.#floor !== undefined) {
      this.#meter.enter("snapshot");
      this.#snapshot = await auditFloor(this.#snapshotParts, this.#floor, this.#findings);
      if (this.#snapshot === undefined) return false;
    }
    const problem = state?.begin(this.#snapshot);
    if (problem !== undefined && this.#snapshot !== undefined) {
      const { index } = this.#snapshot.manifest;
      this.#findings.add(snapshotPlace(index), `It cannot be used: ${problem}.`, index);
      this.#snapshot = undefined;
    }
    this.#meter.enter("entries");
    return problem === undefined;
  }

  get #snapshotParts(): SnapshotAuditParts {
    const { context, folder } = this.#parts;
    return { context, signatures: this.#signatures, folder: new SnapshotFolder(snapshotsFolder(folder)) };
  }

  /** The log from its beginning to its end, and the state that follows from it. */
  async #verify(log: LogAudit, state: StateAudit | undefined): Promise<void> {
    const peeked = state?.peek() ?? log.committed;
    const early = LogIndex(Math.min(peeked, log.committed));
    await this.#walk(log, state, early);
    const pinned = await this.#pin(state);
    const through = () => (typeof pinned === "number" ? Math.min(pinned, log.certified) : log.committed);
    this.#meter.enter("documents");
    await log.finish((entry, parsed) => {
      if (entry.index <= through()) return state?.execute(entry, parsed);
      if (entry.index > log.committed) this.#noteUncommitted(state, entry, parsed);
      return undefined;
    });
    if (state === undefined || !log.isSound) return;
    const { epochs } = this.#parts.context;
    this.#attested = LogIndex(this.#attestations.judge(state.roots, epochs, this.#findings));
    const heard = { place: "log.db entries", findings: this.#findings };
    judgeRedactions(state.redactions, this.#attested, heard);
    this.#redactions = tellRedactions(state.redactions);
    const span = { above: this.#floor?.index ?? 0, through: state.applied };
    const outcomes = {
      rootAt: state.roots.rootAt,
      outcomeAt: (index: LogIndex) => state.outcomeAt(index),
    };
    await auditLaterSnapshots(this.#snapshotParts, span, outcomes, this.#findings);
    if (pinned === "nothing") return;
    if (typeof pinned === "number" && pinned > log.certified) {
      const problem = `It has applied ${pinned} entries, but log.db has certified ${log.certified}.`;
      this.#findings.add("state.db meta", problem);
      return;
    }
    if (typeof pinned === "number" && pinned > log.committed) this.#findings.remark(aheadRemark(pinned, log));
    this.#meter.enter("comparison");
    await this.#examined("state.db", () => state.compare(log.floor?.index));
  }

  /** Holds state.db as it is now. Behind the floor it says nothing: the node takes the snapshot when it starts. */
  async #pin(state: StateAudit | undefined): Promise<ReturnType<StateAudit["pin"]>> {
    const pinned = (await this.#examined("state.db", () => state?.pin())) ?? "nothing";
    const floor = this.#floor?.index ?? 0;
    if (typeof pinned !== "number" || pinned >= floor) return pinned;
    this.#findings.remark(
      `state.db has applied ${pinned} entries, and the log begins above entry ${floor}: the node was stopped before ` +
        "it took over the snapshot's state, and does when it starts. There was nothing to compare.",
    );
    return "nothing";
  }

  async #walk(log: LogAudit, state: StateAudit | undefined, through: LogIndex): Promise<void> {
    const take: TakeEntry = (entry, parsed, known) => state?.execute(entry, parsed, known);
    if (state === undefined) return log.walk(take, through);
    const ahead = await this.#parts.ahead({ view: state.view, last: state.applied, through });
    try {
      await walkPaced({
        ...{ walk: log, take, through, ahead, signatures: this.#signatures, findings: this.#findings },
        work: this.#work,
        stepEntries: this.#parts.stepEntries,
        checkpointEntries: this.#parts.context.genesis.limits.checkpointEntries,
        commit: (record) => state.commit(record),
      });
    } finally {
      await ahead?.close();
    }
  }

  /** Protocol 5.3: nobody appends a command whose id is used. */
  #noteUncommitted(state: StateAudit | undefined, entry: Entry, parsed: ParsedCommand | undefined): void {
    if (parsed === undefined) return;
    const { id, idHex } = parsed;
    const earlier = state?.spentAt(id) ?? this.#uncommitted.get(idHex);
    this.#uncommitted.set(idHex, entry.index);
    if (earlier === undefined) return;
    this.#findings.add("log.db entries", `Its command stands in entry ${earlier} already.`, entry.index);
  }

  #openState(): StateAudit {
    const { context, folder, checkPages } = this.#parts;
    const work = this.#work?.db;
    return StateAudit.open({ context, findings: this.#findings, file: stateFile(folder), checkPages, work });
  }

  /** Runs a part; a file that SQLite cannot read on is a finding, not a failure of the audit. */
  async #examined<T>(place: string, work: () => T | Promise<T>, log?: LogAudit): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const failure = failureOf(place, error);
      if (!(failure instanceof Failure) || failure.code !== "store_damaged") throw failure;
      const index = log === undefined ? undefined : LogIndex(log.lastIndex + 1);
      this.#findings.add(place, `It cannot be read on: ${failure.message}.`, index);
      return undefined;
    }
  }

  #reported(log: LogAudit | undefined, state: StateAudit | undefined): AuditReport {
    const { genesis } = this.#parts.context;
    const { list, remarks } = this.#findings;
    return {
      ok: list.length === 0,
      source: "node",
      nodeId: log?.nodeId,
      network: genesis.network,
      entries: log?.entries ?? 0,
      commands: log?.commands ?? 0,
      signatures: (this.#work?.kept?.signatures ?? 0) + this.#signatures.verified,
      certificates: log?.certificates ?? 0,
      first: LogIndex((this.#floor?.index ?? 0) + 1),
      last: log?.lastIndex ?? this.#floor?.index ?? LogIndex(0),
      committed: log?.committed ?? LogIndex(0),
      prunedThrough: this.#floor?.index ?? LogIndex(0),
      vouchers: this.#snapshot?.signers ?? [],
      proved: log?.proved ?? LogIndex(0),
      resumedFrom: this.#work?.kept?.position.last.index ?? LogIndex(0),
      anew: this.#work?.anew,
      applied: state?.applied ?? LogIndex(0),
      outcomeRoot: state?.root,
      epochs: epochsUpTo(this.#parts.context, log?.lastIndex ?? 0),
      attested: this.#attested,
      redacted: this.#redactions.count,
      redactions: this.#redactions.named,
      findings: list,
      misbehaviour: log?.misbehaviour ?? [],
      remarks,
      durationMs: Math.round(performance.now() - this.#startedMs),
      notCovered: this.#floor === undefined ? NOT_COVERED : [...NOT_COVERED, ...VOUCHED, ...PRUNED],
    };
  }
}

const aheadRemark = (applied: LogIndex, { committed }: LogAudit): string =>
  `${applied} entries are applied, and log.db has the proof of commit up to ${committed}: the node was killed ` +
  "before it wrote the last one, or is about to write it. Its certificate covers them; the others show the proof again.";

/** What an error of SQLite means; anything else stays what it is. */
function failureOf(file: string, error: unknown): unknown {
  try {
    return guarded(file, () => {
      throw error;
    });
  } catch (failure) {
    return failure;
  }
}
