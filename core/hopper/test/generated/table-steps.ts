// Steps of a block with effects: rows come and go, coins are made and destroyed, events are told, and the transaction
// may end here.

import type { Body } from "./body.ts";
import { indices, letLine, type Making, type Step } from "./making.ts";
import {
  amountOf,
  assetText,
  at,
  type Constructor,
  fieldsAt,
  isLinear,
  type Table,
  type Type,
  type Variable,
} from "./program-type.ts";
import { knowing, may, type Scope } from "./scope.ts";
import { isCoin, packed } from "./steps.ts";

type Place = { readonly key: string; readonly row: Type };

/** A row of the table: its key, and its type there. */
function placeOf({ terms, dice }: Making, scope: Scope, table: Table): Place {
  const indexed = table.key.some(({ name }) => name === "id");
  const index = indexed ? dice.pick(indices(scope)) : undefined;
  return { key: terms.key(table, scope, indexed ? 0 : dice.below(2), index), row: at(table.row, index) };
}

/** `Insufficient { have: … }`, an error or an event. */
export function record(making: Making, { name, fields }: Constructor, scope: Scope): string {
  if (fields.length === 0) return `${name} {}`;
  return `${name} { ${fields.map((field) => `${field.name}: ${making.terms.term(field.type, scope, 1)}`).join(", ")} }`;
}

function ofData(body: Body, making: Making, table: Table): Step[] {
  const { dice, terms } = making;
  const { name, row } = table;
  const key = (): string => terms.key(table, body.scope, dice.below(2));
  const value = (): string => terms.term(row, body.scope, 2);
  const steps: Step[] = [
    () => body.say(`${name}.put(${key()}, ${value()})`),
    () => body.say(`${name}.put(${key()}, ${value()})`),
    () => body.say(`${name}.insert(${key()}, ${value()})`),
    () => {
      const gone = key();
      body.say(`if ${name}.has(${gone}) {\n${name}.remove(${gone})\n}`);
    },
  ];
  if (row.kind !== "declared" || !row.of.record) return steps;
  const field = dice.pick(row.of.constructors[0]!.fields);
  steps.push(() => {
    const known = knowing(body.scope, { name: field.name, type: field.type });
    body.say(`update ${name}[${key()}] { ${field.name} => ${terms.term(field.type, known, 2)} }`);
  });
  return steps;
}

function ofResources(body: Body, making: Making, table: Table): Step[] {
  const { name } = table;
  const { key, row } = placeOf(making, body.scope, table);
  const steps: Step[] = [
    () => letLine(body, making, row, { value: `${name}.take(${key})`, moves: [] }),
    () => {
      const { value, moves } = packed(body, making, row);
      body.spend(moves);
      body.say(`${name}.${making.dice.pick(["insert", "put"])}(${key}, ${value})`);
    },
    () => {
      const empty = making.packing.pack(row, [], body.scope);
      body.say(`if !${name}.has(${key}) {\n${name}.insert(${key}, ${empty})\n}`);
    },
  ];
  if (row.kind !== "declared" || !row.of.record) return steps;
  return [
    ...steps,
    ...updates(body, making, { name, key, fields: fieldsAt(row.of.constructors[0]!.fields, row.index) }),
  ];
}

/** The named fields of the row get new values, made of the old ones and of coins that are owed. */
function updates(
  body: Body,
  making: Making,
  row: { name: string; key: string; fields: readonly Variable[] },
): Step[] {
  const { dice, terms, packing } = making;
  return [
    () => {
      const clauses: string[] = [];
      for (const field of row.fields) {
        const known = isLinear(field.type);
        if (!known && dice.chance(50)) {
          clauses.push(`${field.name} => ${terms.term(field.type, knowing(body.scope, field), 1)}`);
        }
        if (field.type.kind !== "coin") continue;
        const moves = body.owedLike(field.type).filter(() => dice.chance(60));
        body.spend(moves);
        clauses.push(`${field.name} => ${packing.pack(field.type, [field, ...moves], body.scope)}`);
      }
      if (clauses.length > 0) body.say(`update ${row.name}[${row.key}] { ${clauses.join(", ")} }`);
    },
  ];
}

function ofCoins(body: Body, making: Making): Step[] {
  const { dice, terms, declared } = making;
  const coin = body.owed.find(isCoin);
  const steps: Step[] = [
    () => {
      const asset = dice.pick(declared.assets);
      const index = asset.indexed ? dice.pick(indices(body.scope)) : undefined;
      const type: Type = index === undefined ? { kind: "coin", asset } : { kind: "coin", asset, index };
      const amount = terms.term(amountOf(asset), body.scope, dice.below(3));
      letLine(body, making, type, { value: `mint(${assetText(asset, index)}, ${amount})`, moves: [] });
    },
  ];
  if (coin === undefined) return steps;
  steps.push(() => {
    body.spend([coin]);
    body.say(`burn(${coin.name})`);
  });
  return steps;
}

/** What ends the transaction, or does not. */
export function failures(body: Body, making: Making): Step[] {
  const { dice, terms, declared } = making;
  const error = dice.pick(declared.errors);
  return [
    () => body.say(`require ${terms.condition(body.scope)} else ${record(making, error, body.scope)}`),
    () => body.say(`require ${terms.condition(body.scope)}`),
    () => body.say(`if ${terms.condition(body.scope)} {\nabort ${record(making, error, body.scope)}\n}`),
  ];
}

export function effectSteps(body: Body, making: Making): Step[] {
  const { declared, dice } = making;
  if (!may(body.scope, "writes")) return may(body.scope, "fails") ? failures(body, making) : [];
  const steps: Step[] = [
    ...ofCoins(body, making),
    ...ofCoins(body, making),
    dice.pick(failures(body, making)),
    () => body.say(`emit ${record(making, dice.pick(declared.events), body.scope)}`),
  ];
  for (const table of declared.tables) {
    steps.push(...(isLinear(table.row) ? ofResources(body, making, table) : ofData(body, making, table)));
  }
  return steps;
}
