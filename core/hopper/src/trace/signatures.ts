// Names and shapes of functions' parameters and results, for a trace: code has lost them, the checked modules have not.

import type { CompiledModule } from "../compile.ts";
import type { FunctionGlobal } from "../elaborate/global.ts";
import { library } from "../library.ts";
import type { ShapeScope } from "../machine/border/scope.ts";
import type { LinkedFunction } from "../machine/linkage.ts";
import type { Shape } from "../machine/shape.ts";
import type { Value } from "../machine/value.ts";
import { told, toldAsIs } from "./told-value.ts";
import type { Told } from "./trace-step.ts";
import { typeShape } from "./type-shape.ts";

type Known = {
  readonly start: number;
  readonly params: readonly { readonly name: string; readonly shape: Shape | undefined }[];
  readonly result: Shape | undefined;
};

export type Closure = ReadonlyMap<string, CompiledModule>;

export class Signatures {
  readonly #closure: Closure;
  readonly #scope: ShapeScope;
  readonly #known = new Map<LinkedFunction, Known | undefined>();

  constructor(closure: Closure, scope: ShapeScope) {
    this.#closure = closure;
    this.#scope = scope;
  }

  /** Whether the function is of a module that is deployed: a trace does not look into the library. */
  isDeployed({ module }: LinkedFunction): boolean {
    return this.#closure.has(module);
  }

  /** Where its declaration begins; undefined if nobody declared it. */
  startOf(linked: LinkedFunction): number | undefined {
    return this.#of(linked)?.start;
  }

  args(linked: LinkedFunction, values: readonly Value[]): { name: string | undefined; value: Told }[] {
    const known = this.#of(linked);
    return values.map((value, at) => {
      const param = known?.params[at];
      return { name: param?.name, value: this.#told(param?.shape, value) };
    });
  }

  result(linked: LinkedFunction, value: Value): Told {
    return this.#told(this.#of(linked)?.result, value);
  }

  #told(shape: Shape | undefined, value: Value): Told {
    return shape === undefined ? toldAsIs(value) : told(shape, this.#scope, value);
  }

  #of(linked: LinkedFunction): Known | undefined {
    if (this.#known.has(linked)) return this.#known.get(linked);
    const { module, anf } = linked;
    const global = this.#closure.get(module)?.interface.globals.get(anf.name);
    const known = global?.kind === "function" ? this.#read(global) : undefined;
    // What the checker added to a function's own parameters has no names.
    const fitting = known?.params.length === anf.parameters ? known : undefined;
    this.#known.set(linked, fitting);
    return fitting;
  }

  #read({ signature, range }: FunctionGlobal): Known {
    const { implicit, params, result } = signature;
    const names = new Map([...implicit, ...params].map(({ id, name }) => [id, name]));
    const given = library().interfaces;
    const interfaces = { get: (name: string) => this.#closure.get(name)?.interface ?? given.get(name) };
    const scope = { interfaces, shapes: this.#scope.shapes, names };
    return {
      start: range.start,
      params: params.map(({ name, type }) => ({ name, shape: typeShape(type, scope) })),
      result: typeShape(result, scope),
    };
  }
}
