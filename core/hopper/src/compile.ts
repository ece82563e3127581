// From sources to code: what the command line, the ledger and the tests ask for. A deployment carries sources only, and
// every node makes the same code of them, under the same limits (L21).

import type { Diagnostic } from "./diagnostic/diagnostic.ts";
import type { Source } from "./diagnostic/source.ts";
import type { ModuleInterface } from "./elaborate/global.ts";
import { checkProgram, isError, moduleName } from "./elaborate/program.ts";
import { moduleCode } from "./erase/module-code.ts";
import { FUEL_MAX } from "./kernel/normalizer.ts";
import { library } from "./library.ts";
import type { ModuleCode } from "./machine/module-code.ts";
import { parse } from "./syntax/index.ts";

/** A module that was accepted. */
export type CompiledModule = {
  readonly name: string;
  readonly source: Source;
  readonly code: ModuleCode;
  /** What other modules are checked against. */
  readonly interface: ModuleInterface;
  /** The checker's work, in its units: deterministic, for gas. */
  readonly work: number;
};

export type Compilation = {
  /** Sorted by nothing but the order of finding; warnings among them. */
  readonly diagnostics: readonly Diagnostic[];
  /** In the order of dependence; empty if there is an error. */
  readonly modules: readonly CompiledModule[];
};

export type CompileOptions = {
  /** Modules that may be imported besides those given, by name. */
  readonly deployed?: ReadonlyMap<string, CompiledModule>;
  /** Whether tests are compiled too: never on a node. */
  readonly tests?: boolean;
};

/** Checks the sources together and makes code of them if there is no error. Never throws for a bad source. */
export function compile(sources: readonly Source[], options: CompileOptions = {}): Compilation {
  const { deployed = new Map(), tests = false } = options;
  const given = library();
  const interfaces = new Map(given.interfaces);
  for (const [name, module] of deployed) interfaces.set(name, module.interface);
  const parsed = sources.map((source) => ({ source, ...parse(source) }));
  for (const { module } of parsed) interfaces.delete(moduleName(module) ?? "");
  const { modules, diagnostics } = checkProgram(parsed, interfaces);
  if (diagnostics.some(isError)) return { diagnostics, modules: [] };
  const compiled = modules.map((checked): CompiledModule => {
    const { name, source } = checked.interface;
    const code = moduleCode(checked, { tests });
    return { name, source, code, interface: checked.interface, work: FUEL_MAX - checked.checker.normal.fuel };
  });
  // Making code finds out which types have a form outside (shapes.ts).
  const all = modules.flatMap((checked) => checked.checker.diagnostics);
  const late = all.filter((one) => !diagnostics.includes(one));
  const told = [...diagnostics, ...late];
  return { diagnostics: told, modules: told.some(isError) ? [] : compiled };
}

/** Code of the library, to be linked with any program. */
export const libraryCode = (): readonly ModuleCode[] => library().codes;
