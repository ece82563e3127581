// What a name means in a module: what it declares, what it imports by name, and the few names that need no import
// (L53). Locals are looked up before; they are the scope's business.

import type { GlobalRef } from "../kernel/term.ts";
import {
  type DataGlobal,
  type Global,
  isVisible,
  type Library,
  type ModuleInterface,
  offeredBy,
} from "./global.ts";

export type Constructor = { readonly type: DataGlobal; readonly index: number };

/** Names that need no import, and the modules they come from. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  "std.option": ["Option", "Some", "None"],
  "std.result": ["Result", "Ok", "Err"],
  "std.coin": ["mint", "burn", "zero", "split", "join", "discard"],
  "std.list": ["fold"],
  "std.time": ["now"],
};

export class Names {
  readonly module: string;
  readonly #library: Library;
  readonly #own = new Map<string, Global>();
  readonly #imported = new Map<string, GlobalRef>();
  readonly #announced = new Set<string>();
  readonly #poisoned = new Set<string>();
  readonly #qualifiers = new Map<string, string>();

  constructor(module: string, library: Library) {
    this.module = module;
    this.#library = library;
    for (const [from, names] of Object.entries(GIVEN)) {
      if (from === module || !library.has(from)) continue;
      for (const name of names) this.#imported.set(name, { module: from, name });
    }
  }

  /** All that the module will declare: what is not there yet stands further down. */
  announce(names: readonly string[]): void {
    for (const name of names) this.#announced.add(name);
  }

  isFurtherDown(name: string): boolean {
    return this.#announced.has(name) && !this.#own.has(name);
  }

  /** Adds a declaration; false if the name is taken. */
  declare(name: string, global: Global): boolean {
    if (this.#own.has(name)) return false;
    this.#own.set(name, global);
    return true;
  }

  /** The name without asking what it is; false if another import has it. */
  import(name: string, ref: GlobalRef): boolean {
    const earlier = this.#imported.get(name);
    const given = Object.values(GIVEN).some((names) => names.includes(name));
    if (earlier !== undefined && !given) return earlier.module === ref.module;
    this.#imported.set(name, ref);
    return true;
  }

  /** A name that an import promised and that is not there: complained about once, at the import. */
  poison(name: string): void {
    this.#poisoned.add(name);
  }

  isPoisoned(name: string): boolean {
    return this.#poisoned.has(name);
  }

  /** L53: the last name of an imported module. */
  qualify(name: string, module: string): void {
    this.#qualifiers.set(name, module);
  }

  qualifier(name: string): string | undefined {
    return this.#qualifiers.get(name);
  }

  interface(module: string): ModuleInterface | undefined {
    return this.#library.get(module);
  }

  /** Full names of modules from which the name could be imported. */
  homesOf(name: string): string[] {
    return [...this.#library.values()]
      .filter((one) => {
        const global = offeredBy(one).get(name);
        return global !== undefined && isVisible(global);
      })
      .map((one) => one.name);
  }

  own(): ReadonlyMap<string, Global> {
    return this.#own;
  }

  /** What a name that is written here leads to in that module. */
  offered({ module, name }: GlobalRef): Global | undefined {
    if (module === this.module) return this.#own.get(name);
    const found = this.#library.get(module);
    return found && offeredBy(found).get(name);
  }

  /** What a reference leads to, whoever wrote it. */
  global(ref: GlobalRef): Global | undefined {
    if (ref.module === this.module) return this.#own.get(ref.name);
    return this.#library.get(ref.module)?.globals.get(ref.name);
  }

  /** What a bare name stands for. */
  find(name: string): Global | undefined {
    const own = this.#own.get(name);
    if (own !== undefined) return own;
    const imported = this.#imported.get(name);
    return imported && this.global(imported);
  }

  /** `Issued`, `Some`: by its own name, or as the record it belongs to. */
  constructor_(name: string): Constructor | undefined {
    const direct = this.find(name);
    if (direct?.kind === "data" && direct.record) return { type: direct, index: 0 };
    for (const global of this.#visibleTypes()) {
      const index = global.constructors.findIndex((one) => one.name === name && !global.record);
      if (index !== -1) return { type: global, index };
    }
    return undefined;
  }

  *#visibleTypes(): Iterable<DataGlobal> {
    for (const global of this.#own.values()) if (global.kind === "data") yield global;
    for (const ref of this.#imported.values()) {
      const global = this.global(ref);
      if (global?.kind === "data") yield global;
    }
  }

  /** All names a bare name could have meant, for suggestions. */
  all(): string[] {
    return [...this.#own.keys(), ...this.#imported.keys()];
  }
}
