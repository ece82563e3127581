// Programs whose tests are the library's examples, one program for each module, and one more for what a later version of the
// language has added to it: what the reference shows is what tests run. Each imports just what its examples mention.

import type { Source } from "../diagnostic/source.ts";
import { FIRST_LANGUAGE } from "../version.ts";
import { type ReferenceEntry, type ReferenceModule, referenceModules } from "./reference-entry.ts";

/** What examples may mention besides the library. */
const GROUND = `upgrade by never

currency USD { decimals: 2, mint: self }
capability Draw { amount: Nat } spends amount
error OutOfRange

fn percent_of(n: Nat) -> Result<Nat, Text> = if n <= 100 { Ok(n) } else { Err("too much") }
`;

/** L53: these need no import. */
const GIVEN: ReadonlySet<string> = new Set([
  "Option",
  "None",
  "Some",
  "Result",
  "Ok",
  "Err",
  "mint",
  "burn",
  "zero",
  "split",
  "join",
  "discard",
  "fold",
  "now",
]);

/** Modules whose names any example may use; a module's own come first. */
const SHARED: readonly string[] = ["std.testing", "std.money", "std.time", "std.auth", "std.hash"];

const WORD = /"[^"]*"|(?<![\w.])[A-Za-z]\w*/g;

/** Names that stand by themselves, not behind a point or in a text. */
const wordsIn = (text: string): ReadonlySet<string> =>
  new Set((text.match(WORD) ?? []).filter((word) => !word.startsWith('"')));

function importsOf(text: string, modules: readonly ReferenceModule[]): string[] {
  const words = wordsIn(text);
  const taken = new Set(GIVEN);
  const imports: string[] = [];
  for (const { name, entries } of modules) {
    const wanted = entries
      .filter((entry) => [entry.name, ...entry.constructors].some((word) => words.has(word)))
      .map((entry) => entry.name)
      .filter((word) => !taken.has(word));
    for (const word of wanted) taken.add(word);
    if (wanted.length > 0) imports.push(`import ${name} {${wanted.join(", ")}}`);
  }
  return imports;
}

/** Lines before the last are statements. */
function testOf({ module, name }: ReferenceEntry, example: string, at: number): string {
  const lines = example.split("\n");
  const condition = lines.pop()!;
  const body = [...lines, `check(${condition})`].map((line) => `  ${line}`);
  return [`test "${module}.${name} ${at + 1}" {`, ...body, "}"].join("\n");
}

type ExampleProgram = { readonly source: Source; readonly language: number };

function programOf(
  module: ReferenceModule,
  shown: { readonly language: number; readonly entries: readonly ReferenceEntry[] },
  all: readonly ReferenceModule[],
): ExampleProgram {
  const { language } = shown;
  const tests = shown.entries.flatMap((entry) =>
    entry.examples.map((example, at) => testOf(entry, example, at)),
  );
  const shared = all.filter(({ name }) => SHARED.includes(name) && name !== module.name);
  const body = tests.join("\n\n");
  const later = language === FIRST_LANGUAGE ? "" : `_since_${language}`;
  const name = `${module.name.replace("std.", "examples.")}${later}`;
  const text = [`module ${name}`, ...importsOf(body, [module, ...shared]), GROUND, body, ""].join("\n");
  return { source: { name: `${name}.hop`, text }, language };
}

/** What has examples, of each module, by the version that has it first. */
export function examplePrograms(): readonly ExampleProgram[] {
  const all = referenceModules();
  return all.flatMap((module) => {
    const shown = module.entries.filter(({ examples }) => examples.length > 0);
    const versions = [...new Set(shown.map(({ since }) => since ?? FIRST_LANGUAGE))].sort();
    return versions.map((language) => {
      const entries = shown.filter(({ since }) => (since ?? FIRST_LANGUAGE) === language);
      return programOf(module, { language, entries }, all);
    });
  });
}
