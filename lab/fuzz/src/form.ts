// The two shapes that most targets have: a binary form of the one codec, and a text.

import { assert, equalBytes, type Refusal, type Result } from "@juno/base";
import type { Target } from "./campaign.ts";
import { spoil, spoilText } from "./spoil.ts";
import { textBytes } from "./vectors.ts";

/** A form of the one codec: what is decoded is encoded to the very bytes it came from. */
export function form<T>(
  name: string,
  samples: readonly Uint8Array[],
  codec: { decode: (bytes: Uint8Array) => Result<T, Refusal>; encode: (value: T) => Uint8Array },
): Target {
  const read = (bytes: Uint8Array): boolean => {
    const decoded = codec.decode(bytes);
    if (!decoded.ok) return false;
    assert(equalBytes(codec.encode(decoded.value), bytes), "there is one spelling of each value");
    return true;
  };
  return { name, samples, spoil, read };
}

export const text = (name: string, samples: readonly string[], read: Target["read"]): Target => ({
  name,
  samples: textBytes(samples),
  spoil: spoilText,
  read,
});
