// Calls of any module as they are typed: `demo.bank.pay {"from": "wjm"}` with arguments by name, or
// `demo.bank.pay(wjm, 10.00 USD)` with arguments in order, and `by NAME, NAME` for who signs beside the
// client. Only the form is judged here: what an operation takes, its module knows. Never throws.

import { ok, type Result } from "@juno/base";
import { type Fault, fault } from "./fault.ts";

/** JSON by parameter's name, or texts in the order of the parameters. */
export type Arguments =
  | { readonly kind: "named"; readonly values: Readonly<Record<string, unknown>> }
  | { readonly kind: "listed"; readonly texts: readonly string[] };

export type CallText = {
  readonly module: string;
  readonly operation: string;
  readonly args: Arguments;
  /** Names of keys. */
  readonly by: readonly string[];
};

/** A module's name with the name of an operation, such as `demo.bank.pay`. */
export const OPERATION = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.([A-Za-z_]\w*)/;

const NO_ARGUMENTS: Arguments = { kind: "named", values: {} };
const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const SIGNER = /^[^\s,]+$/;

/** A text that JSON would not take for a value of its own, so that quotes can be left out. */
const isBare = (text: string): boolean => !/^["[{]/.test(text);

type Extent = {
  /** Behind the bracket that closes the first one. */
  readonly end: number;
  /** Commas that stand in no inner bracket and no quotes. */
  readonly commas: readonly number[];
};

/** Behind the quote that closes the one at `at`; undefined if none does. */
function quoteEnd(text: string, at: number): number | undefined {
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') return i + 1;
  }
  return undefined;
}

/** How far the bracket reaches with which a text begins; else the place of what does not fit. */
function extentOf(text: string): Result<Extent, Fault> {
  const open: string[] = [];
  const commas: number[] = [];
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === '"') {
      const end = quoteEnd(text, i);
      if (end === undefined) return fault(i, "the closing quote is missing");
      i = end - 1;
    } else if (CLOSERS[char] !== undefined) {
      open.push(char);
    } else if (char === ")" || char === "]" || char === "}") {
      if (CLOSERS[open.pop() ?? ""] !== char) return fault(i, "this bracket closes none that is open");
      if (open.length === 0) return ok({ end: i + 1, commas });
    } else if (char === "," && open.length === 1) {
      commas.push(i);
    }
  }
  return fault(text.length, "the closing bracket is missing");
}

function namedArguments(text: string, at: number): Result<Arguments, Fault> {
  try {
    return ok({ kind: "named", values: JSON.parse(text) as Record<string, unknown> });
  } catch (cause) {
    return fault(at, `this is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** `(a, b)`, brackets and all. */
function listedArguments(text: string, commas: readonly number[], at: number): Result<Arguments, Fault> {
  const close = text.length - 1;
  if (text.slice(1, close).trim() === "") return ok({ kind: "listed", texts: [] });
  const texts: string[] = [];
  let from = 1;
  for (const end of [...commas, close]) {
    const part = text.slice(from, end);
    const value = part.trim();
    const place = at + from + part.length - part.trimStart().length;
    if (value === "") return fault(place, 'an argument is missing; an empty text is ""');
    if (!isBare(value)) {
      const json = namedArguments(value, place);
      if (!json.ok) return json;
    }
    texts.push(value);
    from = end + 1;
  }
  return ok({ kind: "listed", texts });
}

function signersIn(text: string, at: number): Result<string[], Fault> {
  if (text.trim() === "") return ok([]);
  const [, word = "", rest = ""] = /^(\s*by\s+)(.*)$/.exec(text) ?? [];
  if (word === "") return fault(at + text.length - text.trimStart().length, "`by NAME, NAME` may follow");
  const names = rest.split(",").map((name) => name.trim());
  const isList = names.every((name) => SIGNER.test(name));
  return isList ? ok(names) : fault(at + word.length, "names of keys are expected: by wjm, treasury");
}

/** What stands behind `call` or `query`, `at` of its line. */
export function parseCall(rest: string, at: number): Result<CallText, Fault> {
  const named = OPERATION.exec(rest);
  if (named === null) return fault(at, "an operation is expected, such as demo.accounts.transfer");
  const [name, module = "", operation = ""] = named;
  const space = /^\s*/.exec(rest.slice(name.length))![0].length;
  const from = name.length + space;
  const text = rest.slice(from);
  const opens = text.startsWith("{") || text.startsWith("(");
  const isApart = opens || space > 0 || text === "";
  if (!isApart) return fault(at + from, "an operation's name is letters, digits and _");
  const extent: Result<Extent, Fault> = opens ? extentOf(text) : ok({ end: 0, commas: [] });
  if (!extent.ok) return fault(at + from + extent.error.at, extent.error.message);
  const { end, commas } = extent.value;
  const inside = text.slice(0, end);
  const args = argumentsIn(inside, commas, at + from);
  if (!args.ok) return args;
  const by = signersIn(text.slice(end), at + from + end);
  return by.ok ? ok({ module, operation, args: args.value, by: by.value }) : by;
}

function argumentsIn(text: string, commas: readonly number[], at: number): Result<Arguments, Fault> {
  if (text === "") return ok(NO_ARGUMENTS);
  return text.startsWith("{") ? namedArguments(text, at) : listedArguments(text, commas, at);
}
