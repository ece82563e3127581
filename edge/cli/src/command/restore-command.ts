// `juno restore`: lays a backup out as a node's folder, and says what the node may do from then on.

import { join } from "node:path";
import { restoreBackup, verifyFolder } from "@juno/node";
import { Complaint } from "../complaint.ts";
import type { Output } from "../output.ts";
import { programName } from "../program-name.ts";
import { ProgressLine } from "../terminal/progress-line.ts";
import { auditLines } from "../view/audit-view.ts";
import { readGenesis } from "./document.ts";

export type RestoreOptions = {
  readonly folder: string;
  readonly keys?: string;
  readonly verify?: boolean;
  readonly json?: boolean;
};

export async function runRestore(backup: string, options: RestoreOptions, output: Output): Promise<void> {
  const { folder, keys, verify = false } = options;
  if (verify) await verifyBackup(backup, output);
  const line = new ProgressLine(process.stderr);
  const startedMs = performance.now();
  const { manifest, hasKeys } = await restoreBackup({
    ...{ backup, folder, keys },
    onProgress: ({ done, total }) => {
      const perSecond = Math.round((done * 1000) / Math.max(1, performance.now() - startedMs));
      line.show({ label: "checking; bytes", done, total, perSecond });
    },
  }).finally(() => line.close());
  const { node, made, applied, committed } = manifest;
  if (options.json) {
    output.printJson({ folder, node, made, applied, committed, hasKeys, mode: "observer" });
    return;
  }
  const start = `${programName()} node ${folder}`;
  output.print(
    [
      `${folder}: node ${node} as it was at ${made}, applied ${applied.index}, committed ${committed}`,
      "  It starts as an observer: it catches up and answers clients, and never votes or acknowledges again under",
      "  this key, because it has forgotten what it signed after the backup. Until it has others one node fewer may fail.",
      `  To vote again: ${programName()} node new-keys --folder ${folder}, then the administrators: ${programName()} admin rotate-keys`,
      hasKeys
        ? `  Next: ${start}`
        : `  Next: put its node.json into ${folder} (the backup has no keys), then: ${start}`,
    ].join("\n"),
  );
}

/** Everything that `juno verify` checks, against the genesis that the backup brings along. */
async function verifyBackup(backup: string, output: Output): Promise<void> {
  const genesis = join(backup, "genesis.json");
  const line = new ProgressLine(process.stderr);
  const report = await verifyFolder({
    folder: backup,
    genesisBytes: readGenesis(genesis),
    onProgress: ({ stage, ...pace }) => line.show({ label: stage, ...pace }),
    options: {},
  }).finally(() => line.close());
  if (report.ok) return;
  output.remark(auditLines(backup, report, output.errorPaint).join("\n"));
  throw new Complaint(`${backup} does not verify: nothing was restored.`);
}
