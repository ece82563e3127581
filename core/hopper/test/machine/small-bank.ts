// Two modules as the machine sees them, by hand: a bank with a currency under a mint policy, and a depot with an
// indexed asset; and a world over rows in memory.

import { compareText, Hash, type Sha256, utf8 } from "@juno/base";
import type { ModuleCode, TableCode } from "../../src/machine/module-code.ts";
import type { DeclaredShape, Shape } from "../../src/machine/shape.ts";
import type { RowChange } from "../../src/machine/state/row-overlay.ts";
import { Construct, type Integer, type Value } from "../../src/machine/value.ts";
import type { Signer, World } from "../../src/machine/world.ts";
import { USD } from "./random-values.ts";

const TEXT: Shape = { kind: "text" };
const named = (name: string): Shape => ({ kind: "named", name });

const record = (name: string, fields: readonly (readonly [string, Shape])[]): [string, DeclaredShape] => [
  name,
  {
    record: true,
    constructors: [{ name: "", fields: fields.map(([field, shape]) => ({ name: field, shape })) }],
  },
];

const table = (name: string, key: Shape, row: Shape, resource: boolean): TableCode => ({
  name,
  key,
  row,
  keyType: "",
  rowType: "",
  resource,
  invariants: [],
});

const EMPTY = {
  imports: [],
  functions: [],
  errors: [],
  actions: [],
  queries: [],
  init: undefined,
  migrations: [],
  tests: [],
  upgrade: undefined,
};

const AMOUNT: Shape = { kind: "money", currency: USD };

export const BANK: ModuleCode = {
  ...EMPTY,
  name: "demo.bank",
  shapes: new Map([
    record("demo.bank.Account", [
      ["owner", { kind: "policy" }],
      ["funds", { kind: "coin", currency: USD, asset: undefined }],
    ]),
    record("demo.bank.Mandate", [
      ["until", { kind: "time" }],
      ["note", TEXT],
    ]),
  ]),
  tables: [
    table("accounts", TEXT, named("demo.bank.Account"), true),
    table("mandates", { kind: "tuple", parts: [TEXT, { kind: "int" }] }, named("demo.bank.Mandate"), false),
    table("days", { kind: "date" }, { kind: "list", item: TEXT }, false),
  ],
  assets: [
    { name: "demo.bank.USD", symbol: "USD", parameters: [], currency: true, decimals: 2, mint: "operator" },
  ],
  events: [
    {
      name: "demo.bank.Moved",
      fields: [
        { name: "to", shape: TEXT },
        { name: "amount", shape: AMOUNT },
        { name: "at", shape: { kind: "time" } },
      ],
    },
  ],
  capabilities: [
    {
      name: "demo.bank.Debit",
      fields: [
        { name: "account", shape: TEXT },
        { name: "amount", shape: AMOUNT },
      ],
      spends: 1,
    },
    { name: "demo.bank.Look", fields: [{ name: "account", shape: TEXT }], spends: undefined },
  ],
};

export const DEPOT: ModuleCode = {
  ...EMPTY,
  name: "demo.depot",
  shapes: new Map<string, DeclaredShape>([
    [
      "std.option.Option<Coin<SEC>>",
      {
        record: false,
        constructors: [
          { name: "None", fields: [] },
          {
            name: "Some",
            fields: [{ name: "it", shape: { kind: "coin", currency: undefined, asset: undefined } }],
          },
        ],
      },
    ],
  ]),
  tables: [table("safes", TEXT, { kind: "list", item: named("std.option.Option<Coin<SEC>>") }, true)],
  assets: [
    {
      name: "demo.depot.SEC",
      symbol: "SEC",
      parameters: [TEXT],
      currency: false,
      decimals: 0,
      mint: undefined,
    },
  ],
  events: [],
  capabilities: [],
};

/** No hash at all, but 32 bytes that differ for the texts of these tests. */
export const weakHash: Sha256 = (bytes) => {
  const hash = new Uint8Array(32);
  for (const [at, byte] of bytes.entries()) hash[at % 32] = (hash[at % 32]! * 31 + byte + at) & 0xff;
  return Hash(hash);
};

export const usd: Value = new Construct(0, ["demo.bank.USD"]);
export const sec = (isin: string): Value => new Construct(0, ["demo.depot.SEC", isin]);
export const coinOf = (asset: Value, amount: Integer): Value => new Construct(0, [asset, amount]);

export class MemoryWorld implements World {
  readonly sha256 = weakHash;
  time = 1_000;
  signers: readonly Signer[] = [];
  readonly held = new Map<string, readonly string[]>();
  readonly rows = new Map<string, Uint8Array>();
  reads = 0;

  roles = (role: string): readonly string[] => this.held.get(role) ?? [];

  row = ({ module, table, key }: { module: string; table: string; key: string }): Uint8Array | undefined => {
    this.reads += 1;
    return this.rows.get(`${module}/${table}/${key}`);
  };

  keys = (range: { module: string; table: string; after?: string; limit: number }): readonly string[] => {
    const prefix = `${range.module}/${range.table}/`;
    return [...this.rows.keys()]
      .filter((place) => place.startsWith(prefix))
      .map((place) => place.slice(prefix.length))
      .sort(compareText)
      .filter((key) => range.after === undefined || compareText(key, range.after) > 0)
      .slice(0, range.limit);
  };

  set(module: string, table: string, key: string, text: string): void {
    this.rows.set(`${module}/${table}/${key}`, utf8(text));
  }

  accept(changes: readonly RowChange[]): void {
    for (const { module, table, key, after } of changes) {
      const place = `${module}/${table}/${key}`;
      if (after === undefined) this.rows.delete(place);
      else this.rows.set(place, after);
    }
  }
}
