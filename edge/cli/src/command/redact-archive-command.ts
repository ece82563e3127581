// `juno redact-archive`: takes payloads out of an archive that the log itself orders out (P37), after verifying it.

import { type AuditProgress, type RedactArchiveReport, redactArchive } from "@juno/node";
import { EXIT } from "../complaint.ts";
import type { Output } from "../output.ts";
import { ProgressLine } from "../terminal/progress-line.ts";
import { safeText } from "../terminal/safe-text.ts";
import { auditJson, auditLines } from "../view/audit-view.ts";
import { readGenesis } from "./document.ts";

export type RedactArchiveOptions = {
  readonly genesis: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

type Told = RedactArchiveReport["redactions"][number];

const FATES: Readonly<Record<Told["payload"], string>> = {
  removed: "its payload is taken out",
  gone: "its payload was gone",
  waiting:
    "its payload stays for now: no outcome root above it is signed by f + 1 voters; export more, and do this again",
  void: "the entry does not hold that command, or one that is never redacted, so the order does nothing",
  absent: "the entry is not in this archive",
};

const REMOVABLE = "its payload would be taken out";

function lines(archive: string, { redactions, files, isDry }: RedactArchiveReport): string[] {
  const removed = redactions.filter(({ payload }) => payload === "removed").length;
  const done = isDry ? "would be taken out; nothing was changed" : "taken out";
  return [
    `${archive}: ${removed === 1 ? "1 payload" : `${removed} payloads`} ${done}; files written anew: ${files.length}`,
    ...redactions.map(({ index, id, by, reason, payload }) => {
      const fate = isDry && payload === "removed" ? REMOVABLE : FATES[payload];
      return `  Entry ${index} (command ${id}), ordered by entry ${by}, because: ${safeText(reason)}; ${fate}.`;
    }),
  ];
}

export async function runRedactArchive(
  archive: string,
  options: RedactArchiveOptions,
  output: Output,
): Promise<void> {
  const genesisBytes = readGenesis(options.genesis);
  const line = new ProgressLine(process.stderr);
  const report = await redactArchive({
    ...{ folder: archive, genesisBytes, isDry: options.dryRun === true },
    onProgress: ({ stage, ...pace }: AuditProgress) => line.show({ label: `verifying; ${stage}`, ...pace }),
    onLines: (pace) => line.show({ label: "looking through entries", ...pace, perSecond: 0 }),
  }).finally(() => line.close());
  const { audit, ...done } = report;
  if (options.json) output.printJson({ archive, ...done, audit: auditJson(archive, audit) });
  else if (audit.ok) output.print(lines(archive, report).join("\n"));
  else {
    const refused = "Nothing was changed: an archive that is not good orders nothing.";
    output.print([...auditLines(archive, audit, output.paint), refused].join("\n"));
  }
  if (!audit.ok) process.exitCode = EXIT.refused;
}
