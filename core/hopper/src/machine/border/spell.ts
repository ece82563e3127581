// Values as canonical JSON text (C2), by shape, in one pass: what rows, keys, events and answers are made of.
// It is charged piece by piece while it is written, because a value that shares its parts can be far larger
// as a text than in memory. What has no text is refused with its place: too deep, a time beyond its years.

import { assert, canonicalText, compareText, hex, type Json, parseJsonText, utf8Length } from "@juno/base";
import { type Policy, readPolicy } from "../authority/policy.ts";
import { renderDate, renderTime } from "../calendar.ts";
import { renderInteger } from "../integer.ts";
import type { PersistentList } from "../persistent-list.ts";
import type { DeclaredShape, Shape } from "../shape.ts";
import type { Construct, Integer, Value } from "../value.ts";
import { expectationOf } from "./expectation.ts";
import { crossing, Place } from "./place.ts";
import { renderAmount, renderDecimal, renderPercent, renderRatio } from "./scalar-text.ts";
import { type Crossing, declaredIn, type ShapeScope } from "./scope.ts";

/** Is told of bytes before they are written; it may throw to end the writing. */
export type Spend = (bytes: number) => void;

const FREE: Spend = () => undefined;

type Variant = DeclaredShape["constructors"][number];

type Member = { readonly at: number; readonly name: string; readonly quoted: string; readonly shape: Shape };

/** The fields of a record in the order of their names' bytes, in which they stand as members. */
const orders = new WeakMap<Variant, readonly Member[]>();

function membersOf(variant: Variant): readonly Member[] {
  let order = orders.get(variant);
  if (order === undefined) {
    order = variant.fields
      .map(({ name, shape }, at) => ({ at, name, quoted: canonicalText(name), shape }))
      .sort((a, b) => compareText(a.name, b.name));
    orders.set(variant, order);
  }
  return order;
}

class Speller {
  readonly #scope: ShapeScope;
  readonly #spend: Spend;
  readonly #place = new Place();
  text = "";

  constructor(scope: ShapeScope, spend: Spend) {
    this.#scope = scope;
    this.#spend = spend;
  }

  #ascii(piece: string): void {
    this.#spend(piece.length);
    this.text += piece;
  }

  #quoted(text: string): void {
    const quoted = canonicalText(text);
    this.#spend(utf8Length(quoted));
    this.text += quoted;
  }

  /** A text of letters, digits and marks that need no escapes. */
  #plain(text: string): void {
    this.#ascii(`"${text}"`);
  }

  #integer(value: Integer): void {
    this.#ascii(typeof value === "number" ? String(value) : `"${renderInteger(value)}"`);
  }

  #open(bracket: "[" | "{"): void {
    this.#place.enterContainer();
    this.#ascii(bracket);
  }

  #list(count: number, spellAt: (at: number) => void): void {
    this.#open("[");
    for (let at = 0; at < count; at++) {
      if (at > 0) this.#ascii(",");
      this.#place.enter(at);
      spellAt(at);
      this.#place.leave();
    }
    this.#ascii("]");
  }

  /** What stands before a member, whose name is an identifier; the place is within it until it ends. */
  #begin(name: string, quoted: string, isFirst: boolean): void {
    if (!isFirst) this.#ascii(",");
    this.#ascii(quoted);
    this.#ascii(":");
    this.#place.enter(name);
  }

  /** Members must come in the order of their names. */
  #object(members: readonly (readonly [name: string, spell: () => void])[]): void {
    this.#open("{");
    for (const [at, [name, spell]] of members.entries()) {
      this.#begin(name, `"${name}"`, at === 0);
      spell();
      this.#place.leave();
    }
    this.#ascii("}");
  }

  value(shape: Shape, value: Value): void {
    switch (shape.kind) {
      case "int":
      case "nat":
      case "duration":
        return this.#integer(value as Integer);
      case "bool":
        return this.#ascii(String(value));
      case "text":
        return this.#quoted(value as string);
      case "policy":
        return this.#policyValue(value);
      case "asset":
        return this.#asset(value as Construct);
      case "coin":
        return this.#coin(shape, value as Construct);
      case "list":
        return this.#items(shape.item, value as PersistentList);
      case "set":
        return this.#items(shape.item, (value as Construct).fields[0] as PersistentList);
      case "map":
        return this.#items(
          { kind: "tuple", parts: [shape.key, shape.value] },
          (value as Construct).fields[0] as PersistentList,
        );
      case "tuple":
        return this.#parts(shape.parts, (value as Construct).fields);
      case "named":
        return this.#declared(declaredIn(this.#scope, shape.name), value as Construct);
      default:
        return this.#scalar(shape, value);
    }
  }

  #scalar(shape: Shape, value: Value): void {
    const text = scalarText(shape, value);
    if (text === undefined) return this.#place.refuse(expectationOf(shape, this.#scope));
    return this.#plain(text);
  }

  #items(item: Shape, list: PersistentList): void {
    const items = list[Symbol.iterator]();
    this.#list(list.length, () => this.value(item, items.next().value as Value));
  }

  #parts(shapes: readonly Shape[], values: readonly Value[]): void {
    assert(shapes.length === values.length, "a value has the parts its shape says");
    this.#list(shapes.length, (at) => this.value(shapes[at]!, values[at]!));
  }

  #declared({ record, constructors }: DeclaredShape, { tag, fields }: Construct): void {
    const variant = constructors[tag];
    assert(variant?.fields.length === fields.length, "a value has the fields its shape says");
    if (record) return this.#record(variant, fields);
    const shapes = variant.fields;
    const [first] = shapes;
    if (first === undefined) return this.#quoted(variant.name);
    const spell = () =>
      shapes.length === 1
        ? this.value(first.shape, fields[0]!)
        : this.#parts(
            shapes.map((field) => field.shape),
            fields,
          );
    return this.#object([[variant.name, spell]]);
  }

  #record(variant: Variant, fields: readonly Value[]): void {
    this.#open("{");
    let isFirst = true;
    for (const { at, name, quoted, shape } of membersOf(variant)) {
      this.#begin(name, quoted, isFirst);
      this.value(shape, fields[at]!);
      this.#place.leave();
      isFirst = false;
    }
    this.#ascii("}");
  }

  #asset({ fields }: Construct): void {
    const [name, ...args] = fields as readonly [string, ...Value[]];
    const parameters = this.#scope.assets.get(name)?.parameters;
    assert(parameters !== undefined, `the asset ${name} is declared`);
    this.#object([
      ["asset", () => this.#quoted(name)],
      ["of", () => this.#parts(parameters, args)],
    ]);
  }

  #coin(shape: Shape & { kind: "coin" }, { fields }: Construct): void {
    const [asset, amount] = fields as readonly [Construct, Integer];
    const { currency } = shape;
    if (currency !== undefined) {
      assert(asset.fields[0] === currency.asset, "a coin is of the currency its shape says");
      return this.#plain(renderAmount(amount, currency));
    }
    return this.#object([
      ["amount", () => this.#integer(amount)],
      ["asset", () => this.#asset(asset)],
    ]);
  }

  #policyValue(value: Value): void {
    const policy = readPolicy(value);
    if (!policy.ok) return this.#place.refuse(policy.error.expected);
    return this.#policy(policy.value);
  }

  #policy(policy: Policy): void {
    switch (policy.kind) {
      case "key":
        return this.#object([["key", () => this.#plain(policy.key)]]);
      case "role":
        return this.#object([["role", () => this.#quoted(policy.role)]]);
      case "after":
        return this.#object([
          ["after", () => this.#scalar({ kind: "time" }, policy.time)],
          ["policy", () => this.#policy(policy.policy)],
        ]);
      case "at-least":
        return this.#object([
          ["atLeast", () => this.#integer(policy.count)],
          ["of", () => this.#list(policy.of.length, (at) => this.#policy(policy.of[at]!))],
        ]);
    }
  }
}

/** The text of a scalar that is a JSON text; undefined if it has none. */
function scalarText(shape: Shape, value: Value): string | undefined {
  switch (shape.kind) {
    case "bytes":
    case "hash":
    case "key":
      return hex(value as Uint8Array);
    case "time":
      return renderTime(value as Integer);
    case "date":
      return renderDate(value as Integer);
    case "percent":
      return renderPercent(value as Integer);
    case "decimal":
      return renderDecimal(value as Construct);
    case "ratio":
      return renderRatio(value as Construct);
    case "money":
      return renderAmount(value as Integer, shape.currency);
    default:
      return undefined;
  }
}

/** The value's canonical text, or why it has none. `spend` is told of every byte of it first. */
export function spellValue(
  shape: Shape,
  scope: ShapeScope,
  value: Value,
  spend: Spend = FREE,
): Crossing<string> {
  return crossing(() => {
    const speller = new Speller(scope, spend);
    speller.value(shape, value);
    return speller.text;
  });
}

/** As `spellValue`, the JSON itself. */
export function toJson(shape: Shape, scope: ShapeScope, value: Value, spend: Spend = FREE): Crossing<Json> {
  const text = spellValue(shape, scope, value, spend);
  if (!text.ok) return text;
  const json = parseJsonText(text.value);
  assert(json.ok, "what is spelled is JSON");
  return json;
}
