// Terms as deep as the limit pass every pass; deeper ones are refused before any, without recursion.

import { describe, expect, it } from "vitest";
import { Program } from "../../test/program.ts";
import { lookUp } from "../../test/terms.ts";
import { checkCoverage } from "./coverage.ts";
import { Fuel } from "./fuel.ts";
import type { Term, TermPattern } from "./term.ts";
import { checkDepth, TERM_DEPTH_MAX } from "./term-depth.ts";
import { checkUsage } from "./usage.ts";

type Wrap = (p: Program, inner: Term) => Term;

const WRAPS: Readonly<Record<string, Wrap>> = {
  "an argument": (p, inner) => p.call("f", inner),
  "a branch": (p, inner) => p.match(p.unit(), [p.wild(), inner]),
  "a block": (p, inner) => p.block(inner),
  "a closure": (p, inner) => p.lambda([], inner, true),
  "a condition": (p, inner) => p.block(p.require(inner), p.unit()),
  "a type": (p, inner) =>
    p.term({ kind: "call", fn: { module: "demo", name: "f" }, implicit: [inner], args: [] }),
};

/** A program whose deepest part is at this level or the next one. */
function nested(wrap: Wrap, wraps: number) {
  const p = new Program();
  const c = p.param("c", "ω");
  let body = p.use(c);
  for (let i = 0; i < wraps; i++) body = wrap(p, body);
  return { binders: p.binders, body, p };
}

describe("depth", () => {
  it.each(Object.entries(WRAPS))("is bounded where %s nests", (_, wrap) => {
    const wraps = (TERM_DEPTH_MAX - 1) / (wrap === WRAPS["a condition"] ? 2 : 1);
    const { binders, body, p } = nested(wrap, Math.floor(wraps));
    expect(checkDepth(body, p.source)).toEqual([]);
    expect(checkUsage({ binders, body }, p.context())).toEqual([]);
    expect(checkCoverage(body, { source: p.source, lookUp, fuel: new Fuel(100_000) })).toEqual([]);
    const deeper = wrap(p, wrap(p, body));
    expect(checkDepth(deeper, p.source).map(({ code }) => code)).toEqual(["H0290"]);
  });

  it("is bounded in patterns, and passes assert that it was measured", () => {
    const p = new Program();
    let pattern: TermPattern = p.wild();
    for (let i = 0; i < TERM_DEPTH_MAX + 1; i++) pattern = p.parts(pattern);
    const body = p.block(p.let(pattern, p.unit()), p.unit());
    expect(checkDepth(body, p.source).map(({ code }) => code)).toEqual(["H0290"]);
    expect(() => checkUsage({ binders: [], body }, p.context())).toThrow("invariant broken");
    const deep = nested(WRAPS["a block"]!, 50_000);
    expect(checkDepth(deep.body, deep.p.source).map(({ code }) => code)).toEqual(["H0290"]);
    expect(() => checkUsage(deep, deep.p.context())).toThrow("invariant broken");
  });
});
