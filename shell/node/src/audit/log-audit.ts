// The audit of log.db alone: the voter's memory, the chain with every signature in it, the kept
// documents. `begin` and `walk` read what no longer changes; `finish` holds one short snapshot of the
// rest, so that a running node can be audited too. For one use.

import { Epoch, type Hash, LogIndex, type NodeId, Term } from "@juno/base";
import type { Floor } from "@juno/consensus";
import { decodeCertificate, type EvidenceClaim, endOf, type Point } from "@juno/proof";
import { hashOf, integer } from "../store/column.ts";
import type { Meta } from "../store/log/meta.ts";
import type { Attestations } from "./attestations.ts";
import type { AuditContext } from "./audit-context.ts";
import { DocumentAudit } from "./document-audit.ts";
import { EpochAudit } from "./epoch-audit.ts";
import type { ExecutionAhead } from "./execution-ahead.ts";
import type { Findings } from "./findings.ts";
import type { LogSource } from "./log-source.ts";
import { LogWalk, type LogWalkParts, positionAbove, type TakeEntry, type WalkPosition } from "./log-walk.ts";
import { foreignProblem, isFollower, type LogFacts, memoryProblems } from "./memory-audit.ts";
import { narrow, readable } from "./readable.ts";
import type { SignatureQueue } from "./signature-queue.ts";

const MEMORY = "log.db meta";

export type LogAuditParts = Omit<LogWalkParts, "learn"> & {
  readonly source: LogSource;
  readonly attestations: Attestations;
  readonly nodeId?: NodeId | undefined;
  /** Where the log begins, if not with the genesis. */
  readonly floor?: Floor | undefined;
};

export class LogAudit {
  readonly #parts: LogAuditParts;
  readonly #source: LogSource;
  readonly #context: AuditContext;
  readonly #findings: Findings;
  readonly #signatures: SignatureQueue;
  readonly #epochs: EpochAudit;
  readonly #walk: LogWalk;
  readonly #documents: DocumentAudit;
  #meta: Meta | undefined;
  #certified = LogIndex(0);
  #follows = false;
  #isUnreadable = false;
  #floor: Floor | undefined;

  constructor(parts: LogAuditParts) {
    this.#parts = parts;
    this.#floor = parts.floor;
    this.#source = parts.source;
    this.#context = parts.context;
    this.#findings = parts.findings;
    this.#signatures = parts.signatures;
    const { source, context, signatures, findings, floor } = parts;
    this.#epochs = new EpochAudit({ source, context, signatures, findings: () => findings });
    this.#epochs.learn();
    this.#walk = new LogWalk({
      ...parts,
      from: parts.from ?? (floor && positionAbove(context.epochs, floor)),
      learn: () => this.#epochs.learn(),
    });
    this.#documents = new DocumentAudit(parts);
  }

  get nodeId(): NodeId | undefined {
    return this.#meta?.node;
  }

  /** What the walk has come to. */
  get position(): WalkPosition {
    return this.#walk.position;
  }

  /** The highest entry whose commit a kept proof shows. */
  get proved(): LogIndex {
    return this.#documents.proved;
  }

  /** Where the log begins, as it was read last: a running node prunes meanwhile. */
  get floor(): Floor | undefined {
    return this.#floor;
  }

  get lastIndex(): LogIndex {
    return this.#walk.last.index;
  }

  get entries(): number {
    return this.#walk.entries;
  }

  get misbehaviour(): readonly EvidenceClaim[] {
    return this.#documents.misbehaviour;
  }

  get commands(): number {
    return this.#walk.commands;
  }

  get certificates(): number {
    return this.#walk.elections + this.#documents.count;
  }

  /** The committed index by the memory that was read last; 0 if it cannot be read. */
  get committed(): LogIndex {
    return this.#meta?.committed.index ?? LogIndex(0);
  }

  /**
   * How far the node may have applied: what it has certified. A node that was killed may have applied more
   * than it had written down as committed (spec/3, 3.5), never more than its certificate covers (S14); a follower's
   * log holds nothing that was not proved to be committed (V11).
   */
  get certified(): LogIndex {
    return this.#follows ? this.lastIndex : this.#certified;
  }

  /** Whether every entry so far is sound, its signatures apart. */
  get isSound(): boolean {
    return this.#walk.isSound;
  }

  /** Reads the memory; false if the file is another network's or node's, and nothing else matters. */
  begin(): boolean {
    const meta = this.#readMeta();
    if (meta === undefined) return true;
    const { epochs, genesis } = this.#context;
    const expected = { network: genesis.network, epochs, nodeId: this.#parts.nodeId };
    const foreign = foreignProblem(meta, expected);
    if (foreign !== undefined) this.#findings.add(MEMORY, foreign);
    return foreign === undefined;
  }

  /** Verifies entries up to a committed index. */
  walk(take: TakeEntry, through: LogIndex, ahead?: ExecutionAhead): Promise<void> {
    return this.#walk.walk(take, through, ahead);
  }

  /** Verifies all the rest, as it stands now, or as a transaction that the caller has begun shows it. */
  async finish(take: TakeEntry): Promise<void> {
    await this.#source.atOnce(async () => {
      const hasLinks = this.#epochs.learn();
      const meta = this.#readMeta();
      const floor = readable(() => this.#source.floor());
      if (floor.ok) this.#floor = floor.value;
      await this.#walk.walk(take);
      // Without its links nobody can tell who might sign what stands, and is kept, of later epochs.
      if (!hasLinks) return;
      if (this.#walk.isSound && meta !== undefined) this.#demandEnd(meta.committed);
      if (!this.#findings.isFull) await this.#documents.audit(this.#facts, meta?.committed);
      if (meta !== undefined && !this.#findings.isFull) {
        for (const problem of memoryProblems(meta, this.#facts)) this.#findings.add(MEMORY, problem);
        this.#documents.auditCertified(MEMORY, meta.certified);
      }
    });
    await this.#signatures.end();
  }

  #readMeta(): Meta | undefined {
    const meta = readable(() => this.#source.meta());
    if (meta.ok && meta.value !== undefined) {
      this.#meta = meta.value;
      const certificate = decodeCertificate(meta.value.certified);
      this.#certified = certificate.ok ? certificate.value.position.index : this.committed;
      this.#follows = certificate.ok && isFollower(meta.value, certificate.value, this.#context.epochs);
      return meta.value;
    }
    const problem = meta.ok ? "The node's memory is missing." : `It cannot be read: ${meta.error}.`;
    if (!this.#isUnreadable) this.#findings.add(MEMORY, problem);
    this.#isUnreadable = true;
    return undefined;
  }

  #demandEnd(committed: Point): void {
    const { index: last, epoch, ends } = this.#walk.last;
    if (last === committed.index && ends && endOf(this.#context.epochs, epoch) === undefined) {
      const problem = "The config entry with which the log ends is committed, but its link is missing.";
      this.#findings.add(`${this.#source.place("epochs")} (${epoch + 1})`, problem, last);
    }
    if (last >= committed.index) return;
    const problem = `It is missing: the log ends, but entries up to ${committed.index} are committed.`;
    this.#findings.add("log.db entries", problem, LogIndex(last + 1));
  }

  get #facts(): LogFacts {
    const network = this.#context.genesis.network;
    const floor = this.#floor;
    const entryAt = (index: LogIndex): { epoch: Epoch; term: Term; hash: Hash } | undefined => {
      if (index === floor?.index) return floor;
      const row = this.#source.entry(index);
      if (row === undefined) return undefined;
      const entry = readable(() => {
        const { epoch, term, hash } = narrow(row);
        return { epoch: Epoch(integer(epoch)), term: Term(integer(term)), hash: hashOf(hash) };
      });
      return entry.ok ? entry.value : undefined;
    };
    return {
      hashAt: (index) => (index === 0 ? network : entryAt(index)?.hash),
      termAt: entryAt,
      bases: this.#walk.bases,
      lastIndex: this.#walk.last.index,
      floor,
      epochs: this.#context.epochs,
      kept: (kind, of) => this.#source.kept(kind, of),
    };
  }
}
