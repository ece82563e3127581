// The first byte of a value in binary, and how scalars follow it. Every value has exactly one encoding, none is the
// beginning of another, and no type is needed to read it.

import { parseUtf8, type Reader, utf8, type Writer } from "@juno/base";
import { INTEGER_BITS_MAX } from "../integer.ts";
import { isText, TEXT_BYTES_MAX } from "../text-form.ts";
import { type Integer, integer, type Value } from "../value.ts";

export const TAG = {
  /** Magnitude: big-endian bytes behind their number, the first not zero; none for zero. */
  natural: 0,
  /** The same of what is below zero. */
  negative: 1,
  false: 2,
  true: 3,
  text: 4,
  bytes: 5,
  /** u32 tag, u32 count, fields. */
  construct: 6,
  /** u32 count, items; in a graph the vector's own parts. */
  list: 7,
  /** u32 function, u32 count, captures. */
  closure: 8,
  /** Of a graph only: u32 place among what came before. */
  again: 9,
  leaf: 10,
  branch: 11,
} as const;

const INTEGER_BYTES_MAX = INTEGER_BITS_MAX / 8;

function writeInteger(writer: Writer, value: Integer): void {
  const magnitude = value < 0 ? -BigInt(value) : BigInt(value);
  const digits = magnitude === 0n ? "" : magnitude.toString(16);
  const padded = digits.length % 2 === 0 ? digits : `0${digits}`;
  writer.u8(value < 0 ? TAG.negative : TAG.natural).u32(padded.length / 2);
  for (let at = 0; at < padded.length; at += 2) writer.u8(Number.parseInt(padded.slice(at, at + 2), 16));
}

/** Writes the value if it has no parts, and tells whether it did. */
export function writeScalar(writer: Writer, value: Value): boolean {
  switch (typeof value) {
    case "number":
    case "bigint":
      writeInteger(writer, value);
      return true;
    case "boolean":
      writer.u8(value ? TAG.true : TAG.false);
      return true;
    case "string":
      writer.u8(TAG.text).bytes(utf8(value));
      return true;
    default:
      if (!(value instanceof Uint8Array)) return false;
      writer.u8(TAG.bytes).bytes(value);
      return true;
  }
}

function readMagnitude(reader: Reader): bigint {
  const bytes = reader.bytes(INTEGER_BYTES_MAX);
  if (bytes[0] === 0) reader.fail("an integer's first byte is not zero");
  let digits = "";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return digits === "" ? 0n : BigInt(`0x${digits}`);
}

/** Reads what follows the tag, if it is that of a scalar. */
export function readScalar(reader: Reader, tag: number): Value | undefined {
  switch (tag) {
    case TAG.natural:
      return integer(readMagnitude(reader));
    case TAG.negative: {
      const magnitude = readMagnitude(reader);
      if (magnitude === 0n) reader.fail("zero is not negative");
      return integer(-magnitude);
    }
    case TAG.false:
      return false;
    case TAG.true:
      return true;
    case TAG.text: {
      const text = parseUtf8(reader.bytes(TEXT_BYTES_MAX));
      if (text === undefined || !isText(text)) return reader.fail("a text is UTF-8 in normal form");
      return text;
    }
    case TAG.bytes:
      // A copy: the value outlives what it was read from.
      return Uint8Array.from(reader.bytes(TEXT_BYTES_MAX));
    default:
      return undefined;
  }
}
