import { describe, expect, it } from "vitest";
import { sketch } from "../../test/sketch.ts";
import { parseExpression } from "./index.ts";

function parsed(text: string): string {
  const { expression, diagnostics } = parseExpression({ name: "prompt", text });
  expect(diagnostics).toEqual([]);
  return sketch(expression);
}

describe("literals", () => {
  it.each([
    ["0", "0"],
    ["1_000_000", "1000000"],
    ["40.00", "4000e-2"],
    ["40.00 USD", "4000e-2:USD"],
    ["7 bank.USD", "7:bank.USD"],
    ["5%", "5%"],
    ["0.25%", "25e-2%"],
    ["true", "true"],
    ['"a\\n\\"\\\\\\u{1F600}\\t"', '"a\\n\\"\\\\😀\\t"'],
    ["?amount", "?amount"],
    ["{}", "(tuple)"],
    ["[]", "(list)"],
    ["[a, b, ..rest]", "(list a b ..rest)"],
    ["(a, (b), c)", "(tuple a b c)"],
    ["((a))", "a"],
  ])("%s", (text, tree) => expect(parsed(text)).toBe(tree));
});

describe("precedence and association", () => {
  it.each([
    ["a || b && c", "(|| a (&& b c))"],
    ["a && b || c && d", "(|| (&& a b) (&& c d))"],
    ["a && b == c", "(&& a (== b c))"],
    ["a == b ++ c", "(== a (++ b c))"],
    ["a ++ b + c", "(++ a (+ b c))"],
    ["a + b * c - d", "(- (+ a (* b c)) d)"],
    ["a - b - c", "(- (- a b) c)"],
    ["a * b mod c", "(mod (* a b) c)"],
    ["(a - b) * c", "(* (- a b) c)"],
    ["-a * b", "(* (- a) b)"],
    ["!a && !b", "(&& (! a) (! b))"],
    ["--a", "(- (- a))"],
    ["-a.f(b)", "(- (call (. a f) b))"],
    ["-40.00 USD", "(- 4000e-2:USD)"],
    ["a >= 0 USD && b", "(&& (>= a 0:USD) b)"],
  ])("%s", (text, tree) => expect(parsed(text)).toBe(tree));
});

describe("what stands behind an operand", () => {
  it.each([
    ["accounts[n].funds.amount", "(. (. (index accounts n) funds) amount)"],
    ["safes[(who, isin)].units", "(. (index safes (tuple who isin)) units)"],
    ["a.b(c).d()", "(call (. (call (. a b) c) d))"],
    ["f(a, b,)", "(call f a b)"],
    ["f(a)(b)", "(call (call f a) b)"],
    ["r with { a: 1, b }", "(with r a:1 b)"],
    ["f(x) with { a: 1 }.a", "(. (with (call f x) a:1) a)"],
    ["Account { owner, funds: x }", "(record Account owner funds:x)"],
    ["bank.Debit { account: a }", "(record bank.Debit account:a)"],
    ["Terms {\n  a: 1, b: 2\n  c: 3\n}", "(record Terms a:1 b:2 c:3)"],
    ["Empty {}", "(record Empty)"],
    ["f(Point { x: 1 })", "(call f (record Point x:1))"],
  ])("%s", (text, tree) => expect(parsed(text)).toBe(tree));
});

describe("control", () => {
  it.each([
    ["if a { b } else { c }", "(if a { => b} { => c})"],
    ["if a { b } else if c { d } else { e }", "(if a { => b} (if c { => d} { => e}))"],
    ["if a == B { c }", "(if (== a B) { => c})"],
    ["if (P { x: 1 }) == p { c }", "(if (== (record P x:1) p) { => c})"],
    ["if f(P { x: 1 }) { c }", "(if (call f (record P x:1)) { => c})"],
    ["match x { A => 1, B(y) => 2 }", "(match x ((A) => 1) ((B y) => 2))"],
    ["match x {\n  A => 1\n  _ => { 2 }\n  y => {}\n}", "(match x ((A) => 1) (_ => { => 2}) (y => (tuple)))"],
    ["require a else E { b: c }", "(require a (record E b:c))"],
    ["require a", "(require a)"],
    ["abort E { a }", "(abort (record E a))"],
    ["emit E { a }", "(emit (record E a))"],
    ["update t[k] { f => g(f), h => 1 }", "(update t k f:(call g f) h:1)"],
    ["update t[k].u[l] { f => 1 }", "(update (. (index t k) u) l f:1)"],
    ["fn(x: Nat, y) -> Nat { x }", "(fn (x:Nat, y) -> Nat { => x})"],
    ["once fn() { f(c) }", "(once fn () { => (call f c)})"],
    ["once", "once"],
    ["{ let a = 1\n a }", "{(let a 1); => a}"],
    [
      "{ let (a, _): (Nat, Nat) = p\n f(a)\n let b = a }",
      "{(let (tuple a _):(Nat, Nat) p); (call f a); (let b a);}",
    ],
  ])("%s", (text, tree) => expect(parsed(text)).toBe(tree));
});

describe("newlines (L50, L51)", () => {
  it.each([
    ["within parentheses they are space", "f(\n  a\n  + b,\n  c\n)", "(call f (+ a b) c)"],
    [
      "an operator or point goes on with the line before",
      "{ a\n  + b\n  .f()\n  mod c }",
      "{ => (+ a (mod (call (. b f)) c))}",
    ],
    ["a bracket does not", "{ f\n (a)\n [b] }", "{f; a; => (list b)}"],
    ["a record needs its brace on the line", "{ A\n { b } }", "{A; => { => b}}"],
    ["an operator at the end of a line goes on", "{ a +\n b }", "{ => (+ a b)}"],
    ["in a block within parentheses they end statements again", "f({ a\n b })", "(call f {a; => b})"],
    ["a carriage return may stand before them", "{ a\r\n b }\r\n", "{a; => b}"],
  ])("%s", (_, text, tree) => expect(parsed(text)).toBe(tree));
});

it("words of declarations and clauses are names in expressions", () => {
  expect(parsed("policy + type + event + table + requires + reads + exists")).toBe(
    "(+ (+ (+ (+ (+ (+ policy type) event) table) requires) reads) exists)",
  );
});

it("ranges are those of what was written, without the space around it", () => {
  const text = "  f( a + 1 ).g[ k ]  ";
  const { expression } = parseExpression({ name: "prompt", text });
  const spelled = (range: { start: number; end: number }) => text.slice(range.start, range.end);
  expect(spelled(expression)).toBe("f( a + 1 ).g[ k ]");
  if (expression.kind !== "index" || expression.of.kind !== "field") throw new Error("an index of a field");
  expect(spelled(expression.key)).toBe("k");
  expect(spelled(expression.of.name)).toBe("g");
  const call = expression.of.of;
  if (call.kind !== "call" || call.args[0]?.kind !== "binary") throw new Error("a call with a sum");
  expect(spelled(call)).toBe("f( a + 1 )");
  expect(spelled(call.args[0].at)).toBe("+");
});

it("what follows the expression is refused", () => {
  const { diagnostics } = parseExpression({ name: "prompt", text: "a b" });
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "H0101 expected the end of the expression, found `b`",
  ]);
});
