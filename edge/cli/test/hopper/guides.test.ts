// Every `hopper` command that a guide or a help text shows can be typed as it stands.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { expect, it } from "vitest";
import { createHopperProgram } from "../../src/hopper/hopper-program.ts";
import type { Output } from "../../src/output.ts";
import { plainPaint } from "../../src/terminal/paint.ts";

const GUIDES = fileURLToPath(new URL("../../../../docs/guides", import.meta.url));

/** The program, whose commands do nothing and whose complaints are thrown. */
function idleProgram(print: (text: string) => void = () => undefined): Command {
  const output: Output = {
    ...{ paint: plainPaint, errorPaint: plainPaint },
    ...{ print, printJson: () => undefined, remark: () => undefined },
  };
  const program = createHopperProgram(output);
  for (const command of program.commands) command.exitOverride().action(() => undefined);
  return program;
}

/** The words of a shell's line, up to a pipe, a redirection or a remark; quotes hold. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/'([^']*)'|(\S+)/g)) {
    if (quoted === undefined && /^(?:\||&&|#|<|>)/.test(plain!)) break;
    words.push(quoted ?? plain!);
  }
  return words;
}

/** Lines that begin with `hopper` after their indent, and perhaps `npx`, or stand behind a pipe. */
const shownIn = (text: string): string[] =>
  [...text.matchAll(/^ {2,4}(?:npx |npm run hopper -- |.*\| )?hopper (.*)$/gm)].map(([, line]) => line!);

const parses = (line: string): Promise<unknown> => idleProgram().parseAsync(wordsOf(line), { from: "user" });

it("in the guides", async () => {
  const guides = readdirSync(GUIDES).map((name) => readFileSync(join(GUIDES, name), "utf8"));
  const shown = guides.flatMap(shownIn);
  expect(shown.length).toBeGreaterThan(15);
  for (const line of shown) await expect(parses(line), line).resolves.toBeDefined();
});

it("in help texts", async () => {
  const texts: string[] = [];
  const program = idleProgram((text) => texts.push(text));
  for (const command of [program, ...program.commands]) command.outputHelp();
  const shown = shownIn(texts.join("\n"));
  expect(shown.length).toBeGreaterThan(20);
  for (const line of shown) await expect(parses(line), line).resolves.toBeDefined();
});

it("and would not, if it were wrong", async () => {
  await expect(parses("check --jsno")).rejects.toThrow("unknown option");
});
