// One audit of one archive (P9): manifest, files, every entry in turn, then what the manifest says of the
// end, then the documents. It trusts the genesis alone; the manifest only says what to expect.

import { realpathSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveManifestJson } from "@juno/api";
import { equalBytes, hex, LogIndex, Term } from "@juno/base";
import { auditHandedSnapshot, beforeOf, MANIFEST_PLACE } from "./archive-beginning.ts";
import { auditFiles, auditManifest } from "./archive-files.ts";
import {
  type ArchiveLedger,
  type Before,
  ExecutedLedger,
  RecordedLedger,
  rootOfFrontier,
} from "./archive-ledger.ts";
import { ArchiveSource } from "./archive-source.ts";
import { Attestations } from "./attestations.ts";
import { epochsUpTo } from "./audit-context.ts";
import type { AuditReport } from "./audit-report.ts";
import type { AuditRunParts } from "./audit-run.ts";
import type { CertifiedSnapshot } from "./certified-snapshot.ts";
import { DocumentAudit } from "./document-audit.ts";
import { EpochAudit } from "./epoch-audit.ts";
import { Findings } from "./findings.ts";
import { snapshotPlace } from "./floor-audit.ts";
import { LogWalk, positionAbove, type TakeEntry, type WalkPosition } from "./log-walk.ts";
import type { LogFacts } from "./memory-audit.ts";
import { ARCHIVE_NOT_COVERED, VOUCHED } from "./not-covered.ts";
import { walkPaced } from "./paced-walk.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { judgeRedactions, NOTHING_REDACTED, tellRedactions } from "./redaction-audit.ts";
import { SignatureQueue } from "./signature-queue.ts";
import { WorkFolder } from "./work-folder.ts";

/** What a run is left with, for its report. */
type Found = {
  readonly manifest?: ArchiveManifestJson;
  readonly ledger?: ArchiveLedger;
  readonly walk?: LogWalk;
  readonly documents?: DocumentAudit;
  readonly attested?: number;
};

export class ArchiveRun {
  readonly #parts: Omit<AuditRunParts, "nodeId" | "checkPages">;
  readonly #startedMs = performance.now();
  #findings: Findings;
  readonly #signatures: SignatureQueue;
  readonly #meter: ProgressMeter;
  #work: WorkFolder | undefined;
  #redactions = NOTHING_REDACTED;
  #snapshot: CertifiedSnapshot | undefined;
  #hasLinks = true;

  constructor(parts: Omit<AuditRunParts, "nodeId" | "checkPages">) {
    this.#parts = parts;
    this.#findings = new Findings(parts.findingsMax);
    this.#signatures = new SignatureQueue(parts.verifier);
    this.#meter = new ProgressMeter(parts.onProgress);
  }

  async report(): Promise<AuditReport> {
    const { folder, context } = this.#parts;
    this.#meter.enter("files");
    const manifest = auditManifest(folder, context.genesis, this.#findings);
    if (manifest === undefined) return this.#reported({});
    auditFiles(folder, manifest, context.genesis, this.#findings);
    const before = beforeOf(manifest, this.#findings);
    if (before === undefined) return this.#reported({ manifest });
    this.#meter.enter("snapshot");
    const epochs = new EpochAudit({
      source: new ArchiveSource(folder, manifest, this.#findings),
      ...{ context, signatures: this.#signatures, findings: () => this.#findings },
    });
    // All there are: an archive does not grow while it is read.
    this.#hasLinks = epochs.learn();
    const parts = { context, signatures: this.#signatures, findings: this.#findings };
    this.#snapshot = await auditHandedSnapshot(folder, before, parts);
    this.#openWork(manifest, before);
    const db = this.#work?.db ?? new DatabaseSync("");
    try {
      return this.#reported(await this.#audit(manifest, before, db));
    } finally {
      db.close();
    }
  }

  async #audit(manifest: ArchiveManifestJson, before: Before, db: DatabaseSync): Promise<Found> {
    const { context } = this.#parts;
    const source = new ArchiveSource(this.#parts.folder, manifest, this.#findings);
    const snapshot = this.#snapshot;
    const isKept = this.#work !== undefined;
    const ledger = this.#isExecuted(manifest)
      ? new ExecutedLedger({ context, db, isKept, snapshot })
      : new RecordedLedger(db, before);
    this.#meter.total = manifest.counts.entries;
    this.#meter.enter("entries");
    const walk = new LogWalk({
      ...{ source, context, signatures: this.#signatures, findings: this.#findings },
      onProgress: (entries) => this.#meter.advance(entries),
      learn: () => this.#hasLinks,
      from: this.#work?.kept?.position ?? this.#startOf(manifest, before, source),
    });
    await this.#walk({ manifest, source, ledger, walk });
    if (!this.#findings.isFull && walk.isSound) this.#demandEnd(manifest, ledger, walk);
    this.#meter.enter("documents");
    const attestations = new Attestations();
    const documents = new DocumentAudit({
      ...{ source, context, signatures: this.#signatures, findings: this.#findings, attestations },
    });
    if (!this.#findings.isFull && this.#hasLinks) await documents.audit(factsOf(ledger, walk), undefined);
    await this.#signatures.end();
    const roots = {
      from: LogIndex(manifest.first),
      through: ledger.last,
      rootAt: (index: LogIndex) => ledger.rootAt(index),
    };
    const isJudged = walk.isSound && ledger.last === walk.last.index;
    const place = "archive attestations";
    const attested = isJudged ? attestations.judge(roots, context.epochs, this.#findings, place) : 0;
    if (isJudged) {
      judgeRedactions(ledger.redactions, attested, { place: "archive entries", findings: this.#findings });
      this.#redactions = tellRedactions(ledger.redactions);
    }
    if (isJudged) this.#remarkUpon(manifest, documents.proved, attested);
    return { manifest, ledger, walk, documents, attested };
  }

  async #walk(parts: {
    readonly manifest: ArchiveManifestJson;
    readonly source: ArchiveSource;
    readonly ledger: ArchiveLedger;
    readonly walk: LogWalk;
  }): Promise<void> {
    const { manifest, source, ledger, walk } = parts;
    const take: TakeEntry = (entry, parsed, known) => {
      const flaw = ledger.add(entry, parsed, source.receiptOf(entry.index), known);
      if (flaw?.isObstacle === true) return flaw.problem;
      if (flaw !== undefined) this.#findings.add("archive entries", flaw.problem, entry.index);
      return undefined;
    };
    const problem = ledger.begin();
    if (problem !== undefined) {
      const index = LogIndex(manifest.first - 1);
      this.#findings.add(snapshotPlace(index), `It cannot be used: ${problem}.`, index);
      return;
    }
    const through = LogIndex(manifest.last);
    const { view, last } = ledger;
    const ahead = view && (await this.#parts.ahead({ view, last, through }));
    try {
      await walkPaced({
        ...{ walk, take, through, ahead },
        ...{ signatures: this.#signatures, findings: this.#findings, work: this.#work },
        stepEntries: this.#parts.stepEntries,
        checkpointEntries: this.#parts.context.genesis.limits.checkpointEntries,
        commit: (record) => ledger.commit(record),
      });
    } finally {
      await ahead?.close();
    }
    await this.#signatures.end();
  }

  #isExecuted({ first }: ArchiveManifestJson): boolean {
    return first === 1 || this.#snapshot !== undefined;
  }

  /** What an archive that begins later is judged by; without a snapshot, its term began before it or with it. */
  #startOf(manifest: ArchiveManifestJson, before: Before, source: ArchiveSource): WalkPosition | undefined {
    const { first } = manifest;
    if (first === 1) return undefined;
    const { epochs } = this.#parts.context;
    if (this.#snapshot !== undefined) return positionAbove(epochs, this.#snapshot.manifest);
    const { term = 0, kind } = source.firstEntry()?.entry ?? {};
    const index = LogIndex(first - 1);
    const { epoch } = epochs.at(index).electorate;
    const earlier = Term(Math.max(0, kind === "election" ? term - 1 : term));
    return positionAbove(epochs, { index, epoch, term: earlier, time: 0, hash: before.hash });
  }

  /** Goes on with an earlier run, if there is one that fits; only what is executed is kept. */
  #openWork(manifest: ArchiveManifestJson, before: Before): void {
    const { work, folder, version, context, findingsMax } = this.#parts;
    if (work === undefined) return;
    if (!this.#isExecuted(manifest)) {
      this.#findings.remark(
        "Nothing is kept in the work folder: an archive that begins later, without a snapshot, is not executed.",
      );
      return;
    }
    const identity = {
      source: realpathSync(folder),
      network: context.genesis.network,
      version,
      begins: before.hash,
    };
    const source = new ArchiveSource(folder, manifest, new Findings(1));
    this.#work = WorkFolder.open(work, identity, ({ index, hash }) => {
      const held = source.hashAt(index);
      return held !== undefined && equalBytes(held, hash);
    });
    const { kept } = this.#work;
    if (kept === undefined) return;
    const { list, remarks } = this.#findings;
    this.#findings = new Findings(findingsMax, [...remarks, ...kept.remarks]);
    for (const { place, problem, index } of list) this.#findings.add(place, problem, index);
    this.#meter.resume(kept.position.entries);
  }

  /** P2: what the manifest says of the end is what came out. */
  #demandEnd(manifest: ArchiveManifestJson, ledger: ArchiveLedger, walk: LogWalk): void {
    const { last, end, counts } = manifest;
    const { index, links } = walk.last;
    const refuse = (problem: string) => this.#findings.add(MANIFEST_PLACE, problem);
    if (index !== last) {
      const problem = `It is missing: the entries end, but the manifest says that there are those up to ${last}.`;
      this.#findings.add("archive entries", problem, LogIndex(index + 1));
      return;
    }
    if (hex(links[0]!) !== end.hash)
      refuse("Its hash of the last entry is another one than the entries have.");
    const { frontier } = ledger;
    const isRoot = hex(rootOfFrontier(frontier)) === end.outcomeRoot;
    if (!isRoot || frontier.peaks.map(hex).join() !== end.peaks.join()) {
      refuse("Its outcome root is another one than the entries and their receipts have.");
    }
    if (counts.commands !== walk.commands)
      refuse(`It counts ${counts.commands} commands; there are ${walk.commands}.`);
  }

  /** P10 */
  #remarkUpon(manifest: ArchiveManifestJson, proved: number, attested: number): void {
    const { first, last } = manifest;
    if (proved < last) {
      this.#findings.remark(
        proved < first
          ? "The archive has no proof that any of its entries is committed."
          : `Commit is proved up to entry ${proved}; for those above, the archive has no proof.`,
      );
    }
    if (first > 1 && this.#snapshot === undefined) {
      const reach =
        attested < first ? "none of their receipts is confirmed" : `receipts up to entry ${attested} are`;
      this.#findings.remark(
        `The entries before ${first} are not here, nor a snapshot of the state before it, so nothing was executed; by what voters have signed, ${reach}${attested < first ? "." : " confirmed."}`,
      );
    }
  }

  #reported({ manifest, ledger, walk, documents, attested = 0 }: Found): AuditReport {
    const { list, remarks } = this.#findings;
    const kept = this.#work?.kept;
    const last = walk?.last.index ?? LogIndex(0);
    return {
      ok: list.length === 0,
      source: "archive",
      nodeId: undefined,
      network: this.#parts.context.genesis.network,
      entries: walk?.entries ?? 0,
      commands: walk?.commands ?? 0,
      signatures: (kept?.signatures ?? 0) + this.#signatures.verified,
      certificates: (walk?.elections ?? 0) + (documents?.count ?? 0),
      first: LogIndex(manifest?.first ?? 1),
      last,
      committed: last,
      prunedThrough: LogIndex((manifest?.first ?? 1) - 1),
      vouchers: this.#snapshot?.signers ?? [],
      proved: documents?.proved ?? LogIndex(0),
      resumedFrom: kept?.position.last.index ?? LogIndex(0),
      anew: this.#work?.anew,
      applied: ledger?.executed ?? LogIndex(0),
      outcomeRoot: ledger === undefined ? undefined : rootOfFrontier(ledger.frontier),
      epochs: epochsUpTo(this.#parts.context, last),
      attested: LogIndex(attested),
      redacted: this.#redactions.count,
      redactions: this.#redactions.named,
      findings: list,
      misbehaviour: documents?.misbehaviour ?? [],
      remarks,
      durationMs: Math.round(performance.now() - this.#startedMs),
      notCovered: [...ARCHIVE_NOT_COVERED, ...(this.#snapshot === undefined ? [] : VOUCHED)],
    };
  }
}

function factsOf(ledger: ArchiveLedger, walk: LogWalk): LogFacts {
  return {
    hashAt: (index) => ledger.hashAt(index),
    termAt: () => undefined,
    bases: walk.bases,
    lastIndex: walk.last.index,
    kept: () => undefined,
  };
}
