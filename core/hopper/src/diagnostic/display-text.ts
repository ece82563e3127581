// How a line of source is drawn in columns: tabulators, wide characters, characters that draw nothing or
// would turn the terminal's direction, and lines that are too long to be shown whole.

/** A character as it is shown, and the columns it takes. */
type Cell = { readonly shown: string; readonly width: number };

const TAB_WIDTH = 4;

/** Ranges of characters that take two columns: East Asian scripts and symbols for pictures. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

const COMBINING = /^\p{Mn}$/u;
const UNSEEN = /^[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]$/u;

function cellOf(character: string, column: number): Cell {
  if (character === "\t") {
    const width = TAB_WIDTH - (column % TAB_WIDTH);
    return { shown: " ".repeat(width), width };
  }
  const point = character.codePointAt(0)!;
  if (point >= 0x20 && point < 0x7f) return { shown: character, width: 1 };
  // A terminal must never be told by a program which way to write.
  if (UNSEEN.test(character)) return { shown: "\ufffd", width: 1 };
  if (COMBINING.test(character)) return { shown: character, width: 0 };
  return { shown: character, width: WIDE.some(([from, to]) => point >= from && point <= to) ? 2 : 1 };
}

/** The columns that a text takes when it begins a line. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += cellOf(character, width).width;
  return width;
}

export type Excerpt = {
  /** What is shown of the line. */
  readonly text: string;
  /** The columns before the marked part, and those of the marked part. */
  readonly before: number;
  readonly marked: number;
};

/** Columns shown of a line at most, and how many of them before the marked part. */
const LINE_WIDTH_MAX = 120;
const CONTEXT_WIDTH = 40;
const CUT = "…";

/** The line with the columns of the units from `start` to `end`; cut around them where it is too long. */
export function excerptOf(line: string, start: number, end: number): Excerpt {
  // More characters than this around the marked part are never shown, however long the line is.
  const from = start > LINE_WIDTH_MAX ? start - CONTEXT_WIDTH : 0;
  const head = from > 0 ? CUT : "";
  let text = head;
  let column = head.length;
  let before = -1;
  let after = -1;
  let at = from;
  for (const character of line.slice(from, from + 2 * LINE_WIDTH_MAX)) {
    if (at >= start && before < 0) before = column;
    if (at >= end && after < 0) after = column;
    const cell = cellOf(character, column);
    if (column + cell.width > LINE_WIDTH_MAX) {
      text += CUT;
      break;
    }
    text += cell.shown;
    column += cell.width;
    at += character.length;
  }
  if (before < 0) before = column;
  if (after < 0) after = column;
  return { text: text.trimEnd(), before, marked: Math.max(1, after - before) };
}
