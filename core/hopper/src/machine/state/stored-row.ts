// A row as value and as canonical text: whichever of the two it came as, the other is made when first asked for.

import { assert, parseJsonText, parseUtf8, utf8, utf8Length } from "@juno/base";
import { fromJson } from "../border/read.ts";
import { refusalText, type ShapeScope } from "../border/scope.ts";
import type { Shape } from "../shape.ts";
import type { Value } from "../value.ts";
import type { KnownRows } from "./known-rows.ts";

export interface StoredRow {
  /** The length of the canonical text in UTF-8. */
  readonly byteLength: number;
  value(): Value;
  bytes(): Uint8Array;
}

export type RowForm = {
  readonly shape: Shape;
  readonly scope: ShapeScope;
  readonly known: KnownRows | undefined;
};

/** A row as bytes: the world's, or a suspended command's. Either was written by its shape. */
export class EncodedRow implements StoredRow {
  readonly #bytes: Uint8Array;
  readonly #form: RowForm;
  #value: Value | undefined;

  constructor(bytes: Uint8Array, form: RowForm) {
    this.#bytes = bytes;
    this.#form = form;
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes;
  }

  value(): Value {
    this.#value ??= this.#form.known?.valueOf(this.#bytes, this.#form.shape) ?? this.#decode();
    return this.#value;
  }

  #decode(): Value {
    const { shape, scope, known } = this.#form;
    const text = parseUtf8(this.#bytes);
    assert(text !== undefined, "a stored row is UTF-8");
    const json = parseJsonText(text);
    assert(json.ok, "a stored row is JSON");
    const value = fromJson(shape, scope, json.value, "accept");
    assert(value.ok, value.ok ? "" : `a stored row fits its shape (${refusalText(value.error)})`);
    known?.remember(this.#bytes, { shape, value: value.value, text });
    return value.value;
  }
}

/** A row as code wrote it. */
export class WrittenRow implements StoredRow {
  readonly #value: Value;
  readonly #text: string;
  readonly #form: Omit<RowForm, "scope">;
  readonly byteLength: number;
  #bytes: Uint8Array | undefined;

  constructor(value: Value, text: string, form: Omit<RowForm, "scope">) {
    this.#value = value;
    this.#text = text;
    this.#form = form;
    this.byteLength = utf8Length(text);
  }

  value(): Value {
    return this.#value;
  }

  bytes(): Uint8Array {
    this.#bytes ??= this.#encode();
    return this.#bytes;
  }

  #encode(): Uint8Array {
    const bytes = utf8(this.#text);
    const { shape, known } = this.#form;
    known?.remember(bytes, { shape, value: this.#value, text: this.#text });
    return bytes;
  }
}
