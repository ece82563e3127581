// L17: recursive types that are strictly positive and can be made, and those that are not or cannot.

import { describe, expect, it } from "vitest";
import { brief, ref, TermWriter } from "../../test/terms.ts";
import { checkInhabitation } from "./inhabitation.ts";
import { checkPositivity, type TypeDeclaration } from "./positivity.ts";
import type { Term, Variable } from "./term.ts";

class Types extends TermWriter {
  readonly all: TypeDeclaration[] = [];

  /** Declares a type; `fields` are those of each constructor. */
  type(name: string, parameters: readonly string[], fields: (...parameters: Variable[]) => Term[][]): void {
    const variables = parameters.map((parameter) => this.variable(parameter, "Data"));
    const range = this.line(`type ${name}`);
    const constructors = fields(...variables).map((of) => ({ fields: of }));
    this.all.push({ ref: ref(name), range, parameters: variables.map(({ id }) => id), constructors });
  }

  of = (name: string, ...args: Term[]): Term => this.term({ kind: "data", ref: ref(name), args }, name);

  prim = (name: string, ...args: Term[]): Term => this.term({ kind: "primitive", name, args }, name);

  /** `fn(takes) -> gives` */
  arrow = (takes: Term, gives: Term): Term =>
    this.term({
      kind: "function",
      once: false,
      binders: [this.#binder(takes)],
      result: gives,
      effect: "total",
    });

  pair = (...types: Term[]): Term =>
    this.term({ kind: "telescope", binders: types.map((type) => this.#binder(type)) });

  #binder(type: Term) {
    return { variable: this.variable("_"), type, quantity: "ω" as const };
  }
}

type Write = (w: Types) => void;

function positivity(write: Write): string[] {
  const w = new Types();
  write(w);
  return checkPositivity(w.all, w.source).map(({ code, message }) => `${code}: ${message}`);
}

function inhabitation(write: Write): string[] {
  const w = new Types();
  write(w);
  return checkInhabitation(w.all, w.source).map(({ code, message }) => `${code}: ${message}`);
}

const option: Write = (w) => w.type("Option", ["a"], (a) => [[], [w.use(a)]]);

const GOOD: Readonly<Record<string, Write>> = {
  "a list": (w) => w.type("Chain", ["a"], (a) => [[], [w.use(a), w.of("Chain", w.use(a))]]),
  "a tree with a list of trees": (w) => w.type("Rose", [], () => [[w.prim("List", w.of("Rose"))]]),
  "an optional next": (w) => {
    option(w);
    w.type("Link", [], () => [[w.of("Option", w.of("Link"))]]);
  },
  "a type right of an arrow": (w) => w.type("Stream", [], () => [[w.arrow(w.prim("Nat"), w.of("Stream"))]]),
  "a function of another type": (w) => {
    w.type("Rule", [], () => [[w.arrow(w.of("Order"), w.prim("Bool"))]]);
    w.type("Order", [], () => [[w.prim("Nat")]]);
  },
  "types that contain each other": (w) => {
    w.type("Even", [], () => [[], [w.of("Odd")]]);
    w.type("Odd", [], () => [[w.of("Even")]]);
  },
  "a parameter left of an arrow, for another type": (w) => {
    w.type("Test", ["a"], (a) => [[w.arrow(w.use(a), w.prim("Bool"))]]);
    w.type("Box", [], () => [[w.of("Test", w.prim("Nat"))]]);
  },
  "an index that is a value": (w) => {
    w.type("Holding", ["id"], (id) => [[w.prim("Coin", w.call("SEC", w.use(id)))]]);
    w.type("Pair", ["x"], (x) => [[w.of("Holding", w.use(x)), w.of("Holding", w.int(1))]]);
  },
  "a type with no constructors": (w) => {
    w.type("Never", [], () => []);
    w.type("Around", [], () => [[w.of("Never")]]);
  },
};

const NOT_POSITIVE: Readonly<Record<string, readonly [readonly string[], Write]>> = {
  "a type left of an arrow": [
    ["`Bad` is declared by means of functions that take itself"],
    (w) => w.type("Bad", [], () => [[w.arrow(w.of("Bad"), w.prim("Nat"))]]),
  ],
  "left of two arrows, which is positive and not strictly": [
    ["`Bad` is declared by means of functions that take itself"],
    (w) => w.type("Bad", [], () => [[w.arrow(w.arrow(w.of("Bad"), w.prim("Nat")), w.prim("Nat"))]]),
  ],
  "in a list in a pair that a function takes": [
    ["`Bad` is declared by means of functions that take itself"],
    (w) =>
      w.type("Bad", [], () => [
        [],
        [w.arrow(w.pair(w.prim("Nat"), w.prim("List", w.of("Bad"))), w.prim("Nat"))],
      ]),
  ],
  "by way of another type": [
    ["`One` is declared by means of functions that take `Two`"],
    (w) => {
      w.type("One", [], () => [[w.arrow(w.of("Two"), w.prim("Nat"))]]);
      w.type("Two", [], () => [[w.prim("List", w.of("One"))]]);
    },
  ],
  "by way of a parameter, and of a parameter of it": [
    ["`Bad` is declared by means of functions that take itself"],
    (w) => {
      w.type("Bad", [], () => [[w.of("Outer", w.prim("List", w.of("Bad")))]]);
      w.type("Outer", ["a"], (a) => [[w.of("Inner", w.pair(w.use(a), w.prim("Nat")))]]);
      w.type("Inner", ["b"], (b) => [[w.arrow(w.use(b), w.prim("Nat"))]]);
    },
  ],
  "in a value that a type mentions": [
    ["`Bad` is declared by means of functions that take itself"],
    (w) =>
      w.type("Bad", [], () => [
        [w.prim("Coin", w.term({ kind: "call", fn: ref("asset_of"), implicit: [w.of("Bad")], args: [] }))],
      ]),
  ],
};

const EMPTY: Readonly<Record<string, readonly [readonly string[], Write]>> = {
  "a type that needs itself": [
    ["`T` can never have a value: to make one takes another one first"],
    (w) => w.type("T", [], () => [[w.prim("Nat"), w.of("T")]]),
  ],
  "a type that needs itself and one that is there": [
    ["`T` can never have a value: to make one takes another one first"],
    (w) => {
      w.type("Unit", [], () => [[]]);
      w.type("T", [], () => [[w.of("Unit"), w.of("T")]]);
    },
  ],
  "each constructor needs it, in a pair as well": [
    ["`T` can never have a value: to make one takes another one first"],
    (w) => w.type("T", [], () => [[w.of("T")], [w.pair(w.prim("Nat"), w.of("T"))]]),
  ],
  "two that need each other, told once; what needs them is not blamed": [
    ["`A` can never have a value: to make one takes another one first"],
    (w) => {
      w.type("Outside", [], () => [[w.of("A")]]);
      w.type("A", [], () => [[w.of("B")]]);
      w.type("B", [], () => [[w.of("A")]]);
    },
  ],
};

describe("positivity", () => {
  it.each(Object.entries(GOOD))("accepts %s", (_, write) => {
    expect(positivity(write)).toEqual([]);
  });

  it.each(Object.entries(NOT_POSITIVE))("refuses %s", (_, [messages, write]) => {
    expect(positivity(write)).toEqual(messages.map((message) => `H0523: ${message}`));
  });
});

describe("inhabitation", () => {
  it.each(Object.entries(GOOD))("accepts %s", (_, write) => {
    expect(inhabitation(write)).toEqual([]);
  });

  it.each(Object.entries(EMPTY))("refuses %s", (_, [messages, write]) => {
    expect(inhabitation(write)).toEqual(messages.map((message) => `H0524: ${message}`));
  });

  it("shows where the circle closes", () => {
    const w = new Types();
    w.type("A", [], () => [[w.of("B")]]);
    w.type("B", [], () => [[w.of("A")]]);
    expect(checkInhabitation(w.all, w.source).flatMap(brief)).toEqual([
      "H0524 line 1: `A` can never have a value: to make one takes another one first",
      "line 2: needed here, by way of `B`",
      "help: let it end: with an `Option`, a `List`, or a constructor that does not need it",
    ]);
  });
});
