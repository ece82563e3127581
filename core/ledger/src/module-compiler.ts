// A deployed module compiled against exactly what it imports, and linked (L21). A function of its source, its language version
// and theirs, so the result is remembered by them and shared by all who ask. Deploying and running ask the same
// question: what was accepted once is accepted always, also when a later language is in force (C34).

import { compareText, hex, type Sha256, utf8 } from "@juno/base";
import { type CompiledModule, compile, type Diagnostic, libraryCode, Program } from "@juno/hopper";
import type { DeployedModule } from "./deployed-module.ts";
import { Memo } from "./memo.ts";

/** C14: a ledger has no more modules. All of one, and those of some deployments that were simulated or undone, are remembered. */
export const MODULES_MAX = 256;
const REMEMBERED_MAX = 2 * MODULES_MAX;

export type ResolvedModule = {
  /** Equal for equal sources and languages of the module and of all it imports. */
  readonly key: string;
  readonly module: DeployedModule;
  readonly compiled: CompiledModule;
  /** Units that checking it took, by itself. */
  readonly work: number;
  /** Itself and all it imports, in order of name. */
  readonly closure: ReadonlyMap<string, CompiledModule>;
};

export type Unsound = { readonly diagnostics: readonly Diagnostic[]; readonly work: number };

type Remembered = Pick<ResolvedModule, "compiled" | "work">;

const compiledModules = new Memo<Remembered>({ itemsMax: REMEMBERED_MAX });
const programs = new Memo<Program>({ itemsMax: REMEMBERED_MAX });

/** `imported`: what the module's own imports were resolved to, as far as they exist. */
export function resolveModule(
  sha256: Sha256,
  module: DeployedModule,
  parts: { readonly imported: readonly ResolvedModule[]; readonly fuel?: number },
): ResolvedModule | Unsound {
  const { imported, fuel = Number.MAX_SAFE_INTEGER } = parts;
  const own = `${module.hash} ${module.language}`;
  const text = [own, ...imported.map(({ key }) => key)].join("\n");
  const key = imported.length === 0 ? own : hex(sha256(utf8(text)));
  const below = new Map(imported.flatMap(({ closure }) => [...closure]));
  const remembered = compiledModules.find(key) ?? compileModule(module, below, fuel);
  if (!("compiled" in remembered)) return remembered;
  compiledModules.put(key, remembered);
  const closure = new Map([...below, [module.name, remembered.compiled] as const].sort(byName));
  return { key, module, ...remembered, closure };
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  compareText(a, b);

function compileModule(
  module: DeployedModule,
  deployed: ReadonlyMap<string, CompiledModule>,
  fuel: number,
): Remembered | Unsound {
  const source = { name: module.name, text: module.source };
  const { language } = module;
  const { modules, diagnostics, work } = compile([source], { deployed, fuel, language });
  const [compiled] = modules;
  return compiled === undefined ? { diagnostics, work } : { compiled, work };
}

/** Asked with every call: found without looking at a key. */
const programOfModule = new WeakMap<CompiledModule, Program>();

/** What runs when the module is called. */
export function programOf({ key, compiled, closure }: ResolvedModule): Program {
  let program = programOfModule.get(compiled);
  if (program === undefined) {
    program = programs.get(key, () => {
      const codes = [...closure.values()].map(({ code }) => code);
      return new Program([...libraryCode(), ...codes]);
    });
    programOfModule.set(compiled, program);
  }
  return program;
}
