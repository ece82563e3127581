// From an offset back to the expression that somebody would point to.

import { expect, it } from "vitest";
import { expressionAt } from "./expression-at.ts";

const text = `module demo.m

fn f(xs: List<Nat>) -> Nat fails {
  require xs.length() > 1 else Short { xs }
  let n = g(1, 2) + 3
  if n > 1 { h(n) } else { n + xs.get(0) }
}
`;
const source = { name: "m.hop", text };

it.each([
  ["require xs", "require xs.length() > 1 else Short { xs }"],
  ["xs.length() > 1", "xs.length()"],
  ["g(1, 2)", "g(1, 2)"],
  ["n > 1", "n > 1"],
  ["if n", "i"],
  ["h(n)", "h(n)"],
  ["n + xs", "n + xs.get(0)"],
  ["xs.get(0)", "xs.get(0)"],
])("at %s stands %s", (at, expression) => {
  const { start, end } = expressionAt(source, text.indexOf(at));
  expect(text.slice(start, end)).toBe(expression);
});
