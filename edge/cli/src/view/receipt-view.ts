// A receipt for people: how it ended, what it cost, every row before and after, the events. It shows
// what the receipt says and adds nothing; whoever calls it has made sure that the receipt is believed.

import { type CommandReceiptJson, jsonOf } from "@juno/api";
import { canonicalText, isJsonObject, type Json } from "@juno/base";
import { explainError, explainReason } from "@juno/ledger";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { renderTable } from "../terminal/table.ts";

type ActionReceipt = CommandReceiptJson["actions"][number];
type Change = ActionReceipt["changes"][number];

/** Of a command with many actions only the first lines are shown. */
const LINES_MAX = 16;
const KEY_CHARS = 8;
const NOTHING = "-";

/** JSON of a receipt that has been checked against its schema. */
function ledgerJson(value: unknown): Json {
  const json = jsonOf(value);
  return json.ok ? json.value : "?";
}

/** A policy in few words: keys are known by their first digits. */
function policyText(value: Json): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const key = value.get("key");
  if (typeof key === "string") return `key ${key.slice(0, KEY_CHARS)}`;
  const of = value.get("of");
  const atLeast = value.get("atLeast");
  if (typeof atLeast !== "number" || !Array.isArray(of)) return undefined;
  return `${atLeast} of ${of.length} keys`;
}

function valueText(value: Json | undefined): string {
  if (value === undefined) return NOTHING;
  const text = typeof value === "string" ? value : (policyText(value) ?? canonicalText(value));
  return safeText(text);
}

/** One line for each member of the row that changed. */
function changeRows(change: Change): string[][] {
  const before = ledgerJson(change.before);
  const after = ledgerJson(change.after);
  const name = safeText(`${change.table} ${change.key}`);
  if ((before !== null && !isJsonObject(before)) || (after !== null && !isJsonObject(after))) {
    return [[name, "", valueText(before), "→", valueText(after)]];
  }
  const members = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...members].sort().flatMap((member) => {
    const [old, now] = [before?.get(member), after?.get(member)];
    if (old !== undefined && now !== undefined && canonicalText(old) === canonicalText(now)) return [];
    return [[name, safeText(member), valueText(old), "→", valueText(now)]];
  });
}

function eventLine({ name, fields }: ActionReceipt["events"][number]): string {
  const { from, to, amount } = fields;
  if (name === "Moved") return safeText(`Moved ${amount} from ${from} to ${to}`);
  const facts = Object.entries(fields).map(([field, value]) => `${field} ${valueText(ledgerJson(value))}`);
  return safeText(`${name} ${facts.join(", ")}`);
}

/** Why it failed, in a sentence. */
export function errorText(error: NonNullable<ActionReceipt["error"]>): string {
  const fields = ledgerJson(error.fields);
  if (!isJsonObject(fields)) return safeText(error.name);
  return safeText(explainError({ module: error.module, name: error.name, fields }));
}

/** The sentence for a command that changed nothing; undefined if it did what it said. */
export function failureText({ status, actions, reason, first }: CommandReceiptJson): string | undefined {
  const failed = actions.findIndex(({ error }) => error !== undefined);
  const error = actions[failed]?.error;
  if (error !== undefined) {
    const place = actions.length === 1 ? "" : `Action ${failed + 1} of ${actions.length}: `;
    return place + errorText(error);
  }
  if (reason !== undefined) return safeText(explainReason(reason));
  if (status === "expired") return "the command expired before it entered the log";
  return status === "duplicate" ? `the command has its outcome at entry ${first}` : undefined;
}

const grouped = (number: number): string => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ",");

/** "ok · entry 7 · gas 14,210", with what else is known. */
export function receiptSummary(
  receipt: CommandReceiptJson,
  paint: Paint,
  more: readonly string[] = [],
): string {
  const { status, index, gas, actions } = receipt;
  const failed = actions.filter((action) => action.status === "failed").length;
  const count = actions.length > 1 ? [`${grouped(actions.length)} actions, ${grouped(failed)} failed`] : [];
  const parts = [`entry ${index}`, ...count, `gas ${grouped(gas)}`, ...more];
  return `${paint(status === "ok" ? "green" : "red", status)} · ${parts.join(" · ")}`;
}

/** What changed and what happened, as lines; many are cut. */
export function receiptDetails(receipt: CommandReceiptJson, paint: Paint): string[] {
  const rows = receipt.actions.flatMap(({ changes }) => changes.flatMap(changeRows));
  const columns = [{ title: "" }, { title: "" }, { title: "", align: "right" }, { title: "" }, { title: "" }];
  const table = renderTable(columns as Parameters<typeof renderTable>[0], rows.slice(0, LINES_MAX));
  const events = receipt.actions.flatMap((action) => action.events.map(eventLine));
  const cut = (total: number, what: string): string[] =>
    total > LINES_MAX ? [paint("dim", `and ${grouped(total - LINES_MAX)} more ${what}`)] : [];
  return [
    ...table,
    ...cut(rows.length, "changes"),
    ...events.slice(0, LINES_MAX).map((line) => paint("cyan", line)),
    ...cut(events.length, "events"),
  ];
}
