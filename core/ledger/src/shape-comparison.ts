// Whether what one version of a module wrote is read as the same by the next (L45). Shapes are compared as they are, through the
// names of the types that the module declares itself; types of other modules keep their names.

import type { DeclaredShapes, ModuleCode, Shape } from "@juno/hopper";

/** What was deployed, and what would be in its place. */
export type Versions = { readonly name: string; readonly old: ModuleCode; readonly new: ModuleCode };

type Currency = Extract<Shape, { kind: "money" }>["currency"] | undefined;

const isSameCurrency = (a: Currency, b: Currency): boolean =>
  a?.asset === b?.asset && a?.symbol === b?.symbol && a?.decimals === b?.decimals;

/** Coins of two assets may look alike; what took one for the other would break C15, and stop the node. */
const isSameAsset = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a === b;

/** The name of a declared type without its arguments, which stand in the shapes of its fields. */
function headOf(name: string): string {
  const arguments_ = name.indexOf("<");
  return arguments_ === -1 ? name : name.slice(0, arguments_);
}

/** One question: whether the same JSON is read as the same value by a shape of the old module and by one of the new. */
class ShapeComparison {
  readonly #module: string;
  readonly #old: DeclaredShapes;
  readonly #new: DeclaredShapes;
  /** Declared types that are being compared, or were. One difference ends the question, so they count as equal. */
  readonly #assumed = new Set<string>();
  /** Declared types refer to each other in long chains, so what is to be compared waits here and not in the host's stack. */
  readonly #pairs: (readonly [Shape, Shape])[] = [];

  constructor({ name, old, new: new_ }: Versions) {
    this.#module = name;
    this.#old = old.shapes;
    this.#new = new_.shapes;
  }

  isSame(a: Shape, b: Shape): boolean {
    this.#pairs.push([a, b]);
    for (let pair = this.#pairs.pop(); pair !== undefined; pair = this.#pairs.pop()) {
      if (!this.#isSameHead(...pair)) return false;
    }
    return true;
  }

  /** Compares what is not itself a shape; parts are compared later. */
  #isSameHead(a: Shape, b: Shape): boolean {
    switch (a.kind) {
      case "money":
        return a.kind === b.kind && isSameCurrency(a.currency, b.currency);
      case "coin":
        return a.kind === b.kind && isSameCurrency(a.currency, b.currency) && isSameAsset(a.asset, b.asset);
      case "list":
      case "set":
        return a.kind === b.kind && this.#later([a.item], [b.item]);
      case "map":
        return a.kind === b.kind && this.#later([a.key, a.value], [b.key, b.value]);
      case "tuple":
        return a.kind === b.kind && this.#later(a.parts, b.parts);
      case "named":
        return a.kind === b.kind && this.#isSameDeclared(a.name, b.name);
      default:
        return a.kind === b.kind;
    }
  }

  #later(a: readonly Shape[], b: readonly Shape[]): boolean {
    if (a.length !== b.length) return false;
    for (const [at, shape] of a.entries()) this.#pairs.push([shape, b[at]!]);
    return true;
  }

  /**
   * Rule 4: only the module that declares a resource makes and undoes it. A module may rename its own types; if it could
   * read another's as its own, or its own as another's, it could take apart what is not its, or forge it.
   */
  #mayStandFor(a: string, b: string): boolean {
    const [x, y] = [headOf(a), headOf(b)];
    return x === y || (this.#isOwn(x) && this.#isOwn(y));
  }

  #isOwn(head: string): boolean {
    return head.slice(0, head.lastIndexOf(".")) === this.#module;
  }

  #isSameDeclared(a: string, b: string): boolean {
    if (!this.#mayStandFor(a, b)) return false;
    const pair = `${a}\n${b}`;
    if (this.#assumed.has(pair)) return true;
    this.#assumed.add(pair);
    const [x, y] = [this.#old.get(a)!, this.#new.get(b)!];
    if (x.record !== y.record || x.constructors.length !== y.constructors.length) return false;
    return x.constructors.every(({ name, fields }, at) => {
      const other = y.constructors[at]!;
      // The name of a record's constructor is not written.
      if (!x.record && name !== other.name) return false;
      if (fields.some((field, place) => field.name !== other.fields[place]?.name)) return false;
      const shapes = (those: typeof fields) => those.map(({ shape }) => shape);
      return this.#later(shapes(fields), shapes(other.fields));
    });
  }
}

export const isSameShape = (versions: Versions, a: Shape, b: Shape): boolean =>
  new ShapeComparison(versions).isSame(a, b);

export const areSameShapes = (versions: Versions, a: readonly Shape[], b: readonly Shape[]): boolean =>
  a.length === b.length && a.every((shape, at) => isSameShape(versions, shape, b[at]!));
