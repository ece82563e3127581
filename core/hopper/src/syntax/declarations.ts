// Declarations by their first word, with `pub` and `partial` before it and the comment above it. What
// begins no declaration is passed over up to the next one.

import type { Declaration, DeclarationBody } from "./ast.ts";
import { asset, capability, notice, table, typeDeclaration } from "./data-declarations.ts";
import { declaredName } from "./declared-name.ts";
import { docBefore } from "./doc-comment.ts";
import { functionDeclaration, type Modifiers, migration, testDeclaration } from "./function-declarations.ts";
import type { Parser } from "./parser.ts";
import { refuseCloser, skipGroup } from "./recovery.ts";
import type { Token } from "./token.ts";

/** One declaration. Consumes a token at least, unless the source ends. */
export function declaration(p: Parser, bodies: Modifiers["bodies"] = "required"): Declaration {
  const mark = p.mark();
  const { start } = p.token;
  const doc = docBefore(p.triviaBefore);
  const pub = p.is("pub") ? p.bump() : undefined;
  const partial = p.isWord("partial") ? p.bump() : undefined;
  const word = p.is("fn") ? "fn" : p.token.value;
  const body = bodyBy(p, {
    word,
    modifiers: { public: pub !== undefined, partial: partial !== undefined, bodies },
  });
  p.close(mark, body.kind === "error-declaration" ? "error" : "declaration");
  checkModifiers(p, body, { pub, partial });
  return { doc, ...body, ...p.rangeFrom(start) };
}

function bodyBy(p: Parser, { word, modifiers }: { word: string; modifiers: Modifiers }): DeclarationBody {
  switch (word) {
    case "const":
      return constant(p, modifiers);
    case "type":
    case "resource":
      return typeDeclaration(p, word === "resource", modifiers.bodies);
    case "currency":
    case "asset":
      return asset(p, word === "currency");
    case "table":
      return table(p);
    case "capability":
      return capability(p);
    case "policy":
      return policy(p);
    case "event":
    case "error":
      return notice(p, word);
    case "invariant":
      return invariant(p);
    case "upgrade":
      return upgrade(p);
    case "fn":
    case "action":
    case "query":
    case "init":
      return functionDeclaration(p, word, modifiers);
    case "migrate":
      return migration(p);
    case "test":
      return testDeclaration(p);
    default:
      return unknown(p, word);
  }
}

/** L53: everything but `fn` and `const` is public, or belongs to its module by nature. */
function checkModifiers(
  p: Parser,
  body: DeclarationBody,
  { pub, partial }: { pub: Token | undefined; partial: Token | undefined },
): void {
  if (body.kind === "error-declaration") return;
  if (pub !== undefined && body.kind !== "fn" && body.kind !== "const") {
    p.report({
      code: "H0115",
      start: pub.start,
      end: pub.end,
      message: "`pub` stands before `fn` and `const` only",
      help: "remove it: actions, queries, types, errors and the like can be imported as they are",
    });
  }
  if (partial !== undefined && body.kind !== "fn") {
    p.report({
      code: "H0115",
      start: partial.start,
      end: partial.end,
      message: "`partial` stands before `fn` only",
      help: "remove it",
    });
  }
}

/** `const fee: Percent = 1%` */
function constant(p: Parser, modifiers: Modifiers): DeclarationBody {
  p.bump();
  const name = declaredName(p, "a constant", "any");
  const type = p.eat(":") ? p.rules.type(p) : undefined;
  p.expect("=", "`=` and a value");
  return { kind: "const", public: modifiers.public, name, type, value: p.rules.expression(p) };
}

/** `policy operator = at_least(2, [ann, ben, cy])` */
function policy(p: Parser): DeclarationBody {
  p.bump();
  const name = declaredName(p, "a policy", "small");
  p.expect("=", "`=` and a policy", { help: 'write `policy name = role("treasury")`' });
  return { kind: "policy", name, value: p.rules.expression(p) };
}

/** `invariant mandates: fee >= 0 USD` */
function invariant(p: Parser): DeclarationBody {
  p.bump();
  const name = p.name("the name of a table");
  p.expect(":", "`:` and a condition", { help: "write `invariant table: condition`" });
  return { kind: "invariant", table: name, condition: p.rules.expression(p) };
}

/** `upgrade by POLICY`, `upgrade never`, `upgrade by never`. */
function upgrade(p: Parser): DeclarationBody {
  p.bump();
  const by = p.eatWord("by");
  if (p.eatWord("never")) return { kind: "upgrade", policy: undefined };
  if (!by) p.expected("`by` or `never`", { help: "write `upgrade by policy` or `upgrade never`" });
  return { kind: "upgrade", policy: p.rules.expression(p) };
}

const USE_FN =
  "a function is `fn name(x: Type) -> Type { … }`, one that commands call is `action name(…) { … }`";
const USE_TYPE = "a record is `type Name { field: Type }`, one that holds coins is `resource Name { … }`";

const HINTS: ReadonlyMap<string, string> = new Map([
  ["function", USE_FN],
  ["func", USE_FN],
  ["def", USE_FN],
  ["fun", USE_FN],
  ["struct", USE_TYPE],
  ["class", USE_TYPE],
  ["record", USE_TYPE],
  ["enum", "a choice is `type Name { First, Second }`"],
  ["interface", "there are no interfaces: pass a record of functions"],
  ["contract", "a contract is a module: `module my.contract` in the first line"],
  ["let", "a constant is `const name = value`"],
  ["var", "a constant is `const name = value`; what changes is a row of a table"],
  ["use", "write `import module {name, name}`"],
  ["from", "write `import module {name, name}`"],
  ["require", "a condition on every row of a table is `invariant table: condition`"],
]);

function unknown(p: Parser, word: string): DeclarationBody {
  const { start, end } = p.token;
  const text = p.textOf({ start, end });
  if (word === "theorem") {
    p.report({
      code: "H0114",
      start,
      end,
      message: "theorems are not in this version of the language",
      help: "write a `test`, or an `ensures` that is checked",
    });
  } else if (p.is("}") || p.is(")") || p.is("]")) {
    refuseCloser(p);
    p.bump();
    return { kind: "error-declaration" };
  } else if (!p.isRefused) {
    p.report({
      code: "H0118",
      start,
      end,
      message: `expected a declaration, found ${p.found()}`,
      help:
        HINTS.get(text) ??
        "a module consists of declarations: type, resource, table, fn, action, query, test and others",
    });
  }
  skipToDeclaration(p);
  return { kind: "error-declaration" };
}

function skipToDeclaration(p: Parser): void {
  if (!p.atEnd) p.bump();
  while (!p.atEnd && !p.beginsDeclaration && !(p.token.atMargin && p.is("name"))) {
    const before = p.position;
    skipGroup(p);
    if (p.position === before && !p.atEnd) p.bump();
  }
}
