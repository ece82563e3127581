// Receipts (C13): the canonical account of what an entry did, equal on all nodes; its hash is a leaf
// of the outcome tree. Changes stand in order of address, each with the row before and after, so that
// they show creations, can be inverted, and put together give the state.

import { assert, canonicalText, type Hash, hex, type Json, jsonObject, parseUtf8, utf8 } from "@juno/base";
import type { EmittedEvent, KnownRows, SpentGrant } from "@juno/hopper";
import type { CommandStatus } from "./applied.ts";
import { type ContractError, errorJson } from "./contract-error.ts";
import type { GasTally } from "./gas.ts";
import { type Supply, supplyJson } from "./supply.ts";
import type { RowChange } from "./view.ts";

/** What became of one action, or of all actions of an atomic command together. */
export type ActionReceipt = {
  readonly gas: number;
  readonly gasByKind: GasTally;
  readonly changes: readonly RowChange[];
  readonly events: readonly EmittedEvent[];
  readonly supplies: readonly Supply[];
  readonly grants: readonly SpentGrant[];
  /** If it failed; then it did nothing else. */
  readonly error?: ContractError;
  /** Of a failed atomic command: which action failed, counted from 0. */
  readonly at?: number;
};

export type CommandReceipt = {
  readonly index: number;
  /** Lower-case hex; undefined if the body is no command at all. */
  readonly id: string | undefined;
  readonly status: CommandStatus;
  readonly gas: number;
  readonly actions: readonly ActionReceipt[];
  /** C31: of rows that are no action's doing. */
  readonly changes?: readonly RowChange[];
  /** Of a rejected command: a stable code. */
  readonly reason?: string;
  /** Of a duplicate: the index of the entry that spent the id. */
  readonly first?: number;
  /** C20: of a checkpoint's entry. */
  readonly stateRoot: Hash | undefined;
};

/** The members of an object, their names ascending already; those without a value are left out. */
function spelled(members: readonly (readonly [name: string, text: string | undefined])[]): string {
  let text = "";
  for (const [name, value] of members) {
    if (value !== undefined) text += `${text === "" ? "" : ","}"${name}":${value}`;
  }
  return `{${text}}`;
}

const optionalText = (value: Json | undefined): string | undefined =>
  value === undefined ? undefined : canonicalText(value);

/** Rows are canonical text already: spelling them again is most of the work. */
function rowText(row: Uint8Array | undefined, known: KnownRows | undefined): string {
  if (row === undefined) return "null";
  const text = known?.textOf(row) ?? parseUtf8(row);
  assert(text !== undefined, "a row is UTF-8");
  return text;
}

const changeText = ({ module, table, key, before, after }: RowChange, known: KnownRows | undefined): string =>
  `{"after":${rowText(after, known)},"before":${rowText(before, known)},"key":${canonicalText(key)},` +
  `"module":${canonicalText(module)},"table":${canonicalText(table)}}`;

const eventText = ({ module, name, fields }: EmittedEvent): string =>
  `{"fields":${fields},"module":${canonicalText(module)},"name":${canonicalText(name)}}`;

function listText<T>(items: readonly T[], textOf: (item: T) => string): string {
  let text = "";
  for (const item of items) text += `${text === "" ? "" : ","}${textOf(item)}`;
  return `[${text}]`;
}

const grantJson = ({ signer, capability, fields }: SpentGrant): Json =>
  jsonObject({ signer, capability, fields });

function actionText(action: ActionReceipt, known: KnownRows | undefined): string {
  const { gas, gasByKind, changes, events, supplies, grants, error, at } = action;
  return spelled([
    ["at", optionalText(at)],
    ["changes", listText(changes, (change) => changeText(change, known))],
    ["error", optionalText(error && errorJson(error))],
    ["events", listText(events, eventText)],
    ["gas", canonicalText(gas)],
    ["gasByKind", canonicalText(gasByKind)],
    ["grants", canonicalText(grants.map(grantJson))],
    ["status", error === undefined ? '"ok"' : '"failed"'],
    ["supply", canonicalText(supplies.map(supplyJson))],
  ]);
}

/** `known`: texts of rows that need not be made again. */
export function encodeCommandReceipt(receipt: CommandReceipt, known?: KnownRows): Uint8Array<ArrayBuffer> {
  const { index, id, status, gas, actions, changes, reason, first, stateRoot } = receipt;
  return utf8(
    spelled([
      ["actions", listText(actions, (action) => actionText(action, known))],
      ["changes", changes && listText(changes, (change) => changeText(change, known))],
      ["first", optionalText(first)],
      ["gas", canonicalText(gas)],
      ["id", canonicalText(id ?? null)],
      ["index", canonicalText(index)],
      ["reason", optionalText(reason)],
      ["stateRoot", optionalText(stateRoot && hex(stateRoot))],
      ["status", canonicalText(status)],
    ]),
  );
}

/** C17: of an entry that is no command; only those of kind `config` change rows. */
export function encodeEntryReceipt(
  { index, kind }: { readonly index: number; readonly kind: string },
  changes: readonly RowChange[],
  stateRoot: Hash | undefined,
): Uint8Array<ArrayBuffer> {
  const told = kind === "config" ? listText(changes, (change) => changeText(change, undefined)) : undefined;
  return utf8(
    spelled([
      ["changes", told],
      ["index", canonicalText(index)],
      ["kind", canonicalText(kind)],
      ["stateRoot", optionalText(stateRoot && hex(stateRoot))],
    ]),
  );
}
