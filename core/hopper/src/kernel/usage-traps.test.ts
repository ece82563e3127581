// L11–L16: the traps that copy or lose a resource. Each is refused with its own code and nothing else.

import { describe, expect, it } from "vitest";
import { check, some, type Write } from "../../test/program.ts";
import { ref } from "../../test/terms.ts";

const codes = (write: Write): string[] => check(write).map(({ code }) => code);

const REFUSED: Readonly<Record<string, readonly [string, Write]>> = {
  "a coin used twice": [
    "H0202",
    (p) => {
      const c = p.param("c");
      return p.tuple(p.use(c), p.use(c));
    },
  ],
  "a coin used twice, once deep in an argument": [
    "H0202",
    (p) => {
      const c = p.param("c");
      return p.call("f", p.use(c), p.call("g", p.use(c)));
    },
  ],
  "a coin never used": [
    "H0203",
    (p) => {
      p.param("c");
      return p.unit();
    },
  ],
  "the fee forgotten": [
    "H0203",
    (p) => {
      const [c, fee, rest] = [p.param("c"), p.variable("fee"), p.variable("rest")];
      return p.block(
        p.let(p.parts(p.bind(fee), p.bind(rest)), p.call("split", p.use(c), p.int(1))),
        p.call("deposit", p.use(rest)),
      );
    },
  ],
  "both sides of an escrow paid": [
    "H0202",
    (p) => {
      const held = p.param("held");
      return p.block(p.call("deposit", p.use(held)), p.call("deposit", p.use(held)));
    },
  ],
  "a row taken once and put back twice": [
    "H0202",
    (p) => {
      const [k, row] = [p.param("k", "ω"), p.variable("row")];
      return p.block(
        p.let(row, p.table("take", p.use(k))),
        p.table("insert", p.use(k), p.use(row)),
        p.table("insert", p.use(k), p.use(row)),
      );
    },
  ],
  "a closure called twice": [
    "H0202",
    (p) => {
      const [c, k] = [p.param("c"), p.variable("k", "once fn() -> Coin<USD>")];
      const make = p.let(k, p.lambda([], p.use(c), true));
      return p.block(make, p.tuple(p.apply(p.use(k)), p.apply(p.use(k))));
    },
  ],
  "a once closure never called": [
    "H0203",
    (p) => {
      const [c, k] = [p.param("c"), p.variable("k", "once fn() -> Coin<USD>")];
      return p.block(p.let(k, p.lambda([], p.use(c), true)), p.unit());
    },
  ],
  "an if without else that moves": [
    "H0201",
    (p) => {
      const c = p.param("c");
      return p.if(some(p), p.call("give", p.use(c)), p.unit());
    },
  ],
  "an arm that keeps what others move": [
    "H0201",
    (p) => {
      const [c, s] = [p.param("c"), p.param("s", "ω")];
      return p.match(
        p.use(s),
        [p.shape("Stage", 0), p.call("give", p.use(c))],
        [p.shape("Stage", 1), p.abort()],
        [p.wild(), p.unit()],
      );
    },
  ],
  "branches that disagree, though all ends in an abort": [
    "H0201",
    (p) => {
      const c = p.param("c");
      return p.block(p.if(some(p), p.call("give", p.use(c)), p.unit()), p.abort());
    },
  ],
  "Some(_) over a coin": [
    "H0207",
    (p) =>
      p.match(
        p.use(p.param("o", "1", "Option<Coin<USD>>")),
        [p.shape("Option", 1, p.wild("1")), p.unit()],
        [p.shape("Option", 0), p.unit()],
      ),
  ],
  "a wildcard arm over a resource": [
    "H0207",
    (p) => p.match(p.use(p.param("o", "1", "Option<Coin<USD>>")), [p.wild("1"), p.unit()]),
  ],
  "a list pattern that ignores its tail": [
    "H0207",
    (p) => {
      const head = p.variable("head");
      return p.match(p.use(p.param("coins")), [p.items([p.bind(head)], p.wild("1")), p.use(head)]);
    },
  ],
  "a record pattern without its coin": [
    "H0207",
    (p) => {
      const owner = p.bind(p.variable("owner"), "ω");
      return p.block(p.let(p.shape("Account", 0, owner, p.wild("1")), p.use(p.param("a"))), p.unit());
    },
  ],
  "a tuple with a coin dropped": ["H0206", (p) => p.block(p.linear(p.tuple(p.use(p.param("c")))), p.unit())],
  "a coin-returning call whose result is dropped": [
    "H0206",
    (p) => p.block(p.linear(p.call("withdraw")), p.unit()),
  ],
  "peek after move": [
    "H0208",
    (p) => {
      const c = p.param("c");
      return p.block(p.call("burn", p.use(c)), p.peek(p.use(c), "amount"));
    },
  ],
  "peek after a move inside an earlier argument": [
    "H0208",
    (p) => {
      const c = p.param("c");
      return p.tuple(p.call("burn", p.use(c)), p.peek(p.use(c), "amount"));
    },
  ],
  "peek of what a closure has taken": [
    "H0208",
    (p) => {
      const c = p.param("c");
      return p.tuple(p.lambda([], p.use(c), true), p.peek(p.use(c), "amount"));
    },
  ],
  "shadowing that loses": [
    "H0203",
    (p) => {
      p.param("c");
      const second = p.variable("c");
      return p.block(p.let(second, p.call("mint")), p.use(second));
    },
  ],
  "a closure that is not once captures a coin": [
    "H0204",
    (p) => {
      const [c, k] = [p.param("c"), p.variable("k")];
      return p.block(p.let(p.bind(k, "ω"), p.lambda([], p.use(c))), p.unit());
    },
  ],
  "a closure that is not once looks at a coin": [
    "H0204",
    (p) => {
      const c = p.param("c");
      return p.call("f", p.use(c), p.lambda([], p.peek(p.use(c), "amount")));
    },
  ],
  "a closure moves a coin in a loop": [
    "H0205",
    (p) => {
      const c = p.param("c");
      return p.call("fold", p.lambda([], p.call("deposit", p.use(c))));
    },
  ],
  "the inner of two closures is once, the outer is not": [
    "H0204",
    (p) => {
      const c = p.param("c");
      return p.lambda([], p.lambda([], p.use(c), true));
    },
  ],
  "a once closure that only looks": [
    "H0203",
    (p) => {
      const c = p.param("c");
      return p.lambda([], p.peek(p.use(c), "amount"), true);
    },
  ],
  "L13: an abort in a closure is none around it": [
    "H0203",
    (p) => {
      p.param("c");
      return p.lambda([], p.abort());
    },
  ],
  "a closure's own parameter lost": [
    "H0203",
    (p) => {
      const [, binder] = p.linearBinder("coin");
      return p.lambda([binder], p.unit());
    },
  ],
  "an update that forgets the old coin": [
    "H0203",
    (p) => {
      const [, binder] = p.linearBinder("funds");
      const value = p.call("zero");
      const key = p.int(1);
      return p.term({
        kind: "update",
        table: ref("accounts"),
        key,
        fields: [{ index: 1, bound: binder, value }],
      });
    },
  ],
  "an erased value used at run time": ["H0209", (p) => p.use(p.param("a", "0", "Data"))],
  "a resource row copied by get": ["H0210", (p) => p.linear(p.table("get", p.int(1)))],
  "a resource field copied by looking": ["H0210", (p) => p.linear(p.peek(p.table("get", p.int(1)), "funds"))],
  "one field of a resource that nobody holds": [
    "H0211",
    (p) => p.peek(p.linear(p.call("withdraw")), "amount"),
  ],
};

describe("usage", () => {
  it.each(Object.entries(REFUSED))("refuses %s", (_, [code, write]) => {
    expect(codes(write)).toEqual([code]);
  });

  it("tells of each variable once, and of all variables", () => {
    const write: Write = (p) => {
      const [c, d] = [p.param("c"), p.param("d")];
      const then = p.tuple(p.use(c), p.use(c));
      return p.block(p.if(some(p), then, p.unit()), p.call("f", p.use(c)), p.use(d), p.use(d));
    };
    expect(codes(write)).toEqual(["H0202", "H0202"]);
  });
});
