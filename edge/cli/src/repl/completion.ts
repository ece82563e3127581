// What Tab offers: commands at the beginning of a line, names of accounts whose keys are here after one, and
// behind `call`, `query` and `modules` what is deployed.

import { COMMAND_WORDS } from "./statement.ts";

const TAKES_NAME = /^\s*(?:CreateAccount|AdjustAccount|ObserveAccount)\s+(\S*)$/i;
const IN_ROUTE = /^\s*transfer\s*\((?:.*->)?\s*([^\s,>-]*)$/i;
const FIRST_WORD = /^\s*([A-Za-z]*)$/;
/** What follows a word when it is chosen. */
const ENDINGS: Readonly<Record<string, string>> = { transfer: "(", batch: " test:", many: " test:" };
const STANDS_ALONE: ReadonlySet<string> = new Set([
  "ObserveAccounts",
  "modules",
  "status",
  "receipt",
  "help",
  "quit",
  "exit",
]);

const DEPLOYED = /^\s*(call|query|modules)\s+([\w.]*)$/i;

/** What the modules offer whose names fit the beginning of one. */
export type Deployed = {
  readonly modules: readonly string[];
  /** With the module's name. */
  readonly actions: readonly string[];
  readonly queries: readonly string[];
};

/** The beginning of a module's or an operation's name, if that is what the line ends with. */
export const deployedPrefix = (line: string): string | undefined => DEPLOYED.exec(line)?.[2];

function deployedFor(word: string, { modules, actions, queries }: Deployed): readonly string[] {
  if (word === "modules") return modules;
  return word === "call" ? actions.map((name) => `${name}(`) : queries.map((name) => `${name}(`);
}

/** The texts that may stand for the end of the line, and that end: what `readline` asks for. */
export function completions(
  line: string,
  accounts: readonly string[],
  deployed: Deployed = { modules: [], actions: [], queries: [] },
): [string[], string] {
  const word = FIRST_WORD.exec(line)?.[1];
  if (word !== undefined) {
    const lower = word.toLowerCase();
    const fits = COMMAND_WORDS.filter((command) => command.toLowerCase().startsWith(lower));
    return [
      fits.map((command) => command + (ENDINGS[command] ?? (STANDS_ALONE.has(command) ? "" : " "))),
      word,
    ];
  }
  const [, asking, begun = ""] = DEPLOYED.exec(line) ?? [];
  if (asking !== undefined) {
    const known = deployedFor(asking.toLowerCase(), deployed);
    return [known.filter((one) => one.startsWith(begun)), begun];
  }
  const name = TAKES_NAME.exec(line)?.[1] ?? IN_ROUTE.exec(line)?.[1];
  if (name === undefined) return [[], line];
  return [accounts.filter((account) => account.startsWith(name)), name];
}
