// Definitional equality with metavariables (L19): first-order unification of normal forms. A metavariable may
// stand only for what was in scope where it was made. There is no subtyping here: Nat where Int is
// expected is a coercion that the elaborator writes down.

import { equalBytes } from "@juno/base";
import type { Normalizer } from "./normalizer.ts";
import type { GlobalRef } from "./term.ts";
import { bind, type Environment, type Semantic, type SemanticBinder } from "./value.ts";

export type MetaPort = {
  /** Whether the variable was in scope where the metavariable was made. */
  readonly inScope: (meta: number, variable: number) => boolean;
  /** `inner` becomes part of what `meta` stands for: it may see no more than `meta` does. */
  readonly narrow: (inner: number, meta: number) => void;
  /** Whether the type has one constructor with fields, a record: then it is equal to what its fields are. */
  readonly isRecord: (type: GlobalRef) => boolean;
  /** Whether the metavariable may stand for a type of this value's sort, and its own type agrees. */
  readonly accepts: (meta: number, value: Semantic) => boolean;
  readonly freshVariable: (name: string) => Semantic & { kind: "variable" };
};

export const sameRef = (a: GlobalRef, b: GlobalRef): boolean => a.name === b.name && a.module === b.module;

export class Unifier {
  readonly #normal: Normalizer;
  readonly #metas: MetaPort;

  constructor(normal: Normalizer, metas: MetaPort) {
    this.#normal = normal;
    this.#metas = metas;
  }

  unify(a: Semantic, b: Semantic): boolean {
    return this.#normal.deeper(() => this.#unify(this.#normal.force(a), this.#normal.force(b)));
  }

  #unify(a: Semantic, b: Semantic): boolean {
    if (a === b || a.kind === "error" || b.kind === "error") return true;
    if (a.kind === "meta" && b.kind === "meta") {
      // One of them may be held to Data, and then stands for both.
      return a.id === b.id || this.#solve(a.id, b) || this.#solve(b.id, a);
    }
    if (a.kind === "meta") return this.#solve(a.id, b);
    if (b.kind === "meta") return this.#solve(b.id, a);
    if (a.kind !== b.kind) return this.#expanded(a, b) || this.#expanded(b, a);
    switch (a.kind) {
      case "variable":
        return b.kind === "variable" && a.id === b.id;
      case "projection":
        return b.kind === "projection" && a.index === b.index && this.unify(a.of, b.of);
      case "call":
        return b.kind === "call" && sameRef(a.fn, b.fn) && this.#all(a.args, b.args);
      case "literal":
        return b.kind === "literal" && sameLiteral(a.value, b.value);
      case "construct":
        return (
          b.kind === "construct" &&
          sameRef(a.type, b.type) &&
          a.constructor_ === b.constructor_ &&
          this.#all(a.fields, b.fields)
        );
      case "tuple":
        return b.kind === "tuple" && this.#all(a.parts, b.parts);
      case "list":
        return b.kind === "list" && this.#all(a.items, b.items);
      case "asset":
        return b.kind === "asset" && sameRef(a.ref, b.ref) && this.#all(a.args, b.args);
      case "data":
        return b.kind === "data" && sameRef(a.ref, b.ref) && this.#all(a.args, b.args);
      case "name":
        return b.kind === "name" && sameRef(a.ref, b.ref);
      case "sort":
        return b.kind === "sort" && a.sort === b.sort;
      case "primitive":
        return b.kind === "primitive" && a.name === b.name && this.#all(a.args, b.args);
      case "function":
        return b.kind === "function" && this.#functions(a, b);
      case "telescope":
        return b.kind === "telescope" && this.#telescopes(a, b);
    }
  }

  /** L19: a record or tuple that is spelt out equals what has the same fields. */
  #expanded(a: Semantic, b: Semantic): boolean {
    if (b.kind !== "variable" && b.kind !== "projection" && b.kind !== "call") return false;
    if (a.kind === "tuple") {
      return a.parts.every((part, at) => this.unify(part, this.#normal.project(b, at, String(at))));
    }
    if (a.kind !== "construct" || !this.#metas.isRecord(a.type)) return false;
    return a.fields.every((field, at) => this.unify(field, this.#normal.project(b, at, String(at))));
  }

  #all(a: readonly Semantic[], b: readonly Semantic[]): boolean {
    return a.length === b.length && a.every((value, at) => this.unify(value, b[at]!));
  }

  #functions(a: Semantic & { kind: "function" }, b: Semantic & { kind: "function" }): boolean {
    // L15: no subtyping by quantity or effect within conversion.
    if (a.once !== b.once || a.effect !== b.effect) return false;
    const environments = this.#binders(a, b);
    if (environments === undefined) return false;
    return this.unify(
      this.#normal.type(a.result, environments[0]),
      this.#normal.type(b.result, environments[1]),
    );
  }

  #telescopes(a: Semantic & { kind: "telescope" }, b: Semantic & { kind: "telescope" }): boolean {
    return this.#binders(a, b) !== undefined;
  }

  #binders(a: Bound, b: Bound): [Environment, Environment] | undefined {
    if (a.binders.length !== b.binders.length) return undefined;
    let [left, right] = [a.environment, b.environment];
    for (const [at, { id, name, type }] of a.binders.entries()) {
      const other = b.binders[at]!;
      if (!this.unify(this.#normal.type(type, left), this.#normal.type(other.type, right))) return undefined;
      const fresh = this.#metas.freshVariable(name);
      left = bind(left, id, fresh);
      right = bind(right, other.id, fresh);
    }
    return [left, right];
  }

  /**
   * Whether what has this type may leave a closure: it mentions nothing that each call makes anew, but for `bound`.
   * What is not found out yet may not come to mention it either; `limit` stands for what the outside knows.
   */
  mayLeave(value: Semantic, limit: number, bound: readonly number[]): boolean {
    let environment: Environment = null;
    for (const id of bound) environment = bind(environment, id, { kind: "variable", id, name: "_" });
    return this.#mayMention(limit, value, environment);
  }

  #solve(meta: number, value: Semantic): boolean {
    if (!this.#mayMention(meta, value, null)) return false;
    if (!this.#metas.accepts(meta, value)) return false;
    this.#normal.solve(meta, value);
    return true;
  }

  /** The occurs check, and that no variable leaves its scope. `bound` are variables bound within the value. */
  #mayMention(meta: number, value: Semantic, bound: Environment): boolean {
    return this.#normal.deeper(() => {
      const known = this.#normal.force(value);
      switch (known.kind) {
        case "variable":
          return this.#metas.inScope(meta, known.id) || isBound(bound, known.id);
        case "meta":
          if (known.id === meta) return false;
          this.#metas.narrow(known.id, meta);
          return true;
        case "projection":
          return this.#mayMention(meta, known.of, bound);
        case "call":
        case "asset":
        case "primitive":
        case "data":
          return known.args.every((arg) => this.#mayMention(meta, arg, bound));
        case "construct":
          return known.fields.every((field) => this.#mayMention(meta, field, bound));
        case "tuple":
          return known.parts.every((part) => this.#mayMention(meta, part, bound));
        case "list":
          return known.items.every((item) => this.#mayMention(meta, item, bound));
        case "function": {
          const [inner, ok] = this.#mayBind(meta, known, bound);
          return (
            ok && this.#mayMention(meta, this.#normal.type(known.result, inner.environment), inner.bound)
          );
        }
        case "telescope":
          return this.#mayBind(meta, known, bound)[1];
        default:
          return true;
      }
    });
  }

  #mayBind(
    meta: number,
    value: Bound,
    outer: Environment,
  ): [{ environment: Environment; bound: Environment }, boolean] {
    let [environment, bound] = [value.environment, outer];
    for (const { id, name, type } of value.binders) {
      const ok = this.#mayMention(meta, this.#normal.type(type, environment), bound);
      if (!ok) return [{ environment, bound }, false];
      const fresh = this.#metas.freshVariable(name);
      environment = bind(environment, id, fresh);
      bound = bind(bound, fresh.id, fresh);
    }
    return [{ environment, bound }, true];
  }
}

type Bound = { readonly binders: readonly SemanticBinder[]; readonly environment: Environment };

function isBound(bound: Environment, id: number): boolean {
  for (let at = bound; at !== null; at = at.next) if (at.id === id) return true;
  return false;
}

function sameLiteral(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalBytes(a, b);
  return a === b;
}
