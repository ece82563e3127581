// What the recorder saw, said about the source: for each function how many of its expressions ran, and where those stand
// that never did. What has no instruction of its own, a constant for example, counts neither way.

import { compareText } from "@juno/base";
import type { Span } from "../diagnostic/source.ts";
import type { Image } from "../machine/image.ts";
import type { CoverageRecorder } from "./coverage-recorder.ts";
import type { ProgramImage } from "./program-image.ts";

export type FunctionCoverage = {
  readonly module: string;
  /** As declared; closures count with the function around them. */
  readonly name: string;
  readonly expressions: number;
  readonly reached: number;
  /** Ascending, the outermost of each: what stands inside an expression that never ran is not repeated. */
  readonly missed: readonly Span[];
};

type Offsets = { readonly all: Set<number>; readonly reached: Set<number> };

/** Code that nobody wrote stands at offset 0, where every source has its header. */
const NOWHERE = 0;
/** Of functions that the checker makes of closures: `open$1`; what is before it is declared. */
const MADE = "$";
/** Tests themselves, and policies that the ledger asks for: no test can call them. */
const UNASKED = /^test\$|\$mint$|^upgrade\$/;

export function coverageOf(program: ProgramImage, recorder: CoverageRecorder): FunctionCoverage[] {
  const { image } = program;
  const functions = new Map<string, { module: string; name: string; offsets: Offsets }>();
  image.linkage.functions.forEach(({ module, anf }, number) => {
    if (program.sourceOf(module) === undefined || UNASKED.test(anf.name)) return;
    const name = anf.name.split(MADE)[0]!;
    const key = `${module}.${name}`;
    const known = functions.get(key) ?? { module, name, offsets: { all: new Set(), reached: new Set() } };
    functions.set(key, known);
    gather(image, number, recorder.reached, known.offsets);
  });
  return [...functions.values()]
    .filter(({ offsets }) => offsets.all.size > 0)
    .map(({ module, name, offsets }): FunctionCoverage => {
      const { all, reached } = offsets;
      const missed = [...all].filter((offset) => !reached.has(offset)).sort((a, b) => a - b);
      const spans = missed.map((offset) => program.spanOf({ module, offset })!);
      return { module, name, expressions: all.size, reached: reached.size, missed: outermost(spans) };
    })
    .sort((a, b) => compareText(a.module, b.module) || compareText(a.name, b.name));
}

/** The offsets of a function's instructions, and of those that ran. */
function gather(image: Image, number: number, reached: ReadonlySet<number>, into: Offsets): void {
  const { positions } = image.bytecode;
  const end = image.entries[number + 1] ?? positions.length;
  for (let pc = image.entries[number]!; pc < end; pc++) {
    const offset = positions[pc]!;
    if (offset === NOWHERE) continue;
    into.all.add(offset);
    if (reached.has(pc)) into.reached.add(offset);
  }
}

function outermost(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  for (const span of spans) {
    const last = kept.at(-1);
    if (last === undefined || span.start >= last.end) kept.push(span);
  }
  return kept;
}
