// Lines that are redrawn in place. Each frame is one write: the cursor goes up, every line is written
// over the old one and its rest erased, so nothing flickers and nothing scrolls. The last frame stays.

import { cutLine } from "./table.ts";

const ESCAPE = "\u001b[";
const HIDE_CURSOR = `${ESCAPE}?25l`;
const SHOW_CURSOR = `${ESCAPE}?25h`;
const ERASE_LINE_END = `${ESCAPE}K`;
const ERASE_BELOW = `${ESCAPE}J`;
/** Terminals that know it show the frame as one; others ignore it. */
const BEGIN_FRAME = `${ESCAPE}?2026h`;
const END_FRAME = `${ESCAPE}?2026l`;

export type Screen = Pick<NodeJS.WriteStream, "write" | "columns" | "rows">;

export class LiveScreen {
  readonly #stream: Screen;
  #drawn = 0;

  constructor(stream: Screen) {
    this.#stream = stream;
  }

  /** Shows these lines in place of the frame before. */
  draw(lines: readonly string[]): void {
    const { columns = 80, rows = 24 } = this.#stream;
    // A line that wrapped, or a frame higher than the screen, would make the next one miss its place.
    const shown = lines.slice(0, Math.max(1, rows - 1)).map((line) => cutLine(line, columns - 1));
    const up = this.#drawn === 0 ? "" : `${ESCAPE}${this.#drawn}A`;
    const body = shown.map((line) => `\r${line}${ERASE_LINE_END}\n`).join("");
    this.#stream.write(`${BEGIN_FRAME}${HIDE_CURSOR}${up}${body}${ERASE_BELOW}${END_FRAME}`);
    this.#drawn = shown.length;
  }

  /** Leaves the last frame standing and gives the cursor back. */
  close(): void {
    this.#stream.write(SHOW_CURSOR);
    this.#drawn = 0;
  }
}
