// The codec against a naive model that spells every value in hex digits (E1–E6).

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError } from "./assert.ts";
import { hex, parseHex } from "./bytes.ts";
import { decodeWith, type Reader, Writer } from "./codec.ts";

type Field =
  | { readonly kind: "u8" | "u16" | "u32" | "u64"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "raw" | "bytes"; readonly value: Uint8Array }
  | { readonly kind: "list"; readonly value: readonly number[] }
  | { readonly kind: "option"; readonly value: number | undefined };

const integer = (bits: number) => fc.nat({ max: 2 ** bits - 1 });
const someBytes = fc.uint8Array({ maxLength: 40 });
const field: fc.Arbitrary<Field> = fc.oneof(
  fc.record({ kind: fc.constant("u8" as const), value: integer(8) }),
  fc.record({ kind: fc.constant("u16" as const), value: integer(16) }),
  fc.record({ kind: fc.constant("u32" as const), value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
  fc.record({ kind: fc.constant("u64" as const), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant("bool" as const), value: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("raw" as const, "bytes" as const), value: someBytes }),
  fc.record({ kind: fc.constant("list" as const), value: fc.array(integer(16), { maxLength: 6 }) }),
  fc.record({ kind: fc.constant("option" as const), value: fc.option(integer(8), { nil: undefined }) }),
);

/** The digits of an integer, without any typed array. */
const digits = (value: number, bytes: number) =>
  BigInt(value)
    .toString(16)
    .padStart(2 * bytes, "0");

function modelOf({ kind, value }: Field): string {
  switch (kind) {
    case "u8":
      return digits(value, 1);
    case "u16":
      return digits(value, 2);
    case "u32":
      return digits(value, 4);
    case "u64":
      return digits(value, 8);
    case "bool":
      return value ? "01" : "00";
    case "raw":
      return hex(value);
    case "bytes":
      return digits(value.length, 4) + hex(value);
    case "list":
      return digits(value.length, 4) + value.map((item) => digits(item, 2)).join("");
    case "option":
      return value === undefined ? "00" : `01${digits(value, 1)}`;
  }
}

function writeField(writer: Writer, { kind, value }: Field): Writer {
  switch (kind) {
    case "bool":
      return writer.bool(value);
    case "raw":
    case "bytes":
      return writer[kind](value);
    case "list":
      return writer.list(value, (w, item) => w.u16(item));
    case "option":
      return writer.option(value, (w, item) => w.u8(item));
    default:
      return writer[kind](value);
  }
}

function readField(reader: Reader, { kind, value }: Field): Field["value"] {
  switch (kind) {
    case "raw":
      return Uint8Array.from(reader.raw(value.length));
    case "bytes":
      return Uint8Array.from(reader.bytes(40));
    case "list":
      return reader.list(6, (r) => r.u16());
    case "option":
      return reader.option((r) => r.u8());
    default:
      return reader[kind]();
  }
}

const encode = (fields: readonly Field[], capacity = 0) =>
  fields.reduce(writeField, new Writer(capacity)).finish();
const decode = (fields: readonly Field[], bytes: Uint8Array) =>
  decodeWith(bytes, (reader) => fields.map((one) => readField(reader, one)));

describe("writing", () => {
  it("spells every value as the model does, however small the buffer began (E1, E4, E5)", () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 12 }), fc.nat({ max: 64 }), (fields, capacity) => {
        expect(hex(encode(fields, capacity))).toBe(fields.map(modelOf).join(""));
      }),
    );
  });

  it("counts its length", () => {
    const writer = new Writer(1).u64(7).bytes(new Uint8Array(3));
    expect([writer.length, writer.finish().length]).toEqual([15, 15]);
  });

  it("hands out a copy: neither side sees what the other changes", () => {
    const writer = new Writer().u8(1);
    const first = writer.finish();
    first[0] = 9;
    writer.u8(2);
    expect([hex(first), hex(writer.finish())]).toEqual(["09", "0102"]);
  });

  it("stops at a value that does not fit its field (E1, E3)", () => {
    for (const value of [-1, 0.5, Number.NaN, 2 ** 53]) {
      for (const width of ["u8", "u16", "u32", "u64"] as const) {
        expect(() => new Writer()[width](value), `${width} ${value}`).toThrow(InvariantError);
      }
    }
    expect(() => new Writer().u8(2 ** 8)).toThrow(InvariantError);
    expect(() => new Writer().u16(2 ** 16)).toThrow(InvariantError);
    expect(() => new Writer().u32(2 ** 32)).toThrow(InvariantError);
    expect(hex(new Writer().u64(Number.MAX_SAFE_INTEGER).finish())).toBe("001fffffffffffff");
  });
});

describe("reading", () => {
  it("gives back what was written", () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 12 }), (fields) => {
        expect(decode(fields, encode(fields))).toEqual({ ok: true, value: fields.map(({ value }) => value) });
      }),
    );
  });

  it("reads a part of a larger buffer by its own bounds", () => {
    const whole = parseHex("ffff0000000000000001ffff")!;
    expect(decodeWith(whole.subarray(2, 10), (r) => r.u64())).toEqual({ ok: true, value: 1 });
    expect(decodeWith(whole.subarray(2, 9), (r) => r.u64()).ok).toBe(false);
  });

  it("refuses every truncation and every byte too many (E6)", () => {
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 8 }), fc.nat({ max: 255 }), (fields, extra) => {
        const bytes = encode(fields);
        for (let length = 0; length < bytes.length; length++) {
          expect(decode(fields, bytes.subarray(0, length)).ok).toBe(false);
        }
        expect(decode(fields, Uint8Array.of(...bytes, extra))).toMatchObject({
          ok: false,
          error: { code: "malformed" },
        });
      }),
    );
  });

  const refused: readonly [string, string, (reader: Reader) => unknown][] = [
    ["an integer of 2^53", "0020000000000000", (r) => r.u64()],
    ["the greatest eight bytes", "ffffffffffffffff", (r) => r.u64()],
    ["a boolean of 2", "02", (r) => r.bool()],
    ["a presence byte of 255", "ff00", (r) => r.option((one) => one.u8())],
    ["a byte string over its limit", "00000003001122", (r) => r.bytes(2)],
    ["a length without its bytes", "ffffffff", (r) => r.bytes(2 ** 32)],
    ["a list over its limit", "000000030a0b0c", (r) => r.list(2, (one) => one.u8())],
    ["a count without its items", "ffffffff00", (r) => r.list(2 ** 32, (one) => one.u8())],
    ["31 bytes for a hash", "00".repeat(31), (r) => r.hash()],
    ["what a decoder fails", "01", (r) => (r.u8() === 1 ? r.fail("one is not a kind") : 0)],
  ];
  for (const [name, text, read] of refused) {
    it(`refuses ${name} (E3, E6)`, () => {
      expect(decodeWith(parseHex(text)!, read)).toMatchObject({ ok: false, error: { code: "malformed" } });
    });
  }

  it("says what was wrong and how the bytes begin", () => {
    expect(decodeWith(parseHex("0102")!, (r) => r.u8())).toEqual({
      ok: false,
      error: { code: "malformed", detail: "1 bytes too many (2 bytes, beginning 0102)" },
    });
  });

  it("lets a bug in a decoder through: only bad bytes are refusals", () => {
    expect(() =>
      decodeWith(new Uint8Array(1), () => {
        throw new RangeError("bug");
      }),
    ).toThrow(RangeError);
  });
});
