// Expressions by precedence. Chains (`a + b + c`, `!!a`, `a.f().g()`) are built in loops: what is long
// must not become deep (L32). What stands at the leaves and in brackets is for primary.ts.

import type { Range } from "../diagnostic/source.ts";
import type { Expr, Name } from "./ast.ts";
import { fieldValues } from "./field-values.ts";
import { LEVELS, type Operator, operatorAt } from "./operators.ts";
import type { Parser } from "./parser.ts";
import { primary } from "./primary.ts";
import { closeBracket, skipToCloser } from "./recovery.ts";
import { commas } from "./sequences.ts";
import { isCapitalised } from "./token.ts";

const refused = (range: Range): Expr => ({ kind: "error", ...range });

export const expression = (p: Parser): Expr => p.nested(() => binary(p, LEVELS.or), refused);

export const sum = (p: Parser): Expr => p.nested(() => binary(p, LEVELS.sum), refused);

function binary(p: Parser, least: number): Expr {
  const mark = p.mark();
  const { start } = p.token;
  let left = unary(p);
  let compared = false;
  for (let op = operatorAt(p); op !== undefined && op.level >= least; op = operatorAt(p)) {
    if (compared && left.kind === "binary" && isTypeArguments(p, left.operator)) {
      left = typeArguments(p, left);
      continue;
    }
    const comparison = op.level === LEVELS.comparison;
    const at = p.bump();
    if (op.wrong !== undefined) p.report({ ...op.wrong, start: at.start, end: at.end });
    const right = binary(p, op.level + 1);
    if (comparison && compared) refuseChain(p, left, { op, at, right });
    compared = comparison;
    const { operator } = op;
    const former = left;
    left = p.chain({ mark, kind: "binary", start }, (range) => {
      const place = { start: at.start, end: at.end };
      return { kind: "binary", operator, at: place, left: former, right, ...range };
    });
  }
  return left;
}

type Link = { readonly op: Operator; readonly at: Range; readonly right: Expr };

/** `a < b < c`: comparisons do not associate. */
function refuseChain(p: Parser, left: Expr, { op, at, right }: Link): void {
  const middle = left.kind === "binary" ? left : undefined;
  const whole = middle === undefined ? "" : p.textOf({ start: left.start, end: right.end });
  const short = middle !== undefined && whole.length <= 70 && !whole.includes("\n");
  const both = short
    ? `${p.textOf(left)} && ${p.textOf(middle.right)} ${op.operator} ${p.textOf(right)}`
    : "a < b && b < c";
  p.report({
    code: "H0108",
    start: at.start,
    end: at.end,
    message: "comparisons cannot be chained",
    help: `write \`${both}\``,
  });
}

/** `empty<Nat>(…)` looks like two comparisons. */
const isTypeArguments = (p: Parser, before: string): boolean =>
  before === "<" && p.is(">") && p.peek().kind === "(";

function typeArguments(p: Parser, left: Expr): Expr {
  const { end } = p.bump();
  p.report({
    code: "H0108",
    start: left.start,
    end,
    message: "`<` and `>` in an expression compare",
    help: "leave type arguments out of expressions: the checker finds them",
  });
  callArguments(p);
  return refused(p.rangeFrom(left.start));
}

/** The sign of a number belongs to a unary node: there are no negative literals. */
function unary(p: Parser): Expr {
  const signs: { mark: number; start: number; operator: "!" | "-" }[] = [];
  for (;;) {
    const { kind, start, end } = p.token;
    const not = isNot(p);
    if (kind !== "!" && kind !== "-" && !not) break;
    if (not) p.report({ code: "H0109", start, end, message: "`not` is no operator", help: "write `!`" });
    signs.push({ mark: p.mark(), start, operator: kind === "-" ? "-" : "!" });
    p.bump();
  }
  let operand = postfix(p);
  for (let sign = signs.pop(); sign !== undefined; sign = signs.pop()) {
    const { mark, start, operator } = sign;
    const inner = operand;
    operand = p.chain({ mark, kind: "unary", start }, (range) => {
      return { kind: "unary", operator, operand: inner, ...range };
    });
  }
  return operand;
}

/** The word `not` before an operand; alone or called it may be a name. */
function isNot(p: Parser): boolean {
  const next = p.peek();
  return p.isWord("not") && !next.newlineBefore && (next.kind === "name" || next.kind === "true");
}

/** The names of `bank.Debit`, so long as nothing but names and points was read. */
const partsOf = (expr: Expr): Name[] | undefined => (expr.kind === "name" ? [expr.name] : undefined);

/** `x.f`, `f(a)`, `t[k]`, `r with { … }`, `bank.Debit { … }`, in any order. */
export function postfix(p: Parser): Expr {
  const mark = p.mark();
  const { start } = p.token;
  let left = primary(p);
  let parts = partsOf(left);
  for (;;) {
    const former = left;
    if (p.is(".")) {
      p.bump();
      const name = memberName(p);
      parts?.push(name);
      left = p.chain({ mark, kind: "field-access", start }, (range) => {
        return { kind: "field", of: former, name, ...range };
      });
    } else if (parts !== undefined && beginsRecord(p, parts)) {
      const path = { parts, start, end: p.lastEnd };
      const fields = fieldValues(p);
      left = p.chain({ mark, kind: "record", start }, (range) => ({
        kind: "record",
        path,
        fields,
        ...range,
      }));
      parts = undefined;
    } else if (p.is("(") && p.onSameLine) {
      const args = callArguments(p);
      left = p.chain({ mark, kind: "call", start }, (range) => ({
        kind: "call",
        callee: former,
        args,
        ...range,
      }));
      parts = undefined;
    } else if (p.is("[") && p.onSameLine) {
      const key = indexKey(p);
      left = p.chain({ mark, kind: "index", start }, (range) => ({
        kind: "index",
        of: former,
        key,
        ...range,
      }));
      parts = undefined;
    } else if (p.is("with")) {
      p.bump();
      const fields = withFields(p);
      left = p.chain({ mark, kind: "with", start }, (range) => ({
        kind: "with",
        of: former,
        fields,
        ...range,
      }));
      parts = undefined;
    } else return left;
  }
}

function memberName(p: Parser): Name {
  const { kind, start, end } = p.token;
  if (kind !== "integer" && kind !== "decimal") return p.name("the name of a field or function");
  p.report({
    code: "H0126",
    start,
    end,
    message: "the parts of a tuple have no numbers",
    help: "take the tuple apart: `let (a, b) = …`",
  });
  p.bump();
  return { text: "", start, end };
}

/** L51: an uppercase name with `{` on the same line, outside of heads. */
function beginsRecord(p: Parser, parts: readonly Name[]): boolean {
  if (!p.is("{") || p.token.newlineBefore || !isCapitalised(parts.at(-1)!.text)) return false;
  return p.layout.records || refusesRecord(p);
}

/** In a head, `Name {` can be meant as a record only if a field follows, which no block begins with. */
function refusesRecord(p: Parser): boolean {
  const [field, sign] = [p.peek(1), p.peek(2)];
  if (field.kind !== "name" || (sign.kind !== ":" && sign.kind !== ",")) return false;
  const { start, end } = p.token;
  p.report({
    code: "H0112",
    start,
    end,
    message: "a record in the head of `if`, `match` or `require` needs parentheses around it",
    help: "write `(Name { … })`: without them, `{` opens the block",
  });
  return true;
}

function callArguments(p: Parser): Expr[] {
  const mark = p.mark();
  const args: Expr[] = [];
  commas(p, ")", () => {
    args.push(p.rules.expression(p));
    refuseNamedArgument(p);
  });
  p.close(mark, "arguments");
  return args;
}

function refuseNamedArgument(p: Parser): void {
  if (!p.is(":")) return;
  const { start, end } = p.token;
  p.report({
    code: "H0101",
    start,
    end,
    message: "arguments have no names",
    help: "give the arguments alone, in the order of the parameters",
  });
  p.bump();
  p.rules.expression(p);
}

function indexKey(p: Parser): Expr {
  const open = p.bump();
  const key = p.inside({ newlinesEnd: false, records: true }, () => p.rules.expression(p));
  if (p.is(",") && !p.isRefused) {
    const help = "a key of several parts is a tuple: write `t[(a, b)]`";
    p.expected("`]`", { help });
    skipToCloser(p);
  }
  closeBracket(p, open, "]");
  return key;
}

function withFields(p: Parser) {
  if (p.is("{")) return fieldValues(p);
  p.expected("`{` and the fields that change");
  return [];
}
