// A receipt for people: how it ended, what it cost, every row before and after, the events. It shows
// what the receipt says and adds nothing; whoever calls it has made sure that the receipt is believed.

import { type CommandReceiptJson, jsonOf } from "@juno/api";
import { canonicalText, isJsonObject, type Json } from "@juno/base";
import { explainError, explainReason } from "@juno/ledger/light";
import { accountsSentence } from "../accounts.ts";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { renderTable } from "../terminal/table.ts";

type ActionReceipt = CommandReceiptJson["actions"][number];
type Change = ActionReceipt["changes"][number];

/** Of a command with many actions only the first lines are shown. */
const LINES_MAX = 16;
const KEY_CHARS = 8;
const NOTHING = "-";
/** A module's source is a value, too. */
const VALUE_CHARS_MAX = 80;

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
  return safeText(text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX - 1)}…` : text);
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
  const { module, name } = error;
  const known = { ...(module === undefined ? {} : { module }), name, fields };
  return safeText(accountsSentence(known) ?? explainError(known));
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

const placeLines = ({ error }: ActionReceipt): string[] => {
  if (error?.place === undefined) return [];
  const { module, line, column } = error.place;
  return [safeText(`at ${module}, line ${line}, column ${column}`)];
};

/** The name of an asset without its module; the whole of it if it has arguments. */
function assetText(asset: unknown): string {
  const json = ledgerJson(asset);
  const name = isJsonObject(json) ? json.get("asset") : undefined;
  const of = isJsonObject(json) ? json.get("of") : undefined;
  if (typeof name !== "string" || !Array.isArray(of)) return canonicalText(json);
  const given = of.length === 0 ? "" : `(${of.map((item: Json) => valueText(item)).join(", ")})`;
  return `${name.slice(name.lastIndexOf(".") + 1)}${given}`;
}

const isNothing = (amount: unknown): boolean => /^0(?:\.0+)?(?: |$)/.test(String(amount));

function supplyLines({ supply }: ActionReceipt): string[] {
  return supply.flatMap(({ asset, minted, burned }) => {
    const amounts = { minted, burned };
    return Object.entries(amounts)
      .filter(([, amount]) => !isNothing(amount))
      .map(([what, amount]) => {
        // An amount of a currency names it already.
        const unit = typeof amount === "number" ? ` ${assetText(asset)}` : "";
        return safeText(`${what} ${String(amount)}${unit}`);
      });
  });
}

function grantLines({ grants }: ActionReceipt): string[] {
  return grants.map(({ signer, capability, fields }) => {
    const facts = Object.entries(fields).map(([name, value]) => `${name} ${valueText(ledgerJson(value))}`);
    return safeText(
      `used of the grant ${capability} of key ${signer.slice(0, KEY_CHARS)}: ${facts.join(", ")}`,
    );
  });
}

/** Where the gas went, the most first. */
function gasLines({ gasByKind }: ActionReceipt): string[] {
  const kinds = Object.entries(gasByKind).sort(([, a], [, b]) => b - a);
  if (kinds.length === 0) return [];
  return [safeText(`gas: ${kinds.map(([kind, gas]) => `${kind} ${grouped(gas)}`).join(", ")}`)];
}

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
  const { actions } = receipt;
  const events = actions.flatMap((action) => action.events.map(eventLine));
  const facts = actions.flatMap((action) => [
    ...placeLines(action),
    ...supplyLines(action),
    ...grantLines(action),
  ]);
  const cut = (total: number, what: string): string[] =>
    total > LINES_MAX ? [paint("dim", `and ${grouped(total - LINES_MAX)} more ${what}`)] : [];
  return [
    ...table,
    ...cut(rows.length, "changes"),
    ...events.slice(0, LINES_MAX).map((line) => paint("cyan", line)),
    ...cut(events.length, "events"),
    ...facts.slice(0, LINES_MAX).map((line) => paint("dim", line)),
    ...(actions.length === 1 ? gasLines(actions[0]!) : []).map((line) => paint("dim", line)),
  ];
}
