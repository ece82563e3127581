// Names to numbers: every function of a set of modules gets a place, and what refers to one by name finds it.
// Places depend on the modules alone: modules stand in the order of their names, functions as in their
// module. A reference that leads nowhere is a bug of the checker, never a program's.

import { assert, compareText } from "@juno/base";
import type { Builtin } from "../builtins/builtin.ts";
import type { AnfFunction, FunctionRef } from "./anf.ts";
import type { ModuleCode } from "./module-code.ts";

export type Modules = ReadonlyMap<string, ModuleCode>;
export type Builtins = ReadonlyMap<string, Builtin>;

export type LinkedFunction = {
  /** Its place, which closures hold. */
  readonly number: number;
  /** Full name of the module it is written in: builtins and authority ask for it. */
  readonly module: string;
  readonly anf: AnfFunction;
};

export class Linkage {
  readonly functions: readonly LinkedFunction[];
  /** In order of name. */
  readonly modules: readonly ModuleCode[];
  readonly builtins: readonly Builtin[];
  /** By module and name. */
  readonly #functions = new Map<string, Map<string, LinkedFunction>>();
  readonly #moduleNumbers = new Map<string, number>();
  readonly #builtinNumbers = new Map<string, number>();

  constructor(modules: Modules, builtins: Builtins) {
    this.modules = [...modules.values()].sort((a, b) => compareText(a.name, b.name));
    const functions: LinkedFunction[] = [];
    for (const module of this.modules) {
      this.#moduleNumbers.set(module.name, this.#moduleNumbers.size);
      const byName = new Map<string, LinkedFunction>();
      this.#functions.set(module.name, byName);
      for (const anf of module.functions) {
        const linked = { number: functions.length, module: module.name, anf };
        assert(!byName.has(anf.name), `one function is called ${module.name}.${anf.name}`);
        byName.set(anf.name, linked);
        functions.push(linked);
      }
    }
    this.functions = functions;
    const names = [...builtins.keys()].sort(compareText);
    for (const name of names) this.#builtinNumbers.set(name, this.#builtinNumbers.size);
    this.builtins = names.map((name) => builtins.get(name)!);
  }

  functionOf(ref: FunctionRef): LinkedFunction {
    const linked = this.#functions.get(ref.module)?.get(ref.name);
    assert(linked !== undefined, `${ref.module}.${ref.name} is linked`);
    return linked;
  }

  moduleNumber(name: string): number {
    const number = this.#moduleNumbers.get(name);
    assert(number !== undefined, `module ${name} is linked`);
    return number;
  }

  builtinNumber(name: string): number {
    const number = this.#builtinNumbers.get(name);
    assert(number !== undefined, `there is a builtin ${name}`);
    return number;
  }
}
