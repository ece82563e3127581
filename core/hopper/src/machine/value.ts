// What programs compute with, types erased. Integers (of Int, Nat, Money, Time, Date, Duration, Percent)
// are numbers as long as they are safe and bigints beyond, never both for one value. Text is a
// string in NFC; Bytes, Hash and Key are byte arrays. Everything else is one of the classes here.
// All values are immutable.

import { depthAbove } from "./depth.ts";
import type { PersistentVector } from "./persistent-vector.ts";

export { depthOf } from "./depth.ts";

export type Integer = number | bigint;

export type Value = Integer | boolean | string | Uint8Array | Construct | PersistentVector<Value> | Closure;

/**
 * A constructor with its fields: records, tuples, the empty tuple, variants of sums. Types tell which;
 * at run time there is only the variant's place among its type's constructors, from 0.
 */
export class Construct {
  readonly tag: number;
  readonly fields: readonly Value[];
  /** Construct, list and closure nesting, 1 for one without such parts (L32). */
  readonly depth: number;

  constructor(tag: number, fields: readonly Value[]) {
    this.tag = tag;
    this.fields = fields;
    this.depth = depthAbove(fields);
  }
}

/** A function with what it captured; `fn` is its place in the linked image. */
export class Closure {
  readonly fn: number;
  readonly captures: readonly Value[];
  readonly depth: number;

  constructor(fn: number, captures: readonly Value[]) {
    this.fn = fn;
    this.captures = captures;
    this.depth = depthAbove(captures);
  }
}

export const UNIT = new Construct(0, []);

/** The one form of an integer. */
export const integer = (value: bigint): Integer =>
  value >= -MAX_SAFE && value <= MAX_SAFE ? Number(value) : value;

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

// Layouts that builtins, codecs and compiled code agree on:
//   Option      tag 0 None, tag 1 Some(value)
//   Result      tag 0 Ok(value), tag 1 Err(error)
//   Asset       tag 0 [name: string "demo.bank.USD", ...arguments]
//   Coin        tag 0 [asset, amount]
//   Policy      tag 0 key [Key], tag 1 at_least [Nat, List<Policy>], tag 2 role [Text], tag 3 after [Time, Policy]
//   Decimal     tag 0 [coefficient, scale], scale 0..18 and least
//   Ratio       tag 0 [numerator, denominator], reduced, denominator > 0
//   Map         tag 0 [List of (key, value) tuples, ascending by key, keys distinct]; Set the same with keys alone
//   Percent     an integer, in millionths of one percent
//   Rounding    tag 0 down, tag 1 up, tag 2 half_even (down and up: towards and away from zero)
//   a record    tag 0, fields in the order of declaration; a tuple the same
//   an error, event or capability   tag 0 [name: string "demo.bank.Insufficient", ...fields]
//   an error's or capability's name  a string "demo.bank.Insufficient"
