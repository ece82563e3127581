// Core terms written by hand, for tests of the passes over them. A term's range is a place in a made-up
// source that grows as terms are made: their texts one after another, each on a line of its own; so messages have
// something to point to.

import type { Diagnostic } from "../src/diagnostic/diagnostic.ts";
import { positionOf, type Range, type Source } from "../src/diagnostic/source.ts";
import type { DeclaredType, LookUp } from "../src/kernel/declared-type.ts";
import type {
  Binder,
  GlobalRef,
  Quantity,
  Term,
  TermArm,
  TermBody,
  TermPattern,
  TermStatement,
  Variable,
} from "../src/kernel/term.ts";
import type { UsageContext } from "../src/kernel/usage.ts";

export const ref = (name: string): GlobalRef => ({ module: "demo", name });

/** The types that tests mention; a type's name tells whether its values are resources. */
export const DECLARED: Readonly<Record<string, DeclaredType>> = {
  Option: {
    constructors: [
      { name: "None", arity: 0 },
      { name: "Some", arity: 1 },
    ],
  },
  Account: { constructors: [{ name: "Account", arity: 2, fieldNames: ["owner", "funds"] }] },
  Stage: {
    constructors: [
      { name: "Issued", arity: 0 },
      { name: "Presented", arity: 0 },
      { name: "Accepted", arity: 0 },
    ],
  },
  Tree: {
    constructors: [
      { name: "Leaf", arity: 0 },
      { name: "Node", arity: 3 },
    ],
  },
};

export const lookUp: LookUp = (type) => {
  const declared = DECLARED[type.name];
  if (declared === undefined) throw new Error(`no type ${type.name}`);
  return declared;
};

/** Writes terms and, beside them, the source they might have come from. */
export class TermWriter {
  #text = "";
  #variables = 0;
  readonly #types = new Map<number, string>();
  readonly #linear = new WeakSet<Term>();

  get source(): Source {
    return { name: "test.hop", text: this.#text };
  }

  /** A line of the source: what is called so in messages. */
  line(text: string): Range {
    const start = this.#text.length;
    this.#text += `${text}\n`;
    return { start, end: start + text.length };
  }

  variable(name: string, type = "Coin<USD>"): Variable {
    const variable = { id: this.#variables, name, range: this.line(name) };
    this.#variables += 1;
    this.#types.set(variable.id, type);
    return variable;
  }

  term(body: TermBody, text: string = body.kind): Term {
    return { range: this.line(text), ...body };
  }

  /** Says that the term's value is a resource. */
  linear<T extends Term>(term: T): T {
    this.#linear.add(term);
    return term;
  }

  context(): UsageContext {
    return {
      source: this.source,
      quantityOf: (term) => (this.#linear.has(term) ? "1" : "ω"),
      renderType: (variable) => this.#types.get(variable.id) ?? "?",
      lookUp,
    };
  }

  // Terms

  use = (variable: Variable): Term => this.term({ kind: "local", id: variable.id }, variable.name);

  call = (name: string, ...args: Term[]): Term =>
    this.term({ kind: "call", fn: ref(name), implicit: [], args }, `${name}()`);

  apply = (closure: Term, ...args: Term[]): Term => this.term({ kind: "apply", closure, args });

  unit = (): Term => this.term({ kind: "tuple", parts: [] }, "{}");

  tuple = (...parts: Term[]): Term => this.term({ kind: "tuple", parts });

  list = (items: Term[], rest?: Term): Term => this.term({ kind: "list", items, rest });

  int = (value: number): Term => this.term({ kind: "literal", value }, String(value));

  make = (type: string, constructor_: number, ...fields: Term[]): Term =>
    this.term({ kind: "construct", type: ref(type), constructor_, params: [], fields });

  peek = (of: Term, name: string): Term => {
    const text = this.source.text.slice(of.range.start, of.range.end);
    return this.term({ kind: "field", of, index: 0, name, peek: true }, `${text}.${name}`);
  };

  field = (of: Term, name: string): Term => this.term({ kind: "field", of, index: 0, name, peek: false });

  if = (condition: Term, then: Term, otherwise: Term): Term =>
    this.term({ kind: "if", condition, then, else: otherwise });

  match = (scrutinee: Term, ...arms: (readonly [TermPattern, Term])[]): Term =>
    this.term({
      kind: "match",
      scrutinee,
      arms: arms.map(([pattern, body]): TermArm => ({ range: pattern.range, pattern, body })),
    });

  /** Statements in order; the last piece is the result. */
  block = (...pieces: (TermStatement | Term)[]): Term => {
    const result = pieces.at(-1) as Term;
    const statements = pieces
      .slice(0, -1)
      .map(
        (piece): TermStatement =>
          piece.kind === "let" || piece.kind === "evaluate"
            ? piece
            : { range: piece.range, kind: "evaluate", term: piece },
      );
    return this.term({ kind: "block", statements, result });
  };

  let = (pattern: TermPattern | Variable, value: Term): TermStatement => ({
    range: value.range,
    kind: "let",
    pattern: "kind" in pattern ? pattern : this.bind(pattern),
    value,
  });

  lambda = (binders: Binder[], body: Term, once = false): Term =>
    this.term({ kind: "lambda", once, binders, body }, once ? "once fn()" : "fn()");

  abort = (...fields: Term[]): Term =>
    this.term({ kind: "abort", error: this.term({ kind: "record", ref: ref("Failed"), fields }) });

  require = (condition: Term, otherwise?: Term): Term =>
    this.term({ kind: "require", condition, otherwise, clause: "" });

  table = (operation: Extract<TermBody, { kind: "table" }>["operation"], ...args: Term[]): Term =>
    this.term({ kind: "table", operation, table: ref("accounts"), args }, `accounts.${operation}()`);

  global = (name: string): Term => this.term({ kind: "global", ref: ref(name) }, name);

  // Patterns

  bind = (variable: Variable, quantity: Quantity = "1"): TermPattern => ({
    range: variable.range,
    kind: "variable",
    variable,
    quantity,
  });

  wild = (quantity: Quantity = "ω"): TermPattern => ({ range: this.line("_"), kind: "wildcard", quantity });

  shape = (type: string, constructor_: number, ...fields: TermPattern[]): TermPattern => ({
    range: this.line(type),
    kind: "construct",
    type: ref(type),
    constructor_,
    fields,
  });

  parts = (...parts: TermPattern[]): TermPattern => ({ range: this.line("(…)"), kind: "tuple", parts });

  items = (items: TermPattern[], rest?: TermPattern): TermPattern => ({
    range: this.line("[…]"),
    kind: "list",
    items,
    rest,
  });

  is = (value: number | boolean | string): TermPattern => ({
    range: this.line(String(value)),
    kind: "literal",
    value,
  });
}

/** A diagnostic as people would read it, without its carets. */
export function brief(diagnostic: Diagnostic): string[] {
  const { code, message, notes, help, span } = diagnostic;
  const line = (place: { source: Source; start: number }) => positionOf(place.source, place.start).line;
  return [
    `${code} line ${line(span)}: ${message}`,
    ...notes.map((note) => `line ${line(note.span)}: ${note.label}`),
    ...(help === undefined ? [] : [`help: ${help}`]),
  ];
}
