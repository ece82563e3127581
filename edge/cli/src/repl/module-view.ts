// What is deployed, for people: all modules in a table, one with its operations, their types and what its
// authors say of them. The words are the modules' own.

import type { ModuleJson } from "@juno/api";
import { jsonOf } from "@juno/api";
import { canonicalText } from "@juno/base";
import { safeText } from "../terminal/safe-text.ts";
import { renderTable } from "../terminal/table.ts";
import { type Operation, signatureOf } from "./call-arguments.ts";
import type { Reply } from "./reply.ts";
import type { SessionContext } from "./session-context.ts";

const LINES_MAX = 40;

const placeOf = (at: number | undefined): string => (at === undefined ? "genesis" : `entry ${at}`);

/** C34 */
const languageOf = ({ language }: ModuleJson): string =>
  language === undefined ? "" : `, in version ${language} of the language`;

export async function listModules({ client, paint }: SessionContext): Promise<Reply> {
  const { modules } = await client.modules();
  const rows = modules.map(({ name, version, hash, at }) => [
    safeText(name),
    String(version),
    placeOf(at),
    hash.slice(0, 8),
  ]);
  const columns = [
    { title: "module" },
    { title: "version", align: "right" },
    { title: "since" },
    { title: "source" },
  ] as const;
  const lines = rows.length === 0 ? ["There are no modules."] : renderTable(columns, rows, paint);
  return { ok: true, lines, json: { ok: true, modules } };
}

function operationLines(operation: Operation, head: string, result: string): string[] {
  const doc = operation.doc === "" ? [] : operation.doc.split("\n").map((line) => safeText(`  ${line}`));
  return [`${head} ${signatureOf(operation)}${safeText(result)}`, ...doc];
}

export async function showModule({ client, paint }: SessionContext, name: string): Promise<Reply> {
  const module: ModuleJson = await client.module(name);
  const { source, ...json } = module;
  const kinds = { errors: module.errors, events: module.events, capabilities: module.capabilities };
  return {
    ok: true,
    lines: [
      safeText(`${module.name}, version ${module.version}, since ${placeOf(module.at)}${languageOf(module)}`),
      ...module.actions.flatMap((one) => operationLines(one, paint("bold", "action"), "")),
      ...module.queries.flatMap((one) => operationLines(one, paint("bold", "query"), ` -> ${one.result}`)),
      ...module.tables.map((one) => safeText(`table ${one.name}: ${one.key} => ${one.row}`)),
      ...module.assets.map((one) => safeText(`${one.currency ? "currency" : "asset"} ${one.name}`)),
      ...Object.entries(kinds).flatMap(([kind, names]) =>
        names.length === 0 ? [] : [safeText(`${kind} ${names.join(", ")}`)],
      ),
    ],
    json: { ok: true, module: json },
  };
}

/** A query's result: a list one item a line, all else as canonical JSON. */
export function resultLines(result: unknown): string[] {
  const text = (value: unknown): string => {
    const json = jsonOf(value);
    return safeText(typeof value === "string" || !json.ok ? String(value) : canonicalText(json.value));
  };
  if (!Array.isArray(result)) return [text(result)];
  if (result.length === 0) return ["[]"];
  const cut = result.length > LINES_MAX ? [`and ${result.length - LINES_MAX} more`] : [];
  return [...result.slice(0, LINES_MAX).map(text), ...cut];
}
