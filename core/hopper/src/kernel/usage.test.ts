// L11–L16: the ways to keep a resource.

import { describe, expect, it } from "vitest";
import { check, some, type Write } from "../../test/program.ts";
import { brief, ref } from "../../test/terms.ts";

const told = (write: Write): string => check(write).flatMap(brief).join("\n");

const ACCEPTED: Readonly<Record<string, Write>> = {
  "a parameter given back": (p) => p.use(p.param("c")),
  "a parameter handed on": (p) => p.call("deposit", p.use(p.param("c"))),
  "Data used often or never": (p) => {
    const t = p.param("t", "ω");
    p.param("unused", "ω");
    return p.call("f", p.use(t), p.use(t));
  },
  "a coin split, both parts placed": (p) => {
    const [c, a, b] = [p.param("c"), p.variable("a"), p.variable("b")];
    return p.block(
      p.let(p.parts(p.bind(a), p.bind(b)), p.call("split", p.use(c), p.int(1))),
      p.call("deposit", p.use(a)),
      p.call("deposit", p.use(b)),
    );
  },
  "L54: a later argument looks at what an earlier one hands over": (p) => {
    const c = p.param("held");
    return p.call("split", p.use(c), p.call("percent", p.peek(p.use(c), "amount")));
  },
  "L54 in fields, tuples, lists, rows and calls of closures": (p) => {
    const [c, d, e, f, k] = [p.param("c"), p.param("d"), p.param("e"), p.param("f"), p.param("k")];
    return p.block(
      p.call("open", p.make("Account", 0, p.use(c), p.peek(p.use(c), "amount"))),
      p.call("pay", p.tuple(p.use(d), p.peek(p.use(d), "amount"))),
      p.call("pay", p.list([p.use(e), p.call("g", p.peek(p.use(e), "amount"))])),
      p.apply(p.use(k), p.use(f), p.peek(p.use(f), "amount"), p.peek(p.use(k), "x")),
    );
  },
  "moved in both branches": (p) => {
    const c = p.param("c");
    return p.if(some(p), p.call("keep", p.use(c)), p.call("give", p.use(c)));
  },
  "L13: kept in a branch that aborts": (p) => {
    const c = p.param("c");
    return p.if(some(p), p.abort(p.peek(p.use(c), "amount")), p.call("give", p.use(c)));
  },
  "L13: a wildcard over a resource where the arm aborts": (p) =>
    p.match(
      p.use(p.param("c", "1", "Option<Coin<USD>>")),
      [p.shape("Option", 1, p.wild("1")), p.abort()],
      [p.shape("Option", 0), p.unit()],
    ),
  "L13: every path aborts": (p) => {
    p.param("c");
    return p.if(some(p), p.abort(), p.abort());
  },
  "the error of a require looks at a coin, and uses one up": (p) => {
    const [c, d] = [p.param("c"), p.param("d")];
    return p.block(
      p.require(some(p), p.call("error", p.peek(p.use(c), "amount"), p.call("burn", p.use(d)))),
      p.call("give", p.use(c)),
      p.use(d),
    );
  },
  "None of an optional coin holds nothing": (p) => {
    const c = p.variable("c");
    return p.match(
      p.use(p.param("o", "1", "Option<Coin<USD>>")),
      [p.shape("Option", 1, p.bind(c)), p.call("burn", p.use(c))],
      [p.shape("Option", 0), p.unit()],
    );
  },
  "a list taken apart with its rest": (p) => {
    const [head, tail] = [p.variable("head"), p.variable("tail")];
    return p.match(
      p.use(p.param("coins", "1", "List<Coin<USD>>")),
      [p.items([]), p.unit()],
      [p.items([p.bind(head)], p.bind(tail)), p.call("f", p.use(head), p.use(tail))],
    );
  },
  "L15: a once closure that captures a coin, called once": (p) => {
    const [c, k] = [p.param("c"), p.variable("k")];
    return p.block(p.let(k, p.lambda([], p.call("burn", p.use(c)), true)), p.apply(p.use(k)));
  },
  "a once closure in a once closure": (p) => {
    const c = p.param("c");
    return p.lambda([], p.lambda([], p.use(c), true), true);
  },
  "a closure that takes a coin and gives one back": (p) => {
    const [c, [coin, binder]] = [p.param("c"), p.linearBinder("coin")];
    return p.call("fold", p.use(c), p.lambda([binder], p.call("pass", p.use(coin))));
  },
  "an update that uses the old coin": (p) => {
    const [funds, binder] = p.linearBinder("funds");
    return p.term({
      kind: "update",
      table: ref("accounts"),
      key: p.use(p.param("key", "ω")),
      fields: [{ index: 1, bound: binder, value: p.call("join", p.use(funds)) }],
    });
  },
  "looking through a row": (p) => p.peek(p.peek(p.table("get", p.use(p.param("n", "ω"))), "funds"), "amount"),
  "erased positions count nothing": (p) => {
    const [c, t] = [p.param("c"), p.param("a", "0", "Data")];
    const type = p.term({ kind: "primitive", name: "Coin", args: [p.use(c), p.use(t)] });
    return p.block(
      p.term({ kind: "call", fn: ref("zero"), implicit: [p.use(t), p.use(c)], args: [] }),
      p.let(p.bind(p.variable("x"), "ω"), type),
      p.use(c),
    );
  },
};

describe("usage", () => {
  it.each(Object.entries(ACCEPTED))("accepts %s", (_, write) => {
    expect(told(write)).toBe("");
  });

  it("takes scopes as wide as sources go", () => {
    const wide: Write = (p) => {
      const variables = Array.from({ length: 150_000 }, (_, id) => ({
        id: id + 1,
        name: "c",
        range: { start: 0, end: 1 },
      }));
      const pattern = p.parts(...variables.slice(0, 5).map((variable) => p.bind(variable)));
      const all = { ...pattern, parts: variables.map((variable) => p.bind(variable)) };
      const uses = variables.map(({ id, range }) => ({ kind: "local" as const, id, range }));
      return p.block(p.let(all, p.use(p.param("all"))), p.list(uses));
    };
    expect(told(wide)).toBe("");
  });
});
