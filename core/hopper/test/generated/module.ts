// A whole module: what it declares, total functions, functions that handle resources, constants, actions and queries. Two
// seeds that are equal give the same text.

import { DataTerms } from "./data-term.ts";
import { declarationsText, declareAll } from "./declarations.ts";
import { Dice, type Seed } from "./dice.ts";
import { Flow } from "./flow.ts";
import { mayOwe } from "./making.ts";
import {
  coinsIn,
  type Declarations,
  EFFECTS,
  type Effect,
  type Entry,
  isLinear,
  same,
  show,
  TEXT,
  type Type,
  UNIT,
  type Variable,
} from "./program-type.ts";
import type { Scope } from "./scope.ts";
import { packable } from "./steps.ts";

export const MODULE = "test.generated";

/** `plain`: its value can be computed while types are checked. */
export type Constant = { readonly name: string; readonly plain: boolean };

export type GeneratedModule = {
  readonly text: string;
  readonly declared: Declarations;
  readonly entries: readonly Entry[];
  readonly constants: readonly Constant[];
};

const listed = (params: readonly Variable[]): string =>
  params.map(({ name, type }) => `${name}: ${show(type)}`).join(", ");

const arrow = (result: Type): string => (same(result, UNIT) ? "" : ` -> ${show(result)}`);
const said = (effect: Effect): string => (effect === "total" ? "" : ` ${effect}`);

class ModuleWriter {
  readonly #dice: Dice;
  readonly #declared: Declarations;
  readonly #terms: DataTerms;
  readonly #flow: Flow;
  readonly #lines: string[];
  readonly #entries: Entry[] = [];
  readonly #constants: Constant[] = [];

  constructor(seed: Seed) {
    this.#dice = new Dice(seed);
    this.#declared = declareAll(this.#dice);
    this.#terms = new DataTerms(this.#dice, this.#declared);
    this.#flow = new Flow(this.#dice, this.#declared, this.#terms);
    this.#lines = [
      `module ${MODULE}`,
      "import std.auth {role, signed}",
      "import std.money {down}",
      ...declarationsText(this.#declared),
    ];
  }

  write(): GeneratedModule {
    const dice = this.#dice;
    this.#some(2, () => this.#dataFn({ plain: true, effect: "total" }));
    this.#some(3, () => this.#constant(true));
    this.#some(2, () => this.#dataFn({ plain: false, effect: "total" }));
    this.#some(1, () => this.#listFn());
    this.#treeFns();
    this.#some(1, () => this.#constant(false));
    this.#some(1, () => this.#dataFn({ plain: false, effect: dice.pick(["fails", "reads"]) }));
    this.#some(3, () => this.#resourceFn(dice.pick(EFFECTS)));
    this.#some(4, () => this.#action());
    this.#some(1, () => this.#query());
    const text = `${this.#lines.join("\n")}\n`;
    return { text, declared: this.#declared, entries: this.#entries, constants: this.#constants };
  }

  /** At least one, at most `most`. */
  #some(most: number, make: () => void): void {
    for (let left = 1 + this.#dice.below(most); left > 0; left--) make();
  }

  #params(): Variable[] {
    const types = Array.from({ length: this.#dice.below(3) }, () => this.#terms.someType(1));
    return types.map((type) => ({ name: this.#dice.fresh("p"), type }));
  }

  #scope(data: readonly Variable[], effect: Effect, plain = false): Scope {
    return { data, near: [], effect, plain };
  }

  #constant(plain: boolean): void {
    const [name, type] = [this.#dice.fresh("k"), this.#terms.someType(2)];
    const value = this.#terms.term(type, this.#scope([], "total", plain), 4);
    this.#lines.push(`const ${name}: ${show(type)} = ${value}`);
    this.#constants.push({ name, plain });
  }

  #dataFn({ plain, effect }: { plain: boolean; effect: Effect }): void {
    const [params, result] = [this.#params(), this.#terms.someType(2)];
    const name = this.#dice.fresh("data_fn");
    const body = this.#terms.term(result, this.#scope(params, effect, plain), plain ? 3 : 4);
    this.#lines.push(`fn ${name}(${listed(params)})${arrow(result)}${said(effect)} = ${body}`);
    this.#declared.fns.push({ name, effect, params, result, plain });
  }

  /** By structural recursion on a list. */
  #listFn(): void {
    const [item, result] = [this.#terms.someType(1), this.#terms.someType(1)];
    const name = this.#dice.fresh("list_fn");
    const params: Variable[] = [{ name: "xs", type: { kind: "list", item } }, ...this.#params()];
    const scope = this.#scope(params.slice(1), "total");
    const bound = [
      { name: "first", type: item },
      { name: "rest", type: params[0]!.type },
      { name: "again", type: result },
    ];
    const within = { ...scope, data: [...scope.data, ...bound] };
    const again = params
      .slice(1)
      .map(({ type }) => this.#terms.term(type, { ...within, data: within.data.slice(0, -1) }, 1));
    this.#lines.push(
      `fn ${name}(${listed(params)})${arrow(result)} {\nmatch xs {\n[] => ${this.#terms.term(result, scope, 2)}
[first, ..rest] => {\nlet again: ${show(result)} = ${name}(${["rest", ...again].join(", ")})
${this.#terms.term(result, within, 2)}\n}\n}\n}`,
    );
    this.#declared.fns.push({ name, effect: "total", params, result, plain: false });
  }

  /** By structural recursion on each type that has parts of itself. */
  #treeFns(): void {
    for (const of of this.#declared.data.filter(({ constructors }) => constructors.length === 3)) {
      const type: Type = { kind: "declared", of };
      const result = this.#terms.someType(1);
      const name = this.#dice.fresh("tree_fn");
      const arms = of.constructors.map((one) => {
        const bound = one.fields.map((field) => ({ name: this.#dice.fresh("b"), type: field.type }));
        const smaller = bound.filter((variable) => same(variable.type, type));
        const again = smaller.map((variable) => ({ name: `${variable.name}_made`, type: result }));
        const lets = again.map(
          (one_, place) => `let ${one_.name}: ${show(result)} = ${name}(${smaller[place]!.name})`,
        );
        const made = this.#terms.term(result, this.#scope([...bound, ...again], "total"), 2);
        const inside = bound.map((variable) => variable.name).join(", ");
        return `${inside === "" ? one.name : `${one.name}(${inside})`} => {\n${[...lets, made].join("\n")}\n}`;
      });
      this.#lines.push(
        `fn ${name}(tree: ${show(type)})${arrow(result)} {\nmatch tree {\n${arms.join("\n")}\n}\n}`,
      );
      this.#declared.fns.push({
        name,
        effect: "total",
        params: [{ name: "tree", type }],
        result,
        plain: false,
      });
    }
  }

  #resourceFn(effect: Effect): void {
    const dice = this.#dice;
    const id: Variable = { name: "id", type: TEXT };
    const indexed = this.#scope([id], "writes");
    const kinds = packable({ dice, declared: this.#declared, terms: this.#terms }, indexed).filter(isLinear);
    const linear = Array.from({ length: dice.below(3) }, () => ({
      name: dice.fresh("r"),
      type: dice.pick(kinds),
    }));
    const result = this.#resultOf(linear, dice.pick(kinds), effect);
    const params = [id, ...linear, ...this.#params()];
    const name = dice.fresh("res_fn");
    const scope: Scope = {
      ...this.#scope(
        params.filter(({ type }) => !isLinear(type)),
        effect,
      ),
      room: coinsIn(result),
    };
    const owed = params.filter(({ type }) => isLinear(type));
    const body = this.#flow.block({ type: result, scope, owed, depth: 2 });
    this.#lines.push(`fn ${name}(${listed(params)})${arrow(result)}${said(effect)} ${body}`);
    this.#declared.fns.push({ name, effect, params, result, plain: false });
  }

  /** A type that has room for what comes in, where nothing can be destroyed. */
  #resultOf(owed: readonly Variable[], wanted: Type, effect: Effect): Type {
    const inside = owed.map(({ type }) => type);
    const scope = { ...this.#scope([], effect), room: coinsIn(wanted) };
    const single = wanted.kind === "coin" && inside.every((type) => mayOwe(scope, type));
    if (effect !== "total" || single) return wanted;
    const parts = [wanted, ...inside].flatMap(coinsIn);
    return { kind: "tuple", parts: [...parts, TEXT] };
  }

  #action(): void {
    const [name, params] = [this.#dice.fresh("act"), [{ name: "id", type: TEXT }, ...this.#params()]];
    const body = this.#flow.block({ type: UNIT, scope: this.#scope(params, "writes"), owed: [], depth: 3 });
    this.#lines.push(`action ${name}(${listed(params)}) ${body}`);
    this.#entries.push({ kind: "action", name, params });
  }

  #query(): void {
    const [name, params, result] = [this.#dice.fresh("ask"), this.#params(), this.#terms.someType(2)];
    const body = this.#terms.term(result, this.#scope(params, "reads"), 4);
    this.#lines.push(`query ${name}(${listed(params)}) -> ${show(result)} = ${body}`);
    this.#entries.push({ kind: "query", name, params });
  }
}

export const generateModule = (seed: Seed): GeneratedModule => new ModuleWriter(seed).write();
