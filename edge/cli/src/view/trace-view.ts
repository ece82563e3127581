// What happened at an entry, step by step, for people: gas on the left, calls indented, and the line of the source wherever it
// is another one than that of the step before. It tells what was traced and adds nothing.

import { canonicalText, parseUtf8 } from "@juno/base";
import { errorJson, explainError, type LedgerStep, type RowChange } from "@juno/ledger";
import type { Colour, Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";

const GAS_WIDTH = 12;
const TEXT_CHARS_MAX = 160;
const KEY_CHARS = 8;
const DIGITS = /"([0-9a-f]{64})"/g;

/** Texts and keys are shortened; what was too long to be told is dots from the beginning. */
function shown(text: string | undefined): string {
  if (text === undefined) return "…";
  const short = text.replaceAll(DIGITS, (_, digits: string) => `"${digits.slice(0, KEY_CHARS)}…"`);
  return short.length > TEXT_CHARS_MAX ? `${short.slice(0, TEXT_CHARS_MAX - 1)}…` : short;
}

const argument = ({
  name,
  value,
}: {
  readonly name: string | undefined;
  readonly value: string | undefined;
}) => (name === undefined ? shown(value) : `${name}: ${shown(value)}`);

/** What a table's operation did. */
function rowText(step: LedgerStep & { kind: "row" }): string {
  const { operation, module, table, key, value, failed } = step;
  const place = `${module}/${table}${operation === "keys" ? "" : ` ${shown(key)}`}`;
  if (failed) return `${operation} ${place} fails`;
  switch (operation) {
    case "put":
    case "insert":
      return `${operation} ${place} := ${shown(value)}`;
    case "remove":
      return `remove ${place}`;
    case "find":
      return `find ${place}: ${value === "null" ? "no row" : shown(value)}`;
    case "has":
      return `has ${place}: ${value === "true" ? "yes" : "no"}`;
    default:
      return `${operation} ${place}: ${shown(value)}`;
  }
}

type Client = (key: string) => string;

/** What a step says, and the colour it has, if any. */
function sentence(step: LedgerStep, clientOf: Client): readonly [text: string, colour?: Colour] {
  switch (step.kind) {
    case "command": {
      const how = step.atomic ? "all actions as one" : "each action by itself";
      return [`the command, signed by ${step.signers.map(clientOf).join(", ")}; ${how}`];
    }
    case "call":
      return [`action ${step.module}.${step.action}`, "bold"];
    case "deploy":
      return [`deploy ${step.modules === 1 ? "a module" : `${step.modules} modules`}`, "bold"];
    case "redact":
      return [`redact ${step.commands === 1 ? "a command" : `${step.commands} commands`}`, "bold"];
    case "propose":
      return [`propose act ${step.act}`, "bold"];
    case "approve":
      return [`approve act ${step.act}`, "bold"];
    case "module":
      return [`${step.module} is sound; from here on it has version ${step.version}, source ${step.hash}`];
    case "migrate":
      return [`the row ${step.key} of ${step.module}/${step.table} is made anew`];
    case "init":
      return [`init of ${step.module}`];
    case "failed":
      return [`failed, and nothing of it stays: ${explainError(step.error)}`, "red"];
    case "changed":
      return [`done; ${step.changes.length === 1 ? "1 row differs" : `${step.changes.length} rows differ`}`];
    default:
      return deedSentence(step);
  }
}

type Deed = Exclude<
  LedgerStep,
  {
    readonly kind:
      | "command"
      | "call"
      | "deploy"
      | "redact"
      | "propose"
      | "approve"
      | "module"
      | "migrate"
      | "init"
      | "failed"
      | "changed";
  }
>;

/** The same of what running code does. */
function deedSentence(step: Deed): readonly [text: string, colour?: Colour] {
  switch (step.kind) {
    case "enter":
      return [`${step.module}.${step.fn}(${step.args.map(argument).join(", ")})`];
    case "leave":
      return [`${step.fn} gives ${step.value === "[]" ? "nothing" : shown(step.value)}`];
    case "row":
      return [rowText(step)];
    case "signed":
      return [`signed ${shown(step.policy)}? ${answer(step.holds)}`, step.holds ? "green" : "red"];
    case "allowed": {
      const what = `${step.capability} ${shown(step.fields)}`;
      const asked = `allowed ${what} by ${shown(step.policy)}`;
      return [`${asked}? ${answer(step.holds)}`, step.holds ? "green" : "red"];
    }
    case "mint":
    case "burn":
      return [`${step.kind} ${shown(step.coin)}${step.failed ? " fails" : ""}`, "yellow"];
    case "emit":
      return [`emit ${step.event} ${shown(step.fields)}${step.failed ? " fails" : ""}`, "cyan"];
    case "abort":
      return [`abort ${step.error}`, "red"];
  }
}

const answer = (holds: boolean): string => (holds ? "yes" : "no");

/** `clientOf` gives the name of a key. */
export function traceLines(steps: readonly LedgerStep[], clientOf: Client, paint: Paint): string[] {
  const lines: string[] = [];
  let last = "";
  for (const step of steps) {
    const { place, depth, gas } = step;
    const indent = "  ".repeat(depth);
    const at = place === undefined ? last : `${place.module}:${place.line}`;
    if (place !== undefined && at !== last) {
      const source = `${" ".repeat(GAS_WIDTH)}  ${indent}${at} | ${place.code.trim()}`;
      lines.push(paint("dim", safeText(source)));
    }
    last = at;
    const used = paint("dim", gas.toLocaleString("en-US").padStart(GAS_WIDTH));
    const [text, colour] = sentence(step, clientOf);
    lines.push(`${used}  ${indent}${colour === undefined ? safeText(text) : paint(colour, safeText(text))}`);
  }
  return lines;
}

/** A step for programs: texts of values as the JSON they are. */
export function stepJson(step: LedgerStep): Record<string, unknown> {
  const { kind, gas, depth, place, ...facts } = step;
  const common = { kind: "step", step: kind, gas, depth, ...(place === undefined ? {} : { place }) };
  if (step.kind === "failed") return { ...common, error: parsed(canonicalText(errorJson(step.error))) };
  if (step.kind === "changed") return { ...common, changes: step.changes.map(changeJson) };
  const told: Record<string, unknown> = { ...facts };
  for (const name of TOLD) if (typeof told[name] === "string") told[name] = parsed(told[name]);
  if (step.kind === "enter") {
    told.args = step.args.map(({ name, value }) => ({ name, value: value && parsed(value) }));
  }
  return { ...common, ...told };
}

/** Members that are JSON as text. */
const TOLD = ["value", "policy", "fields", "coin"];

const parsed = (text: string): unknown => JSON.parse(text) as unknown;

function changeJson({ module, table, key, before, after }: RowChange): Record<string, unknown> {
  const row = (bytes: Uint8Array | undefined) => (bytes === undefined ? null : parsed(parseUtf8(bytes)!));
  return { module, table, key, before: row(before), after: row(after) };
}
