// From values back to terms, where a type that was found out must be written down.

import type { Range } from "../diagnostic/source.ts";
import type { Normalizer } from "./normalizer.ts";
import type { Binder, Term } from "./term.ts";
import { bind, type Environment, type Semantic, type SemanticBinder } from "./value.ts";

export type Quoting = {
  readonly normal: Normalizer;
  readonly range: Range;
  readonly freshId: () => number;
};

export function quote(quoting: Quoting, value: Semantic): Term {
  const { normal, range } = quoting;
  const all = (values: readonly Semantic[]): Term[] => values.map((one) => quote(quoting, one));
  return normal.deeper((): Term => {
    const known = normal.force(value);
    switch (known.kind) {
      case "variable":
        return { range, kind: "local", id: known.id };
      case "meta":
        return { range, kind: "meta", id: known.id };
      case "projection":
        return {
          range,
          kind: "field",
          of: quote(quoting, known.of),
          index: known.index,
          name: known.name,
          peek: true,
        };
      case "call":
        return { range, kind: "call", fn: known.fn, implicit: [], args: all(known.args) };
      case "literal":
        return { range, kind: "literal", value: known.value };
      case "construct": {
        const { type, constructor_ } = known;
        return { range, kind: "construct", type, constructor_, params: [], fields: all(known.fields) };
      }
      case "tuple":
        return { range, kind: "tuple", parts: all(known.parts) };
      case "list":
        return { range, kind: "list", items: all(known.items), rest: undefined };
      case "asset":
        return { range, kind: "asset", ref: known.ref, args: all(known.args) };
      case "name":
        return { range, kind: "name", ref: known.ref };
      case "sort":
        return { range, kind: "sort", sort: known.sort };
      case "primitive":
        return { range, kind: "primitive", name: known.name, args: all(known.args) };
      case "data":
        return { range, kind: "data", ref: known.ref, args: all(known.args) };
      case "function": {
        const [binders, environment] = quoteBinders(quoting, known.binders, known.environment);
        const result = quote(quoting, normal.type(known.result, environment));
        return { range, kind: "function", once: known.once, binders, result, effect: known.effect };
      }
      case "telescope":
        return {
          range,
          kind: "telescope",
          binders: quoteBinders(quoting, known.binders, known.environment)[0],
        };
      case "error":
        return { range, kind: "telescope", binders: [] };
    }
  });
}

function quoteBinders(
  quoting: Quoting,
  binders: readonly SemanticBinder[],
  outer: Environment,
): [Binder[], Environment] {
  let environment = outer;
  const quoted = binders.map(({ id, name, type }): Binder => {
    const variable = { id: quoting.freshId(), name, range: quoting.range };
    const term = quote(quoting, quoting.normal.type(type, environment));
    environment = bind(environment, id, { kind: "variable", id: variable.id, name });
    return { variable, type: term, quantity: "ω" };
  });
  return [quoted, environment];
}
