// The modules there are in a state (C14), by name: rows of the ledger's own table, and the genesis's. Reads through what
// is given, so that an action sees what the actions before it deployed.

import { assert, compareText } from "@juno/base";
import type { ModuleCode } from "@juno/hopper";
import type { LedgerContext } from "./context.ts";
import { type DeployedModule, moduleOfRow, SYSTEM } from "./deployed-module.ts";
import { genesisModules } from "./genesis-modules.ts";
import { type ResolvedModule, resolveModule } from "./module-compiler.ts";
import type { RowReader } from "./view.ts";

const KEYS_PER_PAGE = 256;

type Known = { readonly order: readonly DeployedModule[]; readonly resolved: ResolvedModule };

/** What a module was resolved to last, and to which modules: asked with every call. */
const known = new WeakMap<DeployedModule, Known>();

const isSame = (a: readonly DeployedModule[], b: readonly DeployedModule[]): boolean =>
  a.length === b.length && a.every((module, at) => module === b[at]);

export class ModuleRegistry {
  readonly #context: LedgerContext;
  readonly #rows: RowReader;

  constructor(context: LedgerContext, rows: RowReader) {
    this.#context = context;
    this.#rows = rows;
  }

  find(name: string): DeployedModule | undefined {
    const row = this.#rows.row({ module: SYSTEM.module, table: SYSTEM.modules, key: name });
    return row === undefined ? genesisModules(this.#context).get(name) : moduleOfRow(name, row);
  }

  /** What the module was compiled to. */
  codeOf(name: string): ModuleCode | undefined {
    const module = this.find(name);
    return module && this.resolve(module).compiled.code;
  }

  /** In order of name. */
  all(): DeployedModule[] {
    const names = new Set(genesisModules(this.#context).keys());
    const range = { module: SYSTEM.module, table: SYSTEM.modules, limit: KEYS_PER_PAGE };
    let page = this.#rows.keys(range);
    for (;;) {
      for (const name of page) names.add(name);
      if (page.length < KEYS_PER_PAGE) break;
      page = this.#rows.keys({ ...range, after: page.at(-1)! });
    }
    return [...names].sort(compareText).map((name) => this.#deployed(name));
  }

  #deployed(name: string): DeployedModule {
    const module = this.find(name);
    assert(module !== undefined, `module ${name} is deployed`);
    return module;
  }

  /** The module and all it imports, imported ones first: what runs when it is called. Imports have no circles (L3). */
  #withImports(module: DeployedModule): DeployedModule[] {
    const order: DeployedModule[] = [];
    const seen = new Set([module.name]);
    const stack = [{ module, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const name = top.module.imports[top.next];
      top.next += 1;
      if (name === undefined) {
        order.push(top.module);
        stack.pop();
      } else if (!seen.has(name)) {
        seen.add(name);
        stack.push({ module: this.#deployed(name), next: 0 });
      }
    }
    return order;
  }

  resolve(module: DeployedModule): ResolvedModule {
    const order = this.#withImports(module);
    const last = known.get(module);
    if (last !== undefined && isSame(last.order, order)) return last.resolved;
    const resolved = this.#resolveInOrder(order).get(module.name)!;
    known.set(module, { order, resolved });
    return resolved;
  }

  #resolveInOrder(order: readonly DeployedModule[]): ReadonlyMap<string, ResolvedModule> {
    const resolved = new Map<string, ResolvedModule>();
    for (const each of order) {
      const imported = each.imports.map((name) => resolved.get(name)!);
      const result = resolveModule(this.#context.sha256, each, { imported });
      assert("compiled" in result, `a deployed module is sound: ${each.name}`);
      resolved.set(each.name, result);
    }
    return resolved;
  }
}
