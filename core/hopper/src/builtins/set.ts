// std.set: values, each once. For what grows without bound there are tables: changing a set costs as much as it is
// large.

import { EMPTY_LIST, PersistentList } from "../machine/persistent-list.ts";
import type { Value } from "../machine/value.ts";
import type { BuiltinScope } from "./builtin.ts";
import { items } from "./cost.ts";
import { listWithin } from "./list-limit.ts";
import { type BuiltinRecord, ofModule } from "./record.ts";
import {
  collection,
  itself,
  listOf,
  merged,
  order,
  placed,
  search,
  searching,
  sorted,
  sorting,
  without,
} from "./sorted.ts";

const size = (set: Value | undefined): number => listOf(set!).length;

const searchCost = ([set]: readonly Value[]): number => searching(size(set));
const changeCost = ([set]: readonly Value[]): number => searching(size(set)) + items(size(set)) + 4;
const bothCost = ([set, other]: readonly Value[]): number => items(2 * (size(set) + size(other)));

/** The items of one set that are, or are not, in the other. */
function chosen(set: Value, other: Value, scope: BuiltinScope, wanted: "common" | "own"): PersistentList {
  const [ours, theirs] = [listOf(set).toArray(), listOf(other).toArray()];
  const all: Value[] = [];
  let j = 0;
  for (const item of ours) {
    let side = -1;
    while (j < theirs.length) {
      side = order(item, theirs[j]!, scope);
      if (side <= 0) break;
      j += 1;
    }
    const common = j < theirs.length && side === 0;
    if (common === (wanted === "common")) all.push(item);
  }
  return PersistentList.of(all);
}

const LOOKING: readonly BuiltinRecord[] = [
  {
    declaration: "fn size<a>(s: Set<a>) -> Nat",
    doc: "The number of items.",
    examples: ["from_list([1, 2, 2]).size() == 2"],
    cost: () => 1,
    run: ([set]) => size(set),
  },
  {
    declaration: "fn is_empty<a>(s: Set<a>) -> Bool",
    doc: "Whether there are no items.",
    examples: ["!from_list([1]).is_empty()"],
    cost: () => 1,
    run: ([set]) => size(set) === 0,
  },
  {
    declaration: "fn has<a>(s: Set<a>, item: a) -> Bool",
    doc: "Whether the item is in the set.",
    examples: ["from_list([1, 2]).has(2)"],
    cost: searchCost,
    run: ([set, item], scope) => search(listOf(set!), item!, { keyOf: itself, scope }).present,
  },
  {
    declaration: "fn is_subset<a>(s: Set<a>, of: Set<a>) -> Bool",
    doc: "Whether every item is in the other set too.",
    examples: ["from_list([1]).is_subset(from_list([1, 2]))"],
    cost: bothCost,
    run: ([set, other], scope) => chosen(set!, other!, scope, "own").length === 0,
  },
  {
    declaration: "fn to_list<a>(s: Set<a>) -> List<a>",
    doc: "The items, in order.",
    examples: ["from_list([3, 1, 2]).to_list() == [1, 2, 3]"],
    cost: () => 1,
    run: ([set]) => listOf(set!),
  },
];

const MAKING: readonly BuiltinRecord[] = [
  {
    declaration: "fn empty<a>() -> Set<a>",
    doc: "The set without items, written without parentheses.",
    examples: ["empty.add(1).size() == 1"],
    cost: () => 1,
    run: () => collection(EMPTY_LIST),
  },
  {
    declaration: "fn from_list<a>(xs: List<a>) -> Set<a>",
    doc: "The set of these items.",
    examples: ["from_list([2, 1, 2]) == from_list([1, 2])"],
    cost: ([xs]) => sorting((xs as PersistentList).length),
    run: ([xs], scope) => collection(sorted(xs as PersistentList, { keyOf: itself, scope })),
  },
  {
    declaration: "fn add<a>(s: Set<a>, item: a) -> Set<a>",
    doc: "The set with this item.",
    examples: ["from_list([1]).add(2) == from_list([1, 2])"],
    cost: changeCost,
    run: ([set, item], scope) => {
      const found = search(listOf(set!), item!, { keyOf: itself, scope });
      return found.present ? set! : collection(placed(listOf(set!), item!, found, scope));
    },
  },
  {
    declaration: "fn remove<a>(s: Set<a>, item: a) -> Set<a>",
    doc: "The set without this item; the same set if it is not in it.",
    examples: ["from_list([1, 2]).remove(2) == from_list([1])"],
    cost: changeCost,
    run: ([set, item], scope) => {
      const { at, present } = search(listOf(set!), item!, { keyOf: itself, scope });
      return present ? collection(without(listOf(set!), at)) : set!;
    },
  },
  {
    declaration: "fn union<a>(s: Set<a>, other: Set<a>) -> Set<a>",
    doc: "The items of either.",
    examples: ["from_list([1, 2]).union(from_list([2, 3])) == from_list([1, 2, 3])"],
    cost: bothCost,
    run: ([set, other], scope) => {
      const [ours, theirs] = [listOf(set!).toArray(), listOf(other!).toArray()];
      const all = merged(ours, theirs, { keyOf: itself, scope });
      listWithin(all.length, scope);
      return collection(PersistentList.of(all));
    },
  },
  {
    declaration: "fn intersection<a>(s: Set<a>, other: Set<a>) -> Set<a>",
    doc: "The items of both.",
    examples: ["from_list([1, 2]).intersection(from_list([2, 3])) == from_list([2])"],
    cost: bothCost,
    run: ([set, other], scope) => collection(chosen(set!, other!, scope, "common")),
  },
  {
    declaration: "fn difference<a>(s: Set<a>, other: Set<a>) -> Set<a>",
    doc: "The items that are not in the other.",
    examples: ["from_list([1, 2]).difference(from_list([2, 3])) == from_list([1])"],
    cost: bothCost,
    run: ([set, other], scope) => collection(chosen(set!, other!, scope, "own")),
  },
];

export const SET = ofModule("std.set", [...LOOKING, ...MAKING]);
