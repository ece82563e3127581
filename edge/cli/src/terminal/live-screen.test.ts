// Redrawing in place: a small terminal is played here, and what stands on it is compared.

import { expect, it } from "vitest";
import { LiveScreen } from "./live-screen.ts";

/** An escape sequence, or one character. */
const TOKEN = new RegExp(`${String.fromCharCode(27)}\\[\\??\\d*[A-Za-z]|[\\s\\S]`, "g");

/** What a terminal shows after such writes: the few sequences that the screen uses, and nothing else. */
class Terminal {
  readonly columns: number;
  readonly rows: number;
  readonly lines: string[] = [""];
  writes = 0;
  cursorHidden = false;
  #row = 0;
  #column = 0;

  constructor(size: { columns: number; rows: number }) {
    this.columns = size.columns;
    this.rows = size.rows;
  }

  write(text: string): boolean {
    this.writes += 1;
    for (const [token] of text.matchAll(TOKEN)) this.#take(token);
    return true;
  }

  #take(token: string): void {
    const line = this.lines[this.#row]!;
    const up = /\[(\d+)A$/.exec(token);
    if (up !== null) this.#row -= Number(up[1]);
    else if (token.endsWith("[K")) this.lines[this.#row] = line.slice(0, this.#column);
    else if (token.endsWith("[J"))
      this.lines.splice(this.#row, this.lines.length, line.slice(0, this.#column));
    else if (token.endsWith("[?25l")) this.cursorHidden = true;
    else if (token.endsWith("[?25h")) this.cursorHidden = false;
    else if (token === "\r") this.#column = 0;
    else if (token === "\n") {
      this.#row += 1;
      this.#column = 0;
      this.lines[this.#row] ??= "";
    } else if (token.length === 1) {
      this.lines[this.#row] = line.slice(0, this.#column) + token + line.slice(this.#column + 1);
      this.#column += 1;
    }
  }
}

it("replaces frame by frame, also a longer one by a shorter one, each in one write", () => {
  const terminal = new Terminal({ columns: 20, rows: 10 });
  const screen = new LiveScreen(terminal);
  screen.draw(["first", "second", "third"]);
  expect(terminal.lines).toEqual(["first", "second", "third", ""]);
  screen.draw(["1st", "2nd"]);
  expect(terminal.lines).toEqual(["1st", "2nd", ""]);
  expect(terminal.writes).toBe(2);
  expect(terminal.cursorHidden).toBe(true);
  screen.close();
  expect(terminal.lines).toEqual(["1st", "2nd", ""]);
  expect(terminal.cursorHidden).toBe(false);
});

it("never writes beyond the terminal's edges, where its place would be lost", () => {
  const terminal = new Terminal({ columns: 6, rows: 3 });
  const screen = new LiveScreen(terminal);
  screen.draw(["a long line", "b", "c", "d"]);
  expect(terminal.lines).toEqual(["a lon", "b", ""]);
});
