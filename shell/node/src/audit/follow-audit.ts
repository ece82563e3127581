// The audit of a log that is still being written, entry by entry as they come: chain, signatures,
// execution, and whether voters attest what comes out. It must not know where entries come from.
// Invariant: what was taken is sound; after a contradiction nothing more is taken.

import { readdirSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { type Hash, hex, LogIndex, type NodeId } from "@juno/base";
import { redactionOf } from "@juno/ledger";
import type { AppliedEntry, Epochs, SignedStatement } from "@juno/proof";
import { verifySignature } from "../crypto/sodium.ts";
import { SnapshotFolder, snapshotsFolder } from "../store/snapshot/snapshot-folder.ts";
import { ExecutedLedger } from "./archive-ledger.ts";
import { Attestations } from "./attestations.ts";
import { type AuditContext, auditContext, trustedGenesis } from "./audit-context.ts";
import { auditSnapshot, type CertifiedSnapshot, certifiedIndexes } from "./certified-snapshot.ts";
import { auditEntry, genesisLast, type Last } from "./entry-audit.ts";
import { Findings } from "./findings.ts";
import { growingVerifier } from "./growing-verifier.ts";
import { positionAbove } from "./log-walk.ts";
import { type ToldRedactions, tellRedactions } from "./redaction-audit.ts";
import { SignatureQueue } from "./signature-queue.ts";
import { WorkFolder } from "./work-folder.ts";

/** What is followed has no place on this machine. */
const SOURCE = "a running cluster";

export type FollowWork = { readonly folder: string; readonly version: string };

export type FollowRequest = {
  readonly genesisBytes: Uint8Array;
  /** Who votes when, by links that the caller verifies and adds, before entries of a later epoch come. */
  readonly epochs?: Epochs | undefined;
  /** What it begins with in place of the genesis; in `snapshots` of the work folder, if there is one. */
  readonly snapshot?: CertifiedSnapshot | undefined;
  readonly work?: FollowWork | undefined;
};

export class FollowAudit {
  readonly #context: AuditContext;
  readonly #work: WorkFolder | undefined;
  readonly #db: DatabaseSync;
  readonly #ledger: ExecutedLedger;
  readonly #snapshot: CertifiedSnapshot | undefined;
  /** What is wrong with the snapshot that it begins with: then nothing can be taken. */
  readonly unfit: string | undefined;
  #last: Last;
  #confirmed = 0;
  #signatures: number;

  private constructor(parts: {
    readonly context: AuditContext;
    readonly snapshot: CertifiedSnapshot | undefined;
    readonly work: WorkFolder | undefined;
  }) {
    const { context, snapshot, work } = parts;
    this.#context = context;
    this.#snapshot = snapshot;
    this.#work = work;
    this.#db = work?.db ?? new DatabaseSync("");
    this.#ledger = new ExecutedLedger({ context, db: this.#db, isKept: work !== undefined, snapshot });
    const begun = snapshot && positionAbove(context.epochs, snapshot.manifest).last;
    this.#last = work?.kept?.position.last ?? begun ?? genesisLast(context.genesis.network);
    this.#signatures = work?.kept?.signatures ?? 0;
    const problem = this.#ledger.begin();
    this.unfit = problem && `The snapshot at ${this.prunedThrough} cannot be used: ${problem}.`;
  }

  /**
   * Begins with the genesis or the snapshot, or goes on with what is kept in `work`, if that fits (P11). Throws Failures for a
   * genesis or a folder that cannot be used.
   */
  static async open({ genesisBytes, epochs, snapshot, work }: FollowRequest): Promise<FollowAudit> {
    const context = auditContext(trustedGenesis(genesisBytes), { epochs });
    if (work === undefined) return new FollowAudit({ context, snapshot, work });
    const begun = snapshot ?? (await keptSnapshot(context, work.folder));
    const { network } = context.genesis;
    const identity = {
      source: SOURCE,
      network,
      version: work.version,
      begins: begun?.manifest.hash ?? network,
    };
    // Whether it is still the same log shows with the next entry, which must be hashed onto the last.
    const kept = WorkFolder.open(work.folder, identity, () => true);
    if (snapshot !== undefined) forgetOthers(snapshot);
    return new FollowAudit({ context, snapshot: begun, work: kept });
  }

  /** Entries up to here are in the snapshot that it began with; 0 if it began with the genesis. */
  get prunedThrough(): number {
    return this.#snapshot?.manifest.index ?? 0;
  }

  /** Whose signatures vouch for the state there. */
  get vouchers(): readonly NodeId[] {
    return this.#snapshot?.signers ?? [];
  }

  /** Entries up to here were verified in an earlier run; 0 if none. */
  get resumedFrom(): number {
    return this.#work?.kept?.position.last.index ?? 0;
  }

  /** Why an earlier run was not gone on with; undefined if it was, or there was none. */
  get anew(): string | undefined {
    return this.#work?.anew;
  }

  get last(): number {
    return this.#ledger.last;
  }

  get signatures(): number {
    return this.#signatures;
  }

  /** The highest entry whose outcome root more than f voters have signed as it came out here; 0 if none. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** The last entry whose payload is missing; 0 if none is. */
  get lastRedacted(): number {
    return this.#ledger.redactions.redacted.last;
  }

  /** C22: an entry whose payload is missing although nothing that was taken orders that; undefined if there is none. */
  unordered(): number | undefined {
    const { redacted, rows } = this.#ledger.redactions;
    for (const { index, id } of redacted.all()) {
      if (redactionOf(rows, index)?.id !== hex(id)) return index;
    }
    return undefined;
  }

  /** What the entries that were taken order out of the log. */
  get redactions(): ToldRedactions {
    return tellRedactions(this.#ledger.redactions);
  }

  /** Root of the outcome tree after an entry that was taken, or that of the snapshot. */
  rootAt(index: number): Hash {
    return this.#ledger.rootAt(LogIndex(index));
  }

  /** Takes the next entry; what is wrong with it, in a sentence. */
  take({ entry, receipt }: AppliedEntry): string | undefined {
    const due = this.#last.index + 1;
    if (entry.index !== due) return `Entry ${entry.index} came where entry ${due} was due.`;
    const { problem, parsed, checks, last } = auditEntry(this.#context, this.#last, entry);
    if (problem !== undefined) return problem;
    if (!checks.every(verifySignature)) return "A signature in it does not verify.";
    this.#signatures += checks.length;
    this.#last = last;
    const differs = this.#ledger.add(entry, parsed, receipt)?.problem;
    if (differs === undefined) this.#keep();
    return differs;
  }

  /** At a checkpoint, where the tree of the expected state holds all rows. */
  #keep(): void {
    const work = this.#work;
    const last = this.#last;
    if (work === undefined || last.index % this.#context.genesis.limits.checkpointEntries !== 0) return;
    const entries = last.index - this.prunedThrough;
    const position = { last, entries, commands: 0, elections: 0, bases: new Map() };
    this.#ledger.commit(() => work.save({ position, signatures: this.#signatures, remarks: [] }));
  }

  /** Compares Acks whose signatures are good with what came out here; the first contradiction. */
  judge(acks: readonly SignedStatement[]): string | undefined {
    const attestations = new Attestations();
    const findings = new Findings(1);
    attestations.note(acks);
    const from = LogIndex(this.prunedThrough + 1);
    const roots = { from, through: this.#ledger.last, rootAt: (index: LogIndex) => this.rootAt(index) };
    const confirmed = attestations.judge(roots, this.#context.epochs, findings);
    this.#confirmed = Math.max(this.#confirmed, confirmed);
    const [finding] = findings.list;
    return finding === undefined ? findings.remarks[0] : `At entry ${finding.index}: ${finding.problem}`;
  }

  close(): void {
    this.#db.close();
  }
}

/** The newest whole one that an earlier run began with. */
async function keptSnapshot(context: AuditContext, work: string): Promise<CertifiedSnapshot | undefined> {
  const verifier = growingVerifier();
  const signatures = new SignatureQueue(verifier);
  const folder = new SnapshotFolder(snapshotsFolder(work));
  try {
    for (const index of certifiedIndexes(folder).reverse()) {
      const snapshot = await auditSnapshot({ folder, context, signatures }, index);
      if (snapshot.ok) return snapshot.value;
    }
    return undefined;
  } finally {
    await verifier.close();
  }
}

function forgetOthers({ folder, manifest }: CertifiedSnapshot): void {
  for (const name of readdirSync(folder.path)) {
    const index = SnapshotFolder.indexOf(name);
    if (index === undefined || index === manifest.index) continue;
    rmSync(folder.folderOf(index), { recursive: true });
  }
}
