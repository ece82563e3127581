// Makes an expression of a wanted Data type out of what is in scope. Each is in brackets where it could stand next to
// an operator, and has the type that is wanted even where nothing says so.

import type { Dice } from "./dice.ts";
import { knownPlaces, literal } from "./leaf-term.ts";
import {
  amountOf,
  at,
  BOOL,
  type Constructor,
  type Declarations,
  type Fn,
  INT,
  isLinear,
  NAT,
  same,
  show,
  type Table,
  TEXT,
  type Type,
  within,
} from "./program-type.ts";
import { enclosed, knowing, may, type Scope } from "./scope.ts";

type Way = () => string;

const NATS: Type = { kind: "list", item: NAT };

/** Whether a term of the type might be taken for one of a narrower type, or of none, where nothing says which. */
const isLoose = ({ kind }: Type): boolean =>
  kind === "int" || kind === "list" || kind === "option" || kind === "tuple";

export class DataTerms {
  readonly #dice: Dice;
  readonly #declared: Declarations;

  constructor(dice: Dice, declared: Declarations) {
    this.#dice = dice;
    this.#declared = declared;
  }

  term(type: Type, scope: Scope, depth = 3): string {
    const dice = this.#dice;
    if (depth <= 0) return this.#leaf(type, scope);
    const ways: Way[] = [
      () => this.#leaf(type, scope),
      () => this.#made(type, scope, depth - 1),
      () => this.#made(type, scope, depth - 1),
      () => this.#either(type, scope, depth - 1),
    ];
    for (const fn of this.#callable(type, scope)) ways.push(() => this.call(fn, scope, depth - 1));
    if (!scope.plain) ways.push(...this.#computed(type, scope, depth - 1));
    return dice.oneOf(ways);
  }

  #leaf(type: Type, scope: Scope): string {
    const places = knownPlaces(type, scope);
    if (places.length === 0 || !this.#dice.chance(70)) return literal(this.#dice, type);
    return this.#dice.pick(places);
  }

  /** By a constructor of the type, its parts made in turn. */
  #made(type: Type, scope: Scope, depth: number): string {
    const part = (one: Type): string => this.term(one, scope, depth);
    switch (type.kind) {
      case "list":
        return `[${Array.from({ length: this.#dice.below(4) }, () => part(type.item)).join(", ")}]`;
      case "option":
        return `Some(${part(type.item)})`;
      case "tuple":
        return this.#tuple(type.parts, scope, part);
      case "declared":
        return this.construct(this.#dice.pick(type.of.constructors), type.of.record, part);
      default:
        return this.#leaf(type, scope);
    }
  }

  #tuple(parts: readonly Type[], scope: Scope, part: (type: Type) => string): string {
    const made = parts.map(part);
    if (made.length === 2 && !scope.plain && this.#dice.chance(20))
      return `swapped((${made[1]}, ${made[0]}))`;
    const [first, second] = parts;
    if (first && second && made.length === 2 && same(first, second) && this.#dice.chance(20)) {
      return `twice(${made[0]})`;
    }
    return `(${made.join(", ")})`;
  }

  construct({ name, fields }: Constructor, record: boolean, part: (type: Type) => string): string {
    if (fields.length === 0) return name;
    if (!record) return `${name}(${fields.map(({ type }) => part(type)).join(", ")})`;
    return `(${name} { ${fields.map((field) => `${field.name}: ${part(field.type)}`).join(", ")} })`;
  }

  #either(type: Type, scope: Scope, depth: number): string {
    const condition = scope.plain ? this.term(BOOL, scope, depth) : this.condition(scope, depth);
    return `(if ${condition} { ${this.term(type, scope, depth)} } else { ${this.term(type, scope, depth)} })`;
  }

  #callable(type: Type, scope: Scope): Fn[] {
    return this.#declared.fns.filter(
      ({ result, effect, params, plain }) =>
        same(result, type) &&
        within(effect, scope.effect) &&
        (plain || !scope.plain) &&
        params.every((param) => !isLinear(param.type)),
    );
  }

  call({ name, params }: Fn, scope: Scope, depth: number): string {
    return `${name}(${params.map(({ type }) => this.term(type, scope, depth)).join(", ")})`;
  }

  condition(scope: Scope, depth = 2): string {
    if (depth <= 0) return this.#leaf(BOOL, scope);
    const { assets } = this.#declared;
    const ordered = this.#dice.pick([NAT, TEXT, ...assets.map(amountOf)]);
    const side = (): string => this.term(ordered, scope, depth - 1);
    const ways: Way[] = [
      () => `(${side()} ${this.#dice.pick(["<", "<=", ">", ">=", "==", "!="])} ${side()})`,
      () =>
        `(${this.condition(scope, depth - 1)} ${this.#dice.pick(["&&", "||"])} ${this.condition(scope, depth - 1)})`,
      () => `(!${this.condition(scope, depth - 1)})`,
      () => this.#leaf(BOOL, scope),
    ];
    if (may(scope, "reads")) {
      for (const table of this.#declared.tables) {
        ways.push(() => `${table.name}.has(${this.key(table, scope, depth - 1)})`);
      }
      ways.push(() => `signed(role(${this.#dice.pick(['"risk"', '"cfo"'])}))`);
    }
    return this.#dice.oneOf(ways);
  }

  /** A key of the table; `index` is its part `id`. */
  key(table: Table, scope: Scope, depth: number, index?: string): string {
    const parts = table.key.map(({ name, type }) =>
      name === "id" && index !== undefined ? index : this.term(type, scope, depth),
    );
    return parts.length === 1 ? parts[0]! : `(${parts.join(", ")})`;
  }

  /** By operators, builtins, closures, `match`, and rows. */
  #computed(type: Type, scope: Scope, depth: number): Way[] {
    return [
      ...this.#operated(type, scope, depth),
      ...this.#matched(type, scope, depth),
      ...this.#read(type, scope, depth),
      () => this.#folded(type, scope, depth),
      () => this.#applied(type, scope, depth),
    ];
  }

  #operated(type: Type, scope: Scope, depth: number): Way[] {
    const part = (one: Type): string => this.typed(one, this.term(one, scope, depth));
    const fails = may(scope, "fails");
    switch (type.kind) {
      case "nat":
        return [
          () => `(${part(NAT)} + ${part(NAT)})`,
          () => `(${part(NAT)} * ${part(NAT)})`,
          () => `(${part(NAT)}).min(${part(NAT)})`,
          () => `(${part(TEXT)}).length()`,
          () => `(${part({ kind: "list", item: NAT })}).sum()`,
          ...(fails ? [() => `(${part(NAT)} - ${part(NAT)})`, () => `(${part(NAT)} mod ${part(NAT)})`] : []),
        ];
      case "int":
        return [
          () => `(${part(INT)} + ${part(INT)})`,
          () => `(${part(INT)} * ${part(INT)})`,
          () => `(-(${part(INT)}))`,
          () => `(${part(NAT)}).to_int()`,
        ];
      case "bool":
        return [() => this.condition(scope, depth)];
      case "text":
        return [() => `(${part(TEXT)} ++ ${part(TEXT)})`, () => `(${part(NAT)}).to_text()`];
      case "money":
        return [
          () => `(${part(type)} + ${part(type)})`,
          () => `(${part(type)} - ${part(type)})`,
          () => `(${part(type)} * ${part(INT)})`,
          () => `(${part(type)}).max(${part(type)})`,
          () => `(${part(type)}).percent(${this.#dice.pick(["5%", "50%", "100%", "150%"])}, down)`,
        ];
      case "list":
        return this.#listed(type, scope, depth);
      case "option":
        return [() => `(${part({ kind: "list", item: type.item })}).first()`];
      default:
        return [];
    }
  }

  #listed(type: Type & { item: Type }, scope: Scope, depth: number): Way[] {
    const { item } = type;
    const part = (): string => this.typed(type, this.term(type, scope, depth));
    const inner = enclosed(scope);
    const lambda = (from: Type, to: Type): string => {
      const x = this.#dice.fresh("x");
      return `fn(${x}: ${show(from)}) -> ${show(to)} { ${this.term(to, knowing(inner, { name: x, type: from }), depth)} }`;
    };
    return [
      () => `(${part()} ++ ${part()})`,
      () => `(${part()}).reverse()`,
      () => `(${part()}).take(${this.term(NAT, scope, depth)})`,
      () => `(${part()}).filter(${lambda(item, BOOL)})`,
      () => `(${this.typed(NATS, this.term(NATS, scope, depth))}).map(${lambda(NAT, item)})`,
    ];
  }

  #folded(type: Type, scope: Scope, depth: number): string {
    const item = this.someType(1);
    const items: Type = { kind: "list", item };
    const list = this.typed(items, this.term(items, scope, depth));
    const start = this.typed(type, this.term(type, scope, depth));
    const [sum, x] = [this.#dice.fresh("sum"), this.#dice.fresh("x")];
    const inner = knowing(enclosed(scope), { name: sum, type }, { name: x, type: item });
    const step = this.term(type, inner, depth);
    return `fold(${list}, ${start}, fn(${sum}: ${show(type)}, ${x}: ${show(item)}) -> ${show(type)} { ${step} })`;
  }

  /** A closure with a name, called twice or not at all. */
  #applied(type: Type, scope: Scope, depth: number): string {
    const from = this.someType(1);
    const [f, x] = [this.#dice.fresh("f"), this.#dice.fresh("x")];
    const body = this.term(type, knowing(enclosed(scope), { name: x, type: from }), depth);
    const call = (): string => `${f}(${this.term(from, scope, depth)})`;
    const result = `if ${this.condition(scope, depth)} { ${call()} } else { ${call()} }`;
    return `(if true {\nlet ${f} = fn(${x}: ${show(from)}) -> ${show(type)} { ${body} }\n${result}\n} else { ${this.#leaf(type, scope)} })`;
  }

  /** The same value, where the checker should not guess a narrower type. */
  typed(type: Type, term: string): string {
    if (!isLoose(type)) return term;
    const name = this.#dice.fresh("v");
    return `(if true {\nlet ${name}: ${show(type)} = ${term}\n${name}\n} else { ${literal(this.#dice, type)} })`;
  }

  #matched(type: Type, scope: Scope, depth: number): Way[] {
    const arm = (pattern: string, ...bound: { name: string; type: Type }[]): string =>
      `${pattern} => ${this.term(type, knowing(scope, ...bound), depth)}`;
    const name = (of: Type) => ({ name: this.#dice.fresh("m"), type: of });
    const match = (of: Type, arms: readonly string[]): string =>
      `(match ${this.typed(of, this.term(of, scope, depth))} {\n${arms.join("\n")}\n})`;
    const item = this.someType(1);
    const ways: Way[] = [
      () => match(NAT, [arm("0"), arm("7"), arm("_")]),
      () => match(TEXT, [arm('"a"'), arm("_")]),
      () => {
        const some = name(item);
        return match({ kind: "option", item }, [arm("None"), arm(`Some(${some.name})`, some)]);
      },
      () => {
        const [first, rest] = [name(item), name({ kind: "list", item })];
        const pattern = `[${first.name}, ..${rest.name}]`;
        return match({ kind: "list", item }, [arm("[]"), arm(pattern, first, rest)]);
      },
    ];
    for (const of of this.#declared.data.filter(({ record }) => !record)) {
      ways.push(() =>
        match(
          { kind: "declared", of },
          of.constructors.map((one) => {
            const bound = one.fields.map((field) => name(field.type));
            const inside = bound.map((variable) => variable.name).join(", ");
            return arm(bound.length === 0 ? one.name : `${one.name}(${inside})`, ...bound);
          }),
        ),
      );
    }
    return ways;
  }

  /** From a row of a table. */
  #read(type: Type, scope: Scope, depth: number): Way[] {
    if (!may(scope, "reads")) return [];
    const ways: Way[] = [];
    for (const table of this.#declared.tables) {
      const { row, name } = table;
      const key = (): string => this.key(table, scope, depth - 1);
      if (!isLinear(row)) {
        if (same(row, type)) ways.push(() => `${name}.get(${key()})`);
        const found = type.kind === "option" && same(row, type.item);
        if (found) ways.push(() => `${name}.find(${key()})`);
      }
      if (row.kind !== "declared" || !row.of.record) continue;
      for (const field of row.of.constructors[0]!.fields) {
        const peeked = at(field.type, row.index);
        const path = (): string => `${name}[${key()}].${field.name}`;
        if (same(peeked, type)) ways.push(path);
        if (peeked.kind === "coin" && same(amountOf(peeked.asset), type)) ways.push(() => `${path()}.amount`);
      }
    }
    return ways;
  }

  /** Some Data type, of what the module has declared too. */
  someType(depth: number): Type {
    const money = this.#declared.assets.filter(({ currency }) => currency);
    const flat: Type[] = [NAT, BOOL, TEXT, INT, ...money.map(amountOf)];
    for (const of of this.#declared.data) flat.push({ kind: "declared", of });
    if (depth <= 0) return this.#dice.pick(flat);
    const inner = (): Type => this.someType(depth - 1);
    return this.#dice.oneOf<Type>([
      inner,
      inner,
      () => ({ kind: "list", item: inner() }),
      () => ({ kind: "option", item: inner() }),
      () => ({ kind: "tuple", parts: [inner(), inner()] }),
    ]);
  }
}
