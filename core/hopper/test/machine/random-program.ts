// Random programs in A-normal form that are well-formed and well-typed, so that neither machine may get stuck: they
// may abort, run out of gas or of stack. A program is a function of a list of numbers, which makes it shrink.

import fc from "fast-check";
import type { AnfFunction, Atom, Body, End, Operation, Step, SwitchArm } from "../../src/machine/anf.ts";
import type { Integer } from "../../src/machine/value.ts";
import { branch, constant, here, slot } from "./anf-notation.ts";

/** `sum` has three constructors: nothing, an integer, an integer and a sum. `fn` is from integer to integer. */
type Kind = "int" | "bool" | "list" | "sum" | "fn";
const KINDS: readonly Kind[] = ["int", "bool", "list", "sum", "fn"];
const SUM_FIELDS: readonly (readonly Kind[])[] = [[], ["int"], ["int", "sum"]];

type Signature = {
  readonly name: string;
  readonly parameters: readonly Kind[];
  readonly captures: readonly Kind[];
  readonly result: Kind;
};

const INTEGERS: readonly Integer[] = [0, 1, 2, -1, 7, 2 ** 53 - 1, -(2 ** 53) + 1, 2n ** 60n];

/** Numbers as decisions; when they run out, the first choice is taken, which is always a simple one. */
class Choices {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  below(count: number): number {
    const number = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return number % count;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

type Bound = { readonly slot: number; readonly kind: Kind };

class FunctionMaker {
  readonly #choices: Choices;
  readonly #functions: readonly Signature[];
  #slots = 0;

  constructor(choices: Choices, functions: readonly Signature[]) {
    this.#choices = choices;
    this.#functions = functions;
  }

  make({ name, parameters, captures, result }: Signature): AnfFunction {
    const scope = [...parameters, ...captures].map((kind) => ({ slot: this.#fresh(), kind }));
    const body = this.#body(result, scope, 3);
    return { name, parameters: parameters.length, captures: captures.length, slots: this.#slots, body };
  }

  #fresh(): number {
    this.#slots += 1;
    return this.#slots - 1;
  }

  #body(result: Kind, outer: readonly Bound[], fuel: number): Body {
    const scope = [...outer];
    const steps: Step[] = [];
    for (let count = this.#choices.below(4); count > 0; count--) {
      if (this.#choices.below(3) === 2) this.#effect(steps, scope, fuel);
      else this.#value(this.#choices.pick(KINDS), steps, scope, fuel);
    }
    return { end: this.#end(result, steps, scope, fuel), steps };
  }

  #step(steps: Step[], operation: Operation): number {
    const place = this.#fresh();
    steps.push({ slot: place, operation, at: 10 * place });
    return place;
  }

  /** Something of the kind: what is in scope, or the result of a new step. */
  #atom(kind: Kind, steps: Step[], scope: Bound[], fuel: number): Atom {
    const known = scope.filter((bound) => bound.kind === kind);
    if (known.length > 0 && this.#choices.below(4) > 0) return slot(this.#choices.pick(known).slot);
    if (kind === "int") return constant(this.#choices.pick(INTEGERS));
    if (kind === "bool") return constant(this.#choices.below(2) === 0);
    return slot(this.#value(kind, steps, scope, fuel));
  }

  #atoms(kinds: readonly Kind[], steps: Step[], scope: Bound[], fuel: number): Atom[] {
    return kinds.map((kind) => this.#atom(kind, steps, scope, fuel));
  }

  #value(kind: Kind, steps: Step[], scope: Bound[], fuel: number): number {
    const operation = fuel <= 0 ? this.#simple(kind) : this.#operation(kind, steps, scope, fuel - 1);
    const place = this.#step(steps, operation);
    scope.push({ slot: place, kind });
    return place;
  }

  /** Needs nothing else. */
  #simple(kind: Kind): Operation {
    if (kind === "int") return { kind: "atom", atom: constant(this.#choices.pick(INTEGERS)) };
    if (kind === "bool") return { kind: "atom", atom: constant(true) };
    if (kind === "list") return { kind: "list", items: [] };
    if (kind === "sum") return { kind: "construct", tag: 0, fields: [] };
    return { kind: "closure", fn: here("increment"), captures: [] };
  }

  #operation(kind: Kind, steps: Step[], scope: Bound[], fuel: number): Operation {
    const choice = this.#choices.below(7);
    if (choice === 0) return this.#simple(kind);
    if (choice === 1) return this.#forkFor(kind, steps, scope, fuel);
    if (choice === 2) {
      const callable = this.#functions.filter((one) => one.result === kind && one.captures.length === 0);
      if (callable.length > 0) {
        const { name, parameters } = this.#choices.pick(callable);
        const args = this.#atoms(parameters, steps, scope, fuel);
        return { kind: this.#choices.below(6) === 5 ? "command" : "call", fn: here(name), args };
      }
    }
    return this.#native(kind, steps, scope, fuel);
  }

  #native(kind: Kind, steps: Step[], scope: Bound[], fuel: number): Operation {
    const atoms = (...kinds: Kind[]): Atom[] => this.#atoms(kinds, steps, scope, fuel);
    const builtin = (name: string, ...kinds: Kind[]): Operation => ({
      kind: "builtin",
      name,
      args: atoms(...kinds),
    });
    switch (kind) {
      case "int":
        return this.#integer(steps, scope, fuel);
      case "bool":
        if (this.#choices.below(4) === 3)
          return { kind: "table", operation: "has", table: 0, args: atoms("int") };
        return builtin(
          this.#choices.pick(["std.int.less", "std.int.less_or_equal", "std.value.equal"]),
          "int",
          "int",
        );
      case "list":
        if (this.#choices.below(2) === 0) return builtin("std.list.push", "list", "int");
        return { kind: "list", items: atoms(...Array<Kind>(this.#choices.below(4)).fill("int")) };
      case "sum": {
        if (this.#choices.below(4) === 3)
          return { kind: "table", operation: "find", table: 0, args: atoms("int") };
        const tag = this.#choices.below(3);
        return { kind: "construct", tag, fields: atoms(...SUM_FIELDS[tag]!) };
      }
      case "fn": {
        const { name, captures } = this.#choices.pick(
          this.#functions.filter((one) => one.name.startsWith("closure")),
        );
        return { kind: "closure", fn: here(name), captures: atoms(...captures) };
      }
    }
  }

  #integer(steps: Step[], scope: Bound[], fuel: number): Operation {
    const atoms = (...kinds: Kind[]): Atom[] => this.#atoms(kinds, steps, scope, fuel);
    const choice = this.#choices.below(8);
    if (choice < 2) return { kind: "builtin", name: "std.int.add", args: atoms("int", "int") };
    if (choice === 2) return { kind: "builtin", name: "std.int.subtract", args: atoms("int", "int") };
    if (choice === 3) return { kind: "builtin", name: "std.list.length", args: atoms("list") };
    if (choice === 4) return { kind: "builtin", name: "std.list.get", args: atoms("list", "int") };
    if (choice === 5) return { kind: "tag", of: this.#atom("sum", steps, scope, fuel) };
    if (choice === 6)
      return { kind: "table", operation: this.#choices.pick(["take", "get"]), table: 0, args: atoms("int") };
    return { kind: "apply", closure: this.#atom("fn", steps, scope, fuel), args: atoms("int") };
  }

  /** A step whose value nothing uses. */
  #effect(steps: Step[], scope: Bound[], fuel: number): void {
    const atoms = (...kinds: Kind[]): Atom[] => this.#atoms(kinds, steps, scope, fuel);
    const choice = this.#choices.below(5);
    if (choice === 4) this.#step(steps, { kind: "builtin", name: "test.sign", args: [] });
    else if (choice === 0) {
      this.#step(steps, { kind: "table", operation: "put", table: 0, args: atoms("int", "int") });
    } else if (choice === 1) {
      this.#step(steps, { kind: "table", operation: "insert", table: 0, args: atoms("int", "int") });
    } else if (choice === 2) {
      const event = this.#step(steps, {
        kind: "construct",
        tag: 0,
        fields: [constant("test.Seen"), ...atoms("int")],
      });
      this.#step(steps, { kind: "emit", event: slot(event) });
    } else {
      const attempted = this.#functions.filter(({ name }) => name === "attempted");
      const [chosen] = attempted;
      const fn = this.#step(steps, {
        kind: "closure",
        fn: here("attempted"),
        captures: atoms(...chosen!.captures),
      });
      this.#step(steps, { kind: "attempt", closure: slot(fn) });
    }
  }

  #forkFor(kind: Kind, steps: Step[], scope: Bound[], fuel: number): Operation {
    return this.#fork(kind, steps, scope, fuel) as Operation;
  }

  #fork(
    kind: Kind,
    steps: Step[],
    scope: Bound[],
    fuel: number,
  ): (Operation | End) & { kind: "branch" | "switch" } {
    if (this.#choices.below(2) === 0) {
      const condition = this.#atom("bool", steps, scope, fuel);
      return branch(condition, this.#body(kind, scope, fuel - 1), this.#body(kind, scope, fuel - 1));
    }
    const of = slot(this.#value("sum", steps, scope, fuel));
    const covered = this.#choices.pick([[0, 1, 2], [1, 2], [2], [1]]);
    const arms = covered.map((tag) => this.#arm(tag, of, kind, { scope, fuel }));
    const otherwise = covered.length === 3 ? undefined : this.#body(kind, scope, fuel - 1);
    return { kind: "switch", of, arms, otherwise };
  }

  /** In an arm the tag is known, and so are the fields. */
  #arm(tag: number, of: Atom, kind: Kind, { scope, fuel }: { scope: Bound[]; fuel: number }): SwitchArm {
    const fields = SUM_FIELDS[tag]!.map((field) => ({ slot: this.#fresh(), kind: field }));
    const taken = fields.map((field, index): Step => {
      return { slot: field.slot, operation: { kind: "field", of, index }, at: 5 };
    });
    const { steps, end } = this.#body(kind, [...scope, ...fields], fuel - 1);
    return { tag, body: { steps: [...taken, ...steps], end } };
  }

  #end(kind: Kind, steps: Step[], scope: Bound[], fuel: number): End {
    const choice = fuel <= 0 ? 0 : this.#choices.below(8);
    if (choice === 1 || choice === 2) return this.#fork(kind, steps, scope, fuel) as End;
    if (choice === 3 || choice === 4) {
      const callable = this.#functions.filter((one) => one.result === kind && one.captures.length === 0);
      if (callable.length > 0) {
        const { name, parameters } = this.#choices.pick(callable);
        return {
          kind: "tail-call",
          fn: here(name),
          args: this.#atoms(parameters, steps, scope, fuel - 1),
          at: 3,
        };
      }
    }
    if (choice === 5 && kind === "int") {
      const args = this.#atoms(["int"], steps, scope, fuel - 1);
      return { kind: "tail-apply", closure: this.#atom("fn", steps, scope, fuel - 1), args, at: 4 };
    }
    if (choice === 6 && this.#choices.below(3) === 2) {
      const error = this.#step(steps, {
        kind: "construct",
        tag: 0,
        fields: [constant("test.Oops"), constant(1)],
      });
      return { kind: "abort", error: slot(error), at: 6 };
    }
    return { kind: "return", value: this.#atom(kind, steps, scope, fuel - 1) };
  }
}

const INCREMENT: AnfFunction = {
  name: "increment",
  parameters: 1,
  captures: 0,
  slots: 2,
  body: {
    steps: [
      { slot: 1, operation: { kind: "builtin", name: "std.int.add", args: [slot(0), constant(1)] }, at: 1 },
    ],
    end: { kind: "return", value: slot(1) },
  },
};

function programOf(numbers: readonly number[]): AnfFunction[] {
  const choices = new Choices(numbers);
  const kinds = (most: number): Kind[] =>
    Array.from({ length: choices.below(most + 1) }, () => choices.pick(KINDS));
  const signatures: Signature[] = [
    { name: "main", parameters: [], captures: [], result: "int" },
    { name: "first", parameters: kinds(3), captures: [], result: "int" },
    { name: "second", parameters: kinds(2), captures: [], result: choices.pick(KINDS) },
    { name: "third", parameters: ["int", "int"], captures: [], result: "int" },
    { name: "closure1", parameters: ["int"], captures: kinds(2), result: "int" },
    { name: "closure2", parameters: ["int"], captures: ["fn"], result: "int" },
    { name: "attempted", parameters: [], captures: kinds(1), result: "int" },
  ];
  return [
    INCREMENT,
    ...signatures.map((signature) => new FunctionMaker(choices, signatures).make(signature)),
  ];
}

/** Functions of one module with a table 0 of integers; `main` takes nothing and gives an integer. */
export const randomProgram: fc.Arbitrary<AnfFunction[]> = fc
  .array(fc.nat({ max: 839 }), { maxLength: 250, size: "max" })
  .map(programOf);
