// Canonical JSON read as a value, by shape. Strict (L61): each value has one form, and unknown or
// missing fields, other spellings, anything out of its range is refused with its place. Recursion is
// bounded by the document's own depth (C1). What is read fits its shape: the machine relies on it.

import { isJsonObject, type Json, type JsonObject, parseHex } from "@juno/base";
import { KEY_BYTES, type Policy, policyValue, readPolicy } from "../authority/policy.ts";
import { parseDate, parseTime } from "../calendar.ts";
import { compareValues } from "../compare.ts";
import { parseInteger } from "../integer.ts";
import { PersistentList } from "../persistent-list.ts";
import type { DeclaredShape, Shape } from "../shape.ts";
import { isText, TEXT_BYTES_MAX } from "../text-form.ts";
import { Construct, type Integer, type Value } from "../value.ts";
import { expectationOf } from "./expectation.ts";
import { crossing, Place } from "./place.ts";
import { parseAmount, parseDecimal, parsePercent, parseRatio } from "./scalar-text.ts";
import { type Crossing, declaredIn, type ShapeScope } from "./scope.ts";

/** L2: coins stand in rows; whoever sends a command cannot send any. */
export type Coins = "refuse" | "accept";

/** An integer's one form: a JSON number while that is exact, else its digits. */
function integerOf(json: Json): Integer | undefined {
  if (typeof json === "number") return json;
  if (typeof json !== "string") return undefined;
  const value = parseInteger(json);
  return typeof value === "bigint" ? value : undefined;
}

function bytesOf(text: string, length: number | undefined): Uint8Array | undefined {
  return text.length > 2 * TEXT_BYTES_MAX ? undefined : parseHex(text, length);
}

/** The value of a scalar that is a JSON text. */
function scalarOf(shape: Shape, text: string): Value | undefined {
  switch (shape.kind) {
    case "text":
      return isText(text) ? text : undefined;
    case "bytes":
      return bytesOf(text, undefined);
    case "hash":
    case "key":
      return bytesOf(text, KEY_BYTES);
    case "time":
      return parseTime(text);
    case "date":
      return parseDate(text);
    case "percent":
      return parsePercent(text);
    case "decimal":
      return parseDecimal(text);
    case "ratio":
      return parseRatio(text);
    case "money":
      return parseAmount(text, shape.currency);
    default:
      return undefined;
  }
}

class ValueReader {
  readonly #scope: ShapeScope;
  readonly #coins: Coins;
  readonly #place = new Place();

  constructor(scope: ShapeScope, coins: Coins) {
    this.#scope = scope;
    this.#coins = coins;
  }

  value(shape: Shape, json: Json): Value {
    switch (shape.kind) {
      case "int":
      case "duration":
        return integerOf(json) ?? this.#refuse(shape);
      case "nat": {
        const value = integerOf(json);
        return value !== undefined && value >= 0 ? value : this.#refuse(shape);
      }
      case "bool":
        return typeof json === "boolean" ? json : this.#refuse(shape);
      case "policy":
        return this.#policyValue(shape, json);
      case "asset":
        return this.#asset(shape, json);
      case "coin":
        return this.#coin(shape, json);
      case "list":
        return PersistentList.of(this.#items(shape, shape.item, json));
      case "set":
        return this.#ascending(shape, this.#items(shape, shape.item, json), (item) => item);
      case "map": {
        const pairs = this.#items(shape, { kind: "tuple", parts: [shape.key, shape.value] }, json);
        return this.#ascending(shape, pairs, (pair) => (pair as Construct).fields[0]!);
      }
      case "tuple":
        return new Construct(0, this.#parts(shape, shape.parts, json));
      case "named":
        return this.#declared(shape, declaredIn(this.#scope, shape.name), json);
      default:
        return (typeof json === "string" ? scalarOf(shape, json) : undefined) ?? this.#refuse(shape);
    }
  }

  #refuse(shape: Shape): never {
    return this.#place.refuse(expectationOf(shape, this.#scope));
  }

  #items(shape: Shape, item: Shape, json: Json): Value[] {
    if (!Array.isArray(json)) return this.#refuse(shape);
    this.#place.enterContainer();
    return json.map((each: Json, at) => this.#place.within(at, () => this.value(item, each)));
  }

  #parts(shape: Shape, parts: readonly Shape[], json: Json): Value[] {
    if (!Array.isArray(json) || json.length !== parts.length) return this.#refuse(shape);
    this.#place.enterContainer();
    return parts.map((part, at) => this.#place.within(at, () => this.value(part, json[at] as Json)));
  }

  #ascending(shape: Shape, items: readonly Value[], keyOf: (item: Value) => Value): Value {
    for (let at = 1; at < items.length; at++) {
      if (compareValues(keyOf(items[at - 1]!), keyOf(items[at]!)) >= 0) this.#refuse(shape);
    }
    return new Construct(0, [PersistentList.of(items)]);
  }

  /** The members of an object that has exactly these. */
  #object(shape: Shape, names: readonly string[], json: Json): JsonObject {
    if (!isJsonObject(json)) return this.#refuse(shape);
    this.#place.enterContainer();
    for (const name of json.keys()) if (!names.includes(name)) this.#refuse(shape);
    return json;
  }

  /** A member by its shape; a missing one is refused where it should stand. */
  #member(object: JsonObject, name: string, shape: Shape): Value {
    return this.#place.within(name, () => {
      const json = object.get(name);
      return json === undefined ? this.#refuse(shape) : this.value(shape, json);
    });
  }

  #declared(shape: Shape, { record, constructors }: DeclaredShape, json: Json): Value {
    if (record) {
      const { fields } = constructors[0]!;
      const object = this.#object(
        shape,
        fields.map((field) => field.name),
        json,
      );
      return new Construct(
        0,
        fields.map((field) => this.#member(object, field.name, field.shape)),
      );
    }
    const name = isJsonObject(json) && json.size === 1 ? [...json.keys()][0] : json;
    const tag = constructors.findIndex((variant) => variant.name === name);
    const variant = constructors[tag];
    if (variant === undefined) return this.#refuse(shape);
    const { fields } = variant;
    // A constructor without fields is a text, one with fields an object.
    if ((fields.length === 0) !== (typeof json === "string")) return this.#refuse(shape);
    if (!isJsonObject(json)) return new Construct(tag, []);
    this.#place.enterContainer();
    if (fields.length === 1) return new Construct(tag, [this.#member(json, variant.name, fields[0]!.shape)]);
    const parts = fields.map((field) => field.shape);
    const content = json.get(variant.name)!;
    return this.#place.within(
      variant.name,
      () => new Construct(tag, this.#parts({ kind: "tuple", parts }, parts, content)),
    );
  }

  #asset(shape: Shape, json: Json): Construct {
    const object = this.#object(shape, ["asset", "of"], json);
    const name = object.get("asset");
    const parameters = typeof name === "string" ? this.#scope.assets.get(name)?.parameters : undefined;
    if (parameters === undefined || typeof name !== "string") {
      return this.#place.within("asset", () => this.#place.refuse("the full name of an asset"));
    }
    const args = this.#member(object, "of", { kind: "tuple", parts: parameters });
    return new Construct(0, [name, ...(args as Construct).fields]);
  }

  #coin(shape: Shape & { kind: "coin" }, json: Json): Value {
    if (this.#coins === "refuse")
      this.#place.refuse("no coin: a command cannot bring any, so a value without them");
    const { currency } = shape;
    if (currency !== undefined) {
      const amount = typeof json === "string" ? parseAmount(json, currency) : undefined;
      if (amount === undefined || amount < 0) return this.#refuse(shape);
      return new Construct(0, [new Construct(0, [currency.asset]), amount]);
    }
    const object = this.#object(shape, ["amount", "asset"], json);
    const amount = this.#member(object, "amount", { kind: "nat" });
    return new Construct(0, [this.#member(object, "asset", { kind: "asset" }), amount]);
  }

  #policyValue(shape: Shape, json: Json): Value {
    const value = policyValue(this.#policy(shape, json));
    const within = readPolicy(value);
    return within.ok ? value : this.#place.refuse(within.error.expected);
  }

  #policy(shape: Shape, json: Json): Policy {
    if (!isJsonObject(json)) return this.#refuse(shape);
    if (json.has("key")) {
      this.#object(shape, ["key"], json);
      this.#member(json, "key", { kind: "key" });
      return { kind: "key", key: json.get("key") as string };
    }
    if (json.has("role")) {
      this.#object(shape, ["role"], json);
      return { kind: "role", role: this.#member(json, "role", { kind: "text" }) as string };
    }
    if (json.has("after")) {
      this.#object(shape, ["after", "policy"], json);
      const time = this.#member(json, "after", { kind: "time" }) as Integer;
      const policy = this.#place.within("policy", () => this.#policy(shape, json.get("policy") ?? null));
      return { kind: "after", time, policy };
    }
    this.#object(shape, ["atLeast", "of"], json);
    const count = this.#member(json, "atLeast", { kind: "nat" });
    const parts = json.get("of");
    if (typeof count !== "number" || !Array.isArray(parts)) return this.#refuse(shape);
    const of = this.#place.within("of", () => {
      this.#place.enterContainer();
      return parts.map((part: Json, at) => this.#place.within(at, () => this.#policy(shape, part)));
    });
    return { kind: "at-least", count, of };
  }
}

export function fromJson(shape: Shape, scope: ShapeScope, json: Json, coins: Coins): Crossing<Value> {
  return crossing(() => new ValueReader(scope, coins).value(shape, json));
}
