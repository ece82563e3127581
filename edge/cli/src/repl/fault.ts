// What is wrong with a line that somebody typed: a sentence and the place, shown with a caret beneath
// the line. A value, never thrown out of the parser.

import { err, type Result } from "@juno/base";

export type Fault = {
  /** A sentence that says what is expected. */
  readonly message: string;
  /** Characters before the place at which the line stops making sense. */
  readonly at: number;
};

export const fault = (at: number, message: string): Result<never, Fault> => err({ at, message });

/** The line, a caret beneath the place, and the sentence. */
export function renderFault(line: string, { at, message }: Fault): string {
  // Tabs before the caret keep their width; all else becomes a space.
  const space = line.slice(0, at).replaceAll(/[^\t]/gu, " ");
  return `${line}\n${space}^\nSyntax Error: ${message}`;
}
