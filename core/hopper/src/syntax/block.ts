// Blocks: statements on lines of their own, the last of which is the result.

import type { Block, Expr, Statement } from "./ast.ts";
import type { Parser } from "./parser.ts";
import { closeBracket, refuseCloser, skipGroup, skipLine } from "./recovery.ts";
import { refuseSemicolons } from "./sequences.ts";
import type { Token } from "./token.ts";

/** The brace is the current token. */
export const block = (p: Parser, elseEnds?: "else-ends"): Block =>
  p.nested(
    () => braced(p, elseEnds !== undefined),
    (range): Block => ({ kind: "block", statements: [], result: undefined, ...range }),
  );

function braced(p: Parser, elseEnds: boolean): Block {
  const mark = p.mark();
  const open = p.bump();
  refuseNamelessRecord(p, open);
  const statements = p.inside({ newlinesEnd: true, records: true }, () => statementsOf(p, elseEnds));
  closeBracket(p, open, "}");
  p.close(mark, "block");
  const last = statements.at(-1);
  const range = p.rangeFrom(open.start);
  if (last?.kind !== "expression") return { kind: "block", statements, result: undefined, ...range };
  return { kind: "block", statements: statements.slice(0, -1), result: last.expr, ...range };
}

/** `{ owner: x }` or `{ owner, funds }`: no statement begins so. */
function refuseNamelessRecord(p: Parser, open: Token): void {
  const next = p.peek();
  if (!p.is("name") || (next.kind !== ":" && next.kind !== ",")) return;
  p.report({
    code: "H0113",
    start: open.start,
    end: open.end,
    message: "a record begins with the name of its type",
    label: "this opens a block",
    help: `write \`Name { ${p.token.value}${next.kind === ":" ? ": …" : ", …"} }\``,
  });
  while (!p.isOutside && !p.is("}")) {
    const before = p.position;
    skipGroup(p);
    if (p.position === before) return;
  }
}

function statementsOf(p: Parser, elseEnds: boolean): Statement[] {
  const statements: Statement[] = [];
  while (!p.isOutside && !p.is("}") && !(elseEnds && p.is("else"))) {
    const before = p.beginItem();
    const first = p.token;
    statements.push(statement(p));
    if (p.is(";")) refuseSemicolons(p);
    else if (!p.isOutside && !p.is("}") && !p.token.newlineBefore) endLine(p, first);
    if (p.position === before) passOver(p);
  }
  return statements;
}

/** The statement is over, but its line is not. */
function endLine(p: Parser, first: Token): void {
  if (!p.isRefused) {
    const { start, end } = p.token;
    if (p.is("=")) {
      p.report({
        code: "H0123",
        start,
        end,
        message: "nothing can be assigned to",
        help: "bind a new name with `let`; change a row with `update table[key] { field => value }`",
      });
    } else if (p.is(")") || p.is("]")) refuseCloser(p);
    else {
      const label = "the statement before ends here";
      p.report({
        code: "H0104",
        start,
        end,
        message: `expected the end of the line, found ${p.found()}`,
        label,
        help: hintFor(first, p.token),
      });
    }
  }
  skipLine(p);
}

function hintFor(first: Token, found: Token): string {
  if (found.kind === "=>") return "a function is written `fn(x: Text) { … }`, a case stands in a `match`";
  if (found.kind === ":") return "the type of a name is written in a `let`: `let name: Type = …`";
  if (found.kind === "," && first.kind === "require") return "write `require condition else Error { … }`";
  if (found.kind === ",") return "put parentheses around a tuple: `(a, b)`";
  if (found.kind === "{" && first.kind === "name") return "a call takes its arguments in parentheses";
  return "write each statement on a line of its own";
}

/** No statement could be read here: something must be consumed. */
function passOver(p: Parser): void {
  const before = p.position;
  if (p.is(")") || p.is("]")) {
    if (!p.isRefused) refuseCloser(p);
    p.bump();
  } else if (p.is(",")) p.bump();
  else skipLine(p);
  if (p.position === before && !p.isOutside && !p.is("}")) p.bump();
}

function statement(p: Parser): Statement {
  if (p.is("let")) return binding(p);
  const { start } = p.token;
  const expr = p.rules.expression(p);
  return { kind: "expression", expr, ...p.rangeFrom(start) };
}

function binding(p: Parser): Statement {
  const mark = p.mark();
  const { start } = p.bump();
  if (p.isWord("mut") && p.peek().kind === "name") refuseMut(p);
  const pattern = p.rules.pattern(p);
  const type = p.eat(":") ? p.rules.type(p) : undefined;
  const value = boundValue(p);
  p.close(mark, "let");
  return { kind: "let", pattern, type, value, ...p.rangeFrom(start) };
}

function boundValue(p: Parser): Expr {
  if (p.is("==")) {
    p.expected("`=` and a value", { help: "`==` compares; a name is bound with `=`" });
    p.bump();
  } else if (!p.expect("=", "`=` and a value")) {
    return { kind: "error", ...p.place() };
  }
  return p.rules.expression(p);
}

function refuseMut(p: Parser): void {
  const { start, end } = p.bump();
  p.report({
    code: "H0109",
    start,
    end,
    message: "there are no variables that change",
    help: "leave `mut` out, and bind a new name for a new value",
  });
}
