// Lines of a source, found from an offset.

import type { Range, Source } from "./source.ts";

/** The line that holds an offset, without its newline, and where it starts. */
export function lineAt(source: Source, offset: number): { readonly text: string; readonly start: number } {
  const start = source.text.lastIndexOf("\n", offset - 1) + 1;
  const newline = source.text.indexOf("\n", offset);
  const end = newline === -1 ? source.text.length : newline;
  const text = source.text.slice(start, end);
  return { text: text.endsWith("\r") ? text.slice(0, -1) : text, start };
}

/** What stands at a place, on one line, cut where it is long; empty if nothing does. */
export function quote(source: Source, range: Range, lengthMax = 40): string {
  const whole = source.text.slice(range.start, Math.min(range.end, range.start + 4 * lengthMax));
  const line = whole.split("\n")[0]!.trim();
  const cut = line.length > lengthMax || range.end - range.start > whole.length || whole.includes("\n");
  return cut
    ? `${[...line]
        .slice(0, lengthMax - 1)
        .join("")
        .trimEnd()}…`
    : line;
}
