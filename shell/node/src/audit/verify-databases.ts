// The audit of a node's databases, offline: trusting the genesis alone, everything that a stopped or
// running node has stored is verified, and every committed command is executed again. Nothing is
// written to the node's folder (but SQLite may leave -shm and -wal files there); no keys are needed.

import type { NodeId } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Verifier } from "@juno/runtime";
import { auditContext, trustedGenesis } from "./audit-context.ts";
import type { AuditProgress, AuditReport } from "./audit-report.ts";
import { AuditRun } from "./audit-run.ts";
import { startsAhead } from "./execution-ahead.ts";
import { growingVerifier } from "./growing-verifier.ts";
import { STEP_ENTRIES } from "./paced-walk.ts";

export type AuditRequest = {
  /** A node's data folder, with log.db and state.db. */
  readonly folder: string;
  /** The genesis file's exact bytes: all that is trusted. */
  readonly genesisBytes: Uint8Array;
  readonly onProgress?: (progress: AuditProgress) => void;
  readonly options?: AuditOptions;
};

export type AuditOptions = {
  /** Whose databases they should be; any voter's unless told. */
  readonly nodeId?: NodeId;
  /** 10 unless told. */
  readonly findingsMax?: number;
  /** Whether SQLite checks its pages first, which reads both files once more; true unless told. */
  readonly checkPages?: boolean;
  /** Threads that verify signatures; one per core unless told. */
  readonly workers?: number;
  /** Where threads may be used, so many entries are executed on one of their own; 5,000 unless told. */
  readonly aheadFrom?: number;
  /** Verifies the signatures in place of such threads. */
  readonly verifier?: Verifier;
  /** A folder in which the audit keeps what it has come to, to go on there when it is run again. */
  readonly work?: string;
  /** At least so many entries between two times that something is kept there. */
  readonly stepEntries?: number;
  /** The program's version, which what is kept in `work` must be of. */
  readonly version?: string;
};

export const FINDINGS_MAX = 10;
/** P32: a running node may prune what is being read: then all is read again, from where it begins by then. */
const ATTEMPTS = 3;
const OVERTAKEN =
  "the node prunes its log faster than it can be read, so nothing can be said of it: stop the node, or make a backup with `juno backup` and verify that";

/**
 * Audits a folder. Whatever is wrong with the databases is a finding of the report; rejects with a
 * Failure only if the genesis, the disk or the verifier cannot be used, or the node leaves no time to read.
 */
export async function verifyDatabases(request: AuditRequest): Promise<AuditReport> {
  const { folder, genesisBytes, onProgress, options = {} } = request;
  const genesis = trustedGenesis(genesisBytes);
  const verifier = options.verifier ?? growingVerifier(options.workers);
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const run = new AuditRun({
        folder,
        context: auditContext(genesis),
        verifier,
        nodeId: options.nodeId,
        findingsMax: options.findingsMax ?? FINDINGS_MAX,
        checkPages: options.checkPages ?? true,
        onProgress,
        work: options.work,
        version: options.version ?? "",
        stepEntries: options.stepEntries ?? STEP_ENTRIES,
        ahead: startsAhead(genesisBytes, options),
      });
      const report = await run.report();
      if (report !== undefined) return report;
    }
    throw new Failure("store_in_use", OVERTAKEN);
  } finally {
    if (options.verifier === undefined) await verifier.close();
  }
}
