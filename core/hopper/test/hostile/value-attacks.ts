// Attacks at run time: loops without end, and numbers, texts, lists, stacks that grow until something gives. What
// gives is the gas or a limit of L32, at the same step on every node; the host never notices.

import { aborts, attack, type Hostile, OUT_OF_GAS } from "./hostile.ts";

const LOOPS: readonly Hostile[] = [
  {
    name: "endless-loop",
    must: "aborts with its gas spent; a tail call takes no stack",
    outcome: OUT_OF_GAS,
    sources: () =>
      attack(`partial fn spin(n: Nat) -> Nat = spin(n)

action run() -> Nat {
  spin(0)
}`),
  },
  {
    name: "endless-turns",
    must: "aborts with its gas spent: two functions call each other for ever",
    outcome: aborts(),
    sources: () =>
      attack(`partial fn ping(n: Nat) -> Nat = pong(n + 1)
partial fn pong(n: Nat) -> Nat = ping(n + 1)

action run() -> Nat {
  ping(0)
}`),
  },
  {
    name: "deep-recursion",
    must: "aborts with its gas spent, or at the limit of the machine's stack; the host's stack does not grow",
    outcome: aborts(),
    sources: () =>
      attack(`partial fn down(n: Nat) -> Nat = 1 + down(n + 1)

action run() -> Nat {
  down(0)
}`),
  },
  {
    name: "total-but-endless",
    must: "aborts with its gas spent: every fold ends, and a hundred to the tenth of them do not",
    outcome: aborts(),
    sources: () => {
      const fold = (depth: number): string =>
        depth === 0 ? "s + 1" : `fold(xs, s, fn(s: Nat, _${depth}: Nat) { ${fold(depth - 1)} })`;
      const items = Array.from({ length: 100 }, () => "0").join(", ");
      return attack(`fn turns(xs: List<Nat>, s: Nat) -> Nat = ${fold(10)}

action run() -> Nat {
  turns([${items}], 0)
}`);
    },
  },
  {
    name: "closures-within-closures",
    must: "aborts at the limit of a value's depth, or runs: calls within calls take the machine's stack",
    outcome: aborts(),
    sources: () =>
      attack(`partial fn wrap(n: Nat, f: fn(Nat) -> Nat) -> Nat =
  if n == 1000000 { f(0) } else { wrap(n + 1, fn(x: Nat) { f(x) + 1 }) }

action run() -> Nat {
  wrap(0, fn(x: Nat) { x })
}`),
  },
];

/** Calls `step` on `start` as often as it takes. */
const growing = (type: string, start: string, step: string): readonly string[] =>
  attack(`partial fn grow(n: Nat, x: ${type}) -> Nat = if n == 10000000 { 0 } else { grow(n + 1, ${step}) }

action run() -> Nat {
  grow(0, ${start})
}`);

const GROWTH: readonly Hostile[] = [
  {
    name: "squared-integer",
    must: "aborts at the limit of integers, before the host's bigints notice",
    outcome: aborts(),
    sources: () => growing("Int", "3", "x * x"),
  },
  {
    name: "squared-negative-integer",
    must: "aborts at the limit of integers, on the other side of zero too",
    outcome: aborts(),
    sources: () => growing("Int", "-3", "x * x * -1"),
  },
  {
    name: "added-integer",
    must: "aborts with its gas spent: addition is charged by its limbs",
    outcome: aborts(),
    sources: () => growing("Int", "1", "x + x"),
  },
  {
    name: "doubled-text",
    must: "aborts at the limit of texts, 1 MiB",
    outcome: aborts(),
    sources: () => growing("Text", '"0123456789abcdef"', "x ++ x"),
  },
  {
    name: "lengthened-text",
    must: "aborts with its gas spent: each text is charged whole",
    outcome: aborts(),
    sources: () => growing("Text", '""', 'x ++ "x"'),
  },
  {
    name: "lengthened-list",
    must: "aborts with its gas spent, or at the limit of the heap",
    outcome: aborts(),
    sources: () => growing("List<Nat>", "[]", "[n, ..x]"),
  },
  {
    name: "deepened-option",
    must: "aborts at the limit of a value's depth",
    outcome: aborts(),
    sources: () =>
      attack(`type Chain { End, Link(Chain) }

partial fn grow(n: Nat, x: Chain) -> Nat = if n == 10000000 { 0 } else { grow(n + 1, Link(x)) }

action run() -> Nat {
  grow(0, End)
}`),
  },
  {
    name: "deepened-policy",
    must: "aborts at the limit of a value's depth: policies are values too",
    outcome: aborts(),
    sources: () =>
      attack(`import std.auth {at_least, role, signed}

partial fn grow(n: Nat, p: Policy) -> Policy = if n == 100000 { p } else { grow(n + 1, at_least(1, [p])) }

action run() -> Bool {
  signed(grow(0, role("nobody")))
}`),
  },
  {
    name: "doubled-policy",
    must: "aborts with its gas spent: the policy has 2^64 leaves, and `signed` pays for each it looks at",
    outcome: aborts(),
    sources: () =>
      attack(`import std.auth {at_least, role, signed}

partial fn grow(n: Nat, p: Policy) -> Policy = if n == 64 { p } else { grow(n + 1, at_least(1, [p, p])) }

action run() -> Bool {
  signed(grow(0, role("nobody")))
}`),
  },
  {
    name: "time-without-end",
    must: "aborts: a time past the last year that can be written is none, or a limit is met first",
    outcome: aborts(),
    sources: () =>
      attack(`import std.time {days}

partial fn grow(n: Nat, d: Duration) -> Duration = if n == 10000000 { d } else { grow(n + 1, d + d) }

action run() -> Time {
  now + grow(0, days(1))
}`),
  },
];

export const VALUE_ATTACKS: readonly Hostile[] = [...LOOPS, ...GROWTH];
