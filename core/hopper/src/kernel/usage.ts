// The usage pass (L11–L16): every linear variable of a body is moved exactly once on every path that does
// not abort. It walks terms in the order of evaluation and keeps, for each variable, whether it has been
// moved and where. It trusts quantities and types, never ranges, and reports one story for each variable.
// Invariant: what it accepts neither copies nor loses a resource on any path.

import { assert, unreachable } from "@juno/base";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Source } from "../diagnostic/source.ts";
import type { LookUp } from "./declared-type.ts";
import type { Binder, Quantity, Term, TermPattern, TermStatement, Variable } from "./term.ts";
import { TERM_DEPTH_MAX } from "./term-depth.ts";
import { type Branching, branchLabel } from "./usage-branches.ts";
import { Flow } from "./usage-flow.ts";
import { type Bound, obligationsOf } from "./usage-pattern.ts";
import { UsageReport } from "./usage-report.ts";
import { type ClosureFacts, type Frame, type Obligation, UsageScope } from "./usage-scope.ts";

export type UsageContext = {
  readonly source: Source;
  /**
   * The quantity that a binder for this term's value would have: "1" if its type is a resource. Asked of terms whose
   * value is dropped or looked into: those of `evaluate` statements, `field` terms and what they look into, and
   * `get` and `find` of tables. Constant time; a term asked for was elaborated.
   */
  quantityOf(term: Term): Quantity;
  /** The type of a variable of this body as people write it. */
  renderType(variable: Variable): string;
  readonly lookUp: LookUp;
};

/** A function's own variables and its body; also a closure's, a test's, an initial value's. */
export type UsageBody = { readonly binders: readonly Binder[]; readonly body: Term };

/** All that the body does wrong, in the order of evaluation; empty if it keeps every resource. */
export function checkUsage(fn: UsageBody, context: UsageContext): Diagnostic[] {
  const walk = new UsageWalk(context);
  walk.run(fn);
  return walk.diagnostics;
}

/** Where the walk is: the frame whose code it reads, and what has happened on the way. */
type At = { readonly frame: Frame; readonly flow: Flow };

type TermOf<K extends Term["kind"]> = Extract<Term, { kind: K }>;

const RETURNED = "given back as the result";

class UsageWalk {
  readonly #context: UsageContext;
  readonly #report: UsageReport;
  readonly #scope: UsageScope;
  #depth = 0;

  constructor(context: UsageContext) {
    this.#context = context;
    this.#report = new UsageReport(context.source, (variable) => context.renderType(variable));
    this.#scope = new UsageScope(this.#report);
  }

  get diagnostics(): Diagnostic[] {
    return this.#report.diagnostics;
  }

  run(fn: UsageBody): void {
    this.#body(fn, undefined);
  }

  /** L12: a body owes a move of each linear parameter, and by itself: an abort in it is no abort around it. */
  #body(fn: UsageBody, closure: ClosureFacts | undefined): At {
    const at: At = { frame: { closure, captures: new Map() }, flow: new Flow() };
    const owed = fn.binders.flatMap((binder) => this.#bind(binder, at.frame));
    this.#walk(fn.body, RETURNED, at);
    this.#scope.settle(owed, at.flow);
    return at;
  }

  /** `how` tells what becomes of the term's value, should it be a variable's. */
  #walk(term: Term, how: string, at: At): void {
    assert(this.#depth < TERM_DEPTH_MAX, "a term is no deeper than its source allows");
    this.#depth += 1;
    this.#term(term, how, at);
    this.#depth -= 1;
  }

  #term(term: Term, how: string, at: At): void {
    switch (term.kind) {
      case "local":
        return this.#scope.move(term.id, { range: term.range, how }, at);
      case "lambda":
        return this.#lambda(term, undefined, at);
      case "call":
      case "command":
        return this.#sequence(term.args, `moved into \`${term.fn.name}\``, at, term.fn.name);
      case "apply":
        return this.#sequence([term.closure, ...term.args], "used up by this call", at);
      case "construct":
        return this.#sequence(term.fields, `moved into \`${term.type.name}\``, at);
      case "tuple":
        return this.#sequence(term.parts, "moved into a tuple", at);
      case "list":
        return this.#sequence(
          term.rest === undefined ? term.items : [...term.items, term.rest],
          "moved into a list",
          at,
        );
      case "record":
      case "asset":
        return this.#sequence(
          term.kind === "asset" ? term.args : term.fields,
          `moved into \`${term.ref.name}\``,
          at,
        );
      case "table":
        return this.#table(term, at);
      case "field":
        return this.#field(term, at);
      case "if":
      case "match":
        return this.#branch(term, how, at);
      case "block":
        return this.#block(term, how, at);
      case "require":
        return this.#require(term, at);
      case "abort":
        this.#walk(term.error, "moved into an error", at);
        at.flow.dead = true; // L13: what follows does not run.
        return;
      case "emit":
        return this.#walk(term.event, "moved into an event", at);
      case "update":
        return this.#update(term, at);
      case "attempt":
        return this.#walk(term.closure, "run here", at);
      // Nothing is used here, or in positions that are erased (0 · π = 0).
      case "global":
      case "literal":
      case "name":
      case "sort":
      case "primitive":
      case "data":
      case "function":
      case "telescope":
      case "meta":
        return;
      default:
        return unreachable(term);
    }
  }

  /**
   * L54: arguments are evaluated in order, then those that are variables move. So a later argument may still
   * look at what an earlier one hands over.
   */
  #sequence(terms: readonly Term[], how: string, at: At, caller?: string): void {
    for (const term of terms) {
      if (term.kind === "lambda") this.#lambda(term, caller, at);
      else if (term.kind !== "local") this.#walk(term, how, at);
    }
    for (const term of terms) if (term.kind === "local") this.#walk(term, how, at);
  }

  #lambda(term: TermOf<"lambda">, caller: string | undefined, at: At): void {
    const inner = this.#body(term, { once: term.once, range: term.range, caller });
    this.#scope.capture(inner, at);
  }

  #table(term: TermOf<"table">, at: At): void {
    const { operation, table, args } = term;
    this.#sequence(args, `moved into \`${table.name}.${operation}\``, at);
    if (operation !== "get" && operation !== "find") return;
    // L40: both leave the row where it is, so a resource would be there twice.
    if (this.#isLinear(term, at)) this.#report.copiedByLooking(term.range);
  }

  /** L14: of a place, a field is looked at; of any other resource, the rest would be lost. */
  #field(term: TermOf<"field">, at: At): void {
    let place: Term = term;
    while (place.kind === "field") place = place.of;
    if (place.kind === "local" && term.peek) this.#scope.peek(place.id, term.range, at);
    else if (place.kind === "table" && place.operation === "get" && term.peek)
      this.#sequence(place.args, `moved into \`${place.table.name}\``, at);
    else {
      this.#walk(place, "taken apart by its field", at);
      if (this.#isLinear(place, at)) return this.#report.restOfField(term.range, place.range);
    }
    if (this.#isLinear(term, at)) this.#report.copiedByLooking(term.range);
  }

  #branch(term: Branching, how: string, at: At): void {
    const branches: Flow[] = [];
    if (term.kind === "if") {
      this.#walk(term.condition, "used in a condition", at);
      for (const body of [term.then, term.else]) {
        const flow = at.flow.branch();
        this.#walk(body, how, { frame: at.frame, flow });
        branches.push(flow);
      }
    } else {
      this.#walk(term.scrutinee, "taken apart by `match`", at);
      for (const { pattern, body } of term.arms) {
        const flow = at.flow.branch();
        const owed = this.#pattern(pattern, at.frame);
        this.#walk(body, how, { frame: at.frame, flow });
        this.#scope.settle(owed, flow);
        branches.push(flow);
      }
    }
    this.#join(term, branches, at.flow);
  }

  /** L12: where branches meet they agree. */
  #join(term: Branching, branches: readonly Flow[], flow: Flow): void {
    const { source } = this.#context;
    for (const { id, move, mover, keeper } of flow.join(branches)) {
      this.#scope.disagree(id, (variable) =>
        this.#report.branchesDisagree({
          variable,
          at: term.kind === "if" ? term.condition.range : term.scrutinee.range,
          move,
          mover: branchLabel(source, term, mover),
          keeper: branchLabel(source, term, keeper),
        }),
      );
    }
  }

  #block(term: TermOf<"block">, how: string, at: At): void {
    const owed: Obligation[][] = [];
    for (const statement of term.statements) owed.push(this.#statement(statement, at));
    this.#walk(term.result, how, at);
    this.#scope.settle(owed.flat(), at.flow);
  }

  /** What the rest of the block owes for it. */
  #statement(statement: TermStatement, at: At): Obligation[] {
    if (statement.kind === "let") {
      const { pattern, value } = statement;
      const into =
        pattern.kind === "variable" ? `moved into \`${pattern.variable.name}\`` : "taken apart by `let`";
      this.#walk(value, into, at);
      return this.#pattern(pattern, at.frame);
    }
    const { term } = statement;
    this.#walk(term, "dropped", at);
    if (!this.#isLinear(term, at)) return [];
    const what = term.kind === "call" ? `the result of \`${term.fn.name}\`` : "the value of this expression";
    return [{ kind: "dropped", range: term.range, what }];
  }

  /** What `otherwise` does happens on a path that aborts, and only there. */
  #require(term: TermOf<"require">, at: At): void {
    this.#walk(term.condition, "used in a condition", at);
    if (term.otherwise === undefined) return;
    this.#walk(term.otherwise, "moved into an error", { frame: at.frame, flow: at.flow.branch() });
  }

  /** L17: each old value belongs to the expression of its own field. */
  #update(term: TermOf<"update">, at: At): void {
    this.#walk(term.key, "used as a key", at);
    for (const { bound, value } of term.fields) {
      const owed = this.#bind(bound, at.frame);
      this.#walk(value, `moved into a row of \`${term.table.name}\``, at);
      this.#scope.settle(owed, at.flow);
    }
  }

  /** Binds what a pattern binds; tells what the end of its scope owes. */
  #pattern(pattern: TermPattern, frame: Frame): Obligation[] {
    const { source, lookUp } = this.#context;
    return obligationsOf(pattern, {
      bind: (binder) => this.#bind(binder, frame),
      source,
      lookUp,
    });
  }

  #bind(binder: Bound, frame: Frame): Obligation[] {
    const { variable, quantity } = binder;
    this.#scope.declare(variable, quantity, frame);
    return quantity === "1" ? [{ kind: "variable", variable }] : [];
  }

  /** Nothing is asked about values that are never computed. */
  #isLinear(term: Term, at: At): boolean {
    return !at.flow.dead && this.#context.quantityOf(term) === "1";
  }
}
