// Plain tables: columns as wide as their widest cell, two spaces between, nothing to draw. Colours may
// stand in the cells; they do not count. Invariant: a row is one line.

import { stripVTControlCharacters } from "node:util";
import { type Paint, plainPaint } from "./paint.ts";

export type Column = { readonly title: string; readonly align?: "left" | "right" };

const GAP = "  ";

/** The number of columns a text takes on a terminal; wide characters do not occur in what is shown. */
export const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** The table's lines, the titles first unless all are empty. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint = plainPaint,
): string[] {
  const titles = columns.map(({ title }) => title);
  const all = titles.every((title) => title === "") ? rows : [titles, ...rows];
  const widths = columns.map((_, i) => Math.max(0, ...all.map((row) => widthOf(row[i] ?? ""))));
  const pad = (cell: string, i: number): string => {
    const space = " ".repeat(Math.max(0, widths[i]! - widthOf(cell)));
    return columns[i]!.align === "right" ? space + cell : cell + space;
  };
  const lines = all.map((row) =>
    columns
      .map((_, i) => pad(row[i] ?? "", i))
      .join(GAP)
      .trimEnd(),
  );
  return all === rows ? lines : lines.map((line, i) => (i === 0 ? paint("dim", line) : line));
}

/** What sets a colour; built from its parts because a pattern may not hold a control character. */
const COLOUR = new RegExp(`(${String.fromCharCode(27)}\\[[0-9;]*m)`);

/** Cuts a line to a width; colours stay whole. */
export function cutLine(line: string, width: number): string {
  if (widthOf(line) <= width) return line;
  let shown = 0;
  let cut = "";
  for (const part of line.split(COLOUR)) {
    if (COLOUR.test(part)) {
      cut += part;
      continue;
    }
    const rest = part.slice(0, Math.max(0, width - shown));
    shown += rest.length;
    cut += rest;
  }
  return cut;
}
