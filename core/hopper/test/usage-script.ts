// Small programs about resources, in a form that can be made at random, written as core terms, and run.
// All variables are linear, and their numbers are unique within a script.

import type { Term, TermPattern, TermStatement, Variable } from "../src/kernel/term.ts";
import type { Program } from "./program.ts";

export type Script = readonly Step[];

export type Step =
  | { readonly kind: "mint"; readonly to: number }
  | { readonly kind: "rename"; readonly from: number; readonly to: number }
  | { readonly kind: "split"; readonly from: number; readonly left: number; readonly right: number }
  /** A call that takes these variables, then what it looks at, then a call within. */
  | { readonly kind: "use"; readonly takes: readonly number[]; readonly looks: readonly number[] }
  /** A call whose second argument is a block of its own, which happens before the first one moves. */
  | { readonly kind: "nest"; readonly takes: readonly number[]; readonly inner: Script }
  /** A minted coin that nobody takes. */
  | { readonly kind: "drop" }
  | { readonly kind: "ignore"; readonly from: number }
  | { readonly kind: "if"; readonly yes: Script; readonly no: Script }
  /** Some(to) or None. */
  | {
      readonly kind: "match";
      readonly from: number;
      readonly to: number;
      readonly some: Script;
      readonly none: Script;
    }
  | { readonly kind: "require"; readonly takes: readonly number[]; readonly looks: readonly number[] }
  | { readonly kind: "abort"; readonly looks: readonly number[] }
  /** A `once` closure. */
  | { readonly kind: "once"; readonly to: number; readonly body: Script }
  /** A closure that may run any number of times, with a parameter. */
  | { readonly kind: "many"; readonly parameter: number; readonly body: Script };

/** The scripts within a step, in the order in which they stand. */
export function within(step: Step): readonly Script[] {
  switch (step.kind) {
    case "nest":
      return [step.inner];
    case "if":
      return [step.yes, step.no];
    case "match":
      return [step.some, step.none];
    case "once":
    case "many":
      return [step.body];
    default:
      return [];
  }
}

/** The same step around other scripts. */
export function around(step: Step, scripts: readonly Script[]): Step {
  const [first, second] = scripts as [Script, Script];
  switch (step.kind) {
    case "nest":
      return { ...step, inner: first };
    case "if":
      return { ...step, yes: first, no: second };
    case "match":
      return { ...step, some: first, none: second };
    case "once":
    case "many":
      return { ...step, body: first };
    default:
      return step;
  }
}

/** The variables that the script around a step has from it. */
export function bindsAfter(step: Step): readonly number[] {
  if (step.kind === "split") return [step.left, step.right];
  return step.kind === "mint" || step.kind === "rename" || step.kind === "once" ? [step.to] : [];
}

/** The variables that only the step's own script number `index` has. */
export function bindsWithin(step: Step, index: number): readonly number[] {
  if (step.kind === "many") return [step.parameter];
  return step.kind === "match" && index === 0 ? [step.to] : [];
}

/** The variables a step mentions, those in its scripts left out. */
export function mentions(step: Step): readonly number[] {
  switch (step.kind) {
    case "rename":
    case "split":
    case "ignore":
    case "match":
      return [step.from];
    case "use":
    case "require":
      return [...step.takes, ...step.looks];
    case "nest":
      return step.takes;
    case "abort":
      return step.looks;
    default:
      return [];
  }
}

/** The variables of outer scripts that a script mentions anywhere. */
export function freeIn(script: Script): Set<number> {
  const free = new Set<number>();
  const bound = new Set<number>();
  for (const step of script) {
    const inner = within(step).flatMap((part, index) =>
      [...freeIn(part)].filter((variable) => !bindsWithin(step, index).includes(variable)),
    );
    for (const variable of [...mentions(step), ...inner]) if (!bound.has(variable)) free.add(variable);
    for (const variable of bindsAfter(step)) bound.add(variable);
  }
  return free;
}

/** The script as a term of `p`; `start` are its parameters. */
export function termOf(script: Script, start: readonly number[], p: Program): Term {
  const variables = new Map<number, Variable>();
  for (const id of start) variables.set(id, p.param(`v${id}`));
  return new ScriptWriter(p, variables).block(script);
}

class ScriptWriter {
  readonly #p: Program;
  readonly #variables: Map<number, Variable>;

  constructor(p: Program, variables: Map<number, Variable>) {
    this.#p = p;
    this.#variables = variables;
  }

  block(script: Script): Term {
    return this.#p.block(...script.map((step) => this.#step(step)), this.#p.unit());
  }

  #step(step: Step): TermStatement | Term {
    const p = this.#p;
    switch (step.kind) {
      case "mint":
        return p.let(this.#bind(step.to), p.call("mint"));
      case "rename":
        return this.#let(step.from, (value) => p.let(this.#bind(step.to), value));
      case "split":
        return this.#let(step.from, (value) =>
          p.let(p.parts(this.#bind(step.left), this.#bind(step.right)), p.call("split", value)),
        );
      case "use":
        return p.call("take", ...this.#args(step));
      case "nest":
        return p.call("take", ...step.takes.map((id) => this.#use(id)), this.block(step.inner));
      case "drop":
        return p.linear(p.call("mint"));
      case "ignore":
        return this.#let(step.from, (value) => p.let(p.wild("1"), value));
      case "if":
        return p.if(p.unit(), this.block(step.yes), this.block(step.no));
      case "match": {
        const scrutinee = this.#use(step.from);
        const some = p.shape("Option", 1, this.#bind(step.to));
        return p.match(
          scrutinee,
          [some, this.block(step.some)],
          [p.shape("Option", 0), this.block(step.none)],
        );
      }
      case "require":
        return p.require(p.unit(), p.call("failed", ...this.#args(step)));
      case "abort":
        return p.abort(...step.looks.map((id) => p.peek(this.#use(id), "amount")));
      case "once": {
        const closure = p.lambda([], this.block(step.body), true);
        return p.let(this.#bind(step.to), closure);
      }
      case "many": {
        const variable = p.variable(`v${step.parameter}`);
        this.#variables.set(step.parameter, variable);
        return p.call("fold", p.lambda([p.binder(variable)], this.block(step.body)));
      }
    }
  }

  #let(from: number, write: (value: Term) => TermStatement): TermStatement {
    return write(this.#use(from));
  }

  #args(step: { takes: readonly number[]; looks: readonly number[] }): Term[] {
    const looks = step.looks.map((id) => this.#p.peek(this.#use(id), "amount"));
    return [...step.takes.map((id) => this.#use(id)), ...looks];
  }

  #use(id: number): Term {
    return this.#p.use(this.#variables.get(id)!);
  }

  #bind(id: number): TermPattern {
    const variable = this.#p.variable(`v${id}`);
    this.#variables.set(id, variable);
    return this.#p.bind(variable);
  }
}
