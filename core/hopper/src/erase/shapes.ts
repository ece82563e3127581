// The shapes of types at the border (shape.ts): what rows, arguments, results, errors and events are made of. What has no
// form outside, a function or an unknown type, is refused with the place that asked for it.

import type { Range } from "../diagnostic/source.ts";
import { typeText } from "../elaborate/agree.ts";
import type { Checker } from "../elaborate/checker.ts";
import type { Global } from "../elaborate/global.ts";
import { fieldTypes } from "../elaborate/reference.ts";
import type { Semantic } from "../kernel/value.ts";
import type { CurrencyShape, DeclaredShape, Shape } from "../machine/shape.ts";
import { indexText } from "./index-text.ts";

/** Declared types in one module's borders, instances counted apart. */
export const SHAPES_MAX = 1_000;
/** How often a type may stand within itself at other arguments. */
const INSTANCES_MAX = 4;

const PLAIN: Readonly<Record<string, Shape>> = {
  Int: { kind: "int" },
  Nat: { kind: "nat" },
  Bool: { kind: "bool" },
  Text: { kind: "text" },
  Bytes: { kind: "bytes" },
  Hash: { kind: "hash" },
  Key: { kind: "key" },
  Time: { kind: "time" },
  Date: { kind: "date" },
  Duration: { kind: "duration" },
  Percent: { kind: "percent" },
  Decimal: { kind: "decimal" },
  Ratio: { kind: "ratio" },
  Policy: { kind: "policy" },
  Asset: { kind: "asset" },
  ErrorName: { kind: "text" },
  CapabilityName: { kind: "text" },
};

const NOTHING: Shape = { kind: "tuple", parts: [] };

export class Shapes {
  readonly #checker: Checker;
  /** The types whose fields are being read, outermost first. */
  readonly #open: Global[] = [];
  readonly declared = new Map<string, DeclaredShape>();

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  of(type: Semantic, range: Range): Shape {
    return this.#checker.normal.deeper(() => this.#of(this.#checker.force(type), range));
  }

  #of(type: Semantic, range: Range): Shape {
    switch (type.kind) {
      case "primitive":
        return this.#primitive(type, range);
      case "telescope":
        return {
          kind: "tuple",
          parts: this.#checker.telescopeTypes(type).map((part) => this.of(part, range)),
        };
      case "data":
        return this.#data(type, range);
      case "error":
        return NOTHING;
      default:
        return this.#refuse(type, range);
    }
  }

  #primitive(type: Semantic & { kind: "primitive" }, range: Range): Shape {
    const [first, second] = type.args;
    switch (type.name) {
      case "Money": {
        const currency = this.#currency(first!);
        return currency === undefined ? this.#refuse(type, range) : { kind: "money", currency };
      }
      case "Coin":
        return { kind: "coin", currency: this.#currency(first!), asset: indexText(this.#checker, first!) };
      case "List":
        return { kind: "list", item: this.of(first!, range) };
      case "Set":
        return { kind: "set", item: this.of(first!, range) };
      case "Map":
        return { kind: "map", key: this.of(first!, range), value: this.of(second!, range) };
      default:
        return PLAIN[type.name] ?? this.#refuse(type, range);
    }
  }

  #currency(asset: Semantic): CurrencyShape | undefined {
    const known = this.#checker.force(asset);
    const global = known.kind === "asset" ? this.#checker.global(known.ref) : undefined;
    if (global?.kind !== "asset" || !global.currency) return undefined;
    const { module, name } = global.ref;
    return { asset: `${module}.${name}`, symbol: name, decimals: global.decimals };
  }

  #data(type: Semantic & { kind: "data" }, range: Range): Shape {
    const checker = this.#checker;
    const global = checker.global(type.ref);
    if (global.kind !== "data") return this.#refuse(type, range);
    const args = type.args.map((arg) => indexText(checker, arg) ?? "_");
    const name = `${type.ref.module}.${type.ref.name}${args.length === 0 ? "" : `<${args.join(", ")}>`}`;
    const shape: Shape = { kind: "named", name };
    if (this.declared.has(name)) return shape;
    // A type within itself at ever other arguments would have endless shapes.
    const nested = this.#open.filter((ref) => ref === global).length;
    if (this.declared.size >= SHAPES_MAX || nested > INSTANCES_MAX) return this.#refuse(type, range);
    this.#open.push(global);
    // Entered first, filled after: types may contain themselves.
    const constructors: DeclaredShape["constructors"][number][] = [];
    this.declared.set(name, { record: global.record, constructors });
    for (const [index, { name: constructor_, fields }] of global.constructors.entries()) {
      const whole: Semantic = { kind: "variable", id: checker.freshId(), name };
      const types = fieldTypes(
        checker,
        global,
        type.args,
        (at) => ({ kind: "projection", of: whole, index: at, name: fields[at]!.name }),
        index,
      );
      constructors.push({
        name: constructor_,
        fields: fields.map((field, at) => ({ name: field.name, shape: this.of(types[at]!, range) })),
      });
    }
    this.#open.pop();
    return shape;
  }

  #refuse(type: Semantic, range: Range): Shape {
    this.#checker.complain(range, {
      code: "H0913",
      message: `\`${typeText(this.#checker, type)}\` cannot be stored, given from outside, or told to the outside`,
      help: "use types that are Data or coins throughout, with known currencies; a function stays inside",
    });
    return NOTHING;
  }
}
