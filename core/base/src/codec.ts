// The one binary codec (E1–E6): fixed-width big-endian integers, length-prefixed byte strings,
// counted lists. Every value has exactly one encoding; a decoder refuses everything else, reads
// nothing beyond its input and allocates no more than the input it was given. A value that does not
// fit its field is a bug of whoever writes it: two values must never share an encoding.

import { assert } from "./assert.ts";
import { hex } from "./bytes.ts";
import { Hash } from "./ids.ts";
import { err, ok, type Refusal, type Result } from "./result.ts";

/** Thrown inside a decoder only; `decodeWith` turns it into a Refusal. */
class DecodeError extends Error {}

export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length = at + count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  /** E1 */
  u8(value: number): this {
    assert(value === (value & 0xff), "a u8 is an integer below 2^8");
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
    return this;
  }

  /** E5 */
  bool(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  u16(value: number): this {
    assert(value === (value & 0xffff), "a u16 is an integer below 2^16");
    const at = this.#reserve(2);
    this.#view.setUint16(at, value);
    return this;
  }

  u32(value: number): this {
    assert(value === value >>> 0, "a u32 is an integer below 2^32");
    const at = this.#reserve(4);
    this.#view.setUint32(at, value);
    return this;
  }

  /** E3: a safe integer in eight bytes. */
  u64(value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0, "a u64 is an integer below 2^53");
    const at = this.#reserve(8);
    this.#view.setUint32(at, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(at + 4, value % 0x1_0000_0000);
    return this;
  }

  /** Bytes whose length the format fixes. */
  raw(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** E4: bytes behind a u32 length. */
  bytes(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }

  /** E5: a list behind a u32 count. */
  list<T>(items: readonly T[], write: (writer: this, item: T) => void): this {
    this.u32(items.length);
    for (const item of items) write(this, item);
    return this;
  }

  /** An optional value behind a presence byte. */
  option<T>(value: T | undefined, write: (writer: this, value: T) => void): this {
    this.bool(value !== undefined);
    if (value !== undefined) write(this, value);
    return this;
  }

  get length(): number {
    return this.#length;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw new DecodeError(`${count} more bytes expected at byte ${at}`);
    this.#at = at + count;
    return at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** Ends decoding with a refusal. */
  fail(detail: string): never {
    throw new DecodeError(detail);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  bool(): boolean {
    const value = this.u8();
    if (value > 1) this.fail(`a boolean is 0 or 1, not ${value}`);
    return value === 1;
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  u64(): number {
    const at = this.#take(8);
    const high = this.#view.getUint32(at);
    if (high > 0x1f_ffff) this.fail("an integer is below 2^53");
    return high * 0x1_0000_0000 + this.#view.getUint32(at + 4);
  }

  /** A view of the next bytes, not a copy. */
  raw(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  hash(): Hash {
    return Hash(this.raw(32));
  }

  bytes(lengthMax: number): Uint8Array {
    const length = this.u32();
    if (length > lengthMax) this.fail(`${length} bytes where at most ${lengthMax} may stand`);
    return this.raw(length);
  }

  list<T>(countMax: number, read: (reader: Reader) => T): T[] {
    const count = this.u32();
    if (count > countMax) this.fail(`${count} items where at most ${countMax} may stand`);
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read(this));
    return items;
  }

  option<T>(read: (reader: Reader) => T): T | undefined {
    return this.bool() ? read(this) : undefined;
  }

  end(): void {
    if (this.remaining > 0) this.fail(`${this.remaining} bytes too many`);
  }
}

/** E6: decodes the whole of `bytes`, or says why not. Never throws for bad bytes. */
export function decodeWith<T>(bytes: Uint8Array, read: (reader: Reader) => T): Result<T, Refusal> {
  const reader = new Reader(bytes);
  try {
    const value = read(reader);
    reader.end();
    return ok(value);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const head = hex(bytes.subarray(0, 16));
    return err({ code: "malformed", detail: `${error.message} (${bytes.length} bytes, beginning ${head})` });
  }
}
