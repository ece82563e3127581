// What tells images apart: everything that the meaning of a place in the code depends on. Images of the same
// modules have the same hash on nodes of the same version; it names code in memory and goes into no log.

import { type Hash, type Sha256, taggedHash, utf8, Writer } from "@juno/base";
import { encodeValue } from "./binary/value-codec.ts";
import { GAS_VERSION } from "./gas.ts";
import type { Image } from "./image.ts";

export function imageHash({ linkage, bytecode, entries, windows }: Image, sha256: Sha256): Hash {
  const writer = new Writer(4 * bytecode.words.length);
  writer.u32(GAS_VERSION);
  for (const numbers of [bytecode.words, entries, windows]) {
    // As unsigned: operands that are constants are negative.
    writer.list([...numbers], (_, word) => writer.u32(word >>> 0));
  }
  writer.list(bytecode.constants, (_, value) => writer.bytes(encodeValue(value)));
  writer.list(linkage.modules, (_, { name }) => writer.bytes(utf8(name)));
  writer.list(linkage.builtins, (_, { module, name }) => writer.bytes(utf8(`${module}.${name}`)));
  return taggedHash(sha256, "image", writer.finish());
}
