// Attacks with values that share their parts: small in the heap, of 2^60 leaves (or 2^26) when written out. What visits, writes or
// hashes them pays for each leaf, before the work (L31).

import { aborts, attack, type Hostile, RUNS } from "./hostile.ts";

/** Deeper than JSON may nest. */
const DEEP = 60;
/** As deep as can be written down, and still far too large. */
const WIDE = 26;

/** A module that makes a tree of as many doublings, and does something with it. */
const shared = (declarations: string, run: string, doublings = DEEP): readonly string[] =>
  attack(`${declarations}
type Tree { Leaf(Nat), Fork(Tree, Tree) }

partial fn grow(n: Nat, x: Tree) -> Tree = if n == ${doublings} { x } else { grow(n + 1, Fork(x, x)) }

${run}`);

export const SHARING_ATTACKS: readonly Hostile[] = [
  {
    name: "shared-tree-made",
    must: "runs: 2^60 leaves share 60 nodes, and nobody visits them",
    outcome: RUNS,
    sources: () =>
      shared(
        "",
        `fn is_leaf(x: Tree) -> Bool {
  match x {
    Leaf(_) => true
    Fork(_, _) => false
  }
}

action run() -> Bool {
  is_leaf(grow(0, Leaf(1)))
}`,
      ),
  },
  {
    name: "shared-trees-compared",
    must: "aborts with its gas spent: equality pays for each node it visits",
    outcome: aborts(),
    sources: () => shared("", "action run() -> Bool {\n  grow(0, Leaf(1)) == grow(0, Leaf(1))\n}"),
  },
  {
    name: "shared-tree-hashed",
    must: "aborts with its gas spent, or at the limit of bytes: its encoding has 2^60 leaves",
    outcome: aborts(),
    sources: () => shared("import std.hash {hash}", "action run() -> Hash {\n  hash(grow(0, Leaf(1)))\n}"),
  },
  {
    name: "wide-tree-hashed",
    must: "aborts with its gas spent, or at the limit of bytes: its encoding has 2^60 leaves",
    outcome: aborts(),
    sources: () =>
      shared("import std.hash {hash}", "action run() -> Hash {\n  hash(grow(0, Leaf(1)))\n}", WIDE),
  },
  {
    name: "shared-tree-put-into-a-row",
    must: "aborts with its gas spent, or at the limit of bytes, before the row is encoded",
    outcome: aborts(),
    sources: () => shared("table trees: Nat => Tree", "action run() {\n  trees.put(0, grow(0, Leaf(1)))\n}"),
  },
  {
    name: "wide-tree-put-into-a-row",
    must: "aborts with its gas spent, or at the limit of bytes, before the row is encoded",
    outcome: aborts(),
    sources: () =>
      shared("table trees: Nat => Tree", "action run() {\n  trees.put(0, grow(0, Leaf(1)))\n}", WIDE),
  },
  {
    name: "shared-tree-as-a-key",
    must: "aborts with its gas spent, or at the limit of keys",
    outcome: aborts(),
    sources: () =>
      shared("table trees: Tree => Nat", "action run() -> Bool {\n  trees.has(grow(0, Leaf(1)))\n}"),
  },
  {
    name: "wide-tree-as-a-key",
    must: "aborts with its gas spent, or at the limit of keys",
    outcome: aborts(),
    sources: () =>
      shared("table trees: Tree => Nat", "action run() -> Bool {\n  trees.has(grow(0, Leaf(1)))\n}", WIDE),
  },
  {
    name: "shared-tree-in-an-event",
    must: "aborts with its gas spent, or at the limit of bytes, before the event is encoded",
    outcome: aborts(),
    sources: () =>
      shared("event Grown { tree: Tree }", "action run() {\n  emit Grown { tree: grow(0, Leaf(1)) }\n}"),
  },
  {
    name: "wide-tree-in-an-event",
    must: "aborts with its gas spent, or at the limit of bytes, before the event is encoded",
    outcome: aborts(),
    sources: () =>
      shared(
        "event Grown { tree: Tree }",
        "action run() {\n  emit Grown { tree: grow(0, Leaf(1)) }\n}",
        WIDE,
      ),
  },
  {
    name: "shared-tree-in-an-error",
    must: "aborts: an error that cannot be written down is replaced by one that can",
    outcome: aborts("test.attack.Grown"),
    sources: () =>
      shared("error Grown { tree: Tree }", "action run() {\n  abort Grown { tree: grow(0, Leaf(1)) }\n}"),
  },
  {
    name: "shared-tree-as-an-answer",
    must: "runs, and whoever writes the answer down pays by the byte, before it is written, or refuses",
    outcome: RUNS,
    sources: () => shared("", "action run() -> Tree {\n  grow(0, Leaf(1))\n}"),
  },
  {
    name: "shared-tree-counted",
    must: "aborts with its gas spent: a total function visits each leaf",
    outcome: aborts(),
    sources: () =>
      shared(
        "",
        `fn leaves(x: Tree) -> Nat {
  match x {
    Leaf(_) => 1
    Fork(a, b) => leaves(a) + leaves(b)
  }
}

action run() -> Nat {
  leaves(grow(0, Leaf(1)))
}`,
      ),
  },
];
