// Reading a JSON document into a typed value, with refusals that name the place: "voters[2].signKey:
// 64 lower-case hex digits expected". Nothing unknown is accepted: a member nobody reads is refused,
// because its writer believed that it means something.

import { parseHex } from "./bytes.ts";
import { isJsonObject, type Json } from "./json.ts";
import { err, ok, type Refusal, type Result } from "./result.ts";

/** Thrown while reading only; `readJson` turns it into a refusal. */
class FieldRefusal extends Error {}

type Fields<R extends string, O extends string> = { readonly [Name in R]: JsonField } & {
  readonly [Name in O]?: JsonField;
};

/** A value within a document, and the way to it. */
export class JsonField {
  readonly json: Json;
  readonly #parent: JsonField | undefined;
  readonly #step: string | number;

  constructor(json: Json, parent?: JsonField, step: string | number = "") {
    this.json = json;
    this.#parent = parent;
    this.#step = step;
  }

  /** As in a program: `voters[2].signKey`; empty for the document itself. */
  get path(): string {
    if (this.#parent === undefined) return "";
    const before = this.#parent.path;
    if (typeof this.#step === "number") return `${before}[${this.#step}]`;
    return before === "" ? this.#step : `${before}.${this.#step}`;
  }

  /** Ends reading with a refusal that names this place. */
  fail(detail: string): never {
    const path = this.path;
    throw new FieldRefusal(path === "" ? detail : `${path}: ${detail}`);
  }

  /** The members of an object that has all of `required`, perhaps some of `optional`, nothing else. */
  object<R extends string, O extends string = never>(
    required: readonly R[],
    optional: readonly O[] = [],
  ): Fields<R, O> {
    const { json } = this;
    if (!isJsonObject(json)) return this.fail("an object is expected");
    // The names are the caller's, never the document's, so a plain object is safe here.
    const fields: Record<string, JsonField> = {};
    let found = 0;
    for (const name of required) {
      const value = json.get(name);
      if (value === undefined) return this.fail(`the member "${name}" is missing`);
      fields[name] = new JsonField(value, this, name);
      found += 1;
    }
    for (const name of optional) {
      const value = json.get(name);
      if (value === undefined) continue;
      fields[name] = new JsonField(value, this, name);
      found += 1;
    }
    if (found < json.size) {
      for (const name of json.keys()) {
        if (!Object.hasOwn(fields, name)) this.fail(`the member "${name}" is unknown`);
      }
    }
    return fields as Fields<R, O>;
  }

  /** The members of an object whose names the document chooses. */
  members(countMax: number): (readonly [string, JsonField])[] {
    const { json } = this;
    if (!isJsonObject(json)) return this.fail("an object is expected");
    if (json.size > countMax) this.fail(`${json.size} members where at most ${countMax} may stand`);
    return [...json].map(([name, value]) => [name, new JsonField(value, this, name)] as const);
  }

  array(limits: { min?: number; max: number }): JsonField[] {
    const { json } = this;
    if (!Array.isArray(json)) return this.fail("a list is expected");
    const { min = 0, max } = limits;
    if (json.length < min || json.length > max) {
      this.fail(`${json.length} items where ${min} to ${max} may stand`);
    }
    return json.map((item: Json, at) => new JsonField(item, this, at));
  }

  /** A document that stands here as text, so that refusals name the place in it as well. */
  within(document: Json): JsonField {
    return new JsonField(document, this, "document");
  }

  text(): string {
    return typeof this.json === "string" ? this.json : this.fail("a text is expected");
  }

  boolean(): boolean {
    return typeof this.json === "boolean" ? this.json : this.fail("true or false is expected");
  }

  integer(limits: { min: number; max: number }): number {
    const { json } = this;
    const { min, max } = limits;
    if (typeof json !== "number" || json < min || json > max) {
      return this.fail(`an integer from ${min} to ${max} is expected`);
    }
    return json;
  }

  /** Bytes of a fixed length, written in lower-case hex. */
  hexBytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = typeof this.json === "string" ? parseHex(this.json, length) : undefined;
    return bytes ?? this.fail(`${2 * length} lower-case hex digits expected`);
  }
}

/** Reads a whole document; what `read` refuses becomes a refusal with `code`. */
export function readJson<T>(json: Json, code: string, read: (document: JsonField) => T): Result<T, Refusal> {
  try {
    return ok(read(new JsonField(json)));
  } catch (error) {
    if (!(error instanceof FieldRefusal)) throw error;
    return err({ code, detail: error.message });
  }
}
