// Parameters of functions, actions, lambdas, assets; and the parts of tuple and function types, whose
// names may be left out.

import type { Parameter, TypeExpr, TypePart } from "./ast.ts";
import type { Parser } from "./parser.ts";
import { commas } from "./sequences.ts";

/** `(x: T, y)`; the parenthesis is the current token. A declaration's parameters must say their types. */
export function parameters(p: Parser, typed: "typed" | "inferred"): Parameter[] {
  const mark = p.mark();
  const params: Parameter[] = [];
  commas(p, ")", () => {
    const param = parameter(p, typed);
    if (param !== undefined) params.push(param);
  });
  p.close(mark, "parameters");
  return params;
}

function parameter(p: Parser, typed: "typed" | "inferred"): Parameter | undefined {
  const mark = p.mark();
  const { start } = p.token;
  const before = p.position;
  const name = p.name("a parameter's name");
  if (p.position === before) return undefined;
  let type: TypeExpr | undefined;
  if (p.eat(":")) type = p.rules.type(p);
  else if (typed === "typed" && (p.is(",") || p.is(")"))) {
    p.report({
      code: "H0117",
      start: name.start,
      end: name.end,
      message: `the parameter \`${name.text}\` has no type`,
      help: `write \`${name.text}: Type\`: what a declaration takes is written down`,
    });
  } else if (p.is("name") && p.onSameLine) {
    p.expected("`:`", { help: "a parameter is written `name: Type`" });
    p.rules.type(p);
  }
  p.close(mark, "parameter");
  return { name, type, ...p.rangeFrom(start) };
}

/** `(A, x: B)` in types; the parenthesis is the current token. */
export function typeParts(p: Parser): TypePart[] {
  const parts: TypePart[] = [];
  commas(p, ")", () => {
    const mark = p.mark();
    const named = p.is("name") && p.peek().kind === ":";
    const name = named ? p.name("a part's name") : undefined;
    if (named) p.bump();
    parts.push({ name, type: p.rules.type(p) });
    p.close(mark, "type-part");
  });
  return parts;
}
