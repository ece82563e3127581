// An audit's report for programs, for a terminal, and as a document that an auditor files. It adds
// nothing to what the audit says. Everything that comes from the audited files is made safe to print.

import { hex } from "@juno/base";
import type { AuditReport } from "@juno/node";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { epochJson, epochSentences } from "./epoch-view.ts";
import { evidenceSentence } from "./evidence-view.ts";

/** What a report must name beside what was found. */
export type AuditOccasion = {
  readonly source: string;
  readonly genesis: string;
  readonly version: string;
  /** When it was done, milliseconds since 1970. */
  readonly time: number;
};

const SOURCES: Readonly<Record<AuditReport["source"], string>> = {
  node: "a node's databases",
  archive: "an archive of the log",
};

/** The report for programs: hashes as hex. */
export function auditJson(folder: string, report: AuditReport): Record<string, unknown> {
  const { network, outcomeRoot, anew, epochs, ...rest } = report;
  const [first] = report.findings;
  return {
    folder,
    ...rest,
    network: hex(network),
    outcomeRoot: outcomeRoot === undefined ? null : hex(outcomeRoot),
    firstBadIndex: first?.index ?? null,
    anew: anew ?? null,
    epochs: epochs.map(epochJson),
  };
}

const findingText = ({ index, place, problem }: AuditReport["findings"][number]): string =>
  `${safeText(index === undefined ? place : `entry ${index}, ${place}`)}: ${safeText(problem)}`;

export function auditLines(folder: string, report: AuditReport, paint: Paint): string[] {
  const { ok, entries, commands, signatures, certificates, durationMs } = report;
  const verdict = ok ? paint("green", "good") : paint("red", "BAD");
  const facts = [
    `${entries} entries, ${commands} commands, ${signatures} signatures, ${certificates} certificates verified`,
    `${durationMs.toFixed(0)} ms`,
  ];
  return [
    `${folder}: ${verdict}; ${facts.join("; ")}`,
    `  applied ${report.applied}, outcome root ${rootText(report)}`,
    ...(report.source === "archive" ? [`  commit is proved up to entry ${report.proved}`] : []),
    ...[...beginningSentences(report), ...epochSentences(report.epochs), ...resumeSentences(report)].map(
      (sentence) => `  ${sentence}`,
    ),
    ...report.findings.map((finding) => paint("red", `  ${findingText(finding)}`)),
    ...redactionSentences({ count: report.redacted, named: report.redactions }).map(
      (sentence) => `  ${sentence}`,
    ),
    ...report.misbehaviour.map((claim) => paint("yellow", `  proved: ${evidenceSentence(claim)}`)),
    ...report.remarks.map((remark) => `  ${safeText(remark)}`),
  ];
}

const KEY_CHARS = 8;

const REDACTED: Readonly<Record<AuditReport["redactions"][number]["payload"], string>> = {
  redacted: "its payload is gone; what its receipt tells was done in place of it",
  held: "its payload is still here",
  absent: "the entry is not among those that were verified",
  void: "the entry does not hold that command, so the order did nothing",
};

/** P12: each redaction that was ordered, of what, by whom, when and why. */
export function redactionSentences(told: {
  readonly count: number;
  readonly named: AuditReport["redactions"];
}): string[] {
  const sentences = told.named.map(({ index, id, by, time, signers, reason, payload }) => {
    const keys = signers.map((key) => key.slice(0, KEY_CHARS)).join(" and ");
    const order = `by entry ${by} at ${time}, signed by ${keys}, because: ${safeText(reason)}`;
    return `Redaction of entry ${index} (command ${id}), ordered ${order}; ${REDACTED[payload]}.`;
  });
  const more = told.count - told.named.length;
  return more > 0 ? [...sentences, `${more} redactions more were ordered.`] : sentences;
}

const rootText = ({ outcomeRoot }: AuditReport): string =>
  outcomeRoot === undefined ? "unknown" : hex(outcomeRoot);

const ABSENT = {
  node: "are pruned",
  archive: "are not in the archive",
  cluster: "are pruned at the nodes",
} as const;

/** Of a source that begins later, and holds a snapshot of what came before. */
export function beginningSentences({
  source,
  prunedThrough,
  vouchers,
}: {
  readonly source: keyof typeof ABSENT;
  readonly prunedThrough: number;
  readonly vouchers: readonly number[];
}): string[] {
  if (vouchers.length === 0) return [];
  return [
    `Entries up to ${prunedThrough} ${ABSENT[source]}; the rest was verified from the snapshot at ${prunedThrough}, which nodes ${vouchers.join(", ")} signed.`,
    `More than f voters vouch for that state, so an honest one does; an archive of the entries up to ${prunedThrough} proves it.`,
  ];
}

/** What an audit says of an earlier run with the same work folder. */
export function resumeSentences({
  first = 1,
  resumedFrom,
  anew,
}: {
  readonly first?: number;
  readonly resumedFrom: number;
  readonly anew: string | undefined;
}): string[] {
  if (resumedFrom > 0) {
    return [
      `Entries ${first} to ${resumedFrom} were verified in an earlier run with the same work folder; they were not read again.`,
    ];
  }
  return anew === undefined ? [] : [`The work folder was begun anew: ${safeText(anew)}.`];
}

/** The report as a document, line by line. */
export function auditDocument(occasion: AuditOccasion, report: AuditReport): string[] {
  return [
    "REPORT OF AN AUDIT OF A JUNO LEDGER",
    "",
    ...verdictLines(report),
    "",
    "1. What was verified",
    "",
    ...subjectLines(occasion, report),
    "",
    "2. How",
    "",
    ...methodLines(report).map((line) => `  - ${line}`),
    "",
    "3. What is not covered",
    "",
    ...report.notCovered.map(({ file, what, reason }) => `  - ${file}: ${what}; ${reason}.`),
    "",
    "4. Remarks",
    "",
    ...itemsOf([
      ...beginningSentences(report),
      ...epochSentences(report.epochs),
      ...redactionSentences({ count: report.redacted, named: report.redactions }),
      ...resumeSentences(report),
      ...report.misbehaviour.map((claim) => `Proved: ${evidenceSentence(claim)}`),
      ...report.remarks.map(safeText),
    ]),
    "",
    "5. Findings",
    "",
    ...itemsOf(report.findings.map(findingText)),
  ];
}

const itemsOf = (sentences: readonly string[]): string[] =>
  sentences.length === 0 ? ["  None."] : sentences.map((sentence) => `  - ${sentence}`);

function verdictLines({ ok, findings }: AuditReport): string[] {
  if (ok) return ["Verdict: GOOD. Nothing is wrong with anything that this audit covers."];
  const count = findings.length === 1 ? "1 finding is" : `${findings.length} findings are`;
  return [`Verdict: BAD. ${count} listed in section 5; the first explains the others, as a rule.`];
}

function subjectLines({ source, genesis, version, time }: AuditOccasion, report: AuditReport): string[] {
  const { first, last, entries, commands, signatures, certificates, proved, attested, applied } = report;
  const rows: readonly (readonly [name: string, value: string])[] = [
    ["Source", `${safeText(source)} (${SOURCES[report.source]})`],
    ...(report.nodeId === undefined ? [] : [["Node", String(report.nodeId)] as const]),
    ["Genesis file", safeText(genesis)],
    ["Network", `${hex(report.network)} (the hash of the genesis)`],
    [
      "Entries",
      first > last ? "none" : `${first} to ${last}: ${entries} entries, ${commands} of them commands`,
    ],
    ["Signatures", `${signatures} verified`],
    ["Certificates", `${certificates} verified (elections, terms, commits, evidence)`],
    ["Commit proved", proved === 0 ? "for no entry" : `up to entry ${proved}`],
    ["Executed", applied < first ? "nothing" : `entries ${first} to ${applied}`],
    ["Outcome root", rootText(report)],
    [
      "Root confirmed",
      attested === 0 ? "by no voters" : `by the signatures of more than f voters at entry ${attested}`,
    ],
    ["Done", `${new Date(time).toISOString()}, in ${report.durationMs.toFixed(0)} ms`],
    ["Program", `juno ${safeText(version)}`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

function methodLines({ source, first, applied, epochs, prunedThrough, vouchers }: AuditReport): string[] {
  const isNode = source === "node";
  return [
    "Only the genesis file was trusted: its voters' keys, its contracts, its limits.",
    ...(epochs.length < 2
      ? []
      : [
          "Each change of the voters was verified: its administrators' approvals, the readiness of the voters to come, and the commit by those before; from there on theirs are the signatures that count.",
        ]),
    isNode
      ? "SQLite's own check of its pages was run, and the tables were compared with those that a node makes."
      : "Each file was compared with its SHA-256 in the manifest, and the manifest with what the files hold.",
    "Each entry was hashed onto the one before it, from the first to the last.",
    "Each command's signatures, and each vote of each election, were verified under the keys they name.",
    "Commit proofs, certificates and evidence were verified, and compared with the entries they speak of.",
    ...(vouchers.length === 0
      ? []
      : [
          `The state after entry ${prunedThrough} was taken from a snapshot, whose certificate, of more than f voters, and whose every byte were verified.`,
        ]),
    applied < first
      ? "No command was executed; receipts were compared with the outcome roots that voters have signed."
      : isNode
        ? "Each committed command that has its payload was executed again; rows, receipts, history and trees were compared with state.db."
        : "Each command that has its payload was executed again; the receipts that came out were compared with those in the archive.",
    "The outcome roots that came out were compared with those that voters have signed.",
  ];
}
