// What running something did: rows before and after, coins made and destroyed, events.

import { canonicalText, isJsonObject, type Json, parseJsonText, parseUtf8 } from "@juno/base";
import type { Done, RowChange } from "@juno/hopper";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { renderTable } from "../terminal/table.ts";
import { lastName } from "./run-error.ts";

const NOTHING = "-";

function textJson(text: string): Json {
  const json = parseJsonText(text);
  return json.ok ? json.value : null;
}

/** Of a row, which is canonical JSON. */
export const rowJson = (row: Uint8Array | undefined): Json =>
  row === undefined ? null : textJson(parseUtf8(row) ?? "");

const membersOf = (value: Json): (readonly [string, Json])[] => (isJsonObject(value) ? [...value] : []);

const KEY_CHARS = 8;

/** A policy in few words: keys are known by their first digits. */
function policyText(value: Json): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const [key, role, of, atLeast] = ["key", "role", "of", "atLeast"].map((name) => value.get(name));
  if (value.size === 1 && typeof key === "string") return `key ${key.slice(0, KEY_CHARS)}…`;
  if (value.size === 1 && typeof role === "string") return `role ${role}`;
  if (typeof atLeast !== "number" || !Array.isArray(of)) return undefined;
  return `${atLeast} of ${of.map((part: Json) => policyText(part) ?? canonicalText(part)).join(", ")}`;
}

export const valueText = (value: Json | undefined): string => {
  if (value === undefined || value === null) return NOTHING;
  return safeText(typeof value === "string" ? value : (policyText(value) ?? canonicalText(value)));
};

/** One line for each field that changed; of a row that is no record, one. */
function changeRows({ module, table, key, before, after }: RowChange): string[][] {
  const [old, now] = [rowJson(before), rowJson(after)];
  const name = safeText(`${lastName(module)}.${table} ${key}`);
  const fields = (row: Json) => (isJsonObject(row) ? [...row.keys()] : []);
  const members = new Set([...fields(old), ...fields(now)]);
  if (members.size === 0) return [[name, "", valueText(old), "→", valueText(now)]];
  return [...members].sort().flatMap((member) => {
    const [was, is] = [old, now].map((row) => (isJsonObject(row) ? row.get(member) : undefined));
    if (was !== undefined && is !== undefined && canonicalText(was) === canonicalText(is)) return [];
    return [[name, safeText(member), valueText(was), "→", valueText(is)]];
  });
}

export function changeLines(changes: readonly RowChange[]): string[] {
  const columns = [
    { title: "" },
    { title: "" },
    { title: "", align: "right" },
    { title: "" },
    { title: "" },
  ] as const;
  return renderTable(columns, changes.flatMap(changeRows));
}

export function doneLines({ changes, coins, events }: Done, paint: Paint): string[] {
  const happened = events.map(({ module, name, fields }) => {
    const facts = membersOf(textJson(fields)).map(([field, value]) => `${field} ${valueText(value)}`);
    return `${lastName(module)}.${name} ${safeText(facts.join(", "))}`;
  });
  return [
    ...changeLines(changes),
    ...[...coins.map(safeText), ...happened].map((line) => paint("cyan", line)),
  ];
}

const rowValue = (row: Uint8Array | undefined): unknown => JSON.parse(canonicalText(rowJson(row)));

/** For programs. */
export const doneJson = ({ changes, supply, events }: Done): Record<string, unknown> => ({
  changes: changes.map(({ module, table, key, before, after }) => ({
    ...{ module, table, key },
    ...{ before: rowValue(before), after: rowValue(after) },
  })),
  supply: supply.map(({ asset, minted, burned }) => ({
    asset,
    minted: String(minted),
    burned: String(burned),
  })),
  events: events.map(({ module, name, fields }) => ({
    module,
    name,
    fields: JSON.parse(fields) as unknown,
  })),
});
