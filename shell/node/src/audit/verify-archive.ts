// The audit of an archive, offline: trusting the genesis alone, every byte that its manifest states is
// verified, and every command is executed again. Nothing is written to the archive.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { MANIFEST } from "../archive/manifest.ts";
import { ArchiveRun } from "./archive-run.ts";
import { auditContext, trustedGenesis } from "./audit-context.ts";
import type { AuditReport } from "./audit-report.ts";
import { startsAhead } from "./execution-ahead.ts";
import { growingVerifier } from "./growing-verifier.ts";
import { STEP_ENTRIES } from "./paced-walk.ts";
import { type AuditRequest, FINDINGS_MAX, verifyDatabases } from "./verify-databases.ts";

/**
 * Audits an archive's folder. Whatever is wrong with the archive is a finding of the report; rejects
 * with a Failure only if the genesis, the disk or the verifier cannot be used.
 */
export async function verifyArchive(request: AuditRequest): Promise<AuditReport> {
  const { folder, genesisBytes, onProgress, options = {} } = request;
  const context = auditContext(trustedGenesis(genesisBytes));
  const verifier = options.verifier ?? growingVerifier(options.workers);
  try {
    const run = new ArchiveRun({
      ...{ folder, context, verifier, onProgress },
      findingsMax: options.findingsMax ?? FINDINGS_MAX,
      work: options.work,
      version: options.version ?? "",
      stepEntries: options.stepEntries ?? STEP_ENTRIES,
      ahead: startsAhead(genesisBytes, options),
    });
    return await run.report();
  } finally {
    if (options.verifier === undefined) await verifier.close();
  }
}

/** Audits what the folder is: an archive, if it has a manifest; else a node's databases. */
export const verifyFolder = (request: AuditRequest): Promise<AuditReport> =>
  existsSync(join(request.folder, MANIFEST)) ? verifyArchive(request) : verifyDatabases(request);
