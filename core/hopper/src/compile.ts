// From sources to code: what the command line, the ledger and the tests ask for. A deployment carries sources only, and
// every node makes the same code of them, under the same limits (L21).

import { compareText } from "@juno/base";
import type { Diagnostic } from "./diagnostic/diagnostic.ts";
import type { Source } from "./diagnostic/source.ts";
import { exhausted } from "./elaborate/exhausted.ts";
import type { ModuleInterface } from "./elaborate/global.ts";
import type { CheckedModule } from "./elaborate/module.ts";
import { checkProgram, isError, moduleName } from "./elaborate/program.ts";
import { moduleCode } from "./erase/module-code.ts";
import { CheckExhausted } from "./kernel/normalizer.ts";
import { interfacesOf, library } from "./library.ts";
import type { ModuleCode } from "./machine/module-code.ts";
import { parse } from "./syntax/index.ts";
import { LANGUAGE_VERSION } from "./version.ts";

/** A module that was accepted. */
export type CompiledModule = {
  readonly name: string;
  readonly source: Source;
  readonly code: ModuleCode;
  /** What other modules are checked against. */
  readonly interface: ModuleInterface;
};

export type Compilation = {
  /** Sorted by nothing but the order of finding; warnings among them. */
  readonly diagnostics: readonly Diagnostic[];
  /** In the order of dependence; empty if there is an error. */
  readonly modules: readonly CompiledModule[];
  /** The work of all modules, sound or not. Above the fuel that was given: the diagnostics are not the whole story. */
  readonly work: number;
};

export type CompileOptions = {
  /** Modules that may be imported besides those given, by name. */
  readonly deployed?: ReadonlyMap<string, CompiledModule>;
  /** Whether tests are compiled too: never on a node. */
  readonly tests?: boolean;
  /** What checking may take in all; each module may take `FUEL_MAX` at most. */
  readonly fuel?: number;
  /** The version that the sources are written in (C34); undefined: the latest. */
  readonly language?: number;
};

/** Checks the sources together and makes code of them if there is no error. Never throws for a bad source. */
export function compile(sources: readonly Source[], options: CompileOptions = {}): Compilation {
  const { deployed = new Map(), tests = false, fuel = Number.MAX_SAFE_INTEGER } = options;
  const interfaces = new Map(interfacesOf(options.language ?? LANGUAGE_VERSION));
  for (const [name, module] of deployed) interfaces.set(name, module.interface);
  const parsed = sources.map((source) => ({ source, ...parse(source) }));
  for (const { module } of parsed) interfaces.delete(moduleName(module) ?? "");
  const { modules, diagnostics } = checkProgram(parsed, interfaces, { fuel });
  const work = (): number => modules.reduce((sum, checked) => sum + checked.work(), 0);
  if (diagnostics.some(isError)) return { diagnostics, modules: [], work: work() };
  const compiled = modules.flatMap((checked) => compiledOf(checked, tests) ?? []);
  // Making code finds out which types have a form outside (shapes.ts).
  const all = modules.flatMap((checked) => checked.checker.diagnostics);
  const late = all.filter((one) => !diagnostics.includes(one));
  const told = [...diagnostics, ...late];
  return { diagnostics: told, modules: told.some(isError) ? [] : compiled, work: work() };
}

/** Undefined, with a diagnostic, if the shapes of its types are beyond the checker's limits. */
function compiledOf(checked: CheckedModule, tests: boolean): CompiledModule | undefined {
  const { name, source } = checked.interface;
  try {
    return { name, source, code: moduleCode(checked, { tests }), interface: checked.interface };
  } catch (error) {
    if (!(error instanceof CheckExhausted)) throw error;
    exhausted(checked.checker, name);
    return undefined;
  }
}

/** Full names of the modules that the source imports, the library's too, each once, in order of name. */
export function importsOf(source: Source): string[] {
  const { module } = parse(source);
  const names = module.imports.map(({ path }) => path.parts.map(({ text }) => text).join("."));
  return [...new Set(names)].sort(compareText);
}

/** Code of the library, to be linked with any program. */
export const libraryCode = (): readonly ModuleCode[] => library().codes;
