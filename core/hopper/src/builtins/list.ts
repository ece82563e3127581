// std.list: what a list is made of and taken apart with. All that calls a function is written in the language
// itself (prelude/list.ts), so that closures run in the machine alone.

import { equalValues } from "../machine/compare.ts";
import { add, compareIntegers, subtract } from "../machine/integer.ts";
import { PersistentList } from "../machine/persistent-list.ts";
import { Construct, type Integer, type Value } from "../machine/value.ts";
import type { BuiltinScope } from "./builtin.ts";
import { bounded, chargeWalk, countOf, items, walking } from "./cost.ts";
import { listWithin } from "./list-limit.ts";
import { option } from "./option-value.ts";
import { as, type BuiltinRecord, demand, ofModule, within } from "./record.ts";

type Two = readonly [PersistentList, PersistentList];

/** A push copies the last leaf, of at most 32 items. */
const PUSH = 16;

const lengthOf = (list: Value | undefined): number => (list as PersistentList).length;

/** How many numbers there are from one up to another; none if that is not greater. */
const countBetween = (from: Integer, to: Integer): number =>
  compareIntegers(from, to) >= 0 ? 0 : countOf(subtract(to, from)!);

function positionOf(list: PersistentList, item: Value, scope: BuiltinScope): number {
  let at = 0;
  for (const one of list) {
    scope.charge(2 + walking(one, item));
    chargeWalk(one, item, scope);
    if (equalValues(one, item)) return at;
    at += 1;
  }
  return -1;
}

const PARTS: readonly BuiltinRecord[] = [
  {
    declaration: "fn length<a>(xs: List<a>) -> Nat",
    doc: "The number of items.",
    examples: ["[1, 2].length() == 2"],
    cost: () => 1,
    run: ([xs]) => lengthOf(xs),
  },
  {
    declaration: "fn is_empty<a>(xs: List<a>) -> Bool",
    doc: "Whether there are no items.",
    examples: ["range(1, 1).is_empty()", "![1].is_empty()"],
    cost: () => 1,
    run: ([xs]) => lengthOf(xs) === 0,
  },
  {
    declaration: "fn at<a>(xs: List<a>, index: Nat) -> a requires index < xs.length()",
    doc: "The item at a place; the first place is 0. Where there may be none, `get`.",
    examples: ["[4, 5].at(1) == 5"],
    cost: () => 3,
    run: ([xs, index], scope) => {
      const at = countOf(index as Integer);
      demand(at < lengthOf(xs), "index < xs.length()", scope);
      return (xs as PersistentList).get(at);
    },
  },
  {
    declaration: "fn get<a>(xs: List<a>, index: Nat) -> Option<a>",
    doc: "The item at a place, if there is one; the first place is 0.",
    examples: ["[4, 5].get(1) == Some(5)", "[4, 5].get(2) == None"],
    cost: () => 4,
    run: ([xs, index]) => {
      const at = countOf(index as Integer);
      return option(at < lengthOf(xs) ? (xs as PersistentList).get(at) : undefined);
    },
  },
  {
    declaration: "fn first<a>(xs: List<a>) -> Option<a>",
    doc: "The first item, if there is one.",
    examples: ["[4, 5].first() == Some(4)"],
    cost: () => 4,
    run: ([xs]) => option(lengthOf(xs) === 0 ? undefined : (xs as PersistentList).get(0)),
  },
  {
    declaration: "fn last<a>(xs: List<a>) -> Option<a>",
    doc: "The last item, if there is one.",
    examples: ["[4, 5].last() == Some(5)"],
    cost: () => 4,
    run: ([xs]) => option(lengthOf(xs) === 0 ? undefined : (xs as PersistentList).get(lengthOf(xs) - 1)),
  },
  {
    declaration: "fn take<a>(xs: List<a>, n: Nat) -> List<a>",
    doc: "The first n items, or all if there are fewer.",
    examples: ["[1, 2, 3].take(2) == [1, 2]"],
    cost: ([xs, n]) => items(Math.min(countOf(n as Integer), lengthOf(xs))),
    run: ([xs, n]) => (xs as PersistentList).slice(0, Math.min(countOf(n as Integer), lengthOf(xs))),
  },
  {
    declaration: "fn drop<a>(xs: List<a>, n: Nat) -> List<a>",
    doc: "All but the first n items.",
    examples: ["[1, 2, 3].drop(2) == [3]"],
    cost: () => 6,
    run: ([xs, n]) => (xs as PersistentList).slice(Math.min(countOf(n as Integer), lengthOf(xs))),
  },
  {
    declaration: "fn contains<a>(xs: List<a>, item: a) -> Bool",
    doc: "Whether one of the items equals this one.",
    examples: ['["a", "b"].contains("b")'],
    cost: () => 2,
    run: ([xs, item], scope) => positionOf(xs as PersistentList, item!, scope) >= 0,
  },
  {
    declaration: "fn index_of<a>(xs: List<a>, item: a) -> Option<Nat>",
    doc: "The place of the first item that equals this one.",
    examples: ['["a", "b"].index_of("b") == Some(1)', '["a"].index_of("c") == None'],
    cost: () => 4,
    run: ([xs, item], scope) => {
      const at = positionOf(xs as PersistentList, item!, scope);
      return option(at < 0 ? undefined : at);
    },
  },
];

const MAKING: readonly BuiltinRecord[] = [
  {
    declaration: "fn append<a>(xs: List<a>, item: a) -> List<a>",
    doc: "The list with one more item at its end. Cheap, however long the list.",
    examples: ["[1, 2].append(3) == [1, 2, 3]"],
    cost: () => PUSH,
    run: ([xs, item], scope) => {
      listWithin(lengthOf(xs) + 1, scope);
      return (xs as PersistentList).push(item!);
    },
  },
  {
    declaration: "fn prepend<a>(xs: List<a>, item: a) -> List<a>",
    doc: "The list with one more item before its first. It costs as much as the list is long; `append` does not.",
    examples: ["[2, 3].prepend(1) == [1, 2, 3]"],
    cost: ([xs]) => items(1 + lengthOf(xs)),
    run: ([xs, item], scope) => {
      listWithin(lengthOf(xs) + 1, scope);
      return (xs as PersistentList).prepend(item!);
    },
  },
  {
    declaration: "fn concat<a>(xs: List<a>, ys: List<a>) -> List<a>",
    doc: "One list after the other: `xs ++ ys`. It costs as much as the second is long.",
    examples: ["[1] ++ [2, 3] == [1, 2, 3]"],
    cost: ([, ys]) => PUSH + items(lengthOf(ys)),
    run: (args, scope) => {
      const [xs, ys] = as<Two>(args);
      listWithin(xs.length + ys.length, scope);
      return xs.concat(ys);
    },
  },
  {
    declaration: "fn reverse<a>(xs: List<a>) -> List<a>",
    doc: "The items from the last to the first.",
    examples: ["[1, 2, 3].reverse() == [3, 2, 1]"],
    cost: ([xs]) => items(lengthOf(xs)),
    run: ([xs]) => PersistentList.of((xs as PersistentList).toArray().reverse()),
  },
  {
    declaration: "fn range(from: Nat, to: Nat) -> List<Nat>",
    doc: "The numbers from `from` up to, but without, `to`: none if `to` is not greater.",
    examples: ["range(2, 5) == [2, 3, 4]", "range(3, 3) == []"],
    cost: ([from, to]) => bounded(items(countBetween(from as Integer, to as Integer))),
    run: ([from, to], scope) => {
      const count = countBetween(from as Integer, to as Integer);
      listWithin(count, scope);
      const numbers: Value[] = [];
      for (let i = 0; i < count; i++) numbers.push(within(add(from as Integer, i), scope));
      return PersistentList.of(numbers);
    },
  },
  {
    declaration: "fn zip<a, b>(xs: List<a>, ys: List<b>) -> List<(a, b)>",
    doc: "Pairs of the items that stand at the same places, as many as the shorter list has.",
    examples: ['[1, 2].zip(["a", "b"]) == [(1, "a"), (2, "b")]'],
    cost: ([xs, ys]) => 4 + 8 * Math.min(lengthOf(xs), lengthOf(ys)),
    run: (args) => {
      const [xs, ys] = as<Two>(args);
      const others = ys[Symbol.iterator]();
      const pairs: Value[] = [];
      for (const x of xs) {
        const other = others.next();
        if (other.done === true) break;
        pairs.push(new Construct(0, [x, other.value]));
      }
      return PersistentList.of(pairs);
    },
  },
];

export const LIST = ofModule("std.list", [...PARTS, ...MAKING]);
