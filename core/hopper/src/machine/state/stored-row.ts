// A row as value and as canonical text: whichever of the two it came as, the other is made when first asked for.

import { assert, parseJsonText, parseUtf8, utf8, utf8Length } from "@juno/base";
import { fromJson } from "../border/read.ts";
import { refusalText, type ShapeScope } from "../border/scope.ts";
import type { Shape } from "../shape.ts";
import type { Value } from "../value.ts";

export interface StoredRow {
  /** The length of the canonical text in UTF-8. */
  readonly byteLength: number;
  value(): Value;
  bytes(): Uint8Array;
}

/** A row as bytes: the world's, or a suspended command's. Either was written by its shape. */
export class EncodedRow implements StoredRow {
  readonly #bytes: Uint8Array;
  readonly #shape: Shape;
  readonly #scope: ShapeScope;
  #value: Value | undefined;

  constructor(bytes: Uint8Array, shape: Shape, scope: ShapeScope) {
    this.#bytes = bytes;
    this.#shape = shape;
    this.#scope = scope;
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes;
  }

  value(): Value {
    this.#value ??= this.#decode();
    return this.#value;
  }

  #decode(): Value {
    const text = parseUtf8(this.#bytes);
    assert(text !== undefined, "a stored row is UTF-8");
    const json = parseJsonText(text);
    assert(json.ok, "a stored row is JSON");
    const value = fromJson(this.#shape, this.#scope, json.value, "accept");
    assert(value.ok, value.ok ? "" : `a stored row fits its shape (${refusalText(value.error)})`);
    return value.value;
  }
}

/** A row as code wrote it. */
export class WrittenRow implements StoredRow {
  readonly #value: Value;
  readonly #text: string;
  readonly byteLength: number;
  #bytes: Uint8Array | undefined;

  constructor(value: Value, text: string) {
    this.#value = value;
    this.#text = text;
    this.byteLength = utf8Length(text);
  }

  value(): Value {
    return this.#value;
  }

  bytes(): Uint8Array {
    this.#bytes ??= utf8(this.#text);
    return this.#bytes;
  }
}
