// Versions of the language (C34): what a later one adds is unknown to those before, who are told from which version on there is
// such a name; and one library serves the code of all.

import { createHash } from "node:crypto";
import { Hash } from "@juno/base";
import { expect, it } from "vitest";
import { compile } from "../src/compile.ts";
import { offeredBy } from "../src/elaborate/global.ts";
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
    for (const [name, before] of interfacesOf(version - 1))
      for (const [global, meaning] of offeredBy(before))
        expect(offeredBy(interfacesOf(version).get(name)!).get(global)).toBe(meaning);
  expect(interfacesOf(LANGUAGE_VERSION)).toBe(library().interfaces);
  expect(() => interfacesOf(LANGUAGE_VERSION + 1)).toThrow("is known");
});

it("a later name in what another module declares means the same in a module that may not write it", () => {
  const lots = `module lots
import std.date {date}
asset LOT(id: Text) { decimals: 0, mint: self }
pub fn named(d: Date) -> Text = d.to_text()
pub fn take(d: Date) -> Coin<LOT(d.to_text())> = zero(LOT(d.to_text()))
pub fn keep(d: Date, coin: Coin<LOT(named(d))>) -> Coin<LOT(d.to_text())> = coin
`;
  const client = `module client
import std.date {date}
import lots {take, keep, named, LOT}
fn passed(d: Date) -> Coin<LOT(named(d))> = keep(d, take(d))
`;
  const later = compile([{ name: "lots.hop", text: lots }], { language: 2 });
  expect(later.diagnostics.map(({ code, message }) => ({ code, message }))).toEqual([]);
  const deployed = new Map(later.modules.map((module) => [module.name, module]));
  for (const language of [1, 2]) {
    const { diagnostics } = compile([{ name: "client.hop", text: client }], { language, deployed });
    expect(diagnostics.map(({ code, message }) => ({ code, message }))).toEqual([]);
  }
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
