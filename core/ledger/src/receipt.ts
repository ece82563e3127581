// Receipts (C13): the canonical account of what an entry did, equal on all nodes; its hash is a leaf
// of the outcome tree. Changes stand in order of address, each with the row before and after, so that
// they show creations, can be inverted, and put together give the state.

import { canonicalJson, type Json, jsonObject } from "@juno/base";
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

const changeJson = ({ module, table, key, before, after }: StoredChange): Json =>
  jsonObject({ module, table, key, before: before?.json ?? null, after: after?.json ?? null });

const eventJson = ({ module, name, fields }: ContractEvent): Json => jsonObject({ module, name, fields });

function actionJson(action: ActionReceipt): Json {
  const { gas, changes, events, error, at } = action;
  return jsonObject({
    status: error === undefined ? "ok" : "failed",
    gas,
    changes: changes.map(changeJson),
    events: events.map(eventJson),
    error: error && errorJson(error),
    at,
  });
}

export function encodeCommandReceipt(receipt: CommandReceipt): Uint8Array<ArrayBuffer> {
  const { index, id, status, gas, actions, reason, first } = receipt;
  const document = { index, id: id ?? null, status, gas, actions: actions.map(actionJson), reason, first };
  return canonicalJson(jsonObject(document));
}

/** C17: entries that are no commands change no rows; their receipt only names them. */
export const encodeEntryReceipt = (entry: { index: number; kind: string }): Uint8Array<ArrayBuffer> =>
  canonicalJson(jsonObject({ index: entry.index, kind: entry.kind }));
