// The lines that the client understands: the commands of the first Juno, and a few more. From text to a
// statement or a fault with its place; what a statement does stands elsewhere. Never throws.

import { ok, type Result } from "@juno/base";
import { type Currency, parseAmount } from "./amount.ts";
import { type CallText, parseCall } from "./call-text.ts";
import { type Fault, fault } from "./fault.ts";

export type Statement =
  | { readonly kind: "create"; readonly name: string }
  | { readonly kind: "adjust"; readonly name: string; readonly amount: string }
  | { readonly kind: "transfer"; readonly route: readonly string[]; readonly amount: string }
  | { readonly kind: "observe"; readonly name: string }
  | { readonly kind: "observeAll" }
  | { readonly kind: "call" | "query"; readonly call: CallText }
  | { readonly kind: "modules"; readonly name: string | undefined }
  | { readonly kind: "batch"; readonly count: number }
  | { readonly kind: "many"; readonly count: number }
  | { readonly kind: "status" }
  | { readonly kind: "receipt"; readonly id: string | undefined }
  | { readonly kind: "help" }
  | { readonly kind: "quit" };

/** Transfers that one `batch` or `many` may make. */
export const TEST_COUNT_MAX = 1_000_000;
const ROUTE_LENGTH_MAX = 64;

/** C14: what the ledger takes as a name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:@/]{0,63}$/;
const NAME_HINT = "a name is 1 to 64 letters, digits and _ . : @ /, the first a letter or digit";
const MODULE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;
const COMMAND_ID = /^[0-9a-f]{64}$/;

type Parser = (rest: string, at: number, currency: Currency) => Result<Statement, Fault>;

function name(text: string, at: number): Result<string, Fault> {
  if (text === "") return fault(at, "the name of an account is missing");
  if (NAME.test(text)) return ok(text);
  const valid = /^[A-Za-z0-9][A-Za-z0-9_.:@/]*/.exec(text)?.[0].length ?? 0;
  return fault(at + Math.min(valid, 64), NAME_HINT);
}

/** An amount that stands at `at` of its line. */
function amountAt(text: string, at: number, currency: Currency): Result<string, Fault> {
  if (text === "") return fault(at, "an amount is missing, such as 100%1 or 100.00");
  const amount = parseAmount(text, currency);
  return amount.ok ? amount : fault(at + amount.error.at, amount.error.message);
}

const create: Parser = (rest, at) => {
  const account = name(rest, at);
  return account.ok ? ok({ kind: "create", name: account.value }) : account;
};

const adjust: Parser = (rest, at, currency) => {
  const [, first = "", space = "", second = ""] = /^(\S*)(\s*)(.*)$/.exec(rest)!;
  const account = name(first, at);
  if (!account.ok) return account;
  const amount = amountAt(second, at + first.length + space.length, currency);
  return amount.ok ? ok({ kind: "adjust", name: account.value, amount: amount.value }) : amount;
};

const observe: Parser = (rest, at) => {
  const account = name(rest, at);
  return account.ok ? ok({ kind: "observe", name: account.value }) : account;
};

const alone =
  (statement: Statement): Parser =>
  (rest, at) =>
    rest === "" ? ok(statement) : fault(at, "nothing may follow here");

const receipt: Parser = (rest, at) => {
  if (rest === "") return ok({ kind: "receipt", id: undefined });
  if (COMMAND_ID.test(rest)) return ok({ kind: "receipt", id: rest });
  return fault(at, "a command's id is 64 digits 0-9 and letters a-f; leave it out for the last command");
};

const calling =
  (kind: "call" | "query"): Parser =>
  (rest, at) => {
    const call = parseCall(rest, at);
    if (!call.ok) return call;
    const isUnsigned = kind === "call" || call.value.by.length === 0;
    return isUnsigned ? ok({ kind, call: call.value }) : fault(at, "nobody signs a query");
  };

const modules: Parser = (rest, at) => {
  if (rest === "") return ok({ kind: "modules", name: undefined });
  if (MODULE.test(rest)) return ok({ kind: "modules", name: rest });
  return fault(at, "a module's name is expected, such as demo.accounts; leave it out for all");
};

const test =
  (kind: "batch" | "many"): Parser =>
  (rest, at) => {
    const [, word = "", digits = ""] = /^(test:)?(\d*)$/.exec(rest) ?? [];
    if (word === "" || digits === "") return fault(at, `${kind} test:1000 is how it is written`);
    const count = Number(digits);
    if (count >= 1 && count <= TEST_COUNT_MAX) return ok({ kind, count });
    return fault(at + word.length, `a number from 1 to ${TEST_COUNT_MAX} is expected`);
  };

/** As much of a text as is a route, so that a caret can stand behind it. */
const ROUTE_START = /^[\w.:@/]+(?:\s*->\s*[\w.:@/]+)*/;

/** `(a->b->c, amount)`, from the bracket on. */
function transfer(rest: string, at: number, currency: Currency): Result<Statement, Fault> {
  const open = /^\s*\(\s*/.exec(rest)?.[0].length;
  if (open === undefined) return fault(at, "a bracket is expected: transfer(wjm->stu, 10%1)");
  const comma = rest.indexOf(",");
  const close = rest.lastIndexOf(")");
  const end = close < open ? rest.length : close;
  if (comma < 0 || comma > end) {
    const route = ROUTE_START.exec(rest.slice(open, end))?.[0].length ?? 0;
    return fault(at + open + route, "a comma and an amount are expected: transfer(wjm->stu, 10%1)");
  }
  const route = routeAt(rest.slice(open, comma), at + open);
  if (!route.ok) return route;
  const lead = /^\s*/.exec(rest.slice(comma + 1))![0].length;
  const from = comma + 1 + lead;
  const amount = amountAt(rest.slice(from, end).trimEnd(), at + from, currency);
  if (!amount.ok) return amount;
  if (close < open) return fault(at + rest.length, "the closing bracket is missing");
  if (rest.slice(close + 1).trim() !== "") return fault(at + close + 1, "nothing may follow the bracket");
  return ok({ kind: "transfer", route: route.value, amount: amount.value });
}

function routeAt(text: string, at: number): Result<string[], Fault> {
  const names: string[] = [];
  let from = at;
  for (const part of text.split("->")) {
    const lead = /^\s*/.exec(part)![0].length;
    const account = name(part.trim(), from + lead);
    if (!account.ok) return account;
    names.push(account.value);
    from += part.length + "->".length;
  }
  if (names.length < 2) return fault(at + text.length, "an arrow and who receives are expected: wjm->stu");
  if (names.length > ROUTE_LENGTH_MAX) return fault(at, `a route has at most ${ROUTE_LENGTH_MAX} accounts`);
  return ok(names);
}

const PARSERS: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ["CreateAccount", create],
  ["AdjustAccount", adjust],
  ["ObserveAccount", observe],
  ["ObserveAccounts", alone({ kind: "observeAll" })],
  ["transfer", transfer],
  ["call", calling("call")],
  ["query", calling("query")],
  ["modules", modules],
  ["batch", test("batch")],
  ["many", test("many")],
  ["status", alone({ kind: "status" })],
  ["receipt", receipt],
  ["help", alone({ kind: "help" })],
  ["quit", alone({ kind: "quit" })],
  ["exit", alone({ kind: "quit" })],
]);

/** For completion. */
export const COMMAND_WORDS: readonly string[] = [...PARSERS.keys()];

/** The command that is spelled so, capitals aside. */
const PARSER_OF_LOWER = new Map([...PARSERS].map(([word, parser]) => [word.toLowerCase(), parser]));

/** What a line says; undefined if it says nothing. */
export function parseStatement(line: string, currency: Currency): Result<Statement, Fault> | undefined {
  const start = /^\s*/.exec(line)![0].length;
  const text = line.trimEnd();
  if (text.length <= start || text.startsWith("#", start)) return undefined;
  const word = /^[A-Za-z]*/.exec(text.slice(start))![0];
  const parser = PARSERS.get(word) ?? PARSER_OF_LOWER.get(word.toLowerCase());
  const after = start + word.length;
  const isWhole = /^(?:\s|\(|$)/.test(text.slice(after));
  if (parser === undefined || !isWhole) return fault(start, "this is no command; `help` lists them");
  const space = /^\s*/.exec(text.slice(after))![0].length;
  return parser(text.slice(after + space), after + space, currency);
}
