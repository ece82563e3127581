// std.map: values by key. For what grows without bound there are tables: changing a map costs as much as it is
// large.

import { EMPTY_LIST, PersistentList } from "../machine/persistent-list.ts";
import { Construct, type Value } from "../machine/value.ts";
import type { BuiltinScope } from "./builtin.ts";
import { items } from "./cost.ts";
import { listWithin } from "./list-limit.ts";
import { option } from "./option-value.ts";
import { type BuiltinRecord, demand, ofModule } from "./record.ts";
import {
  collection,
  type KeyOf,
  keyOfEntry,
  listOf,
  merged,
  placed,
  search,
  searching,
  sorted,
  sorting,
  valueOfEntry,
  without,
} from "./sorted.ts";

const size = (map: Value | undefined): number => listOf(map!).length;

function valueAt(map: Value, key: Value, scope: BuiltinScope): Value | undefined {
  const entries = listOf(map);
  const { at, present } = search(entries, key, { keyOf: keyOfEntry, scope });
  return present ? valueOfEntry(entries.get(at)) : undefined;
}

function listed(map: Value, part: KeyOf): PersistentList {
  const parts: Value[] = [];
  for (const entry of listOf(map)) parts.push(part(entry));
  return PersistentList.of(parts);
}

const searchCost = ([map]: readonly Value[]): number => searching(size(map));
const changeCost = ([map]: readonly Value[]): number => searching(size(map)) + items(size(map)) + 4;

const LOOKING: readonly BuiltinRecord[] = [
  {
    declaration: "fn size<k, v>(m: Map<k, v>) -> Nat",
    doc: "The number of entries.",
    examples: ['from_list([("a", 1), ("b", 2)]).size() == 2'],
    cost: () => 1,
    run: ([map]) => size(map),
  },
  {
    declaration: "fn is_empty<k, v>(m: Map<k, v>) -> Bool",
    doc: "Whether there are no entries.",
    examples: ['!from_list([("a", 1)]).is_empty()'],
    cost: () => 1,
    run: ([map]) => size(map) === 0,
  },
  {
    declaration: "fn has<k, v>(m: Map<k, v>, key: k) -> Bool",
    doc: "Whether there is an entry for the key.",
    examples: ['from_list([("a", 1)]).has("a")'],
    cost: searchCost,
    run: ([map, key], scope) => valueAt(map!, key!, scope) !== undefined,
  },
  {
    declaration: "fn get<k, v>(m: Map<k, v>, key: k) -> v requires m.has(key)",
    doc: "The value of the key. Where there may be none, `find`.",
    examples: ['from_list([("a", 1)]).get("a") == 1'],
    cost: searchCost,
    run: ([map, key], scope) => {
      const value = valueAt(map!, key!, scope);
      demand(value !== undefined, "m.has(key)", scope);
      return value!;
    },
  },
  {
    declaration: "fn find<k, v>(m: Map<k, v>, key: k) -> Option<v>",
    doc: "The value of the key, if there is one.",
    examples: ['from_list([("a", 1)]).find("b") == None'],
    cost: searchCost,
    run: ([map, key], scope) => option(valueAt(map!, key!, scope)),
  },
  {
    declaration: "fn keys<k, v>(m: Map<k, v>) -> List<k>",
    doc: "The keys, in order.",
    examples: ['from_list([("b", 2), ("a", 1)]).keys() == ["a", "b"]'],
    cost: ([map]) => items(2 * size(map)),
    run: ([map]) => listed(map!, keyOfEntry),
  },
  {
    declaration: "fn values<k, v>(m: Map<k, v>) -> List<v>",
    doc: "The values, in the order of their keys.",
    examples: ['from_list([("b", 2), ("a", 1)]).values() == [1, 2]'],
    cost: ([map]) => items(2 * size(map)),
    run: ([map]) => listed(map!, valueOfEntry),
  },
  {
    declaration: "fn to_list<k, v>(m: Map<k, v>) -> List<(k, v)>",
    doc: "The entries, in the order of their keys.",
    examples: ['from_list([("b", 2), ("a", 1)]).to_list() == [("a", 1), ("b", 2)]'],
    cost: () => 1,
    run: ([map]) => listOf(map!),
  },
];

const MAKING: readonly BuiltinRecord[] = [
  {
    declaration: "fn empty<k, v>() -> Map<k, v>",
    doc: "The map without entries, written without parentheses.",
    examples: ["empty.put(1, true).size() == 1"],
    cost: () => 1,
    run: () => collection(EMPTY_LIST),
  },
  {
    declaration: "fn from_list<k, v>(entries: List<(k, v)>) -> Map<k, v>",
    doc: "The map of these entries; of several for one key, the last.",
    examples: ['from_list([("a", 1), ("a", 2)]) == from_list([("a", 2)])'],
    cost: ([entries]) => sorting((entries as PersistentList).length),
    run: ([entries], scope) => collection(sorted(entries as PersistentList, { keyOf: keyOfEntry, scope })),
  },
  {
    declaration: "fn put<k, v>(m: Map<k, v>, key: k, value: v) -> Map<k, v>",
    doc: "The map with this entry, instead of the key's earlier one if there is one.",
    examples: ['from_list([("a", 1)]).put("a", 2).get("a") == 2'],
    cost: changeCost,
    run: ([map, key, value], scope) => {
      const entries = listOf(map!);
      const found = search(entries, key!, { keyOf: keyOfEntry, scope });
      return collection(placed(entries, new Construct(0, [key!, value!]), found, scope));
    },
  },
  {
    declaration: "fn remove<k, v>(m: Map<k, v>, key: k) -> Map<k, v>",
    doc: "The map without an entry for the key; the same map if there is none.",
    examples: ['from_list([("a", 1)]).remove("a").is_empty()'],
    cost: changeCost,
    run: ([map, key], scope) => {
      const entries = listOf(map!);
      const { at, present } = search(entries, key!, { keyOf: keyOfEntry, scope });
      return present ? collection(without(entries, at)) : map!;
    },
  },
  {
    declaration: "fn merge<k, v>(m: Map<k, v>, other: Map<k, v>) -> Map<k, v>",
    doc: "The entries of both; where both have a key, the other's.",
    examples: ['from_list([("a", 1)]).merge(from_list([("a", 2)])).get("a") == 2'],
    cost: ([map, other]) => items(2 * (size(map) + size(other))),
    run: ([map, other], scope) => {
      const [ours, theirs] = [listOf(map!).toArray(), listOf(other!).toArray()];
      const all = merged(ours, theirs, { keyOf: keyOfEntry, scope });
      listWithin(all.length, scope);
      return collection(PersistentList.of(all));
    },
  },
];

export const MAP = ofModule("std.map", [...LOOKING, ...MAKING]);
