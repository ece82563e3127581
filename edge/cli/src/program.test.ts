// Every command that a guide or a help text shows can be typed as it stands; what cannot points to the help of its command.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createHopperProgram } from "./hopper/hopper-program.ts";
import type { Output } from "./output.ts";
import { createProgram } from "./program.ts";
import { plainPaint } from "./terminal/paint.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const GUIDES = join(ROOT, "docs", "guides");

const silent: Output = {
  paint: plainPaint,
  errorPaint: plainPaint,
  print: () => undefined,
  printJson: () => undefined,
  remark: () => undefined,
};

/** The program, whose commands do nothing and whose complaints are thrown. */
function idleProgram(
  write: (text: string) => void = () => undefined,
  writeErr: (text: string) => void = () => undefined,
  create = createProgram,
): Command {
  const program = create(silent);
  const still = (command: Command): void => {
    command.exitOverride().configureOutput({ writeOut: write, writeErr });
    const isRun = command.commands.length === 0 || command.registeredArguments.length > 0;
    if (isRun) command.action(() => undefined);
    for (const inner of command.commands) still(inner);
  };
  still(program);
  return program;
}

/** The words of a shell's line, up to a pipe, a redirection or a remark; single quotes hold. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [, single, double, plain] of line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)) {
    const quoted = single ?? double;
    if (quoted === undefined && /^(?:\||&&|#|<<|2?>)/.test(plain!)) break;
    words.push(quoted ?? plain!);
  }
  return words;
}

/** Lines that begin with `juno` after their indent, or stand behind a pipe. */
const shownIn = (text: string): string[] =>
  [...text.matchAll(/^ {2,4}(?:npm run juno --|(?:.*\| )?juno) (.*)$/gm)].map(([, line]) => line!);

const parses = async (line: string): Promise<void> => {
  await idleProgram().parseAsync(wordsOf(line), { from: "user" });
};

describe("commands that are shown", () => {
  const guides = readdirSync(GUIDES).map((name) => join(GUIDES, name));
  const shown = [...guides, join(ROOT, "README.md")].flatMap((path) => shownIn(readFileSync(path, "utf8")));

  it("are many, in the guides", () => {
    expect(shown.length).toBeGreaterThan(20);
  });

  it.each(shown)("juno %s", parses);

  it("in help texts, too", async () => {
    const text: string[] = [];
    const show = (command: Command): void => {
      command.outputHelp();
      for (const inner of command.commands) show(inner);
    };
    show(idleProgram((part) => text.push(part)));
    const examples = shownIn(text.join(""));
    expect(examples.length).toBeGreaterThan(15);
    for (const line of examples) await parses(line);
  });

  it("would not parse if they were wrong", async () => {
    await expect(parses("status --netwrok net")).rejects.toThrow("unknown option");
  });
});

it.each([
  ["juno nothing", "juno"],
  ["juno status --netwrok net", "juno status"],
  ["juno admin nothing", "juno admin"],
  ["juno admin roles remove", "juno admin roles remove"],
  ["juno node create --id 0", "juno node create"],
  ["hopper nothing", "hopper"],
  ["hopper check --nothing", "hopper check"],
])("`%s` points to `%s --help`", async (line, meant) => {
  const [name, ...words] = wordsOf(line);
  const complaints: string[] = [];
  const create = name === "juno" ? createProgram : createHopperProgram;
  const program = idleProgram(undefined, (text) => complaints.push(text), create);
  await expect(program.parseAsync(words, { from: "user" })).rejects.toThrow();
  expect(complaints.join("")).toContain(`(\`${meant} --help\` shows how it is used.)`);
});
