// What tests reach, and what actions cost, as tables.

import { type ActionGas, type FunctionCoverage, positionOf, type Span } from "@juno/hopper";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { renderTable } from "../terminal/table.ts";
import { grouped } from "./counting.ts";

const QUOTE_CHARS_MAX = 60;

const percent = (part: number, whole: number): string => `${Math.floor((100 * part) / whole)}%`;

/** What stands there, on one line, cut where it is long. */
function quote({ source, start, end }: Span): string {
  const text = safeText(source.text.slice(start, end).replaceAll(/\s+/g, " "));
  return text.length > QUOTE_CHARS_MAX ? `${text.slice(0, QUOTE_CHARS_MAX - 1)}…` : text;
}

export function coverageLines(functions: readonly FunctionCoverage[], paint: Paint): string[] {
  const lines: string[] = [];
  for (const module of new Set(functions.map((one) => one.module))) {
    const own = functions.filter((one) => one.module === module);
    const all = own.reduce((sum, one) => sum + one.expressions, 0);
    const reached = own.reduce((sum, one) => sum + one.reached, 0);
    lines.push(`${paint("bold", module)}  ${percent(reached, all)} of its expressions run`);
    for (const one of own) {
      if (one.missed.length === 0) continue;
      if (one.reached === 0) {
        lines.push(`  ${paint("yellow", one.name)}  is never called`);
        continue;
      }
      lines.push(
        `  ${paint("yellow", one.name)}  ${percent(one.reached, one.expressions)}; these never run:`,
      );
      for (const span of one.missed) {
        lines.push(`    line ${positionOf(span.source, span.start).line}  ${quote(span)}`);
      }
    }
  }
  return lines;
}

export function gasLines(actions: readonly ActionGas[], paint: Paint): string[] {
  if (actions.length === 0) return [];
  const columns = [
    { title: "action" },
    ...["calls", "least gas", "mean", "most"].map((title) => ({ title, align: "right" as const })),
  ];
  const rows = [...actions]
    .sort((a, b) => (`${a.module}.${a.action}` < `${b.module}.${b.action}` ? -1 : 1))
    .map(({ module, action, calls, least, total, most }) => [
      `${module}.${action}`,
      ...[calls, least, Math.round(total / calls), most].map(grouped),
    ]);
  return renderTable(columns, rows, paint);
}

export function coverageJson(functions: readonly FunctionCoverage[]): unknown {
  return functions.map(({ module, name, expressions, reached, missed }) => ({
    ...{ module, name, expressions, reached },
    missed: missed.map((span) => ({ file: span.source.name, ...positionOf(span.source, span.start) })),
  }));
}
