// `fn`, `action`, `query`, `init`, and `migrate` and `test`, which have bodies too. A head may go on over
// lines until its body begins: result, effect, and any number of `requires` and `ensures`.

import type { Block, DeclarationBody, Effect, Expr, FunctionDeclaration, Name, TypeExpr } from "./ast.ts";
import { blockAfter, head } from "./control.ts";
import { declaredName } from "./declared-name.ts";
import { parameters } from "./parameters.ts";
import type { Parser } from "./parser.ts";
import { effectWord, typeParameters } from "./type-expressions.ts";

export type Modifiers = {
  readonly public: boolean;
  readonly partial: boolean;
  /** Builtins are declarations without a body. */
  readonly bodies: "required" | "absent";
};

const ARTICLES = { fn: "a function", action: "an action", query: "a query", init: "init" } as const;

/** The keyword is the current token. */
export function functionDeclaration(
  p: Parser,
  kind: FunctionDeclaration["kind"],
  modifiers: Modifiers,
): FunctionDeclaration {
  const word = p.bump();
  const unnamed: Name = { text: "init", start: word.start, end: word.end };
  const name = kind === "init" ? unnamed : declaredName(p, ARTICLES[kind], "small");
  const typeParams = p.is("<") ? typeParameters(p) : [];
  if (!p.is("("))
    p.expected("`(` and the parameters", { help: `write \`${name.text}()\` if there are none` });
  const params = p.is("(") ? parameters(p, "typed") : [];
  const { result, effect } = resultAndEffect(p);
  const { requires, ensures } = clauses(p);
  const body = modifiers.bodies === "absent" ? noBody(p) : bodyOf(p);
  return {
    kind,
    public: modifiers.public,
    partial: modifiers.partial,
    name,
    typeParams,
    params,
    result,
    effect,
    requires,
    ensures,
    body,
  };
}

function resultAndEffect(p: Parser): { result: TypeExpr | undefined; effect: Effect | undefined } {
  let result: TypeExpr | undefined;
  if (p.is(":") || p.is("=>")) {
    p.expected("`->`", { help: "the type of the result stands behind `->`" });
    p.bump();
    result = p.rules.type(p);
  } else if (p.eat("->")) result = p.rules.type(p);
  const effect = effectWord(p);
  if (effect !== undefined && p.is("->")) {
    p.expected("the body", { help: `the effect stands behind the result: \`-> Type ${effect}\`` });
    p.bump();
    result ??= p.rules.type(p);
  }
  return { result, effect };
}

function clauses(p: Parser): { requires: Expr[]; ensures: Expr[] } {
  const requires: Expr[] = [];
  const ensures: Expr[] = [];
  while (p.isWord("requires") || p.isWord("ensures")) {
    const mark = p.mark();
    const list = p.bump().value === "requires" ? requires : ensures;
    list.push(head(p));
    p.close(mark, "clause");
  }
  return { requires, ensures };
}

function noBody(p: Parser): undefined {
  if (p.atEnd) return undefined;
  p.expected("the end: a builtin has no body");
  while (!p.atEnd) p.bump();
  return undefined;
}

function bodyOf(p: Parser): Block {
  if (!p.is("=")) {
    if (p.is("{") || p.isRefused) return blockAfter(p, "that is the body");
    return absentBody(p);
  }
  const mark = p.mark();
  p.bump();
  const result = p.rules.expression(p);
  p.close(mark, "clause");
  return { kind: "block", statements: [], result, start: result.start, end: result.end };
}

function absentBody(p: Parser): Block {
  const place = p.place();
  const modifier = p.is("name") && p.onSameLine ? p.token.value : undefined;
  p.report({
    code: "H0116",
    ...place,
    message: `the body is missing, found ${p.found()}`,
    label: "`{ … }` or `= expression` is expected here",
    help:
      modifier === undefined
        ? "a function is `fn name(x: Type) -> Type { … }` or `fn name(x: Type) -> Type = expression`"
        : `behind the result may stand \`fails\`, \`reads\` or \`writes\`, then \`requires\` and \`ensures\``,
  });
  return { kind: "block", statements: [], result: undefined, ...place };
}

/** `migrate TABLE(old: Type) { … }` (L45). */
export function migration(p: Parser): DeclarationBody {
  p.bump();
  const table = p.name("the name of a table");
  if (!p.is("(")) p.expected("`(` and the old row", { help: "write `migrate table(old: OldRow) { … }`" });
  const params = p.is("(") ? parameters(p, "typed") : [];
  if (p.is("->")) {
    p.expected("the body", { help: "leave the result out: it is a row of the table" });
    p.bump();
    p.rules.type(p);
  }
  return { kind: "migrate", table, params, body: blockAfter(p, "that makes the new row") };
}

/** `test "what must hold" { … }` */
export function testDeclaration(p: Parser): DeclarationBody {
  p.bump();
  const title = p.token.value;
  const help = 'write `test "what must hold" { … }`';
  if (!p.expect("text", "what the test shows, as a text", { help }) && p.is("name")) p.bump();
  return { kind: "test", title, body: blockAfter(p, "of the test") };
}
