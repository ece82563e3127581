// std.hash: SHA-256 of bytes and of values. The hash of a value is that of its one encoding (machine/binary), behind
// a tag of its own, so that no value's hash is any document's.

import { hex, parseHex } from "@juno/base";
import { hashValue } from "../machine/binary/value-codec.ts";
import type { BuiltinScope } from "./builtin.ts";
import { byteCount, hashing } from "./cost.ts";
import { option } from "./option-value.ts";
import { ofModule } from "./record.ts";

const HASH_BYTES = 32;
/** L32: what can be hashed, shared parts counted each time. */
export const ENCODING_BYTES_MAX = 1 << 24;
/** Encoding one part of a value, and each four of its bytes. */
const PART_GAS = 16;
const BYTES_PER_GAS = 4;

/** Charges for an encoding as it grows. */
function spender(scope: BuiltinScope): (bytes: number) => void {
  let length = 0;
  return (bytes) => {
    length += bytes;
    if (length > ENCODING_BYTES_MAX) scope.fail("BytesExceeded", { max: ENCODING_BYTES_MAX });
    scope.charge(PART_GAS + Math.ceil(bytes / BYTES_PER_GAS));
  };
}

export const HASH = ofModule("std.hash", [
  {
    declaration: "fn hash<a>(value: a) -> Hash",
    doc: "The hash of the value, all parts included. Equal values of one type have equal hashes, and no others have.",
    examples: ['hash("a") == hash("a")', 'hash(("a", 1)) != hash(("a", 2))'],
    cost: () => hashing(0),
    run: ([value], scope) => hashValue(scope.effects.sha256, value!, spender(scope)),
  },
  {
    declaration: "fn sha256(b: Bytes) -> Hash",
    doc: "SHA-256 of the bytes, as every other program computes it.",
    examples: [
      'sha256("abc".to_bytes()).to_hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"',
    ],
    cost: ([b]) => hashing((b as Uint8Array).length),
    run: ([b], scope) => scope.effects.sha256(b as Uint8Array),
  },
  {
    declaration: "fn to_bytes(h: Hash) -> Bytes",
    doc: "The 32 bytes.",
    examples: ['hash("a").to_bytes().length() == 32'],
    cost: () => 1,
    run: ([h]) => h!,
  },
  {
    declaration: "fn to_hex(h: Hash) -> Text",
    doc: "64 lower-case hexadecimal digits.",
    examples: ['hash("a").to_hex().length() == 64'],
    cost: () => 28,
    run: ([h]) => hex(h as Uint8Array),
  },
  {
    declaration: "fn from_bytes(b: Bytes) -> Option<Hash>",
    doc: "The hash that is these bytes, if they are 32.",
    examples: ['from_bytes(hash("a").to_bytes()) == Some(hash("a"))', 'from_bytes("a".to_bytes()) == None'],
    cost: ([b]) => 4 + byteCount(b as Uint8Array),
    run: ([b]) => option((b as Uint8Array).length === HASH_BYTES ? b : undefined),
  },
  {
    declaration: "fn from_hex(t: Text) -> Option<Hash>",
    doc: "The hash that `to_hex` spells so; no other spelling is one.",
    examples: ['from_hex(hash("a").to_hex()) == Some(hash("a"))'],
    cost: () => 28,
    run: ([t]) => option(parseHex(t as string, HASH_BYTES)),
  },
]);
