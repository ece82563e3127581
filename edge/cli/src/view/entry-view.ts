// Log entries for people: when, who asked for what, how it ended, what it changed. Commands are read as
// far as they can be; what cannot be read is shown as what it is.

import { type CommandReceiptJson, CommandReceiptSchema, checkShape } from "@juno/api";
import { hex, isJsonObject, type Json, parseJson, parseUtf8 } from "@juno/base";
import { type AppliedEntry, beginsRedacted, decodeCommand, isRedacted } from "@juno/proof";
import { ACCOUNTS } from "../accounts.ts";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { failureText, receiptDetails, receiptSummary } from "./receipt-view.ts";

const ID_CHARS = 12;
const KEY_CHARS = 8;
const CALLS_MAX = 4;
const PAYLOAD_BYTES_MAX = 8 * 1024 * 1024;

/** The value of JSON text that a node has sent; undefined if it is none. */
function plainJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(parseUtf8(bytes) ?? "");
  } catch {
    return undefined;
  }
}

/** A receipt's bytes as what they say; undefined if they are no command's receipt. */
function receiptOf(bytes: Uint8Array): CommandReceiptJson | undefined {
  const checked = checkShape(CommandReceiptSchema, plainJson(bytes));
  return checked.ok ? checked.value : undefined;
}

const argument = (value: Json | undefined): string => {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(argument).join("->");
  return value === undefined || value === null || isJsonObject(value) ? "…" : String(value);
};

/** A call in the words of the client: "transfer(stu->bank->wjm, 10.00 USD)". */
function callText(call: Json | undefined): string {
  if (call === undefined || !isJsonObject(call)) return "?";
  const args = call.get("args");
  const name = `${argument(call.get("module"))}.${argument(call.get("action"))}`;
  if (args === undefined || !isJsonObject(args)) return safeText(name);
  if (name === `${ACCOUNTS.module}.transfer`) {
    const via = args.get("via");
    const route = [args.get("from"), ...(Array.isArray(via) ? via : []), args.get("to")].map(argument);
    return safeText(`transfer(${route.join("->")}, ${argument(args.get("amount"))})`);
  }
  const shown = [...args].filter(([, value]) => !isJsonObject(value)).map(([, value]) => argument(value));
  const short = name.startsWith(`${ACCOUNTS.module}.`) ? name.slice(ACCOUNTS.module.length + 1) : name;
  return safeText(`${short}(${shown.join(", ")})`);
}

/** A deployment by what it brings: "deploy demo.bank". */
function deploymentText(deploy: Json): string {
  const modules = isJsonObject(deploy) ? deploy.get("modules") : undefined;
  const names = (Array.isArray(modules) ? modules : []).map((source: Json) => {
    const heading = typeof source === "string" ? /^\s*module\s+([\w.]+)/m.exec(source) : null;
    return heading?.[1] ?? "?";
  });
  return safeText(`deploy ${names.join(", ")}`);
}

/** "redact 17, 18: a name in clear" */
function redactionText(redact: Json): string {
  const [commands, reason] = isJsonObject(redact) ? [redact.get("commands"), redact.get("reason")] : [];
  const indexes = (Array.isArray(commands) ? commands : []).map((item: Json) =>
    argument(isJsonObject(item) ? item.get("index") : undefined),
  );
  return safeText(`redact ${indexes.join(", ")}: ${argument(reason)}`);
}

function actionText(action: Json): string {
  const redact = isJsonObject(action) ? action.get("redact") : undefined;
  if (redact !== undefined) return redactionText(redact);
  const deploy = isJsonObject(action) ? action.get("deploy") : undefined;
  if (deploy !== undefined) return deploymentText(deploy);
  return callText(isJsonObject(action) ? action.get("call") : action);
}

/** The name of the client that has a key, lower-case hex; undefined if none has. */
export type ClientNameOf = (key: string) => string | undefined;

function asked(nameOf: ClientNameOf, body: Uint8Array): string[] {
  if (beginsRedacted(body)) return ["payload redacted"];
  const command = decodeCommand(body);
  const payload = command.ok ? parseJson(command.value.payload, { bytesMax: PAYLOAD_BYTES_MAX }) : undefined;
  if (!command.ok || payload?.ok !== true || !isJsonObject(payload.value)) return ["unreadable command"];
  const actions = payload.value.get("actions");
  const calls = Array.isArray(actions) ? actions : [];
  const shown = calls.slice(0, CALLS_MAX).map(actionText);
  const more = calls.length > CALLS_MAX ? [`and ${calls.length - CALLS_MAX} more actions`] : [];
  const signers = command.value.signatures.map(({ key }) => {
    const text = hex(key);
    return nameOf(text) ?? text.slice(0, KEY_CHARS);
  });
  return [`${[...shown, ...more].join("; ")}  signed by ${signers.join(", ")}`];
}

/** The entry's lines: a head, and beneath it what it changed. */
export function entryLines(nameOf: ClientNameOf, applied: AppliedEntry, paint: Paint): string[] {
  const { entry, receipt: bytes } = applied;
  const time = new Date(entry.time).toISOString();
  const head = `${paint("bold", `#${entry.index}`)} ${time} ${paint("dim", `term ${entry.term} ${hex(entry.hash).slice(0, ID_CHARS)}`)}`;
  if (entry.kind !== "command") return [`${head} ${entry.kind}`];
  const receipt = receiptOf(bytes);
  const indent = (line: string): string => `    ${line}`;
  const request = asked(nameOf, entry.body).map(indent);
  if (receipt === undefined) return [head, ...request];
  const failure = failureText(receipt);
  return [
    `${head} ${receiptSummary(receipt, paint).replace(` · entry ${receipt.index}`, "")}`,
    ...request,
    ...(failure === undefined ? [] : [indent(paint("red", failure))]),
    ...receiptDetails(receipt, paint).map(indent),
  ];
}

/** The entry for programs. */
export function entryJson(applied: AppliedEntry): Record<string, unknown> {
  const { entry, receipt } = applied;
  const { index, term, time, kind } = entry;
  const command = kind === "command" ? decodeCommand(entry.body) : undefined;
  const payload = command?.ok ? parseUtf8(command.value.payload) : undefined;
  return {
    ...{ index, term, time, kind, hash: hex(entry.hash) },
    ...(payload === undefined ? {} : { payload }),
    ...(isRedacted(entry) ? { redacted: true } : {}),
    receipt: plainJson(receipt),
  };
}
