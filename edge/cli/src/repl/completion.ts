// What Tab offers: commands at the beginning of a line, names of accounts whose keys are here after one.

import { COMMAND_WORDS } from "./statement.ts";

const TAKES_NAME = /^\s*(?:CreateAccount|AdjustAccount|ObserveAccount)\s+(\S*)$/i;
const IN_ROUTE = /^\s*transfer\s*\((?:.*->)?\s*([^\s,>-]*)$/i;
const FIRST_WORD = /^\s*([A-Za-z]*)$/;
/** What follows a word when it is chosen. */
const ENDINGS: Readonly<Record<string, string>> = { transfer: "(", batch: " test:", many: " test:" };
const STANDS_ALONE: ReadonlySet<string> = new Set([
  "ObserveAccounts",
  "status",
  "receipt",
  "help",
  "quit",
  "exit",
]);

/** The texts that may stand for the end of the line, and that end: what `readline` asks for. */
export function completions(line: string, accounts: readonly string[]): [string[], string] {
  const word = FIRST_WORD.exec(line)?.[1];
  if (word !== undefined) {
    const lower = word.toLowerCase();
    const fits = COMMAND_WORDS.filter((command) => command.toLowerCase().startsWith(lower));
    return [
      fits.map((command) => command + (ENDINGS[command] ?? (STANDS_ALONE.has(command) ? "" : " "))),
      word,
    ];
  }
  const name = TAKES_NAME.exec(line)?.[1] ?? IN_ROUTE.exec(line)?.[1];
  if (name === undefined) return [[], line];
  return [accounts.filter((account) => account.startsWith(name)), name];
}
