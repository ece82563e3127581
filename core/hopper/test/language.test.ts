// Versions of the language (C34): what a later one adds is unknown to those before, who are told from which version on there is
// such a name; and one library serves the code of all.

import { createHash } from "node:crypto";
import { Hash } from "@juno/base";
import { expect, it } from "vitest";
import { compile } from "../src/compile.ts";
import { interfacesOf, library } from "../src/library.ts";
import { Session } from "../src/session/session.ts";
import { LANGUAGE_VERSION } from "../src/version.ts";

const told = (text: string, language?: number) => {
  const options = language === undefined ? {} : { language };
  return compile([{ name: "a.hop", text: `module a\n${text}` }], options).diagnostics.map(
    ({ code, message, help }) => ({ code, message, help }),
  );
};

const METHOD = "import std.date {date}\nfn f() -> Text fails = date(2024, 1, 31).to_text()\n";
const IMPORTED = "import std.date {date, to_text}\nfn f() -> Text fails = to_text(date(2024, 1, 31))\n";
const help = "`std.date` has it from language version 2 on, and this is of an earlier one";

it("a name of a later version is unknown, and its version is told", () => {
  const method = { code: "H0517", message: "`Date` has no function `to_text`", help };
  expect(told(METHOD, 1)).toEqual([method]);
  const imported = { code: "H0403", message: "the module `std.date` has no `to_text`", help };
  expect(told(IMPORTED, 1)).toEqual([imported]);
  expect(told(`import std.date\nfn f(d: Date) -> Text = date.to_text(d)\n`, 1)).toEqual([imported]);
  for (const text of [METHOD, IMPORTED]) {
    expect(told(text, 2)).toEqual([]);
    expect(told(text)).toEqual([]);
  }
});

it("each version has all that the one before has, as it is there", () => {
  for (let version = 2; version <= LANGUAGE_VERSION; version += 1)
    for (const [name, { globals }] of interfacesOf(version - 1))
      for (const [global, meaning] of globals)
        expect(interfacesOf(version).get(name)?.globals.get(global)).toBe(meaning);
  expect(interfacesOf(LANGUAGE_VERSION)).toBe(library().interfaces);
  expect(() => interfacesOf(LANGUAGE_VERSION + 1)).toThrow("is known");
});

it("a session speaks the version that it is told", () => {
  const sha256 = (bytes: Uint8Array): Hash =>
    Hash(Uint8Array.from(createHash("sha256").update(bytes).digest()));
  const line = "start(date(2024, 1, 31)).date().to_text()";
  const answers = [1, 2].map((language) => {
    const session = new Session(sha256, language);
    session.run("import std.date {date, start}");
    return session.run(line);
  });
  expect(answers[0]).toMatchObject({ kind: "refused", diagnostics: [{ code: "H0517", help }] });
  expect(answers[1]).toMatchObject({ kind: "ran", shown: { json: "2024-01-31" } });
});
