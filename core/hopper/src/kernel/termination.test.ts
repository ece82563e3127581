// L18: what ends by structure, what does not, and what partial functions may be called from.

import { describe, expect, it } from "vitest";
import { brief, ref, TermWriter } from "../../test/terms.ts";
import { Fuel } from "./fuel.ts";
import type { Term, Variable } from "./term.ts";
import { checkTermination, TERMINATION_STEPS_MAX, type TerminationFunction } from "./termination.ts";

class Functions extends TermWriter {
  readonly all: TerminationFunction[] = [];

  /** Declares `name` with parameters. */
  fn(
    name: string,
    parameters: readonly string[],
    body: (...parameters: Variable[]) => Term,
    more: Partial<TerminationFunction> = {},
  ): void {
    const variables = parameters.map((parameter) => this.variable(parameter, "List<Int>"));
    const range = this.line(`fn ${name}`);
    this.all.push({
      ref: ref(name),
      range,
      kind: "fn",
      partial: false,
      parameters: variables.map(({ id }) => id),
      body: body(...variables),
      ...more,
    });
  }

  /** `match of { [] => {}, [first, ..rest] => then }` */
  split(of: Term, then: (first: Variable, rest: Variable) => Term): Term {
    const [first, rest] = [this.variable("first"), this.variable("rest")];
    const pattern = this.items([this.bind(first, "ω")], this.bind(rest, "ω"));
    return this.match(of, [this.items([]), this.unit()], [pattern, then(first, rest)]);
  }

  check(steps = TERMINATION_STEPS_MAX) {
    return checkTermination(this.all, {
      source: this.source,
      isPartial: ({ name }) => name === "forever",
      feedingOf: ({ name }) => (name === "fold" ? { list: 0, closure: 2, item: 1 } : undefined),
      fuel: new Fuel(steps),
    });
  }
}

type Write = (w: Functions) => void;

function check(write: Write, steps?: number) {
  const functions = new Functions();
  write(functions);
  return functions.check(steps);
}

const ENDS: Readonly<Record<string, Write>> = {
  "a function that calls others": (w) => {
    w.fn("f", ["x"], (x) => w.call("g", w.use(x)));
    w.fn("g", ["x"], (x) => w.call("elsewhere", w.use(x)));
  },
  "recursion on the rest of a list": (w) =>
    w.fn("length", ["xs"], (xs) => w.split(w.use(xs), (_, rest) => w.call("length", w.use(rest)))),
  "recursion on both sides of a tree": (w) =>
    w.fn("size", ["tree"], (tree) => {
      const [left, right] = [w.variable("left"), w.variable("right")];
      const node = w.shape("Tree", 1, w.bind(left, "ω"), w.wild(), w.bind(right, "ω"));
      return w.match(
        w.use(tree),
        [w.shape("Tree", 0), w.unit()],
        [node, w.tuple(w.call("size", w.use(left)), w.call("size", w.use(right)))],
      );
    }),
  "recursion by way of a let, an alias and a field": (w) =>
    w.fn("f", ["x", "y"], (x, y) => {
      const [alias, below] = [w.variable("alias"), w.variable("below")];
      return w.block(
        w.let(w.bind(alias, "ω"), w.use(y)),
        w.let(w.bind(below, "ω"), w.peek(w.use(alias), "next")),
        w.call("f", w.use(x), w.field(w.use(below), "next")),
      );
    }),
  "recursion on two lists matched as a pair": (w) =>
    w.fn("zip", ["xs", "ys"], (xs, ys) => {
      const [a, b] = [w.variable("a"), w.variable("b")];
      const rest = (v: Variable) => w.items([w.wild()], w.bind(v, "ω"));
      return w.match(
        w.tuple(w.use(xs), w.use(ys)),
        [w.parts(rest(a), rest(b)), w.call("zip", w.use(a), w.use(b))],
        [w.wild(), w.unit()],
      );
    }),
  "functions that call each other on a rest": (w) => {
    w.fn("even", ["xs"], (xs) => w.split(w.use(xs), (_, rest) => w.call("odd", w.use(rest))));
    w.fn("odd", ["ys"], (ys) => w.call("even", w.use(ys)));
  },
  "size change: arguments change places, and one shrinks": (w) =>
    w.fn("merge", ["xs", "ys"], (xs, ys) =>
      w.split(w.use(xs), (_, rest) => w.call("merge", w.use(ys), w.use(rest))),
    ),
  "size change: the first argument shrinks, or stays while the second does": (w) =>
    w.fn("ackermann", ["xs", "ys"], (xs, ys) =>
      w.tuple(
        w.split(w.use(xs), (_, rest) => w.call("ackermann", w.use(rest), w.call("any"))),
        w.split(w.use(ys), (_, rest) => w.call("ackermann", w.use(xs), w.use(rest))),
      ),
    ),
  "recursion on the items of a list that fold hands on": (w) =>
    w.fn("size", ["tree"], (tree) => {
      const [sum, item] = [w.variable("sum"), w.variable("item")];
      const binders = [sum, item].map((variable) => ({ variable, type: w.unit(), quantity: "ω" as const }));
      const step = w.lambda(binders, w.call("size", w.use(item)));
      return w.call("fold", w.peek(w.use(tree), "children"), w.int(0), step);
    }),
  "a partial function may do anything": (w) => {
    w.fn("p", ["x"], (x) => w.tuple(w.call("p", w.use(x)), w.call("forever"), w.global("q")), {
      partial: true,
    });
    w.fn("q", [], () => w.call("p", w.unit()), { partial: true });
  },
  "an action may call a partial function, and test an action": (w) => {
    w.fn("p", [], () => w.call("p"), { partial: true });
    w.fn("act", [], () => w.tuple(w.call("p"), w.call("forever")), { kind: "entry" });
    w.fn("test", [], () => w.term({ kind: "command", fn: ref("act"), args: [] }), { kind: "entry" });
  },
};

const REFUSED: Readonly<Record<string, readonly [string, Write]>> = {
  "a call with the same argument": [
    "H0801: `f` may call itself for ever",
    (w) => w.fn("f", ["x"], (x) => w.call("f", w.use(x))),
  ],
  "a call with a number less one": [
    "H0801: `f` may call itself for ever",
    (w) => w.fn("f", ["n"], (n) => w.call("f", w.call("minus", w.use(n), w.int(1)))),
  ],
  "the rest of another list": [
    "H0801: `f` may call itself for ever",
    (w) => w.fn("f", ["x"], () => w.split(w.call("any"), (_, rest) => w.call("f", w.use(rest)))),
  ],
  "the list under another name": [
    "H0801: `f` may call itself for ever",
    (w) =>
      w.fn("f", ["x"], (x) => {
        const all = w.variable("all");
        return w.match(w.use(x), [w.items([], w.bind(all, "ω")), w.call("f", w.use(all))]);
      }),
  ],
  "what shrinks grows back": [
    "H0801: `even` may call itself for ever, by way of `odd`",
    (w) => {
      w.fn("even", ["xs"], (xs) => w.split(w.use(xs), (_, rest) => w.call("odd", w.use(rest), w.use(xs))));
      w.fn("odd", ["ys", "all"], (_, all) => w.call("even", w.use(all)));
    },
  ],
  "a function handed on as a value": [
    "H0801: `f` may call itself for ever",
    (w) =>
      w.fn("f", ["xs"], (xs) => w.split(w.use(xs), (_, rest) => w.call("map", w.use(rest), w.global("f")))),
  ],
  "a call in a closure": [
    "H0801: `f` may call itself for ever",
    (w) => w.fn("f", ["x"], (x) => w.lambda([], w.call("f", w.use(x)))),
  ],
  "a call in a type": [
    "H0801: `f` may call itself for ever",
    (w) =>
      w.fn("f", ["x"], (x) =>
        w.term({ kind: "call", fn: ref("g"), implicit: [w.call("f", w.use(x))], args: [] }),
      ),
  ],
  "the accumulator of a fold": [
    "H0801: `f` may call itself for ever",
    (w) =>
      w.fn("f", ["xs"], (xs) => {
        const [sum, item] = [w.variable("sum"), w.variable("item")];
        const binders = [sum, item].map((variable) => ({ variable, type: w.unit(), quantity: "ω" as const }));
        return w.call("fold", w.use(xs), w.use(xs), w.lambda(binders, w.call("f", w.use(sum))));
      }),
  ],
  "a constant defined by itself": [
    "H0801: `c` is defined by itself",
    (w) => w.fn("c", [], () => w.tuple(w.int(1), w.global("c")), { kind: "const" }),
  ],
  "a call of a partial function": [
    "H0802: `f` must end, and `p`, which it calls, may not",
    (w) => {
      w.fn("p", [], () => w.call("p"), { partial: true });
      w.fn("f", [], () => w.call("p"));
    },
  ],
  "a call of a partial function of another module": [
    "H0802: `f` must end, and `forever`, which it calls, may not",
    (w) => w.fn("f", [], () => w.call("forever")),
  ],
  "a partial function handed on": [
    "H0802: `f` must end, and `forever`, which it calls, may not",
    (w) => w.fn("f", [], () => w.call("map", w.global("forever"))),
  ],
  "an action called by a function": [
    "H0802: `f` must end, and `act`, which it calls, may not",
    (w) => {
      w.fn("act", [], () => w.unit(), { kind: "entry" });
      w.fn("f", [], () => w.call("act"));
    },
  ],
};

describe("termination", () => {
  it.each(Object.entries(ENDS))("accepts %s", (_, write) => {
    expect(check(write).flatMap(brief)).toEqual([]);
  });

  it.each(Object.entries(REFUSED))("refuses %s", (_, [message, write]) => {
    expect(check(write).map(({ code, message }) => `${code}: ${message}`)).toEqual([message]);
  });

  it("points to the call in which nothing shrinks", () => {
    const [found] = check((w) => {
      w.fn("even", ["xs"], (xs) => w.split(w.use(xs), (_, rest) => w.call("odd", w.use(rest))));
      w.fn("odd", ["ys"], (ys) => w.call("even", w.tuple(w.use(ys))));
    });
    expect(found!.span.source.text.slice(found!.span.start, found!.span.end)).toBe("even()");
    expect(found!.label).toBe("no argument is a part of a parameter");
    expect(found!.notes.map(({ label }) => label)).toEqual(["`even` calls `odd` here"]);
  });

  it("gives up on what takes too much work", () => {
    const turn: Write = (w) =>
      w.fn("f", ["a", "b", "c", "d", "e"], (...all) => {
        const below = all.map((variable) => w.field(w.use(variable), "next"));
        const [a, b, ...rest] = below as [Term, Term, ...Term[]];
        return w.tuple(w.call("f", ...rest, a, b), w.call("f", b, a, ...rest));
      });
    expect(check(turn)).toEqual([]);
    expect(check(turn, 100).map(({ code }) => code)).toEqual(["H0803"]);
  });
});
