// The table of codes keeps step with the checker: what is used is explained, what is explained is used, and the examples
// are what they say. Each code has a bad program too, or is one that a person could not write down.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { compile } from "../src/compile.ts";
import { CODES, explain } from "../src/diagnostic/codes.ts";
import { badPrograms } from "./programs.ts";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.startsWith("diagnostic/"))
  .sort();
const used = new Set(
  files.flatMap((name) => readFileSync(`${SRC}${name}`, "utf8").match(/(?<=["'`])H\d{4}(?=["'`])/g) ?? []),
);

/** It takes a source of thousands of levels or of hundreds of arms: made where the limit is tested. */
const TOO_LARGE = new Set(["H0290", "H0703", "H0713", "H0803", "H1000", "H1001"]);

/** What the grammar refuses is held to its examples in syntax-diagnostics.test.ts. */
const isGrammar = (code: string): boolean => code < "H0200";

it("every code that is used is explained, and the other way round", () => {
  expect(used.size).toBeGreaterThan(100);
  expect([...CODES.keys()].sort()).toEqual([...used].sort());
});

it("every code has a bad program", () => {
  const covered = new Set(badPrograms().map(({ expectation }) => expectation.code));
  const missing = [...used].filter((code) => !isGrammar(code) && !covered.has(code) && !TOO_LARGE.has(code));
  expect(missing.sort()).toEqual([]);
});

/** Examples show what matters: they may leave out the module's name, and dollars. */
function whole(example: string): string {
  const header = /^module /m.test(example) ? "" : "module example\n";
  const isShort = example.includes("USD") && !example.includes("currency USD");
  return `${header}${example}\n${isShort ? "currency USD { decimals: 2, mint: self }\n" : ""}`;
}

function codesOf(code: string, example: string): string[] {
  const { diagnostics } = compile([{ name: code, text: whole(example) }], { tests: true });
  return [...new Set(diagnostics.map((one) => one.code))];
}

const ofTheChecker = [...CODES.values()].filter(({ code }) => !isGrammar(code));

it.each(ofTheChecker.map((entry) => [entry.code, entry] as const))(
  "%s has examples that hold",
  (code, entry) => {
    if (entry.wrong !== undefined) expect(codesOf(code, entry.wrong)).toEqual([code]);
    if (entry.right !== undefined) expect(codesOf(code, entry.right)).toEqual([]);
  },
);

it("titles are no sentences, and explanations are", () => {
  for (const { code, title, explain: text } of CODES.values()) {
    expect(title, code).not.toMatch(/[.]$/);
    expect(text, code).toMatch(/[.]$/);
  }
});

it("tells how a code is explained, however it is typed", () => {
  expect(explain("h203")).toBe(explain("H0203"));
  expect(explain("H0203")).toMatch(/^H0203: .+\n\n.+\n\nRefused:\n\n {4}fn/);
  expect(explain("H9999")).toBeUndefined();
  expect(explain("fee")).toBeUndefined();
});
