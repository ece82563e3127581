// Values in binary as trees: a function of the value alone, whatever it shares, and so what is hashed. Functions have
// none, since their numbers are an image's. A tree can be
// exponentially larger than the value in memory, so it is charged as it grows. Recursion is safe because values
// are at most 1,024 deep (L32), which the decoder sees to as well.

import {
  decodeWith,
  type Hash,
  type Reader,
  type Refusal,
  type Result,
  type Sha256,
  taggedHash,
  Writer,
} from "@juno/base";
import { abortWith } from "../abort.ts";
import { DEPTH_MAX } from "../depth.ts";
import { PersistentList } from "../persistent-list.ts";
import { Closure, Construct, type Value } from "../value.ts";
import { readScalar, TAG, writeScalar } from "./tags.ts";

/** Is told of bytes as they are written, no more than one scalar at a time; it may throw to end the writing. */
export type Spend = (bytes: number) => void;

class TreeWriter {
  readonly #writer = new Writer();
  readonly #spend: Spend;

  constructor(spend: Spend) {
    this.#spend = spend;
  }

  write(value: Value): void {
    const before = this.#writer.length;
    const parts = writeScalar(this.#writer, value) ? NO_PARTS : this.#head(value as Branching);
    this.#spend(this.#writer.length - before);
    for (const part of parts) this.write(part);
  }

  #head(value: Branching): Iterable<Value> {
    if (value instanceof Construct) {
      this.#writer.u8(TAG.construct).u32(value.tag).u32(value.fields.length);
      return value.fields;
    }
    // Its number is the image's, so that a hash over it would differ between images of the same program.
    if (value instanceof Closure) abortWith("FunctionCompared", {});
    this.#writer.u8(TAG.list).u32(value.length);
    return value;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#writer.finish();
  }
}

type Branching = Construct | Closure | PersistentList;

const NO_PARTS: readonly Value[] = [];

export function encodeValue(value: Value, spend: Spend = () => undefined): Uint8Array<ArrayBuffer> {
  const writer = new TreeWriter(spend);
  writer.write(value);
  return writer.finish();
}

function readParts(reader: Reader, depth: number): Value[] {
  // No part is shorter than a byte, so a count beyond the input ends soon.
  return reader.list(reader.remaining, () => read(reader, depth + 1));
}

function read(reader: Reader, depth: number): Value {
  const tag = reader.u8();
  const scalar = readScalar(reader, tag);
  if (scalar !== undefined) return scalar;
  if (depth > DEPTH_MAX) return reader.fail(`a value is at most ${DEPTH_MAX} deep`);
  switch (tag) {
    case TAG.construct:
      return new Construct(reader.u32(), readParts(reader, depth));
    case TAG.list:
      return PersistentList.of(readParts(reader, depth));
    default:
      return reader.fail(`no value begins with the byte ${tag}`);
  }
}

/** The value, or why the bytes are none. */
export const decodeValue = (bytes: Uint8Array): Result<Value, Refusal> =>
  decodeWith(bytes, (reader) => read(reader, 1));

/** The hash of a value: of its kind of encoding and nothing else. */
export const hashValue = (sha256: Sha256, value: Value, spend?: Spend): Hash =>
  taggedHash(sha256, "value", encodeValue(value, spend));
