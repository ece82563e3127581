// Where each local variable of a module is bound and where it is used, by walking the surface tree with its
// scopes. Types are guessed where the text says them (guessed-types.ts); nothing else of the checker is known here,
// so that what is made from this can put the checker to the test. Tests in the language are left out.

import type { Range } from "../src/diagnostic/source.ts";
import type { Arm, Block, Declaration, Expr, Module, Name, Pattern, Statement } from "../src/syntax/ast.ts";
import { type Guess, TypeGuesses } from "./guessed-types.ts";

/** What stands on its own in a block, or as the body of an arm or a function: it can be repeated or removed. */
export type Place = Range & {
  readonly kind: "let" | "statement" | "result";
  /** A body without braces: to hold a second statement it must get some. */
  readonly bare: boolean;
  /** The block goes on to abort, so that nothing in it can be lost. */
  readonly aborts: boolean;
};

export type Use = Range & {
  readonly binding: Binding;
  /** `x.f` only looks; every other use hands the variable over, if it is a resource. */
  readonly kind: "move" | "look";
  /** `Account { funds }`, which stands for `funds: funds`. */
  readonly shorthand: boolean;
  readonly place: Place;
  /** Variables that could stand here instead, innermost first. */
  readonly visible: readonly Binding[];
  /** `a.join(x)`: the whole call and its receiver. */
  readonly joined: { readonly call: Range; readonly receiver: Range } | undefined;
};

export type Binding = {
  readonly name: Name;
  /** The function it belongs to. */
  readonly owner: string;
  readonly guess: Guess;
  /** The pattern that binds it, if one does, and the record pattern that this is a field of. */
  readonly pattern: Pattern | undefined;
  readonly field: (Pattern & { readonly kind: "record" }) | undefined;
  readonly uses: Use[];
};

type Scope = readonly Binding[];
type Where = { readonly scope: Scope; readonly place: Place };

/** All bindings of a module's functions, in the order in which they are bound. */
export function bindingsOf(text: string, module: Module): readonly Binding[] {
  const walk = new Walk(text, module);
  for (const declaration of module.declarations) walk.declaration(declaration);
  return walk.bindings;
}

class Walk {
  readonly bindings: Binding[] = [];
  readonly #text: string;
  readonly #types: TypeGuesses;
  #owner = "";

  constructor(text: string, module: Module) {
    this.#text = text;
    this.#types = new TypeGuesses(module);
  }

  declaration(declaration: Declaration): void {
    const { kind } = declaration;
    const isFunction = kind === "fn" || kind === "action" || kind === "query" || kind === "init";
    if (!isFunction && kind !== "migrate") return;
    if (declaration.body === undefined) return;
    this.#owner =
      declaration.kind === "migrate" ? `migrate ${declaration.table.text}` : declaration.name.text;
    let scope: Scope = [];
    for (const { name, type } of declaration.params) scope = this.#bind(scope, name, { guess: type });
    this.#block(scope, declaration.body);
  }

  #bind(
    scope: Scope,
    name: Name,
    from: { guess: Guess; pattern?: Pattern; field?: Pattern & { readonly kind: "record" } },
  ): Scope {
    const { guess, pattern, field } = from;
    const binding: Binding = { name, owner: this.#owner, guess, pattern, field, uses: [] };
    this.bindings.push(binding);
    return [binding, ...scope];
  }

  #block(scope: Scope, block: Block): void {
    const bare = this.#text[block.start] !== "{";
    const expressions = [
      ...block.statements.flatMap((statement) => (statement.kind === "expression" ? [statement.expr] : [])),
      ...(block.result === undefined ? [] : [block.result]),
    ];
    const aborts = expressions.some(({ kind }) => kind === "abort");
    let inner = scope;
    for (const statement of block.statements) inner = this.#statement(inner, statement, { bare, aborts });
    if (block.result === undefined) return;
    const { start, end } = block.result;
    this.#expr({ scope: inner, place: { kind: "result", start, end, bare, aborts } }, block.result);
  }

  #statement(scope: Scope, statement: Statement, block: { bare: boolean; aborts: boolean }): Scope {
    const { start, end } = statement;
    const kind = statement.kind === "let" ? "let" : "statement";
    const where: Where = { scope, place: { kind, start, end, ...block } };
    if (statement.kind === "expression") {
      this.#expr(where, statement.expr);
      return scope;
    }
    this.#expr(where, statement.value);
    return this.#pattern(scope, statement.pattern, statement.type ?? this.#guess(scope, statement.value));
  }

  #guess(scope: Scope, expr: Expr): Guess {
    return this.#types.ofExpr(expr, (name) => scope.find((one) => one.name.text === name)?.guess);
  }

  #pattern(scope: Scope, pattern: Pattern, guess: Guess): Scope {
    switch (pattern.kind) {
      case "variable":
        return this.#bind(scope, pattern.name, { guess, pattern });
      case "record":
        return this.#recordPattern(scope, pattern);
      case "constructor":
      case "tuple": {
        const parts = pattern.kind === "tuple" ? pattern.parts : pattern.args;
        const guesses = this.#types.ofParts(pattern, guess);
        return parts.reduce((inner, part, at) => this.#pattern(inner, part, guesses[at]), scope);
      }
      case "list": {
        const item = this.#types.ofItem(guess);
        const inner = pattern.items.reduce((outer, part) => this.#pattern(outer, part, item), scope);
        return pattern.rest === undefined ? inner : this.#pattern(inner, pattern.rest, guess);
      }
      default:
        return scope;
    }
  }

  #recordPattern(scope: Scope, pattern: Pattern & { readonly kind: "record" }): Scope {
    let inner = scope;
    for (const { name, pattern: part } of pattern.fields) {
      const guess = this.#types.ofField(pattern.path, name.text);
      if (part === undefined) inner = this.#bind(inner, name, { guess, pattern, field: pattern });
      else if (part.kind === "variable") {
        inner = this.#bind(inner, part.name, { guess, pattern: part, field: pattern });
      } else inner = this.#pattern(inner, part, guess);
    }
    return inner;
  }

  #use(where: Where, name: Name, how: Partial<Pick<Use, "kind" | "shorthand" | "joined">>): void {
    const binding = where.scope.find((one) => one.name.text === name.text);
    if (binding === undefined) return;
    const seen = new Set<string>();
    const visible = where.scope.filter(({ name: { text } }) => !seen.has(text) && seen.add(text));
    binding.uses.push({
      start: name.start,
      end: name.end,
      binding,
      kind: how.kind ?? "move",
      shorthand: how.shorthand ?? false,
      joined: how.joined,
      place: where.place,
      visible: visible.filter((one) => one !== binding),
    });
  }

  #all(where: Where, exprs: readonly (Expr | undefined)[]): void {
    for (const expr of exprs) if (expr !== undefined) this.#expr(where, expr);
  }

  #expr(where: Where, expr: Expr): void {
    switch (expr.kind) {
      case "name":
        return this.#use(where, expr.name, {});
      case "field":
        if (expr.of.kind === "name") return this.#use(where, expr.of.name, { kind: "look" });
        return this.#expr(where, expr.of);
      case "call":
        return this.#call(where, expr);
      case "record":
      case "with":
        if (expr.kind === "with") this.#expr(where, expr.of);
        for (const { name, value } of expr.fields) {
          if (value === undefined) this.#use(where, name, { shorthand: true });
          else this.#expr(where, value);
        }
        return;
      case "if":
        this.#expr(where, expr.condition);
        this.#block(where.scope, expr.then);
        return this.#all(where, [expr.else]);
      case "match":
        return this.#match(where, expr.scrutinee, expr.arms);
      case "lambda": {
        const inner = expr.params.reduce(
          (scope, { name, type }) => this.#bind(scope, name, { guess: type }),
          where.scope,
        );
        return this.#block(inner, expr.body);
      }
      case "block":
        return this.#block(where.scope, expr);
      case "update":
        return this.#update(where, expr);
      default:
        return this.#all(where, partsOf(expr));
    }
  }

  #call(where: Where, call: Expr & { readonly kind: "call" }): void {
    const { callee, args } = call;
    const receiver = callee.kind === "field" ? callee.of : callee;
    this.#expr(where, receiver);
    const joins = callee.kind === "field" && callee.name.text === "join";
    for (const arg of args) {
      const joined = { call: { start: call.start, end: call.end }, receiver };
      if (joins && arg.kind === "name") this.#use(where, arg.name, { joined });
      else this.#expr(where, arg);
    }
  }

  #match(where: Where, scrutinee: Expr, arms: readonly Arm[]): void {
    this.#expr(where, scrutinee);
    const guess = this.#guess(where.scope, scrutinee);
    for (const { pattern, body } of arms) {
      const scope = this.#pattern(where.scope, pattern, guess);
      if (body.kind === "block") this.#block(scope, body);
      else {
        const { start, end } = body;
        const aborts = body.kind === "abort";
        this.#expr({ scope, place: { kind: "result", start, end, bare: true, aborts } }, body);
      }
    }
  }

  #update(where: Where, update: Expr & { readonly kind: "update" }): void {
    this.#expr(where, update.key);
    const scope = update.fields.reduce(
      (inner, { name }) =>
        this.#bind(inner, name, { guess: this.#types.ofRowField(update.table, name.text) }),
      where.scope,
    );
    for (const { value } of update.fields) this.#expr({ ...where, scope }, value);
  }
}

/** The parts of an expression that binds nothing. */
function partsOf(expr: Expr): readonly (Expr | undefined)[] {
  switch (expr.kind) {
    case "index":
      return [expr.of, expr.key];
    case "tuple":
      return expr.parts;
    case "list":
      return [...expr.items, expr.rest];
    case "binary":
      return [expr.left, expr.right];
    case "unary":
      return [expr.operand];
    case "require":
      return [expr.condition, expr.otherwise];
    case "abort":
      return [expr.error];
    case "emit":
      return [expr.event];
    default:
      return [];
  }
}
