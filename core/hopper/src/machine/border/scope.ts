// What shapes refer to by name: declared types, and assets with the shapes of their arguments. Full names,
// so modules that are linked together share one scope.

import { assert, type Result } from "@juno/base";
import type { AssetCode, ModuleCode } from "../module-code.ts";
import type { DeclaredShape, DeclaredShapes } from "../shape.ts";

export type ShapeScope = {
  readonly shapes: Pick<DeclaredShapes, "get">;
  /** By full name: `demo.depot.SEC`. */
  readonly assets: Pick<ReadonlyMap<string, AssetCode>, "get">;
};

/** The module that an asset's full name names. */
const moduleOf = (asset: string): string => asset.slice(0, Math.max(0, asset.lastIndexOf(".")));

/**
 * The scope with the assets of modules that are not linked: whoever keeps coins or names of any asset is given those of modules
 * that it does not know. What the arguments of such an asset are is known from when the asset was asked for.
 */
export function withElsewhere(
  scope: ShapeScope,
  elsewhere: (module: string) => ModuleCode | undefined,
): ShapeScope {
  const shapes = new Map<string, DeclaredShape>();
  const assets = new Map<string, AssetCode>();
  const findAsset = (name: string): AssetCode | undefined => {
    const module = elsewhere(moduleOf(name));
    const asset = module?.assets.find((one) => one.name === name);
    if (module === undefined || asset === undefined) return undefined;
    for (const [shapeName, shape] of module.shapes) shapes.set(shapeName, shape);
    assets.set(name, asset);
    return asset;
  };
  return {
    shapes: { get: (name) => scope.shapes.get(name) ?? shapes.get(name) },
    assets: { get: (name) => scope.assets.get(name) ?? assets.get(name) ?? findAsset(name) },
  };
}

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
