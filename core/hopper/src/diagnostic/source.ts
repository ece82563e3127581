// A source text and places in it. Offsets count UTF-16 units, as the host's strings do; lines and
// columns are for people and count from 1, columns in characters.

/** A file's text. `name` is what people call it: a path, or `std.list`. */
export type Source = { readonly name: string; readonly text: string };

/** From `start` up to but without `end`. */
export type Range = { readonly start: number; readonly end: number };

/** A range of a stated source: diagnostics point across modules. */
export type Span = Range & { readonly source: Source };

export type Position = { readonly line: number; readonly column: number };

/** The line and column of an offset. Linear in the text: for messages, not for loops. */
export function positionOf(source: Source, offset: number): Position {
  const before = source.text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  let line = 1;
  for (let at = before.indexOf("\n"); at !== -1; at = before.indexOf("\n", at + 1)) line += 1;
  return { line, column: [...before.slice(lineStart)].length + 1 };
}
