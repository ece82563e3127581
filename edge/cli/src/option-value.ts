// What options take, how a help text shows examples, and where an error points to: shared by all command lines here.

import { type Command, InvalidArgumentError } from "commander";

/** A whole number within limits, as an option. */
export const wholeNumber = (limits: { readonly min: number; readonly max: number }) => (text: string) => {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= limits.min && value <= limits.max) return value;
  throw new InvalidArgumentError(`A whole number from ${limits.min} to ${limits.max} is expected.`);
};

export const collect = (text: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  text,
];

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}\n`;

/** Whoever mistypes a command is pointed to the help of that command, not of the whole program. Called when all are added. */
export function pointToHelp(command: Command, words: string = command.name()): void {
  command.showHelpAfterError(`(\`${words} --help\` shows how it is used.)`);
  for (const inner of command.commands) pointToHelp(inner, `${words} ${inner.name()}`);
}
