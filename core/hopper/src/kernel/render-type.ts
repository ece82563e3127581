// Types as people write them, for messages and for descriptions of modules.

import { canonicalText } from "@juno/base";
import type { Normalizer } from "./normalizer.ts";
import type { GlobalRef } from "./term.ts";
import { bind, type Environment, type Semantic, type SemanticBinder } from "./value.ts";

export type Naming = {
  readonly normal: Normalizer;
  readonly variableName: (id: number) => string;
  readonly constructorName: (type: GlobalRef, index: number) => string;
  /** Parts that are still written; what is beyond is cut. */
  left: number;
};

/** Longer types help nobody, and a type may be exponentially longer than its source. */
export const PARTS_SHOWN_MAX = 200;

export function renderType(naming: Naming, value: Semantic): string {
  const { normal } = naming;
  const all = (values: readonly Semantic[]): string =>
    values.map((one) => renderType(naming, one)).join(", ");
  const applied = (name: string, args: readonly Semantic[]): string =>
    args.length === 0 ? name : `${name}<${all(args)}>`;
  naming.left -= 1;
  if (naming.left < 0) return "…";
  return normal.deeper(() => {
    const known = normal.force(value);
    switch (known.kind) {
      case "variable":
        return naming.variableName(known.id);
      case "meta":
      case "error":
        return "_";
      case "projection":
        return `${renderType(naming, known.of)}.${known.name}`;
      case "call":
        return `${known.fn.name}(${all(known.args)})`;
      case "literal":
        return typeof known.value === "string" ? canonicalText(known.value) : String(known.value);
      case "construct": {
        const name = naming.constructorName(known.type, known.constructor_);
        return known.fields.length === 0 ? name : `${name}(${all(known.fields)})`;
      }
      case "tuple":
        return `(${all(known.parts)})`;
      case "list":
        return `[${all(known.items)}]`;
      case "asset":
        return known.args.length === 0 ? known.ref.name : `${known.ref.name}(${all(known.args)})`;
      case "name":
        return known.ref.name;
      case "sort":
        return known.sort;
      case "primitive":
        return applied(known.name, known.args);
      case "data":
        return applied(known.ref.name, known.args);
      case "function": {
        const [parts, environment] = renderBinders(naming, known.binders, known.environment);
        const result = normal.force(normal.type(known.result, environment));
        const isUnit = result.kind === "telescope" && result.binders.length === 0;
        const effect = known.effect === "total" || known.effect === "caller" ? "" : ` ${known.effect}`;
        const arrow = isUnit ? "" : ` -> ${renderType(naming, result)}`;
        return `${known.once ? "once " : ""}fn(${parts.join(", ")})${arrow}${effect}`;
      }
      case "telescope": {
        const [parts] = renderBinders(naming, known.binders, known.environment);
        return known.binders.length === 0 ? "{}" : `(${parts.join(", ")})`;
      }
    }
  });
}

function renderBinders(
  naming: Naming,
  binders: readonly SemanticBinder[],
  outer: Environment,
): [string[], Environment] {
  let environment = outer;
  const parts = binders.map(({ id, name, type }) => {
    const text = renderType(naming, naming.normal.type(type, environment));
    environment = bind(environment, id, { kind: "variable", id, name });
    return name === "_" ? text : `${name}: ${text}`;
  });
  return [parts, environment];
}
