// What `juno diff` found, in words and as JSON.

import { hex } from "@juno/base";
import type { DiffReport, Held, Parting, RowDifference } from "@juno/node";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";

const KINDS: Readonly<Record<Held["kind"], string>> = {
  node: "a node's folder",
  state: "a node's state.db alone",
  archive: "an archive",
  cluster: "a running node",
};
const ROOT_CHARS = 12;

export function diffJson(report: DiffReport): Record<string, unknown> {
  const held = ({ applied, ...about }: Held) => {
    const { index, root } = applied;
    return { ...about, applied: root === undefined ? { index } : { index, root: hex(root) } };
  };
  return { ...report, a: held(report.a), b: held(report.b) };
}

export function diffLines(report: DiffReport, paint: Paint): string[] {
  const { a, b, log, outcomes } = report;
  const bad = (text: string) => paint("red", text);
  return [
    heldLine("A", a),
    heldLine("B", b),
    "",
    log.parts === undefined
      ? `log: the same${spanText(log.compared)}`
      : bad(
          `log: parts at entry ${log.parts.index}${log.compared.to < log.compared.from ? "" : `; the same${spanText(log.compared)}`}`,
        ),
    ...partingLines(log.parts),
    outcomes.parts === undefined
      ? `outcomes: the same${spanText(outcomes.compared)}`
      : bad(
          `outcomes: part at entry ${outcomes.parts.index}; ${outcomes.differing} of those${spanText(outcomes.compared)} differ`,
        ),
    ...partingLines(outcomes.parts),
    ...rowLines(report, bad),
    "",
    verdictText(report, paint),
  ];
}

function heldLine(letter: string, { name, kind, first, last, applied }: Held): string {
  const entries = first > last ? "no entries" : `entries ${first} to ${last}`;
  const root = applied.root === undefined ? "" : `, outcome root ${hex(applied.root).slice(0, ROOT_CHARS)}`;
  return `${letter} ${safeText(name)}: ${KINDS[kind]}, ${entries}, applied ${applied.index}${root}`;
}

const spanText = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  to < from ? ", as far as there is anything" : ` from entry ${from} to ${to}`;

const sideLine = (letter: string, text: string | undefined): string =>
  `    ${letter} ${safeText(text ?? "has none")}`;

const partingLines = (parting: Parting | undefined): string[] =>
  (parting?.differences ?? []).flatMap(({ what, a, b }) => [`  ${what}`, sideLine("A", a), sideLine("B", b)]);

function rowLines({ rows, outcomes }: DiffReport, bad: (text: string) => string): string[] {
  if (rows.kind === "skipped") return [`rows: not compared, because ${rows.because}`];
  const { at, rows: count, differing, named } = rows;
  if (differing === 0) return [`rows: all ${count} the same after entry ${at}`];
  const more = differing - named.length;
  return [
    bad(`rows: ${differing} of ${count} differ after entry ${at}`),
    ...named.flatMap((row) => [
      `  ${safeText(`${row.module}/${row.table} ${JSON.stringify(row.key)}`)}`,
      sideLine("A", row.a),
      sideLine("B", row.b),
      ...changeLines(row, outcomes.parts?.index),
    ]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** Where no outcome explains it, a disk or a hand does. */
function changeLines({ changedAt: { a, b } }: RowDifference, parted: number | undefined): string[] {
  const entry = (index: number | undefined) => (index === undefined ? "none" : String(index));
  if (a !== b) return [`    last changed by entry ${entry(a)} in A, ${entry(b)} in B`];
  const isExplained = a !== undefined && parted !== undefined && a >= parted;
  return [
    `    last changed by entry ${entry(a)} in both${isExplained ? "" : ", with the same outcome: one of the two was altered where it is stored"}`,
  ];
}

function verdictText({ verdict, a, b, log }: DiffReport, paint: Paint): string {
  if (verdict === "part") return paint("red", "They part.");
  if (verdict === "same") return paint("green", "They are the same.");
  const ends = (letter: string, { last, applied }: Held) =>
    `${letter} ends at entry ${last}${applied.index < last ? ` and has applied ${applied.index}` : ""}`;
  return paint("green", `Nothing differs up to entry ${log.compared.to}: ${ends("A", a)}, ${ends("B", b)}.`);
}
