// What the ledger keeps of redactions (C22), in rows of its own, so that every node, every snapshot and every auditor knows
// which payloads may be missing, by which entry: `redacted` by the entry that lost its payload, `redactions` by the entry
// that ordered it. And which commands are never redacted, whatever was ordered.

import { assert, isJsonObject, type Json, type JsonObject, parseJson } from "@juno/base";
import type { ParsedPayload } from "./command.ts";
import { SYSTEM } from "./deployed-module.ts";
import { numberKey, ownAddress, ownKeys, ownObject } from "./governance/own-rows.ts";
import { parseTime } from "./time.ts";
import type { RowAddress, RowChange, RowReader } from "./view.ts";

/** What the ledger knows of a redaction that was ordered. */
export type Redaction = {
  /** The entry whose payload is taken away, and its command's id in lower-case hex. */
  readonly index: number;
  readonly id: string;
  /** The entry that orders it. */
  readonly by: number;
  /** Of that entry: its time, the operators' keys that signed it, and why. */
  readonly time: string;
  readonly signers: readonly string[];
  readonly reason: string;
};

export const redactedAt = (index: number): RowAddress => ownAddress(SYSTEM.redacted, numberKey(index));
export const orderedAt = (index: number): RowAddress => ownAddress(SYSTEM.redactions, numberKey(index));

/**
 * Whether a command's payload may be taken away: deployments, redactions and decisions about the network stay readable. Asked where the payload is,
 * since the ledger does not remember what stood in old entries. What is no command of this network deploys nothing.
 */
export const isRedactable = (parsed: ParsedPayload | undefined): boolean =>
  parsed === undefined || parsed.actions.every(({ kind }) => kind === "call");

/** The redaction of an entry that was ordered, as the state knows it. */
export function redactionOf(rows: Pick<RowReader, "row">, index: number): Redaction | undefined {
  const row = rows.row(redactedAt(index));
  if (row === undefined) return undefined;
  const { id, by } = readRedacted(row);
  const ordered = rows.row(orderedAt(by));
  assert(ordered !== undefined, "whoever redacts has said why");
  const why = ownObject(ordered);
  return {
    ...{ index, id, by },
    time: why.get("time") as string,
    signers: why.get("signers") as readonly string[],
    reason: why.get("reason") as string,
  };
}

/** All redactions that were ordered, in order of the redacted entries. */
export function* redactionsIn(rows: RowReader): Generator<Redaction> {
  for (const key of ownKeys(rows, SYSTEM.redacted)) yield redactionOf(rows, Number(key))!;
}

/** The redactions that these changes order. */
export function redactedIn(changes: readonly RowChange[]): { readonly index: number; readonly id: string }[] {
  return changes.flatMap(({ module, table, key, before, after }) => {
    const isOrder = module === SYSTEM.module && table === SYSTEM.redacted && before === undefined;
    return isOrder && after !== undefined ? [{ index: Number(key), id: readRedacted(after).id }] : [];
  });
}

/** The tables whose rows say what was redacted. */
const ORDER_TABLES: readonly string[] = [SYSTEM.redacted, SYSTEM.redactions];

/**
 * What the receipt of an entry tells of redactions, where the entry was not executed: nothing of it is believed for that.
 * Undefined if no order leads to such rows.
 */
export function ordersTold(changes: readonly RowChange[], at: number): readonly RowChange[] | undefined {
  const told = changes.filter(
    ({ module, table }) => module === SYSTEM.module && ORDER_TABLES.includes(table),
  );
  if (told.length === 0) return told;
  const isWhy = ({ table }: RowChange): boolean => table === SYSTEM.redactions;
  const isSound = told.every((change) => (isWhy(change) ? saysWhy(change, at) : saysWhich(change, at)));
  return isSound && told.some(isWhy) ? told : undefined;
}

const KEY = /^[0-9a-f]{64}$/;
const isKey = (value: Json | undefined): boolean => typeof value === "string" && KEY.test(value);

/** The members of a row that is new, if it is an object of so many. */
function madeObject({ before, after }: RowChange, members: number): JsonObject | undefined {
  if (before !== undefined || after === undefined) return undefined;
  const json = parseJson(after, { bytesMax: after.length });
  return json.ok && isJsonObject(json.value) && json.value.size === members ? json.value : undefined;
}

function saysWhich(change: RowChange, at: number): boolean {
  const row = madeObject(change, 2);
  const index = Number(change.key);
  const isEarlier = index >= 1 && index < at && change.key === numberKey(index);
  return isEarlier && row !== undefined && row.get("by") === at && isKey(row.get("id"));
}

function saysWhy(change: RowChange, at: number): boolean {
  const row = madeObject(change, 3);
  const [reason, signers, time] = ["reason", "signers", "time"].map((name) => row?.get(name));
  const isTimed = typeof time === "string" && parseTime(time) !== undefined;
  const isSigned = Array.isArray(signers) && signers.every(isKey);
  return change.key === numberKey(at) && typeof reason === "string" && isTimed && isSigned;
}

/** A row of `redacted`. */
function readRedacted(row: Uint8Array): { readonly id: string; readonly by: number } {
  const json = ownObject(row);
  return { id: json.get("id") as string, by: json.get("by") as number };
}
