import { describe, expect, it } from "vitest";
import { compile, libraryCode } from "../compile.ts";
import type { AnfFunction, Body, End, Operation, Step } from "../machine/anf.ts";
import type { ModuleCode } from "../machine/module-code.ts";

type Node = Operation | End;

function* nodesOf(body: Body): IterableIterator<Node> {
  const all = [...body.steps.map(({ operation }: Step): Node => operation), body.end];
  for (const node of all) {
    yield node;
    if (node.kind === "branch") for (const one of [node.then, node.else]) yield* nodesOf(one);
    if (node.kind === "switch") {
      const arms = node.arms.map((arm) => arm.body);
      for (const one of node.otherwise ? [...arms, node.otherwise] : arms) yield* nodesOf(one);
    }
  }
}

const PATTERNS = `module test.patterns

error Missing

type Shape { Dot, Line(Nat), Box(Nat, Nat) }

pub fn first(xs: List<Nat>) -> Nat fails {
  match xs {
    [x, .._] => x
    [] => abort Missing
  }
}

pub fn known(xs: List<(Shape, Bool)>) -> Nat fails {
  let found = match xs {
    [] => 0
    [(Dot, true), (Line(3), _)] => 1
    [(Box(n, 2), false), ..rest] => n + rest.length()
    _ => abort Missing
  }
  found + match found { 0 => 1, _ => 2 }
}

pub fn never(n: Nat) -> Nat fails {
  let m: Nat = abort Missing
  m + n
}

pub fn added(n: Nat) -> Nat fails {
  let m = n + abort Missing
  m
}

pub fn one(pair: (Nat, (Nat, Nat))) -> Nat {
  let sum = match pair {
    (a, (_, c)) => a + c
  }
  sum
}
`;

const { modules, diagnostics } = compile([{ name: "patterns.hop", text: PATTERNS }]);
const all: readonly ModuleCode[] = [...libraryCode(), ...modules.map(({ code }) => code)];
const fnOf = (module: string, name: string): AnfFunction =>
  all.find((one) => one.name === module)!.functions.find((fn) => fn.name === name)!;
const kinds = (module: string, name: string): string[] =>
  [...nodesOf(fnOf(module, name).body)].map((node) => (node.kind === "builtin" ? node.name : node.kind));

describe("lowering", () => {
  it("takes the program it is tried on", () => {
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("makes no branch whose way is known, and no copies", () => {
    const nodes = all.flatMap(({ functions }) => functions.flatMap(({ body }) => [...nodesOf(body)]));
    expect(nodes.length).toBeGreaterThan(200);
    const idle = nodes.filter(
      (node) => node.kind === "atom" || (node.kind === "branch" && node.condition.kind === "constant"),
    );
    expect(idle).toEqual([]);
  });

  it("goes through a list with six nodes for each item, besides what is done with it", () => {
    expect(kinds("std.list", "fold")).toEqual([
      "std.list.is_empty",
      "branch",
      "return",
      "std.list.at",
      "std.list.drop",
      "apply",
      "tail-call",
    ]);
  });

  it("takes out what is bound or asked, and nothing else", () => {
    expect(kinds("test.patterns", "one")).toEqual(["field", "field", "field", "std.nat.add", "return"]);
    expect(kinds("test.patterns", "first").slice(0, 4)).toEqual([
      "std.list.length",
      "std.int.less_or_equal",
      "branch",
      "std.list.at",
    ]);
  });

  it("writes nothing behind an abort", () => {
    expect(kinds("test.patterns", "never")).toEqual(["construct", "abort"]);
    expect(kinds("test.patterns", "added")).toEqual(["construct", "abort"]);
  });
});
