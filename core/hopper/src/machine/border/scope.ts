// What shapes refer to by name: declared types, and assets with the shapes of their arguments. Full names,
// so modules that are linked together share one scope.

import { assert, type Result } from "@juno/base";
import type { AssetCode, ModuleCode } from "../module-code.ts";
import type { DeclaredShape, DeclaredShapes } from "../shape.ts";

export type ShapeScope = {
  readonly shapes: Pick<DeclaredShapes, "get">;
  /** By full name: `demo.depot.SEC`. */
  readonly assets: ReadonlyMap<string, AssetCode>;
};

export function scopeOf(modules: readonly ModuleCode[]): ShapeScope {
  const shapes = new Map<string, DeclaredShape>();
  const assets = new Map<string, AssetCode>();
  for (const module of modules) {
    for (const [name, shape] of module.shapes) shapes.set(name, shape);
    for (const asset of module.assets) assets.set(asset.name, asset);
  }
  return { shapes, assets };
}

export function declaredIn(scope: ShapeScope, name: string): DeclaredShape {
  const declared = scope.shapes.get(name);
  assert(declared !== undefined, `the shape ${name} is declared`);
  return declared;
}

/** Why something does not cross the border: where, as in `terms.amount`, and what would. */
export type BorderRefusal = { readonly path: string; readonly expected: string };

export type Crossing<T> = Result<T, BorderRefusal>;

/** "terms.amount: an amount such as "40.00 USD" expected" */
export const refusalText = ({ path, expected }: BorderRefusal): string =>
  `${path === "" ? "" : `${path}: `}${expected} expected`;
