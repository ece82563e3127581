// Attacks by number and by neighbourhood: modules of thousands of declarations, parameters, fields, imports; and
// modules that import themselves and each other (L3).

import { ACCEPTED, aborts, attack, ENDS, type Hostile, lines, RUNS, refused } from "./hostile.ts";

const MANY: readonly Hostile[] = [
  {
    name: "thousands-of-functions",
    must: "accepted: each calls the one before",
    outcome: ACCEPTED,
    sources: () =>
      attack(`fn f0(x: Nat) -> Nat = x + 1
${lines(4_000, (at) => `fn f${at + 1}(x: Nat) -> Nat = f${at}(x)`)}`),
  },
  {
    name: "thousands-of-functions-backwards",
    must: "accepted: each calls the one after, and the order of declarations means nothing",
    outcome: ACCEPTED,
    sources: () =>
      attack(`${lines(4_000, (at) => `fn f${at}(x: Nat) -> Nat = f${at + 1}(x)`)}
fn f4000(x: Nat) -> Nat = x + 1`),
  },
  {
    name: "call-through-thousands-of-functions",
    must: "runs: 4,000 frames are no depth for the machine's stack",
    outcome: RUNS,
    sources: () =>
      attack(`fn f0(x: Nat) -> Nat = x
${lines(4_000, (at) => `fn f${at + 1}(x: Nat) -> Nat = 1 + f${at}(x)`)}
action run() -> Nat {
  f4000(0)
}`),
  },
  {
    name: "thousands-of-constants",
    must: "accepted: each is the one before and one more",
    outcome: ACCEPTED,
    sources: () =>
      attack(`const c0: Nat = 0
${lines(4_000, (at) => `const c${at + 1}: Nat = c${at} + 1`)}`),
  },
  {
    name: "thousands-of-fields",
    must: "accepted or refused in time linear in the text, or nearly so",
    outcome: ENDS,
    sources: () =>
      attack(`type Wide {
${lines(3_000, (at) => `  f${at}: Nat`)}
}

fn wide(n: Nat) -> Wide = Wide {
${lines(3_000, (at) => `  f${at}: n`)}
}

fn sum(w: Wide) -> Nat {
  let Wide { f0, f2999 } = w
  f0 + f2999
}`),
  },
  {
    name: "thousands-of-parameters",
    must: "accepted or refused in time linear in the text, or nearly so",
    outcome: ENDS,
    sources: () =>
      attack(`fn f(${lines(2_000, (at) => `p${at}: Nat,`)} last: Nat) -> Nat = last
fn g() -> Nat = f(${"0, ".repeat(2_000)}1)`),
  },
  {
    name: "thousands-of-type-parameters",
    must: "accepted or refused in time linear in the text, or nearly so",
    outcome: ENDS,
    sources: () =>
      attack(`fn f<${lines(2_000, (at) => `a${at},`)} b>(x: b) -> b = x
fn g() -> Nat = f(1)`),
  },
  {
    name: "thousands-of-locals",
    must: "accepted: each let uses the one before",
    outcome: ACCEPTED,
    sources: () =>
      attack(`fn f() -> Nat {
  let x0 = 1
${lines(5_000, (at) => `  let x${at + 1} = x${at} + 1`)}
  x5000
}`),
  },
  {
    name: "thousands-of-coins",
    must: "accepted: each coin is counted once, whatever their number",
    outcome: ACCEPTED,
    sources: () =>
      attack(`currency USD { decimals: 2, mint: self }

fn f(x0: Coin<USD>) -> Coin<USD> {
${lines(3_000, (at) => `  let x${at + 1} = x${at}.join(zero(USD))`)}
  x3000
}`),
  },
  {
    name: "branches-over-many-coins",
    must: "accepted in time bounded by branches times coins: all branches agree on 50 coins",
    outcome: ACCEPTED,
    sources: () => {
      const all = Array.from({ length: 50 }, (_, at) => `.join(c${at})`).join("");
      return attack(`currency USD { decimals: 2, mint: self }

fn f(n: Nat, ${lines(50, (at) => `c${at}: Coin<USD>,`)} last: Coin<USD>) -> Coin<USD> {
  match n {
${lines(90, (at) => `    ${at} => last${all}`)}
    _ => last${all}
  }
}`);
    },
  },
  {
    name: "long-list-literal",
    must: "accepted: a list is as long as its source",
    outcome: ACCEPTED,
    sources: () => attack(`fn f() -> List<Nat> = [\n${lines(20_000, (at) => `  ${at},`)}\n]`),
  },
  {
    name: "huge-policy",
    must: "accepted or refused within the fuel; who evaluates it pays for each of its parts",
    outcome: ENDS,
    sources: () =>
      attack(`import std.auth {at_least, role}

policy everybody = at_least(9999, [
${lines(10_000, (at) => `  role("r${at}"),`)}
])

upgrade by everybody`),
  },
  {
    name: "huge-policy-evaluated",
    must: "aborts with its gas spent, or as not signed: each role is looked up and paid for",
    outcome: aborts("RequirementFailed"),
    sources: () =>
      attack(`import std.auth {at_least, role, signed}

policy everybody = at_least(4999, [
${lines(5_000, (at) => `  role("r${at}"),`)}
])

action run()
  requires signed(everybody)
{
}`),
  },
  {
    name: "thousands-of-invariants",
    must: "accepted or refused; each write pays for each of them",
    outcome: ENDS,
    sources: () =>
      attack(`type Row { n: Nat }
table rows: Nat => Row
${lines(2_000, (at) => `invariant rows: n != ${at}`)}`),
  },
  {
    name: "invariants-times-writes",
    must: "Each of many writes asks many conditions; the code is as long as their sum, not their product",
    outcome: ACCEPTED,
    sources: () =>
      attack(
        `type R { a: Nat }\ntable rows: Nat => R\n${lines(4_000, () => "invariant rows: a > 0")}\naction go(r: R) {\n${lines(4_000, (at) => `rows.put(${at}, r)`)}\n}`,
      ),
  },
  {
    name: "names-that-nobody-knows",
    must: "Thousands of unknown names among thousands of known ones: looking for near ones is reckoned as work",
    outcome: refused("H0401"),
    sources: () => attack(lines(3_500, (at) => `fn f${at}(x: Zz${at}) -> Zy${at} = x`)),
  },
  {
    name: "thousands-of-tables",
    must: "accepted or refused within the fuel",
    outcome: ENDS,
    sources: () => attack(lines(4_000, (at) => `table t${at}: Nat => Nat`)),
  },
];

const NEIGHBOURS: readonly Hostile[] = [
  {
    name: "import-of-itself",
    must: "refused: a module cannot import itself",
    outcome: refused("H0"),
    sources: () => attack("import test.attack {f}\nfn f() -> Nat = 1"),
  },
  {
    name: "mutual-imports",
    must: "refused: modules are deployed one after another, so the first imports what is not there",
    outcome: refused("H0"),
    sources: () => [
      "module test.first\nimport test.attack {g}\n\npub fn f() -> Nat = g()\n",
      "module test.attack\nimport test.first {f}\n\npub fn g() -> Nat = f()\n",
    ],
  },
  {
    name: "thousands-of-imports",
    must: "accepted or refused in time linear in the text: one module is imported again and again",
    outcome: ENDS,
    sources: () => attack(lines(4_000, () => "import std.auth {signed}")),
  },
  {
    name: "import-of-many-names",
    must: "refused: the list of diagnostics is cut off",
    outcome: refused("H0"),
    sources: () =>
      attack(`import std.auth {${Array.from({ length: 10_000 }, (_, at) => `n${at}`).join(", ")}}`),
  },
  {
    name: "module-named-like-the-library",
    must: "refused: names that begin with `std` belong to the library",
    outcome: refused("H0"),
    sources: () => ["module std.auth\n\npub fn signed(p: Policy) -> Bool = true\n"],
  },
  {
    name: "own-name-for-a-primitive",
    must: "accepted or refused; if accepted, other modules and the kernel's own rules do not see it",
    outcome: ENDS,
    sources: () =>
      attack(`type Nat { n: Int }
fn mint(n: Int) -> Int = n
fn now() -> Int = 1
fn f() -> Int = mint(now())`),
  },
];

export const MODULE_ATTACKS: readonly Hostile[] = [...MANY, ...NEIGHBOURS];
