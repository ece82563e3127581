// The shape of a type at the border: how its values are written as canonical JSON and read back, and where
// coins stand in them. Shapes are closed data, made by the checker; `named` refers to the module's
// table of declared shapes, so that recursive types have finite shapes.

export type Shape =
  | { readonly kind: "int" }
  | { readonly kind: "nat" }
  | { readonly kind: "bool" }
  | { readonly kind: "text" }
  | { readonly kind: "bytes" }
  | { readonly kind: "hash" }
  | { readonly kind: "key" }
  | { readonly kind: "time" }
  | { readonly kind: "date" }
  | { readonly kind: "duration" }
  | { readonly kind: "percent" }
  | { readonly kind: "decimal" }
  | { readonly kind: "ratio" }
  | { readonly kind: "policy" }
  | { readonly kind: "asset" }
  | { readonly kind: "money"; readonly currency: CurrencyShape }
  /**
   * A coin of a known currency is written as its amount; any other names its asset. `asset` tells shapes of different assets
   * apart, and is undefined where that cannot be told.
   */
  | {
      readonly kind: "coin";
      readonly currency: CurrencyShape | undefined;
      readonly asset: string | undefined;
    }
  | { readonly kind: "list"; readonly item: Shape }
  | { readonly kind: "map"; readonly key: Shape; readonly value: Shape }
  | { readonly kind: "set"; readonly item: Shape }
  | { readonly kind: "tuple"; readonly parts: readonly Shape[] }
  | { readonly kind: "named"; readonly name: ShapeName };

/** `demo.bank.USD` is written `USD`. */
export type CurrencyShape = { readonly asset: string; readonly symbol: string; readonly decimals: number };

/** A declared type with its arguments, spelt canonically: `demo.bond.Holding`, `std.option.Option<Int>`. */
export type ShapeName = string;

/** A record has one constructor whose name is the type's and is not written. */
export type DeclaredShape = {
  readonly record: boolean;
  readonly constructors: readonly {
    readonly name: string;
    readonly fields: readonly { readonly name: string; readonly shape: Shape }[];
  }[];
};

export type DeclaredShapes = ReadonlyMap<ShapeName, DeclaredShape>;
