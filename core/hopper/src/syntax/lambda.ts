// Function values: `fn(x: T) -> R { … }`, and `once fn` for those that capture a resource (L15).

import type { Block, Expr, TypeExpr } from "./ast.ts";
import { blockAfter } from "./control.ts";
import { parameters } from "./parameters.ts";
import type { Parser } from "./parser.ts";

/** The current token is `fn`, or `once` with `fn` behind it. */
export function lambda(p: Parser): Expr {
  const mark = p.mark();
  const { start } = p.token;
  const once = p.eatWord("once");
  p.bump();
  if (p.is("name") && p.peek().kind === "(") refuseName(p);
  if (!p.is("(")) p.expected("`(` and the parameters");
  const params = p.is("(") ? parameters(p, "inferred") : [];
  let result: TypeExpr | undefined;
  if (p.eat("->")) result = p.rules.type(p);
  const body = p.is("=>") || p.is("=") ? bareBody(p) : blockAfter(p, "of the function");
  p.close(mark, "lambda");
  return { kind: "lambda", once, params, result, body, ...p.rangeFrom(start) };
}

/** `fn name(…)` among statements. */
function refuseName(p: Parser): void {
  const name = p.token;
  p.report({
    code: "H0122",
    start: name.start,
    end: name.end,
    message: `the function \`${name.value}\` is declared inside of another`,
    help: `declare it at the top of the module, or bind a function value: \`let ${name.value} = fn(…) { … }\``,
  });
  p.bump();
}

/** `fn(x) => e`: refused, and read as if it were `fn(x) { e }`. */
function bareBody(p: Parser): Block {
  const { start, end } = p.token;
  const message = "the body of a function value is a block";
  p.report({ code: "H0119", start, end, message, help: "write `fn(x: Text) { … }`" });
  p.bump();
  const result = p.rules.expression(p);
  return { kind: "block", statements: [], result, start: result.start, end: result.end };
}
