// The library, checked once and shared: builtins by their records, the prelude by its sources. It is part of the language's
// version: every node has the same. Modules are checked against what the library of their version has (C34), and all are linked
// with one: it has no code but the prelude's, which is the same in every version.

import { assert } from "@juno/base";
import { BUILTINS, builtinSince } from "./builtins/table.ts";
import type { Library, ModuleInterface } from "./elaborate/global.ts";
import { checkProgram, isError } from "./elaborate/program.ts";
import { moduleCode } from "./erase/module-code.ts";
import type { ModuleCode } from "./machine/module-code.ts";
import { PRELUDE } from "./prelude/modules.ts";
import type { Declaration } from "./syntax/ast.ts";
import { parse, parseDeclaration } from "./syntax/index.ts";
import { FIRST_LANGUAGE, LANGUAGE_VERSION } from "./version.ts";

export type CheckedLibrary = { readonly interfaces: Library; readonly codes: readonly ModuleCode[] };

function builtinsOf(module: string): Declaration[] {
  return [...BUILTINS.values()]
    .filter((one) => one.module === module)
    .map((one) => {
      const source = { name: `${one.module}.${one.name}`, text: one.declaration };
      const { declaration, diagnostics } = parseDeclaration(source);
      assert(
        declaration !== undefined && diagnostics.length === 0,
        `the builtin ${source.name} is declared well`,
      );
      return { ...declaration, doc: one.doc };
    });
}

function check(): CheckedLibrary {
  const parsed = PRELUDE.map(({ source }) => ({ source, ...parse(source) }));
  const { modules, diagnostics } = checkProgram(parsed, new Map(), { builtins: builtinsOf, isLibrary: true });
  const first = diagnostics.find(isError);
  assert(first === undefined, `the library is sound: ${first?.span.source.name}: ${first?.message}`);
  return {
    interfaces: new Map(modules.map((one) => [one.interface.name, one.interface])),
    codes: modules.map((one) => moduleCode(one, { tests: false })),
  };
}

let checked: CheckedLibrary | undefined;

/** That of the latest version. Checks the library when it is first asked for. */
export function library(): CheckedLibrary {
  checked ??= check();
  return checked;
}

const interfaces = new Map<number, Library>();

/** The library as modules of this language version see it. */
export function interfacesOf(language: number): Library {
  assert(language >= FIRST_LANGUAGE && language <= LANGUAGE_VERSION, `language version ${language} is known`);
  if (language === LANGUAGE_VERSION) return library().interfaces;
  let known = interfaces.get(language);
  if (known === undefined) {
    const all = library().interfaces;
    known = new Map([...all].map(([name, whole]) => [name, withoutLater(whole, language)]));
    interfaces.set(language, known);
  }
  return known;
}

function withoutLater(whole: ModuleInterface, language: number): ModuleInterface {
  const isThere = ([name]: readonly [string, unknown]): boolean =>
    (builtinSince(whole.name, name) ?? FIRST_LANGUAGE) <= language;
  return { ...whole, offered: new Map([...whole.globals].filter(isThere)) };
}
