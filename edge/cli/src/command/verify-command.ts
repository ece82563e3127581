// `juno verify`: audits a node's databases or an archive offline, or a running cluster, and says the first bad index. Exit code
// 0 only if nothing is wrong with anything that the audit covers.

import { writeFileSync } from "node:fs";
import { type AuditProgress, verifyFolder } from "@juno/node";
import { Complaint, EXIT, usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { ProgressLine } from "../terminal/progress-line.ts";
import { auditDocument, auditJson, auditLines } from "../view/audit-view.ts";
import { readGenesis } from "./document.ts";
import type { FollowOptions } from "./follow-command.ts";

export type VerifyOptions = FollowOptions & { readonly report?: string };

const LABELS: Readonly<Record<AuditProgress["stage"], string>> = {
  pages: "checking pages",
  files: "checking files",
  snapshot: "checking the snapshot; entries",
  entries: "entries",
  documents: "certificates; entries",
  comparison: "comparing state; entries",
};

function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, `${text}\n`);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new Complaint(
      `The report cannot be written to ${path} (${code}): name another file.`,
      EXIT.refused,
      {
        cause,
      },
    );
  }
}

export async function runVerify(
  source: string | undefined,
  options: VerifyOptions,
  output: Output,
): Promise<void> {
  const isCluster = options.network !== undefined || options.url !== undefined;
  if (isCluster !== (source === undefined)) {
    throw usage("Name one thing to verify: a folder, or with --network or --url a running cluster.");
  }
  if (source !== undefined) {
    if (options.follow) throw usage("--follow is for a running cluster: give --network or --url.");
    if (options.genesis === undefined)
      throw usage("Whom to trust? Give --genesis FILE, the network's genesis.");
    return runVerifyFolder(source, { ...options, genesis: options.genesis }, output);
  }
  if (options.report !== undefined) {
    throw usage("--report is for folders: `juno export` the cluster's log, and verify that.");
  }
  const { runVerifyCluster } = await import("./follow-command.ts");
  await runVerifyCluster(options, output);
}

async function runVerifyFolder(
  folder: string,
  options: VerifyOptions & { readonly genesis: string },
  output: Output,
): Promise<void> {
  const { genesis, work, version } = options;
  const genesisBytes = readGenesis(genesis);
  const line = new ProgressLine(process.stderr);
  const onProgress = ({ stage, ...pace }: AuditProgress) => line.show({ label: LABELS[stage], ...pace });
  const time = Date.now();
  const kept = work === undefined ? {} : { work };
  const report = await verifyFolder({
    folder,
    genesisBytes,
    onProgress,
    options: { ...kept, version },
  }).finally(() => line.close());
  const json = auditJson(folder, report);
  if (options.report !== undefined) {
    const occasion = { source: folder, genesis, version, time };
    const text = options.json
      ? JSON.stringify({ ...json, genesis, version, time: new Date(time).toISOString() }, null, 2)
      : auditDocument(occasion, report).join("\n");
    writeReport(options.report, text);
  }
  if (options.json) output.printJson(json);
  else output.print(auditLines(folder, report, output.paint).join("\n"));
  if (!report.ok) process.exitCode = EXIT.refused;
}
