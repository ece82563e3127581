// A module: its heading, its imports, its declarations; and single expressions and declarations, which
// the read-evaluate-print loop and the builtins need.

import type { Declaration, Expr, Import, Module, Name, Path } from "./ast.ts";
import { declaration } from "./declarations.ts";
import type { Parser } from "./parser.ts";
import { commas } from "./sequences.ts";
import { path } from "./type-expressions.ts";

export function module(p: Parser): Module {
  let name: Path | undefined;
  const imports: Import[] = [];
  const declarations: Declaration[] = [];
  while (!p.atEnd) {
    const first = p.token;
    const before = p.position;
    if (p.isWord("module")) {
      const heading = moduleHeading(p);
      if (name !== undefined || imports.length > 0 || declarations.length > 0) refuseLate(p, first, "module");
      name ??= heading;
    } else if (p.isWord("import")) {
      imports.push(importOf(p));
      if (declarations.some(({ kind }) => kind !== "error-declaration")) refuseLate(p, first, "import");
    } else declarations.push(declaration(p));
    if (p.position > before) endDeclaration(p);
  }
  p.closeModule();
  return { name, imports, declarations, start: 0, end: p.lastEnd };
}

function moduleHeading(p: Parser): Path {
  const mark = p.mark();
  p.bump();
  const name = path(p, "the name of the module");
  p.close(mark, "heading");
  return name;
}

function importOf(p: Parser): Import {
  const mark = p.mark();
  const { start } = p.bump();
  const from = p.is("text") ? refuseQuoted(p) : path(p, "the name of a module");
  const names: Name[] = [];
  if (p.onSameLine) refuseForeignForms(p);
  if (p.is("{") && p.onSameLine) {
    const namesMark = p.mark();
    commas(p, "}", () => {
      names.push(p.name("an imported name"));
    });
    p.close(namesMark, "import-names");
  }
  p.close(mark, "import");
  return { path: from, names, ...p.rangeFrom(start) };
}

const IMPORT_HELP = "write `import std.auth {allowed, role}`";

/** `import "std.auth"`. */
function refuseQuoted(p: Parser): Path {
  p.expected("the name of a module", { help: IMPORT_HELP });
  const { start, end } = p.bump();
  return { parts: [{ text: "", start, end }], start, end };
}

/** `import std.auth.{role}`, `import std.auth as a`. */
function refuseForeignForms(p: Parser): void {
  if (p.is(".")) {
    p.expected("`{`", { help: IMPORT_HELP });
    p.bump();
  } else if (p.isWord("as")) {
    p.expected("`{`", {
      help: "a module is called by the last part of its name; it cannot be given another",
    });
    p.bump();
    p.name("a name");
  }
}

function refuseLate(
  p: Parser,
  { start, end }: { start: number; end: number },
  word: "module" | "import",
): void {
  p.report({
    code: "H0125",
    start,
    end,
    message:
      word === "module" ? "`module` stands first, and once" : "`import` stands before the declarations",
    help: word === "module" ? "a source holds one module" : "move it to the top, below `module`",
  });
}

/** After a declaration a new line begins. */
function endDeclaration(p: Parser): void {
  if (p.atEnd || p.token.newlineBefore || p.isRefused) return;
  const { start, end } = p.token;
  if (p.is("}") || p.is(")") || p.is("]")) return;
  p.report({
    code: "H0104",
    start,
    end,
    message: `expected the end of the line, found ${p.found()}`,
    label: "the declaration before ends here",
    help: p.is(";") ? "there are no semicolons: remove it" : "write each declaration on a line of its own",
  });
  const mark = p.mark();
  while (!p.atEnd && !p.token.newlineBefore) p.bump();
  p.close(mark, "error");
}

/** An expression and nothing else. */
export function soleExpression(p: Parser): Expr {
  const expr = p.rules.expression(p);
  finish(p, "the end of the expression");
  return expr;
}

/** One declaration and nothing else; functions of builtins have no body. */
export function soleDeclaration(p: Parser): Declaration {
  const only = declaration(p, "absent");
  finish(p, "the end of the declaration");
  return only;
}

function finish(p: Parser, what: string): void {
  if (!p.atEnd) p.expected(what);
  while (!p.atEnd) p.bump();
  p.closeModule();
}
