// Types, and what stands between their angle brackets: other types, or values (L56: types may
// depend on values). A bare name may be either; which of them it is, is for the checker to say.

import type { Range } from "../diagnostic/source.ts";
import type { Effect, Name, Path, TypeArgument, TypeExpr, TypeParameter } from "./ast.ts";
import { typeParts } from "./parameters.ts";
import type { Parser } from "./parser.ts";
import { closeBracket, skipGroup } from "./recovery.ts";
import { commas } from "./sequences.ts";
import { isCapitalised, type TokenKind } from "./token.ts";

export const type = (p: Parser): TypeExpr =>
  p.nested(
    () => anyType(p),
    (range: Range): TypeExpr => ({ kind: "error", ...range }),
  );

function anyType(p: Parser): TypeExpr {
  const { kind, start } = p.token;
  if (p.isOutside) {
    p.expected("a type");
    return { kind: "error", ...p.place() };
  }
  if (kind === "name" && p.isWord("once") && p.peek().kind === "fn") return functionType(p);
  if (kind === "name" && p.isWord("exists") && p.peek().kind === "(") return existsType(p);
  if (kind === "name") return namedType(p);
  if (kind === "fn") return functionType(p);
  if (kind === "(") return tupleType(p);
  if (kind === "{" && p.peek().kind === "}") {
    const mark = p.mark();
    p.bump();
    p.bump();
    p.close(mark, "tuple-type");
    return { kind: "tuple", parts: [], ...p.rangeFrom(start) };
  }
  const brackets = kind === "[" || kind === "{";
  p.expected("a type", brackets ? { help: "a list is `List<Text>`, a tuple `(Text, Nat)`, Unit `{}`" } : {});
  if (kind === "[") skipGroup(p);
  return { kind: "error", ...p.rangeFrom(start) };
}

const BRACES: ReadonlySet<TokenKind> = new Set(["{", "}"]);

/** `demo.bank`, `USD`: names with points between them. */
export function path(p: Parser, what: string): Path {
  const mark = p.mark();
  const { start } = p.token;
  const parts: Name[] = [p.name(what)];
  while (p.is(".") && !BRACES.has(p.peek().kind)) {
    p.bump();
    parts.push(p.name(what));
  }
  p.close(mark, "path");
  return { parts, ...p.rangeFrom(start) };
}

function namedType(p: Parser): TypeExpr {
  const mark = p.mark();
  const { start } = p.token;
  const named = path(p, "a type");
  const args = p.is("<") ? typeArguments(p) : [];
  if (p.is("[")) refuseSuffix(p);
  p.close(mark, "named-type");
  return { kind: "named", path: named, args, ...p.rangeFrom(start) };
}

/** `Text[]`, `List[Text]`. */
function refuseSuffix(p: Parser): void {
  if (!p.onSameLine) return;
  const help = "the arguments of a type stand between `<` and `>`: `List<Text>`";
  p.expected("the end of the type", { help });
  skipGroup(p);
}

function typeArguments(p: Parser): TypeArgument[] {
  const mark = p.mark();
  const args: TypeArgument[] = [];
  commas(p, ">", () => {
    args.push(typeArgument(p));
    if (p.is(">=")) refuseGluedAngle(p);
  });
  p.close(mark, "type-arguments");
  return args;
}

function refuseGluedAngle(p: Parser): void {
  p.expected("`>`", { help: "put a space between `>` and `=`" });
  p.bump();
}

/** What may follow a name that is a value: a call, an index, an operator. */
const AFTER_VALUES: ReadonlySet<TokenKind> = new Set(["(", "[", "+", "-", "*", "mod", "++"]);
const VALUES: ReadonlySet<TokenKind> = new Set([
  "integer",
  "decimal",
  "percent",
  "text",
  "true",
  "false",
  "-",
  "hole",
]);

function typeArgument(p: Parser): TypeArgument {
  const value = VALUES.has(p.token.kind) || (p.is("name") && namesValue(p));
  return value ? { kind: "value", expr: p.rules.sum(p) } : { kind: "type", type: type(p) };
}

/** Whether the path at the current token is a value: `trade.isin`, `SEC(isin)`, `n + 1`; not `bank.Account`. */
function namesValue(p: Parser): boolean {
  if (p.isWord("exists") || p.isWord("once")) return false;
  let at = 0;
  while (p.peek(at + 1).kind === "." && p.peek(at + 2).kind === "name") at += 2;
  if (AFTER_VALUES.has(p.peek(at + 1).kind)) return true;
  return at > 0 && !isCapitalised(p.peek(at).value);
}

/** `(A)` is `A`; a single part with a name stays a tuple, for the key of a table may have a name. */
function tupleType(p: Parser): TypeExpr {
  const mark = p.mark();
  const { start } = p.token;
  const parts = typeParts(p);
  p.close(mark, "tuple-type");
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only !== undefined && only.name === undefined) return only.type;
  return { kind: "tuple", parts, ...p.rangeFrom(start) };
}

function functionType(p: Parser): TypeExpr {
  const mark = p.mark();
  const { start } = p.token;
  const once = p.eatWord("once");
  p.bump();
  if (!p.is("(")) p.expected("`(` and the types of the parameters");
  const params = p.is("(") ? typeParts(p) : [];
  const result = p.eat("->") ? type(p) : undefined;
  const effect = p.onSameLine ? effectWord(p) : undefined;
  p.close(mark, "function-type");
  return { kind: "function", once, params, result, effect, ...p.rangeFrom(start) };
}

const EFFECTS: ReadonlyMap<string, Effect> = new Map([
  ["total", "total"],
  ["fails", "fails"],
  ["reads", "reads"],
  ["writes", "writes"],
]);

/** L1: the effect stands behind the result. */
export function effectWord(p: Parser): Effect | undefined {
  const effect = p.is("name") ? EFFECTS.get(p.token.value) : undefined;
  if (effect !== undefined) p.bump();
  return effect;
}

/** L56: `exists (x: A) B`. */
function existsType(p: Parser): TypeExpr {
  const mark = p.mark();
  const { start } = p.bump();
  const open = p.bump();
  const name = p.name("the name of the hidden value");
  p.expect(":", "`:` and a type");
  const of = type(p);
  closeBracket(p, open, ")");
  const body = type(p);
  p.close(mark, "exists-type");
  return { kind: "exists", name, type: of, body, ...p.rangeFrom(start) };
}

/** `<a, s: Stage>` behind a declared name; the bracket is the current token. */
export function typeParameters(p: Parser): TypeParameter[] {
  const mark = p.mark();
  const params: TypeParameter[] = [];
  commas(p, ">", () => {
    const paramMark = p.mark();
    const { start } = p.token;
    const before = p.position;
    const name = p.name("a type parameter");
    if (p.position === before) return;
    const kind = p.eat(":") ? type(p) : undefined;
    params.push({ name, type: kind, ...p.rangeFrom(start) });
    p.close(paramMark, "type-parameter");
  });
  p.close(mark, "type-parameters");
  return params;
}
