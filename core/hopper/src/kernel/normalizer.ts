// Evaluation of terms to weak head normal form, under fuel and a depth limit (L18, L19, L21): what a type mentions
// is computed here and nowhere else. Only total definitions unfold. It knows what variables and
// metavariables stand for at this moment; it does not find that out (unify.ts).

import { assert } from "@juno/base";
import type { GlobalRef, Term } from "./term.ts";
import { bind, type Environment, ERROR, lookup, type Semantic } from "./value.ts";

/** Consensus constants (L21): what checking one module may cost, and how deep it may go. */
export const FUEL_MAX = 500_000;
export const DEPTH_MAX = 300;

/** Ends the checking of a module; caught in one place, where it becomes a diagnostic. */
export class CheckExhausted extends Error {
  readonly what: "fuel" | "depth";

  constructor(what: "fuel" | "depth") {
    super(`the checker's ${what} is used up`);
    this.what = what;
  }
}

/** What unfolding needs to know of a global; only what is total and ends may stand in a type (L18). */
export type Definition = {
  readonly total: boolean;
  readonly params: readonly number[];
  /** Absent for builtins, and for what is not checked yet. */
  readonly body: Term | undefined;
};
export type Unfold = (ref: GlobalRef) => Definition | undefined;

/** The name of a type that could not be read. */
export const UNKNOWN = "?";

export class Normalizer {
  readonly #unfold: Unfold;
  readonly #solutions = new Map<number, Semantic>();
  /** Variables that stand for something here: `let`s, and what a match has found out (L56). */
  readonly #definitions = new Map<number, Semantic>();
  #fuel: number;
  #depth = 0;

  constructor(unfold: Unfold, fuel = FUEL_MAX) {
    this.#unfold = unfold;
    this.#fuel = fuel;
  }

  get fuel(): number {
    return this.#fuel;
  }

  spend(work = 1): void {
    this.#fuel -= work;
    if (this.#fuel < 0) throw new CheckExhausted("fuel");
  }

  /** Runs `work` one level deeper. */
  deeper<T>(work: () => T): T {
    this.spend();
    if (this.#depth >= DEPTH_MAX) throw new CheckExhausted("depth");
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
    }
  }

  solve(meta: number, value: Semantic): void {
    assert(!this.#solutions.has(meta), "a metavariable is solved once");
    this.#solutions.set(meta, value);
  }

  solution(meta: number): Semantic | undefined {
    return this.#solutions.get(meta);
  }

  define(id: number, value: Semantic): void {
    this.#definitions.set(id, value);
  }

  forget(id: number): void {
    this.#definitions.delete(id);
  }

  isDefined(id: number): boolean {
    return this.#definitions.has(id);
  }

  /** The value's head as it is known now. */
  force(value: Semantic): Semantic {
    switch (value.kind) {
      case "variable": {
        const definition = this.#definitions.get(value.id);
        return definition === undefined ? value : this.deeper(() => this.force(definition));
      }
      case "meta": {
        const solution = this.#solutions.get(value.id);
        return solution === undefined ? value : this.deeper(() => this.force(solution));
      }
      case "projection": {
        const of = this.deeper(() => this.force(value.of));
        return of === value.of ? value : this.project(of, value.index, value.name);
      }
      case "call":
        return this.deeper(() => this.#unfolded(value) ?? value);
      case "primitive":
        return value.name === "Amount" ? this.#amount(value) : value;
      default:
        return value;
    }
  }

  project(of: Semantic, index: number, name: string): Semantic {
    const head = this.force(of);
    if (head.kind === "construct") return this.force(head.fields[index] ?? ERROR);
    if (head.kind === "tuple") return this.force(head.parts[index] ?? ERROR);
    if (head.kind === "error") return head;
    return { kind: "projection", of: head, index, name };
  }

  /** A call as a value; undefined if it is not total. It unfolds when somebody looks at it. */
  #call(fn: GlobalRef, args: readonly Semantic[]): Semantic | undefined {
    return this.#unfold(fn)?.total === true ? { kind: "call", fn, args } : undefined;
  }

  #unfolded({ fn, args }: Semantic & { kind: "call" }): Semantic | undefined {
    const definition = this.#unfold(fn);
    if (definition?.body === undefined) return undefined;
    let environment: Environment = null;
    definition.params.forEach((id, at) => {
      environment = bind(environment, id, args[at]!);
    });
    const result = this.evaluate(definition.body, environment);
    return result && this.force(result);
  }

  /** L58: `Amount<c>` is `Money<c>` of a currency and `Nat` of an asset. */
  #amount(value: Semantic & { kind: "primitive" }): Semantic {
    const asset = this.force(value.args[0]!);
    if (asset.kind !== "asset") return value;
    return this.isCurrency(asset.ref)
      ? { kind: "primitive", name: "Money", args: [asset] }
      : { kind: "primitive", name: "Nat", args: [] };
  }

  /** Set by the checker, which knows the declarations. */
  isCurrency: (ref: GlobalRef) => boolean = () => false;

  /** What a term is, or undefined where that is not a total, finished value: it reads, aborts, is stuck. */
  evaluate(term: Term, environment: Environment): Semantic | undefined {
    return this.deeper(() => this.#evaluate(term, environment));
  }

  /** A type is always a value. */
  type(term: Term, environment: Environment): Semantic {
    const value = this.evaluate(term, environment);
    assert(value !== undefined, "a type has a value");
    return value;
  }

  #all(terms: readonly Term[], environment: Environment): Semantic[] | undefined {
    const values: Semantic[] = [];
    for (const term of terms) {
      const value = this.evaluate(term, environment);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }

  #evaluate(term: Term, environment: Environment): Semantic | undefined {
    switch (term.kind) {
      case "local": {
        const value = lookup(environment, term.id);
        return value ?? { kind: "variable", id: term.id, name: `#${term.id}` };
      }
      case "meta":
        return this.#solutions.get(term.id) ?? { kind: "meta", id: term.id };
      case "literal":
        return { kind: "literal", value: term.value };
      case "sort":
        return { kind: "sort", sort: term.sort };
      case "name":
        return { kind: "name", ref: term.ref };
      case "function":
        return {
          kind: "function",
          once: term.once,
          binders: term.binders.map(({ variable, type }) => ({ id: variable.id, name: variable.name, type })),
          result: term.result,
          effect: term.effect,
          environment,
        };
      case "telescope": {
        const binders = term.binders.map(({ variable, type }) => ({
          id: variable.id,
          name: variable.name,
          type,
        }));
        return { kind: "telescope", binders, environment };
      }
      default:
        return this.#evaluateParts(term, environment);
    }
  }

  #evaluateParts(term: Term, environment: Environment): Semantic | undefined {
    switch (term.kind) {
      case "primitive": {
        if (term.name === UNKNOWN) return { kind: "error" };
        const args = this.#all(term.args, environment);
        return args && { kind: "primitive", name: term.name, args };
      }
      case "data": {
        const args = this.#all(term.args, environment);
        return args && { kind: "data", ref: term.ref, args };
      }
      case "asset": {
        const args = this.#all(term.args, environment);
        return args && { kind: "asset", ref: term.ref, args };
      }
      case "call": {
        const args = this.#all(term.args, environment);
        return args && this.#call(term.fn, args);
      }
      case "construct": {
        const fields = this.#all(term.fields, environment);
        return fields && { kind: "construct", type: term.type, constructor_: term.constructor_, fields };
      }
      case "tuple": {
        const parts = this.#all(term.parts, environment);
        return parts && { kind: "tuple", parts };
      }
      case "list": {
        const items = term.rest === undefined ? this.#all(term.items, environment) : undefined;
        return items && { kind: "list", items };
      }
      case "field": {
        const of = this.evaluate(term.of, environment);
        return of && this.project(of, term.index, term.name);
      }
      case "if": {
        const condition = this.evaluate(term.condition, environment);
        const known = condition && this.force(condition);
        if (known?.kind !== "literal") return undefined;
        return this.evaluate(known.value === true ? term.then : term.else, environment);
      }
      case "block":
        return term.statements.length === 0 ? this.evaluate(term.result, environment) : undefined;
      default:
        return undefined;
    }
  }
}
