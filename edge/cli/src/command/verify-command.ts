// `juno verify`: audits a node's databases offline and says the first bad index. Exit code 0 only if
// nothing is wrong with anything that the audit covers.

import { hex } from "@juno/base";
import { type AuditReport, verifyDatabases } from "@juno/node";
import { EXIT } from "../complaint.ts";
import type { Output } from "../output.ts";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { evidenceSentence } from "../view/evidence-view.ts";
import { readGenesis } from "./document.ts";

export type VerifyOptions = { readonly genesis: string; readonly json?: boolean };

/** The report for programs: hashes as hex. */
export function auditJson(folder: string, report: AuditReport): Record<string, unknown> {
  const { network, outcomeRoot, ...rest } = report;
  const [first] = report.findings;
  return {
    folder,
    ...rest,
    network: hex(network),
    outcomeRoot: outcomeRoot === undefined ? null : hex(outcomeRoot),
    firstBadIndex: first?.index ?? null,
  };
}

export function auditLines(folder: string, report: AuditReport, paint: Paint): string[] {
  const { ok, entries, commands, signatures, certificates, applied, outcomeRoot, durationMs } = report;
  const verdict = ok ? paint("green", "good") : paint("red", "BAD");
  const facts = [
    `${entries} entries, ${commands} commands, ${signatures} signatures, ${certificates} certificates verified`,
    `${durationMs.toFixed(0)} ms`,
  ];
  const findings = report.findings.map(({ index, place, problem }) => {
    const where = index === undefined ? place : `entry ${index}, ${place}`;
    return paint("red", `  ${safeText(where)}: ${safeText(problem)}`);
  });
  return [
    `${folder}: ${verdict}; ${facts.join("; ")}`,
    `  applied ${applied}, outcome root ${outcomeRoot === undefined ? "unknown" : hex(outcomeRoot)}`,
    ...findings,
    ...report.misbehaviour.map((claim) => paint("yellow", `  proved: ${evidenceSentence(claim)}`)),
    ...report.remarks.map((remark) => `  ${safeText(remark)}`),
  ];
}

export async function runVerify(folder: string, options: VerifyOptions, output: Output): Promise<void> {
  const report = await verifyDatabases({ folder, genesisBytes: readGenesis(options.genesis) });
  if (options.json) output.printJson(auditJson(folder, report));
  else output.print(auditLines(folder, report, output.paint).join("\n"));
  if (!report.ok) process.exitCode = EXIT.refused;
}
