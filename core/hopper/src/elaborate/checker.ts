// What checking one module carries along: diagnostics, metavariables, fresh variables, what is performed by the function
// at hand, and the ways back into the recursion, so that its rooms need not import one another.

import { assert } from "@juno/base";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Range, Source } from "../diagnostic/source.ts";
import type { Normalizer } from "../kernel/normalizer.ts";
import { quote } from "../kernel/quote.ts";
import type { GlobalRef, Quantity, Term, Variable } from "../kernel/term.ts";
import { type MetaPort, Unifier } from "../kernel/unify.ts";
import { ERROR, type Semantic } from "../kernel/value.ts";
import type { Effect, Expr, TypeExpr } from "../syntax/ast.ts";
import type { Global } from "./global.ts";
import type { Names } from "./names.ts";
import type { Scope } from "./scope.ts";

export type Typed = { readonly term: Term; readonly type: Semantic };

/** What the function or closure at hand does, as far as it has been checked. */
export type Frame = {
  effect: Effect;
  /** What it does that nothing before it did: the first expression with the effect. */
  cause: Range | undefined;
  /** Calls closures it was given: their effect is the caller's (L55). */
  caller: boolean;
  readonly kind: "fn" | "action" | "query" | "init" | "test" | "lambda" | "invariant";
  /** The function or closure around this closure. */
  readonly parent: Frame | undefined;
};

export const frameOf = (kind: Frame["kind"], parent?: Frame): Frame => ({
  effect: "total",
  cause: undefined,
  caller: false,
  kind,
  parent,
});

const isAround = (outer: Frame, inner: Frame): boolean => {
  for (let at: Frame | undefined = inner; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
};

export type Context = { readonly scope: Scope; readonly frame: Frame };

type Meta = {
  /** It may stand for what this closure and those around it know: each runs a body from top to bottom, once a call. */
  frame: Frame;
  /** The type of what is sought: a sort for types. */
  readonly type: Semantic;
  readonly range: Range;
  readonly what: string;
};

/** What telling of a mistake is reckoned as: finding the names that are near is work. */
const COMPLAINT_WORK = 1_000;

const ORDER: readonly Effect[] = ["total", "fails", "reads", "writes"];
export const isWithin = (effect: Effect, bound: Effect): boolean =>
  ORDER.indexOf(effect) <= ORDER.indexOf(bound);
export const joinEffects = (a: Effect, b: Effect): Effect => (isWithin(a, b) ? b : a);

/** A diagnostic as the checker's rooms write it. */
export type Complaint = {
  readonly code: string;
  readonly message: string;
  readonly label?: string;
  readonly help?: string;
  readonly known?: readonly string[];
  readonly notes?: Diagnostic["notes"];
  readonly severity?: "warning";
};

/** Ways back into the recursion; see expression.ts and type-expression.ts. */
export type Recursion = {
  readonly infer: (checker: Checker, context: Context, expr: Expr) => Typed;
  readonly check: (checker: Checker, context: Context, expr: Expr, expected: Semantic) => Term;
  readonly type: (checker: Checker, scope: Scope, type: TypeExpr) => Term;
  /** A closure, checked against what is known of its type; the type found has the effect found. */
  readonly lambda: (
    checker: Checker,
    context: Context,
    lambda: Lambda,
    expected: Semantic | undefined,
  ) => Typed;
};

export type Lambda = Expr & { kind: "lambda" };

export class Checker {
  readonly source: Source;
  readonly names: Names;
  readonly recursion: Recursion;
  readonly diagnostics: Diagnostic[] = [];
  readonly normal: Normalizer;
  readonly unifier: Unifier;
  readonly #metas: Meta[] = [];
  #settled = 0;
  /** Errors told before the declaration at hand. */
  #told = 0;
  #variables = 0;
  #errors = 0;
  /** Types of variables, for messages and quantities. */
  readonly #types = new Map<number, Semantic>();
  readonly #named = new Map<number, string>();
  /** The closure a variable belongs to; none: a type's own, known everywhere within it. */
  readonly #frames = new Map<number, Frame | "nowhere">();
  /** Done once all metavariables of a declaration are solved. */
  #pending: (() => void)[] = [];
  /** Conditions that must hold together: where `allowed` may stand. */
  readonly conjuncts = new Set<Expr>();
  /** Types of terms that were asked for: the usage pass needs those of what is dropped or looked into. */
  readonly termTypes = new WeakMap<Term, Semantic>();

  constructor(parts: { source: Source; names: Names; recursion: Recursion; normal: Normalizer }) {
    this.source = parts.source;
    this.names = parts.names;
    this.recursion = parts.recursion;
    this.normal = parts.normal;
    this.normal.isCurrency = (ref) => {
      const global = this.names.global(ref);
      return global?.kind === "asset" && global.currency;
    };
    const port: MetaPort = {
      inScope: (meta, variable) => {
        const frame = this.#frames.get(variable);
        return frame === undefined || (frame !== "nowhere" && isAround(frame, this.#metas[meta]!.frame));
      },
      narrow: (inner, meta) => {
        const [a, b] = [this.#metas[inner]!, this.#metas[meta]!];
        if (isAround(b.frame, a.frame)) a.frame = b.frame;
      },
      isRecord: (ref) => {
        const global = this.names.global(ref);
        return global?.kind === "data" && global.record;
      },
      accepts: (meta, value) => this.#accepts(meta, value),
      freshVariable: (name) => {
        const id = this.freshId();
        this.#frames.set(id, "nowhere");
        return { kind: "variable", id, name };
      },
    };
    this.unifier = new Unifier(this.normal, port);
  }

  get errors(): number {
    return this.#errors;
  }

  complain(range: Range, complaint: Complaint): void {
    const { severity = "error", notes = [], known = [], ...rest } = complaint;
    if (severity === "error") this.#errors += 1;
    this.diagnostics.push({
      ...rest,
      severity,
      notes,
      known,
      span: { source: this.source, start: range.start, end: range.end },
    });
    // Else it is told already that the work is used up.
    if (this.normal.fuel >= 0) this.normal.spend(COMPLAINT_WORK);
  }

  /** Takes over what a pass has found. */
  tell(found: readonly Diagnostic[]): void {
    for (const one of found) {
      if (one.severity === "error") this.#errors += 1;
      this.diagnostics.push(one);
    }
  }

  /** Complains, and goes on with something that agrees with everything. */
  refuse(range: Range, complaint: Complaint): Typed {
    this.complain(range, complaint);
    return { term: errorTerm(range), type: ERROR };
  }

  infer(context: Context, expr: Expr): Typed {
    return this.typed(this.normal.deeper(() => this.recursion.infer(this, context, expr)));
  }

  /** Remembers the type of a term. */
  typed<T extends Typed>(typed: T): T {
    this.termTypes.set(typed.term, typed.type);
    return typed;
  }

  check(context: Context, expr: Expr, expected: Semantic): Term {
    const term = this.normal.deeper(() => this.recursion.check(this, context, expr, expected));
    return this.typed({ term, type: expected }).term;
  }

  lambda(context: Context, lambda: Lambda, expected: Semantic | undefined): Typed {
    return this.normal.deeper(() => this.recursion.lambda(this, context, lambda, expected));
  }

  type(scope: Scope, type: TypeExpr): Term {
    return this.normal.deeper(() => this.recursion.type(this, scope, type));
  }

  unify(a: Semantic, b: Semantic): boolean {
    return this.unifier.unify(a, b);
  }

  force(value: Semantic): Semantic {
    return this.normal.force(value);
  }

  freshId(): number {
    this.#variables += 1;
    return this.#variables;
  }

  /** A variable of the given type. */
  nameOf(variable: number): string {
    return this.#named.get(variable) ?? "_";
  }

  variable(name: string, range: Range, type: Semantic, frame?: Frame): Variable {
    const variable = { id: this.freshId(), name, range: { start: range.start, end: range.end } };
    this.#named.set(variable.id, name);
    this.#types.set(variable.id, type);
    if (frame !== undefined) this.#frames.set(variable.id, frame);
    return variable;
  }

  /** What is computed here and nameless: equal to itself alone. */
  unknown(range: Range, type: Semantic, frame: Frame): Semantic {
    return { kind: "variable", id: this.variable("_", range, type, frame).id, name: "_" };
  }

  typeOf(variable: number): Semantic {
    return this.#types.get(variable) ?? ERROR;
  }

  meta(frame: Frame, parts: { type: Semantic; range: Range; what: string }): Semantic & { kind: "meta" } {
    this.#metas.push({ frame, ...parts });
    return { kind: "meta", id: this.#metas.length - 1 };
  }

  /** L10, L11: whether what has this type must be used exactly once. Unsolved: taken for Data, and held to it. */
  isResource(type: Semantic): boolean {
    return this.normal.deeper(() => {
      const known = this.force(type);
      switch (known.kind) {
        case "primitive":
          return known.name === "Coin" || (known.name === "List" && this.isResource(known.args[0]!));
        case "data": {
          const global = this.names.global(known.ref);
          assert(global?.kind === "data", "a data type is declared");
          if (global.resource) return true;
          return global.params.some(
            (param, at) =>
              param.type.kind === "sort" && param.type.sort === "Type" && this.isResource(known.args[at]!),
          );
        }
        case "function":
          return known.once;
        case "telescope":
          return this.telescopeTypes(known).some((part) => this.isResource(part));
        case "variable": {
          const sort = this.#types.get(known.id);
          const forced = sort && this.force(sort);
          return forced?.kind === "sort" && forced.sort === "Type";
        }
        case "meta": {
          const sort = this.force(this.#metas[known.id]!.type);
          return sort.kind === "sort" && sort.sort === "Type";
        }
        default:
          return false;
      }
    });
  }

  /** The types of a telescope's parts, earlier ones standing for themselves. */
  telescopeTypes(telescope: Semantic & { kind: "telescope" }): Semantic[] {
    return telescope.binders.map(({ type }) => this.normal.type(type, telescope.environment));
  }

  quantityOf(type: Semantic): Quantity {
    return this.isResource(type) ? "1" : "ω";
  }

  #accepts(meta: number, value: Semantic): boolean {
    const type = this.force(this.#metas[meta]!.type);
    // A parameter `<a>` is Data (L11); one of sort Type takes both.
    if (type.kind !== "sort") return true;
    return type.sort === "Type" || !this.isResource(value);
  }

  later(work: () => void): void {
    this.#pending.push(work);
  }

  /** Ends a declaration: what is not solved is told, quantities are settled. */
  settle(): void {
    for (let id = this.#settled; id < this.#metas.length; id++) {
      const meta = this.#metas[id]!;
      if (this.normal.solution(id) !== undefined) continue;
      if (this.errors === this.#told)
        this.complain(meta.range, {
          code: "H0510",
          message: `cannot tell what \`${meta.what}\` is here`,
          help: "write the type down, for example on the `let` or the parameter",
        });
      this.normal.solve(id, ERROR);
    }
    this.#settled = this.#metas.length;
    this.#told = this.errors;
    for (const work of this.#pending) work();
    this.#pending = [];
  }

  /** `cause` is the expression that has the effect. */
  perform({ frame }: Context, effect: Effect, cause: Range): void {
    if (!isWithin(effect, frame.effect)) frame.cause = { start: cause.start, end: cause.end };
    frame.effect = joinEffects(frame.effect, effect);
  }

  global(ref: GlobalRef): Global {
    const global = this.names.global(ref);
    assert(global !== undefined, "a resolved name is declared");
    return global;
  }

  quote(range: Range, value: Semantic): Term {
    return quote({ normal: this.normal, range, freshId: () => this.freshId() }, value);
  }

  /** The source between, on one line. */
  text(range: Range): string {
    return this.source.text.slice(range.start, range.end).replace(/\s+/g, " ").trim();
  }
}

export const errorTerm = (range: Range): Term => ({
  range: { start: range.start, end: range.end },
  kind: "tuple",
  parts: [],
});
