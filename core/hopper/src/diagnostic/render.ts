// Diagnostics as text, in the form of L63: the claim and its place, the source with carets, what else
// belongs to the story, what is known, how to mend it. Colours are the caller's: core/ knows no terminals.

import { compareText, type JsonObject, jsonObject } from "@juno/base";
import type { Diagnostic, Note } from "./diagnostic.ts";
import { excerptOf, widthOf } from "./display-text.ts";
import { positionOf } from "./source.ts";
import { lineAt, quote } from "./source-lines.ts";

/** More help nobody; the first ones are often the cause of the others. */
export const DIAGNOSTICS_MAX = 50;

export type Role = "error" | "warning" | "message" | "place" | "gutter" | "caret" | "note" | "known" | "help";

/** Draws a piece of text in its role: as it is, or with the escapes of a terminal, or as markup. */
export type Style = (text: string, role: Role) => string;

const PLAIN: Style = (text) => text;

/** The column of the place behind the message, and the space before it if the message is long. */
const PLACE_COLUMN = 71;
const PLACE_GAP = 6;
const FACTS_GAP = 7;
const FACTS_WIDTH_MAX = 110;

function header({ severity, code, message, span }: Diagnostic, style: Style): string {
  const kind = `${severity}[${code}]`;
  const width = widthOf(`${kind} ${message}`);
  const gap = " ".repeat(Math.max(PLACE_COLUMN - width, PLACE_GAP));
  const place = `${span.source.name}:${positionOf(span.source, span.start).line}`;
  return `${style(kind, severity)} ${style(message, "message")}${gap}${style(place, "place")}`;
}

/** The line with carets under the place; of a place of several lines the first. */
function excerpt({ span, label }: Diagnostic, style: Style): string[] {
  const { source } = span;
  const { line } = positionOf(source, span.start);
  const { text, start } = lineAt(source, span.start);
  const lineEnd = start + text.length;
  const last = span.end > lineEnd + 1 ? positionOf(source, span.end).line : line;
  const shown = excerptOf(text, span.start - start, Math.min(span.end, lineEnd) - start);
  const number = String(line);
  const gutter = (label: string) => style(`${label.padStart(number.length)} | `, "gutter");
  const carets = style("^".repeat(shown.marked), "caret");
  const until = last > line ? ` … to line ${last}` : "";
  const said = label === undefined ? until : `${until} ${label}`;
  return [
    `${gutter(number)}${shown.text}`.trimEnd(),
    `${gutter("")}${" ".repeat(shown.before)}${carets}${style(said, "caret")}`,
  ];
}

function noteLine(note: Note, diagnostic: Diagnostic, style: Style): string {
  const { source } = note.span;
  const { line } = positionOf(source, note.span.start);
  const elsewhere = source.name !== diagnostic.span.source.name;
  const place = elsewhere ? `${source.name}:${line}` : `line ${line}`;
  const quoted = quote(source, note.span);
  const said = quoted === "" ? place : `${place}, \`${quoted}\``;
  return `  ${style(`${said}: ${note.label}`, "note")}`;
}

function facts({ known, counterexample }: Diagnostic, style: Style): string[] {
  const found = known.length === 0 ? [] : [`known here: ${known.join(", ")}`];
  if (counterexample !== undefined) found.push(`counterexample: ${counterexample}`);
  const line = found.join(" ".repeat(FACTS_GAP));
  const lines = widthOf(line) <= FACTS_WIDTH_MAX ? [line] : found;
  return lines.filter((text) => text !== "").map((text) => style(text, "known"));
}

/** One diagnostic, without a newline at its end. */
export function render(diagnostic: Diagnostic, style: Style = PLAIN): string {
  // Where notes tell the whole story (no label), the source is not repeated.
  const told = diagnostic.label === undefined && diagnostic.notes.length > 0;
  return [
    header(diagnostic, style),
    ...(told ? [] : excerpt(diagnostic, style)),
    ...diagnostic.notes.map((note) => noteLine(note, diagnostic, style)),
    ...facts(diagnostic, style),
    ...(diagnostic.help === undefined ? [] : [style(`help: ${diagnostic.help}`, "help")]),
  ].join("\n");
}

const isSame = (a: Diagnostic, b: Diagnostic): boolean =>
  a.code === b.code &&
  a.message === b.message &&
  a.span.start === b.span.start &&
  a.span.source.name === b.span.source.name;

/** By place, each once, at most `max` of them; `hidden` tells how many more there are. */
export function firstOf(
  diagnostics: readonly Diagnostic[],
  max: number = DIAGNOSTICS_MAX,
): { readonly shown: readonly Diagnostic[]; readonly hidden: number } {
  const sorted = [...diagnostics].sort(
    (a, b) => compareText(a.span.source.name, b.span.source.name) || a.span.start - b.span.start,
  );
  const distinct = sorted.filter((one, at) => at === 0 || !isSame(sorted[at - 1]!, one));
  const shown = distinct.slice(0, max);
  return { shown, hidden: distinct.length - shown.length };
}

/** All diagnostics of a run, each followed by an empty line; empty if there are none. */
export function renderAll(
  diagnostics: readonly Diagnostic[],
  options: { readonly style?: Style; readonly max?: number } = {},
): string {
  const { style = PLAIN, max = DIAGNOSTICS_MAX } = options;
  const { shown, hidden } = firstOf(diagnostics, max);
  const parts = shown.map((one) => `${render(one, style)}\n`);
  if (hidden > 0) parts.push(`${hidden} more are not shown: mend these first.\n`);
  return parts.join("\n");
}

/** What programs need of it. Lines and columns count from 1, columns in characters. */
export function toJson({ code, severity, message, span }: Diagnostic): JsonObject {
  const { line, column } = positionOf(span.source, span.start);
  return jsonObject({ code, severity, message, file: span.source.name, line, column });
}
