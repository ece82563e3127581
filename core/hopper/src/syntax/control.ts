// `if`, `match`, `require`, `abort`, `emit`, `update`: expressions that begin with a keyword. In the heads
// of `if`, `match` and `require` no record begins, since `{` opens the block there (L51).

import type { Arm, Block, Expr, Name } from "./ast.ts";
import type { Parser } from "./parser.ts";
import { skipLine } from "./recovery.ts";
import { lines } from "./sequences.ts";

/** The expression whose keyword is the current token; undefined if it is no such keyword. */
export function control(p: Parser): Expr | undefined {
  switch (p.token.kind) {
    case "if":
      return conditional(p);
    case "match":
      return matching(p);
    case "require":
      return requirement(p);
    case "abort":
      return abortion(p);
    case "emit":
      return emission(p);
    case "update":
      return update(p);
    default:
      return undefined;
  }
}

/** An expression before a brace that belongs to something else. */
export const head = (p: Parser): Expr =>
  p.inside({ newlinesEnd: p.layout.newlinesEnd, records: false }, () => p.rules.expression(p));

/** The block that must stand here; an empty one if it does not. */
export function blockAfter(p: Parser, what: string, elseEnds?: "else-ends"): Block {
  if (p.is("{")) return p.rules.block(p, elseEnds);
  const then = p.isWord("then") && p.onSameLine;
  const help = then
    ? "there is no `then`: write `if condition { … }`"
    : "a block stands between braces: `{ … }`";
  p.expected(`\`{\` and the block ${what}`, { help });
  if (then) p.bump();
  const { start, end } = p.place();
  // `if c x`: what was meant as the block is read, so that complaints about it are complete.
  const result = p.onSameLine && !p.isOutside && !p.is("}") ? p.rules.expression(p) : undefined;
  return { kind: "block", statements: [], result, start, end };
}

function conditional(p: Parser): Expr {
  const mark = p.mark();
  const { start } = p.bump();
  const condition = head(p);
  const then = blockAfter(p, "for when the condition holds", "else-ends");
  const otherwise = p.is("else") ? alternative(p) : undefined;
  p.close(mark, "if");
  return { kind: "if", condition, then, else: otherwise, ...p.rangeFrom(start) };
}

function alternative(p: Parser): Expr {
  if (p.token.newlineBefore && !p.isRefused) refuseElse(p, "`} else {`");
  p.bump();
  if (!p.is("if")) return blockAfter(p, "for when the condition does not hold");
  return p.nested(
    () => conditional(p),
    (range): Expr => ({ kind: "error", ...range }),
  );
}

/** Section 2: a newline ends the statement, so an `else` below it belongs to nothing. */
function refuseElse(p: Parser, help: string): void {
  const { start, end } = p.token;
  p.report({
    code: "H0106",
    start,
    end,
    message: "`else` stands on a line of its own",
    help: `write it behind what it belongs to: ${help}`,
  });
}

function matching(p: Parser): Expr {
  const mark = p.mark();
  const { start } = p.bump();
  const scrutinee = head(p);
  const arms: Arm[] = [];
  if (p.is("{")) {
    const armsMark = p.mark();
    lines(p, () => {
      const found = arm(p);
      if (found !== undefined) arms.push(found);
    });
    p.close(armsMark, "arms");
  } else p.expected("`{` and the cases of the match");
  p.close(mark, "match");
  return { kind: "match", scrutinee, arms, ...p.rangeFrom(start) };
}

function arm(p: Parser): Arm | undefined {
  const mark = p.mark();
  const { start } = p.token;
  const before = p.position;
  const pattern = p.rules.pattern(p);
  if (p.position === before) return undefined;
  if (!p.eat("=>")) {
    refuseArrow(p, pattern.kind === "variable" ? pattern.name : undefined);
    if (p.is("->") || p.is(":") || p.is("=")) p.bump();
    else {
      skipLine(p);
      p.close(mark, "arm");
      return { pattern, body: { kind: "error", ...p.rangeFrom(start) }, ...p.rangeFrom(start) };
    }
  }
  const body = p.rules.expression(p);
  p.close(mark, "arm");
  return { pattern, body, ...p.rangeFrom(start) };
}

function refuseArrow(p: Parser, variable: Name | undefined): void {
  if (p.isRefused) return;
  if (p.is("if")) {
    return p.expected("`=>`", {
      help: "a case has no condition: decide behind it, `Pattern => if … { … } else { … }`",
    });
  }
  if (variable?.text === "case") return p.expected("`=>`", { help: "leave `case` out" });
  if (!p.is("->")) return p.expected("`=>` and what the case results in");
  const { start, end } = p.token;
  const message = "a case is written with `=>`";
  p.report({ code: "H0119", start, end, message, help: "`->` stands before the result of a function only" });
}

function requirement(p: Parser): Expr {
  const mark = p.mark();
  const { start } = p.bump();
  const condition = head(p);
  let otherwise: Expr | undefined;
  if (p.is("else")) {
    if (p.token.newlineBefore) refuseElse(p, "`require condition else E { … }`");
    p.bump();
    otherwise = p.rules.expression(p);
  }
  p.close(mark, "require");
  return { kind: "require", condition, otherwise, ...p.rangeFrom(start) };
}

function abortion(p: Parser): Expr {
  const mark = p.mark();
  const { start } = p.bump();
  const error = p.rules.expression(p);
  p.close(mark, "abort");
  return { kind: "abort", error, ...p.rangeFrom(start) };
}

function emission(p: Parser): Expr {
  const mark = p.mark();
  const { start } = p.bump();
  const event = p.rules.expression(p);
  p.close(mark, "emit");
  return { kind: "emit", event, ...p.rangeFrom(start) };
}

/** `update t[k] { field => e }`. */
function update(p: Parser): Expr {
  const mark = p.mark();
  const { start } = p.bump();
  const { newlinesEnd } = p.layout;
  const row = p.inside({ newlinesEnd, records: false }, () => p.rules.operand(p));
  if (row.kind !== "index" && row.kind !== "error") {
    p.report({
      code: "H0121",
      start: row.start,
      end: row.end,
      message: "`update` needs the row of a table",
      help: "write `update table[key] { field => value }`",
    });
  }
  const fields: { name: Name; value: Expr }[] = [];
  if (p.is("{")) {
    const fieldsMark = p.mark();
    lines(p, () => {
      const field = updatedField(p);
      if (field !== undefined) fields.push(field);
    });
    p.close(fieldsMark, "update-fields");
  } else p.expected("`{` and the fields that change");
  p.close(mark, "update");
  const range = p.rangeFrom(start);
  if (row.kind !== "index") return { kind: "error", ...range };
  return { kind: "update", table: row.of, key: row.key, fields, ...range };
}

function updatedField(p: Parser): { name: Name; value: Expr } | undefined {
  const mark = p.mark();
  const before = p.position;
  const name = p.name("a field's name");
  if (p.position === before) return undefined;
  if (p.is(":") || p.is("=") || p.is("->")) {
    p.expected("`=>`", { help: "`update` says what each field becomes: `field => value`" });
    p.bump();
  } else if (!p.expect("=>", "`=>` and the field's new value")) {
    p.close(mark, "field-value");
    return { name, value: { kind: "error", start: name.start, end: name.end } };
  }
  const value = p.rules.expression(p);
  p.close(mark, "field-value");
  return { name, value };
}
