// Attacks on the checker behind the parser: types that are exponential when written out, inference that doubles at
// each step, types that compute, patterns and calls whose analysis explodes. Checking spends fuel; when it is
// spent, the module is refused (L21).

import { ACCEPTED, attack, ENDS, type Hostile, lines, refused } from "./hostile.ts";

const DOUBLINGS = 64;

const DOUBLING: readonly Hostile[] = [
  {
    name: "aliases-that-double",
    must: "accepted or refused within the fuel; a type of 2^64 parts is never written out",
    outcome: ENDS,
    sources: () =>
      attack(`type T0 = (Nat, Nat)
${lines(DOUBLINGS, (at) => `type T${at + 1} = (T${at}, T${at})`)}
fn f(x: T${DOUBLINGS}) -> T${DOUBLINGS} = x
fn g(x: T${DOUBLINGS}) -> T${DOUBLINGS - 1} = x`),
  },
  {
    name: "aliases-with-parameters-that-double",
    must: "accepted or refused within the fuel",
    outcome: ENDS,
    sources: () =>
      attack(`type T0<a> = (a, a)
${lines(DOUBLINGS, (at) => `type T${at + 1}<a> = T${at}<T${at}<a>>`)}
fn f(x: T${DOUBLINGS}<Nat>) -> T${DOUBLINGS}<Nat> = x`),
  },
  {
    name: "records-that-double",
    must: "accepted: 64 records of two fields each, whatever the number of leaves of a value",
    outcome: ACCEPTED,
    sources: () =>
      attack(`type R0 { left: Nat, right: Nat }
${lines(DOUBLINGS, (at) => `type R${at + 1} { left: R${at}, right: R${at} }`)}
table t: Nat => R${DOUBLINGS}
fn f(x: R${DOUBLINGS}) -> Nat reads = t.get(0).left${".left".repeat(40)}.right.right.left.right${".left".repeat(DOUBLINGS - 44)}`),
  },
  {
    name: "lets-that-double",
    must: "accepted or refused within the fuel; the inferred type is never written out",
    outcome: ENDS,
    sources: () =>
      attack(`fn dup<a>(x: a) -> (a, a) = (x, x)
fn f() -> Nat {
  let x0 = 1
${lines(DOUBLINGS, (at) => `  let x${at + 1} = dup(x${at})`)}
  let y: Nat = x${DOUBLINGS}
  y
}`),
  },
  {
    name: "lets-that-deepen",
    must: "accepted or refused within the fuel and the depth; the host's stack is not what ends it",
    outcome: ENDS,
    sources: () =>
      attack(`fn f() -> Nat {
  let x0 = Some(1)
${lines(5_000, (at) => `  let x${at + 1} = Some(x${at})`)}
  let y: Nat = x5000
  y
}`),
  },
  {
    name: "comparison-of-doubled-types",
    must: "accepted or refused within the fuel: two types of 2^64 parts are compared",
    outcome: ENDS,
    sources: () =>
      attack(`fn dup<a>(x: a) -> (a, a) = (x, x)
fn same<a>(x: a, y: a) -> Nat = 1
fn f() -> Nat {
  let x0 = 1
  let y0 = 1
${lines(DOUBLINGS, (at) => `  let x${at + 1} = dup(x${at})\n  let y${at + 1} = dup(y${at})`)}
  same(x${DOUBLINGS}, y${DOUBLINGS})
}`),
  },
];

const RECURSION: readonly Hostile[] = [
  {
    name: "polymorphic-recursion",
    must: "accepted or refused; types are erased, so a growing type argument costs nothing at run time",
    outcome: ENDS,
    sources: () =>
      attack(`fn grow<a>(turns: List<Nat>, x: a) -> Nat {
  match turns {
    [] => 0
    [_, ..rest] => grow(rest, (x, x))
  }
}

fn f() -> Nat = grow([1, 2, 3], 0)`),
  },
  {
    name: "type-that-contains-itself-doubled",
    must: "refused as a row: its shape would be endless",
    outcome: refused("H0"),
    sources: () => attack("type Nest<a> { End, More(a, Nest<(a, a)>) }\ntable t: Nat => Nest<Nat>"),
  },
  {
    name: "alias-of-itself",
    must: "refused: it would unfold for ever",
    outcome: refused("H0"),
    sources: () => attack("type A = (B, Nat)\ntype B = (A, Nat)\nfn f(x: A) -> B = x"),
  },
  {
    name: "constants-of-each-other",
    must: "refused: neither has a value",
    outcome: refused("H0"),
    sources: () => attack("const a: Nat = b + 1\nconst b: Nat = a + 1"),
  },
  {
    name: "size-change-explosion",
    must: "accepted or refused within the fuel: the calls permute eight arguments in every way",
    outcome: ENDS,
    sources: () =>
      attack(`fn f(a: List<Nat>, b: List<Nat>, c: List<Nat>, d: List<Nat>, e: List<Nat>, g: List<Nat>, h: List<Nat>, i: List<Nat>) -> Nat {
  match a {
    [] => 0
    [x, ..r] => {
      let one = f(b, c, d, e, g, h, i, r)
      let two = f(b, r, c, d, e, g, h, i)
      let three = f(c, b, e, d, h, g, i, r)
      let four = f(i, h, g, e, d, c, b, r)
      one + two + three + four
    }
  }
}`),
  },
  {
    name: "a-hundred-functions-that-call-each-other",
    must: "refused: none of them gets anywhere, or the fuel is spent on finding out",
    outcome: refused("H08", "H10"),
    sources: () =>
      attack(
        lines(
          100,
          (at) => `fn f${at}(x: Nat, y: Nat) -> Nat = ${at % 2 === 0 ? "" : "1 + "}max_of([
${lines(100, (to) => `  f${to}(y, x),`)}
])`,
        ) +
          "\nfn max_of(xs: List<Nat>) -> Nat = fold(xs, 0, fn(m: Nat, x: Nat) { if x > m { x } else { m } })",
      ),
  },
];

const COMPUTING: readonly Hostile[] = [
  {
    name: "type-that-computes-for-ever",
    must: "refused when the fuel is spent: Ackermann's function ends, but nobody lives to see it",
    outcome: refused("H05", "H10"),
    sources: () =>
      attack(`asset SEC(n: List<Nat>) { decimals: 0, mint: self }

fn ack(m: List<Nat>, n: List<Nat>) -> List<Nat> {
  match m {
    [] => [0, ..n]
    [_, ..p] => match n {
      [] => ack(p, [0])
      [_, ..q] => ack(p, ack(m, q))
    }
  }
}

fn f(c: Coin<SEC(ack([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]))>) -> Coin<SEC([])> = c`),
  },
  {
    name: "type-that-squares",
    must: "refused: the index is past the limit of integers, or the fuel is spent",
    outcome: refused("H05", "H10"),
    sources: () =>
      attack(`asset SEC(n: Nat) { decimals: 0, mint: self }

const c0: Nat = 3
${lines(DOUBLINGS, (at) => `const c${at + 1}: Nat = c${at} * c${at}`)}

fn f(c: Coin<SEC(c${DOUBLINGS})>) -> Coin<SEC(c${DOUBLINGS - 1})> = c`),
  },
  {
    name: "type-that-doubles-a-text",
    must: "refused: the index is past the limit of texts, or the fuel is spent",
    outcome: refused("H05", "H10"),
    sources: () =>
      attack(`asset SEC(n: Text) { decimals: 0, mint: self }

const c0: Text = "0123456789"
${lines(DOUBLINGS, (at) => `const c${at + 1}: Text = c${at} ++ c${at}`)}

fn f(c: Coin<SEC(c${DOUBLINGS})>) -> Coin<SEC(c${DOUBLINGS - 1})> = c`),
  },
];

const PATTERNS: readonly Hostile[] = [
  {
    name: "thousands-of-constructors-and-arms",
    must: "refused at the limit of arms, or accepted by work that is linear in the text",
    outcome: ENDS,
    sources: () =>
      attack(`type Many {
${lines(3_000, (at) => `  C${at}(Nat),`)}
}

fn f(x: Many) -> Nat {
  match x {
${lines(3_000, (at) => `    C${at}(n) => n + ${at}`)}
  }
}`),
  },
  {
    name: "thousands-of-numbers",
    must: "refused at the limit of arms, or accepted by work that is linear in the text",
    outcome: ENDS,
    sources: () =>
      attack(`fn f(x: Nat) -> Nat {
  match x {
${lines(6_000, (at) => `    ${at} => ${at}`)}
    _ => 0
  }
}`),
  },
  {
    name: "coverage-explosion",
    must: "accepted or refused within the fuel: the missing case lies in a matrix of 2^24 cases",
    outcome: ENDS,
    sources: () => {
      const width = 24;
      const row = (filled: (column: number) => string): string =>
        `(${Array.from({ length: width }, (_, column) => filled(column)).join(", ")})`;
      return attack(`fn f(x: ${row(() => "Bool")}) -> Nat {
  match x {
${lines(width, (at) => `    ${row((column) => (column === at ? "true" : column === (at + 1) % width ? "false" : "_"))} => ${at}`)}
    ${row(() => "true")} => 0
  }
}`);
    },
  },
];

export const TYPE_ATTACKS: readonly Hostile[] = [...DOUBLING, ...RECURSION, ...COMPUTING, ...PATTERNS];
