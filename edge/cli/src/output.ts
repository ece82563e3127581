// Where a command writes: results on standard output, everything else on standard error, each with its
// own paint, because one of them may be a file while the other has eyes.

import { type Paint, paintFor } from "./terminal/paint.ts";

export type Output = {
  readonly paint: Paint;
  readonly errorPaint: Paint;
  /** A result: one line or several. */
  print(text: string): void;
  /** A result for programs: one line of JSON. */
  printJson(value: unknown): void;
  /** A remark for people. */
  remark(text: string): void;
};

export const consoleOutput = (): Output => ({
  paint: paintFor(process.stdout),
  errorPaint: paintFor(process.stderr),
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  printJson: (value) => {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  },
  remark: (text) => {
    process.stderr.write(`${text}\n`);
  },
});
