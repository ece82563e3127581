// What a module declares before its functions: assets, types of data and of resources, tables, errors and events; and
// their text.

import type { Dice } from "./dice.ts";
import {
  type Asset,
  amountOf,
  BOOL,
  type Constructor,
  type Declarations,
  type Declared,
  type Field,
  INT,
  isLinear,
  NAT,
  show,
  type Table,
  TEXT,
  type Type,
} from "./program-type.ts";

const CURRENCY: Asset = { name: "CA", currency: true, indexed: false, mint: "self" };
const GUARDED: Asset = { name: "CB", currency: true, indexed: false, mint: "boss" };
const UNITS: Asset = { name: "UNIT", currency: false, indexed: false, mint: "self" };
const LOT: Asset = { name: "LOT", currency: false, indexed: true, mint: "self" };

export function declareAll(dice: Dice): Declarations {
  const assets = [CURRENCY, LOT, UNITS, GUARDED].slice(0, 2 + dice.below(3));
  const data: Declared[] = [];
  for (let left = 1 + dice.below(3); left > 0; left--) data.push(dataType(dice, assets, data));
  const resources: Declared[] = [chain(dice, assets[0]!), lot(dice, data)];
  for (let left = 1 + dice.below(3); left > 0; left--)
    resources.push(resource(dice, assets, { data, resources }));
  const fields = (): Field[] => fieldsOf(dice, assets, data);
  return {
    assets,
    data,
    resources,
    tables: [...dataTables(dice, assets, data), ...resourceTables(dice, resources)],
    errors: [
      { name: "Refused", fields: [{ name: "n", type: NAT }] },
      { name: dice.fresh("Bad"), fields: fields() },
    ],
    events: [{ name: dice.fresh("Told"), fields: fields() }],
    fns: [],
  };
}

/** A Data type that may stand in a declaration. */
function flat(dice: Dice, assets: readonly Asset[], data: readonly Declared[]): Type {
  const money = assets.filter(({ currency }) => currency).map(amountOf);
  const inner: Type[] = [
    NAT,
    TEXT,
    BOOL,
    INT,
    ...money,
    ...data.map((of): Type => ({ kind: "declared", of })),
  ];
  const one = dice.pick(inner);
  return dice.pick<Type>([one, one, one, { kind: "list", item: one }, { kind: "option", item: one }]);
}

function fieldsOf(dice: Dice, assets: readonly Asset[], data: readonly Declared[]): Field[] {
  return Array.from({ length: 1 + dice.below(3) }, () => ({
    name: dice.fresh("f"),
    type: flat(dice, assets, data),
  }));
}

function dataType(dice: Dice, assets: readonly Asset[], data: readonly Declared[]): Declared {
  const name = dice.fresh("Data");
  const plain = { name, resource: false, indexed: false } as const;
  const fields = fieldsOf(dice, assets, data);
  const record = (): Declared => ({ ...plain, record: true, constructors: [{ name, fields }] });
  const sum = (recursive: boolean): Declared => {
    const of: Declared = {
      ...plain,
      record: false,
      constructors: [{ name: dice.fresh("None"), fields: [] }],
    };
    of.constructors.push({ name: dice.fresh("Some"), fields: fieldsOf(dice, assets, data) });
    const self: Type = { kind: "declared", of };
    const both = [self, NAT, self].map((type): Field => ({ name: dice.fresh("f"), type }));
    if (recursive) of.constructors.push({ name: dice.fresh("Fork"), fields: both });
    return of;
  };
  return dice.oneOf([record, () => sum(false), () => sum(true)]);
}

/** `End` or a coin and more of them. */
function chain(dice: Dice, asset: Asset): Declared {
  const name = dice.fresh("Chain");
  const end: Constructor = { name: dice.fresh("End"), fields: [] };
  const of: Declared = {
    name,
    resource: true,
    record: false,
    indexed: false,
    constructors: [end],
    gather: `gather_${name.toLowerCase()}`,
  };
  const fields: Field[] = [
    { name: "coin", type: { kind: "coin", asset } },
    { name: "rest", type: { kind: "declared", of } },
  ];
  of.constructors.push({ name: dice.fresh("Link"), fields });
  return of;
}

/** A record whose type mentions a text: `resource Lot<id: Text> { units: Coin<LOT(id)> }`. */
function lot(dice: Dice, data: readonly Declared[]): Declared {
  const units: Field = { name: "units", type: { kind: "coin", asset: LOT, index: "id" } };
  const fields = [units, ...fieldsOf(dice, [], data).slice(0, 1)];
  return {
    name: "Lot",
    resource: true,
    record: true,
    indexed: true,
    constructors: [{ name: "Lot", fields }],
  };
}

function resource(
  dice: Dice,
  assets: readonly Asset[],
  known: { data: readonly Declared[]; resources: readonly Declared[] },
): Declared {
  const coins = assets.filter(({ indexed }) => !indexed).map((asset): Type => ({ kind: "coin", asset }));
  const held = known.resources
    .filter(({ indexed }) => !indexed)
    .map((of): Type => ({ kind: "declared", of }));
  const part = (): Type =>
    dice.pick<Type>([...coins, ...coins, { kind: "option", item: dice.pick(coins) }, ...held]);
  const field = (type: Type): Field => ({ name: dice.fresh("f"), type });
  const note = (): Field => field(flat(dice, assets, known.data));
  const linear = (): Field[] => Array.from({ length: 1 + dice.below(2) }, () => field(part()));
  const plain = { resource: true, indexed: false } as const;
  if (dice.chance(40)) {
    const name = dice.fresh("Held");
    const constructors = [
      { name: dice.fresh("Empty"), fields: [] },
      { name: dice.fresh("One"), fields: [note(), ...linear()] },
      { name: dice.fresh("Two"), fields: linear() },
    ];
    return { ...plain, name, record: false, constructors };
  }
  const name = dice.fresh("Box");
  return { ...plain, name, record: true, constructors: [{ name, fields: [...linear(), note()] }] };
}

const keyed = (...types: readonly Type[]): Field[] =>
  types.map((type, place) => ({ name: `k${place}`, type }));

function dataTables(dice: Dice, assets: readonly Asset[], data: readonly Declared[]): Table[] {
  return Array.from({ length: 1 + dice.below(2) }, () => ({
    name: dice.fresh("notes"),
    key: dice.pick([keyed(TEXT), keyed(NAT), keyed(TEXT, BOOL)]),
    row: flat(dice, assets, data),
  }));
}

function resourceTables(dice: Dice, resources: readonly Declared[]): Table[] {
  const tables: Table[] = resources.slice(1 + dice.below(2)).map((of): Table => {
    if (!of.indexed) return { name: dice.fresh("store"), key: keyed(TEXT), row: { kind: "declared", of } };
    const key: Field[] = [
      { name: "id", type: TEXT },
      { name: "who", type: TEXT },
    ];
    return { name: dice.fresh("lots"), key, row: { kind: "declared", of, index: "id" } };
  });
  const [first] = resources;
  if (dice.chance(30))
    tables.push({ name: dice.fresh("chains"), key: keyed(NAT), row: { kind: "declared", of: first! } });
  return tables;
}

const listed = (fields: readonly Field[]): string =>
  fields.map(({ name, type }) => `${name}: ${show(type)}`).join(", ");

function typeText({ name, resource: linear, record, constructors, indexed }: Declared): string {
  const head = `${linear ? "resource" : "type"} ${name}${indexed ? "<id: Text>" : ""}`;
  if (record) return `${head} { ${listed(constructors[0]!.fields)} }`;
  const variants = constructors.map((one) =>
    one.fields.length === 0
      ? one.name
      : `${one.name}(${one.fields.map(({ type }) => show(type)).join(", ")})`,
  );
  return `${head} { ${variants.join(", ")} }`;
}

function tableText({ name, key, row }: Table): string {
  const types = key.length === 1 ? show(key[0]!.type) : `(${listed(key)})`;
  return `table ${name}: ${types} => ${show(row)}`;
}

function gatherText({ name, gather, constructors }: Declared): string {
  const [end, link] = constructors;
  const coin = link!.fields[0]!.type;
  const asset = coin.kind === "coin" ? coin.asset.name : "";
  return `fn ${gather}(chain: ${name}) -> ${show(coin)} {
match chain {
${end!.name} => zero(${asset})
${link!.name}(first, rest) => first.join(${gather}(rest))
}
}`;
}

const assetDeclaration = ({ name, currency, indexed, mint }: Asset): string =>
  `${currency ? "currency" : "asset"} ${name}${indexed ? "(id: Text)" : ""} { decimals: ${currency ? 2 : 0}, mint: ${mint} }`;

/** An invariant that a number in the rows' record allows, of some tables. */
function invariants(tables: readonly Table[]): string[] {
  return tables.flatMap(({ name, row }) => {
    if (row.kind !== "declared" || !row.of.record || isLinear(row)) return [];
    const number = row.of.constructors[0]!.fields.find(
      ({ type }) => type.kind === "nat" || type.kind === "int",
    );
    return number === undefined ? [] : [`invariant ${name}: ${number.name} <= 1000`];
  });
}

export function declarationsText(declared: Declarations): string[] {
  const { assets, data, resources, tables, errors, events } = declared;
  return [
    'policy boss = role("risk")',
    "upgrade by never",
    ...assets.map(assetDeclaration),
    ...[...data, ...resources].map(typeText),
    ...tables.map(tableText),
    ...invariants(tables),
    ...errors.map(({ name, fields }) => `error ${name} { ${listed(fields)} }`),
    ...events.map(({ name, fields }) => `event ${name} { ${listed(fields)} }`),
    "fn swapped<a: Type, b: Type>(pair: (a, b)) -> (b, a) {\nlet (x, y) = pair\n(y, x)\n}",
    "fn twice<a>(x: a) -> (a, a) = (x, x)",
    ...resources.filter(({ gather }) => gather !== undefined).map(gatherText),
  ];
}
