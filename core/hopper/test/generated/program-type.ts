// Types that generated programs use, and what a module declares. A coin's index is written as in the source: a
// variable or a literal; two types are the same if they are written the same.

export type Asset = {
  readonly name: string;
  readonly currency: boolean;
  /** `LOT(id: Text)` */
  readonly indexed: boolean;
  readonly mint: string;
};

export type Type =
  | { readonly kind: "nat" | "int" | "bool" | "text" | "unit" }
  | { readonly kind: "money"; readonly asset: Asset }
  | { readonly kind: "list" | "option"; readonly item: Type }
  | { readonly kind: "tuple"; readonly parts: readonly Type[] }
  | { readonly kind: "declared"; readonly of: Declared; readonly index?: string }
  | { readonly kind: "coin"; readonly asset: Asset; readonly index?: string }
  /** `once fn() -> …`: made and called in one body, never written. */
  | { readonly kind: "once"; readonly item: Type };

export type Field = { readonly name: string; readonly type: Type };
export type Constructor = { readonly name: string; readonly fields: readonly Field[] };

export type Declared = {
  readonly name: string;
  readonly resource: boolean;
  readonly record: boolean;
  /** The first has no part of the type itself. */
  readonly constructors: Constructor[];
  /** Of a type with the parameter `id: Text`, which its fields mention. */
  readonly indexed: boolean;
  /** Of a chain of coins: the function that makes one coin of it. */
  readonly gather?: string;
};

export type Effect = "total" | "fails" | "reads" | "writes";
export const EFFECTS: readonly Effect[] = ["total", "fails", "reads", "writes"];
export const within = (effect: Effect, of: Effect): boolean => EFFECTS.indexOf(effect) <= EFFECTS.indexOf(of);

export type Variable = { readonly name: string; readonly type: Type };

export type Fn = {
  readonly name: string;
  readonly effect: Effect;
  readonly params: readonly Variable[];
  readonly result: Type;
  /** Its body is in the fragment that types are computed in. */
  readonly plain: boolean;
};

export type Table = {
  readonly name: string;
  readonly key: readonly Field[];
  /** May mention `id`, if that is a part of the key. */
  readonly row: Type;
};

export type Entry = {
  readonly kind: "action" | "query";
  readonly name: string;
  readonly params: readonly Variable[];
};

/** What a module has declared so far. */
export type Declarations = {
  readonly assets: readonly Asset[];
  readonly data: readonly Declared[];
  readonly resources: readonly Declared[];
  readonly tables: readonly Table[];
  readonly errors: readonly Constructor[];
  readonly events: readonly Constructor[];
  readonly fns: Fn[];
};

export const NAT: Type = { kind: "nat" };
export const INT: Type = { kind: "int" };
export const BOOL: Type = { kind: "bool" };
export const TEXT: Type = { kind: "text" };
export const UNIT: Type = { kind: "unit" };

const named = (name: string, index: string | undefined): string =>
  index === undefined ? name : `${name}(${index})`;

export const assetText = (asset: Asset, index: string | undefined): string => named(asset.name, index);

export function show(type: Type): string {
  switch (type.kind) {
    case "money":
      return `Money<${type.asset.name}>`;
    case "list":
      return `List<${show(type.item)}>`;
    case "option":
      return `Option<${show(type.item)}>`;
    case "tuple":
      return `(${type.parts.map(show).join(", ")})`;
    case "declared":
      return type.index === undefined ? type.of.name : `${type.of.name}<${type.index}>`;
    case "coin":
      return `Coin<${named(type.asset.name, type.index)}>`;
    case "once":
      return `once fn() -> ${show(type.item)}`;
    default:
      return type.kind[0]!.toUpperCase() + type.kind.slice(1);
  }
}

export const same = (a: Type, b: Type): boolean => show(a) === show(b);

/** The type with `index` in place of the parameter `id`. */
export function at(type: Type, index: string | undefined): Type {
  if (index === undefined) return type;
  switch (type.kind) {
    case "list":
    case "option":
    case "once":
      return { ...type, item: at(type.item, index) };
    case "tuple":
      return { ...type, parts: type.parts.map((part) => at(part, index)) };
    case "declared":
    case "coin":
      return type.index === "id" ? { ...type, index } : type;
    default:
      return type;
  }
}

export const fieldsAt = (fields: readonly Field[], index: string | undefined): Field[] =>
  fields.map(({ name, type }) => ({ name, type: at(type, index) }));

export function isLinear(type: Type): boolean {
  switch (type.kind) {
    case "coin":
    case "once":
      return true;
    case "declared":
      return type.of.resource;
    case "option":
    case "list":
      return isLinear(type.item);
    case "tuple":
      return type.parts.some(isLinear);
    default:
      return false;
  }
}

/** Types of the coins that a value may hold. */
export function coinsIn(type: Type): Type[] {
  const found = new Map<string, Type>();
  const seen = new Set<string>();
  const visit = (one: Type): void => {
    if (one.kind === "coin") found.set(show(one), one);
    if (one.kind === "option" || one.kind === "once") visit(one.item);
    if (one.kind === "tuple") one.parts.forEach(visit);
    if (one.kind !== "declared" || !one.of.resource || seen.has(show(one))) return;
    seen.add(show(one));
    for (const { fields } of one.of.constructors)
      for (const { type: inner } of fields) visit(at(inner, one.index));
  };
  visit(type);
  return [...found.values()];
}

export const holds = (type: Type, coin: Type): boolean => coinsIn(type).some((one) => same(one, coin));

/** The type of an amount of the asset. */
export const amountOf = (asset: Asset): Type => (asset.currency ? { kind: "money", asset } : NAT);
