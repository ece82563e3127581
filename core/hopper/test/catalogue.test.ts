// The table of codes keeps step with the checker: what is used is explained, what is explained is used, and the examples
// are what they say. Each code has a bad program too, or is one that a person could not write down.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { compile } from "../src/compile.ts";
import { CODES, explain } from "../src/diagnostic/codes.ts";
import { HOSTILE } from "./hostile/hostile-sources.ts";
import { badPrograms } from "./programs.ts";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.startsWith("diagnostic/"))
  .sort();
const codesIn = (path: string): string[] =>
  readFileSync(path, "utf8").match(/(?<=["'`])H\d{4}(?=["'`])/g) ?? [];

/** Why a ledger refuses a deployment; what is sound by itself may be among it. */
const REFUSALS = fileURLToPath(new URL("../../ledger/src/deploy-refusal.ts", import.meta.url));
const ofTheLedger = new Set(codesIn(REFUSALS).filter((code) => code >= "H1010"));

const used = new Set([...files.flatMap((name) => codesIn(`${SRC}${name}`)), ...ofTheLedger]);

/** Limits, and the attacks that meet them: no person would write down such sources. */
const LIMITS: ReadonlyMap<string, string> = new Map([
  ["H0703", "thousands-of-numbers"],
  ["H0803", "size-change-explosion"],
  ["H1000", "lets-that-double"],
  ["H1001", "lets-that-deepen"],
]);
/** Met only by terms that no source makes, since the grammar's limits are lower; tested in the kernel. */
const OF_TERMS = new Set(["H0290", "H0713"]);

/** What the grammar refuses is held to its examples in syntax-diagnostics.test.ts. */
const isGrammar = (code: string): boolean => code < "H0200";

it("every code that is used is explained, and the other way round", () => {
  expect(used.size).toBeGreaterThan(100);
  expect([...CODES.keys()].sort()).toEqual([...used].sort());
});

it("every code has a bad program", () => {
  const covered = new Set(badPrograms().map(({ expectation }) => expectation.code));
  const missing = [...used].filter((code) => {
    const isElsewhere = LIMITS.has(code) || OF_TERMS.has(code) || ofTheLedger.has(code);
    return !isGrammar(code) && !covered.has(code) && !isElsewhere;
  });
  expect(missing.sort()).toEqual([]);
});

it.each([...LIMITS])("%s is what %s is told, with what to do", (code, name) => {
  const [source, ...others] = HOSTILE.find((attack) => attack.name === name)!.sources();
  expect(others).toEqual([]);
  const { diagnostics } = compile([{ name, text: source! }], { tests: true });
  expect(diagnostics.find((one) => one.code === code)?.help).toBeDefined();
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

const ofTheChecker = [...CODES.values()].filter(({ code }) => !isGrammar(code) && !ofTheLedger.has(code));

it.each(ofTheChecker.map((entry) => [entry.code, entry] as const))(
  "%s has examples that hold",
  (code, entry) => {
    if (entry.wrong !== undefined) expect(codesOf(code, entry.wrong)).toEqual([code]);
    if (entry.right !== undefined) expect(codesOf(code, entry.right)).toEqual([]);
  },
);

it.each(
  [...CODES.values()]
    .filter(({ code }) => ofTheLedger.has(code))
    .map((entry) => [entry.code, entry] as const),
)("%s has examples that are sound by themselves", (code, entry) => {
  for (const example of [entry.wrong, entry.right]) {
    if (example !== undefined) expect(codesOf(code, example)).toEqual([]);
  }
});

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
