// Lines and columns of a source's offsets, found without reading the source again: failing code costs nobody more than its
// gas, however long the source and its lines are. Agrees with `positionOf` of the language.

import type { Position, Source } from "@juno/hopper";

/** Columns are counted from the nearest of these before, so by no more than so many units. */
const MARK_UNITS = 256;

class SourceLines {
  readonly #text: string;
  /** Offsets at which lines begin. */
  readonly #lines: number[] = [0];
  /** For each multiple of MARK_UNITS, characters between the beginning of its line and it. */
  readonly #marks: number[] = [];

  constructor(text: string) {
    this.#text = text;
    let characters = 0;
    for (let at = 0; at < text.length; at++) {
      if (at % MARK_UNITS === 0) this.#marks.push(characters);
      if (!isSecondHalf(text, at)) characters += 1;
      if (text.charCodeAt(at) !== 0x0a) continue;
      this.#lines.push(at + 1);
      characters = 0;
    }
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lines[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    const start = this.#lines[low]!;
    const mark = Math.floor(offset / MARK_UNITS);
    const isMarked = mark * MARK_UNITS >= start && mark < this.#marks.length;
    let characters = isMarked ? this.#marks[mark]! : 0;
    for (let at = isMarked ? mark * MARK_UNITS : start; at < offset; at++) {
      if (!isSecondHalf(this.#text, at)) characters += 1;
    }
    return { line: low + 1, column: characters + 1 };
  }
}

/** The line in which the offset stands, without what ends it. */
export function lineAt({ text }: Source, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  return text.slice(start, end === -1 ? text.length : end);
}

/** Whether this unit and the one before are one character. */
function isSecondHalf(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0xdc00 || unit > 0xdfff || at === 0) return false;
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff;
}

const known = new WeakMap<Source, SourceLines>();

export function positionIn(source: Source, offset: number): Position {
  let lines = known.get(source);
  if (lines === undefined) {
    lines = new SourceLines(source.text);
    known.set(source, lines);
  }
  return lines.positionAt(offset);
}
