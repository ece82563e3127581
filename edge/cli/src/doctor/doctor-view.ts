// A diagnosis for people: the verdict, then each finding with what it means and what to do. Nothing that a node said reaches the
// terminal as it is.

import type { Colour, Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import type { Diagnosis, Finding, Severity, State } from "./examination.ts";

const COLOURS: Readonly<Record<Severity, Colour>> = { critical: "red", warning: "yellow", info: "dim" };
const STATES: Readonly<Record<State, Colour>> = {
  "at-work": "green",
  impaired: "yellow",
  halted: "red",
  stalled: "red",
  unknown: "red",
};

const evidenceText = ({ evidence }: Finding): string =>
  Object.entries(evidence)
    .map(([name, value]) => `${name}: ${value}`)
    .join("; ");

function findingLines(finding: Finding, paint: Paint): string[] {
  const { severity, code, what, means, next } = finding;
  const evidence = evidenceText(finding);
  return [
    "",
    `${paint(COLOURS[severity], severity)} ${code}: ${safeText(what)}.`,
    `  For clients: ${safeText(means)}`,
    `  What to do: ${safeText(next)}`,
    ...(evidence === "" ? [] : [paint("dim", `  (${safeText(evidence)})`)]),
  ];
}

export const diagnosisLines = ({ state, verdict, findings }: Diagnosis, paint: Paint): string[] => [
  paint(STATES[state], safeText(verdict)),
  ...findings.flatMap((finding) => findingLines(finding, paint)),
];
