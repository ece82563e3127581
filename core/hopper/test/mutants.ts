// Programs that are wrong in one place: each mutant is a good module's text with one linear use changed, so that a
// resource is lost, copied, or used on some paths only (L12). The checker must refuse every one. Where types allow
// it, a mutant is well-typed but for that, so that the count of uses alone can tell.

import type { Range, Source } from "../src/diagnostic/source.ts";
import type { Module, Name, Pattern } from "../src/syntax/ast.ts";
import { type Binding, bindingsOf, type Use } from "./bindings.ts";
import { TypeGuesses } from "./guessed-types.ts";

export type Mutant = {
  /** `bank.hop:47 withdraw: rest: …` */
  readonly description: string;
  readonly text: string;
};

/** Whether the variable bound at this name is a resource; undefined: ask the guess. */
export type IsResource = (name: Name) => boolean | undefined;

type Edit = Range & { readonly text: string };

const insideOf = (inner: Range, outer: Range): boolean =>
  inner.start >= outer.start && inner.end <= outer.end;

/** All mutants of a module, in the order of its text. */
export function mutantsOf(
  source: Source,
  module: Module,
  isResource: IsResource = () => undefined,
): readonly Mutant[] {
  const guesses = new TypeGuesses(module);
  const all = bindingsOf(source.text, module);
  const resources = new Set(all.filter((one) => isResource(one.name) ?? guesses.isResource(one.guess)));
  const mutation = new Mutation(source, all, resources);
  for (const binding of resources) {
    mutation.ofPattern(binding);
    for (const use of binding.uses) if (use.kind === "move" && !use.place.aborts) mutation.ofUse(use);
  }
  return mutation.mutants;
}

class Mutation {
  readonly mutants: Mutant[] = [];
  readonly #source: Source;
  readonly #texts = new Set<string>();
  readonly #all: readonly Binding[];
  readonly #resources: ReadonlySet<Binding>;

  constructor(source: Source, all: readonly Binding[], resources: ReadonlySet<Binding>) {
    this.#source = source;
    this.#texts.add(source.text);
    this.#all = all;
    this.#resources = resources;
  }

  /** The variable is not bound, and what used it makes do with an empty coin. */
  ofPattern(binding: Binding): void {
    const { pattern, field, name } = binding;
    const empty = this.#emptyCoin(binding);
    // Where the block aborts, nothing is lost, and the mutant would be as good as the original.
    if (binding.uses.length === 0 || binding.uses.some(({ place }) => place.aborts)) return;
    if (pattern === undefined || empty === undefined) return;
    const uses = binding.uses.map((use) => this.#replaced(use, empty));
    const ignored = field === pattern ? `${name.text}: _` : "_";
    this.#add(binding, name, "its pattern ignores it", [
      { start: name.start, end: name.end, text: ignored },
      ...uses,
    ]);
    if (field === undefined || pattern !== field) return;
    this.#add(binding, name, "its pattern leaves it out", [this.#without(field, name), ...uses]);
  }

  ofUse(use: Use): void {
    const { binding } = use;
    const { text: name } = binding.name;
    const empty = this.#emptyCoin(binding);
    const twice = empty === undefined ? `(${name}, ${name})` : `${name}.join(${name})`;
    this.#add(binding, use, "used twice in one expression", [this.#replaced(use, twice)]);
    this.#add(binding, use, "captured by a closure that is not `once`", [
      this.#replaced(use, `(fn() { ${name} })()`),
    ]);
    if (empty !== undefined) {
      this.#add(binding, use, "an empty coin takes its place", [this.#replaced(use, empty)]);
    }
    if (use.joined !== undefined) {
      const { call, receiver } = use.joined;
      this.#add(binding, use, "no longer joined", [{ ...rangeOf(call), text: this.#text(receiver) }]);
    }
    const other = use.visible.find((one) => this.#resources.has(one));
    if (other !== undefined) {
      this.#add(binding, use, `\`${other.name.text}\` takes its place`, [
        this.#replaced(use, other.name.text),
      ]);
    }
    if (!insideOf(binding.name, use.place)) this.#ofPlace(use, empty);
  }

  /** What can be done to the statement that a use stands in, when the variable comes from outside it. */
  #ofPlace(use: Use, empty: string | undefined): void {
    const { binding, place } = use;
    const { text: name } = binding.name;
    // `let coin = coin.join(…)` may well stand twice.
    if (this.#all.some((one) => one.name.text === name && insideOf(one.name, place))) return;
    const statement = this.#text(place);
    const change = (what: string, text: string): void => {
      const body = place.bare ? `{\n${text}\n}` : text;
      this.#add(binding, use, what, [{ ...rangeOf(place), text: body }]);
    };
    change("its statement stands twice", `${statement}\n${statement}`);
    change("moved to another name before", `let spare = ${name}\n${statement}`);
    if (empty !== undefined) {
      change("hidden by a variable of its name", `let ${name} = ${empty}\n${statement}`);
    }
    if (place.kind === "let") {
      if (empty !== undefined) change("looked at afterwards", `${statement}\nlet late = ${name}.amount`);
      return;
    }
    change("its statement is gone", "{}");
    change("its statement is done only sometimes", `if 1 == 1 { ${statement} }`);
    if (place.kind === "statement" && empty !== undefined) {
      change("looked at afterwards", `${statement}\nlet late = ${name}.amount`);
    }
  }

  /** `zero(USD)`, if the variable is a coin of an asset that has a name. */
  #emptyCoin({ guess }: Binding): string | undefined {
    if (guess?.kind !== "named" || guess.path.parts.at(-1)?.text !== "Coin") return undefined;
    const [asset] = guess.args;
    if (asset?.kind !== "type" || asset.type.kind !== "named" || asset.type.args.length > 0) return undefined;
    const path = asset.type.path.parts.map(({ text }) => text).join(".");
    return /^(?:\w+\.)*[A-Z]\w*$/.test(path) ? `zero(${path})` : undefined;
  }

  #replaced(use: Use, text: string): Edit {
    return { ...rangeOf(use), text: use.shorthand ? `${use.binding.name.text}: ${text}` : text };
  }

  /** A record pattern without one of its fields. */
  #without(pattern: Pattern & { readonly kind: "record" }, name: Name): Edit {
    const fields = pattern.fields
      .filter((field) => field.name !== name)
      .map((field) => this.#text({ start: field.name.start, end: field.pattern?.end ?? field.name.end }));
    const text = `${this.#text(pattern.path)} { ${fields.join(", ")} }`;
    return { ...rangeOf(pattern), text };
  }

  #text({ start, end }: Range): string {
    return this.#source.text.slice(start, end);
  }

  #add(binding: Binding, at: Range, what: string, edits: readonly Edit[]): void {
    const line = this.#source.text.slice(0, at.start).split("\n").length;
    const description = `${this.#source.name}:${line} ${binding.owner}: \`${binding.name.text}\`: ${what}`;
    const text = edited(this.#source.text, edits);
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    this.mutants.push({ description, text });
  }
}

const rangeOf = ({ start, end }: Range): Range => ({ start, end });

/** Applies edits that do not overlap. */
function edited(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { start, end, text: by } of [...edits].sort((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + by + result.slice(end);
  }
  return result;
}
