// Receipts (C13): the canonical account of what an entry did, equal on all nodes; its hash is a leaf
// of the outcome tree. Changes stand in order of address, each with the row before and after, so that
// they show creations, can be inverted, and put together give the state.

import { canonicalJson, canonicalText, type Json, jsonObject, utf8 } from "@juno/base";
import type { CommandStatus, ContractEvent } from "./applied.ts";
import { type ContractError, errorJson } from "./contract-error.ts";
import type { StoredChange } from "./overlay.ts";

/** What became of one action, or of all actions of an atomic command together. */
export type ActionReceipt = {
  readonly gas: number;
  readonly changes: readonly StoredChange[];
  readonly events: readonly ContractEvent[];
  /** If it failed; then there are neither changes nor events. */
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
  /** Of a rejected command: a stable code. */
  readonly reason?: string;
  /** Of a duplicate: the index of the entry that spent the id. */
  readonly first?: number;
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

/** Rows stand in canonical text already: spelling them again is most of the work. */
const changeText = ({ module, table, key, before, after }: StoredChange): string =>
  spelled([
    ["after", after?.text ?? "null"],
    ["before", before?.text ?? "null"],
    ["key", canonicalText(key)],
    ["module", canonicalText(module)],
    ["table", canonicalText(table)],
  ]);

const eventJson = ({ module, name, fields }: ContractEvent): Json => jsonObject({ module, name, fields });

function actionText(action: ActionReceipt): string {
  const { gas, changes, events, error, at } = action;
  return spelled([
    ["at", optionalText(at)],
    ["changes", `[${changes.map(changeText).join(",")}]`],
    ["error", optionalText(error && errorJson(error))],
    ["events", canonicalText(events.map(eventJson))],
    ["gas", canonicalText(gas)],
    ["status", error === undefined ? '"ok"' : '"failed"'],
  ]);
}

export function encodeCommandReceipt(receipt: CommandReceipt): Uint8Array<ArrayBuffer> {
  const { index, id, status, gas, actions, reason, first } = receipt;
  return utf8(
    spelled([
      ["actions", `[${actions.map(actionText).join(",")}]`],
      ["first", optionalText(first)],
      ["gas", canonicalText(gas)],
      ["id", canonicalText(id ?? null)],
      ["index", canonicalText(index)],
      ["reason", optionalText(reason)],
      ["status", canonicalText(status)],
    ]),
  );
}

/** C17: entries that are no commands change no rows; their receipt only names them. */
export const encodeEntryReceipt = (entry: { index: number; kind: string }): Uint8Array<ArrayBuffer> =>
  canonicalJson(jsonObject({ index: entry.index, kind: entry.kind }));
