// The coverage pass (L17): every `match` has an arm for every value, every pattern of a `let` matches all
// values, and an arm that nothing reaches is pointed out. What is missing is shown as patterns of the
// source. Its work is bounded by fuel; what would take more is refused.

import type { Diagnostic, Severity } from "../diagnostic/diagnostic.ts";
import type { Range, Source } from "../diagnostic/source.ts";
import { type Coverage, coverRows } from "./coverage-matrix.ts";
import { SpaceReader, showSpace } from "./coverage-space.ts";
import type { LookUp } from "./declared-type.ts";
import type { Fuel } from "./fuel.ts";
import { subterms, visitTerms } from "./subterms.ts";
import type { Term, TermPattern } from "./term.ts";

/** Enough for thousands of arms; what a module may spend. */
export const COVERAGE_STEPS_MAX = 2_000_000;

export type CoverageContext = {
  readonly source: Source;
  readonly lookUp: LookUp;
  /** Shared by all that belongs to one deployment. */
  readonly fuel: Fuel;
};

/** What the matches and lets of a body leave out (errors), and arms that are never reached (warnings). */
export function checkCoverage(body: Term, context: CoverageContext): Diagnostic[] {
  const pass = new CoveragePass(context);
  visitTerms(body, subterms, (term) => {
    if (term.kind === "match") pass.match(term);
    if (term.kind !== "block") return;
    for (const statement of term.statements) if (statement.kind === "let") pass.let(statement.pattern);
  });
  return pass.diagnostics;
}

class CoveragePass {
  readonly diagnostics: Diagnostic[] = [];
  readonly #context: CoverageContext;
  readonly #reader: SpaceReader;
  /** Told once: without fuel nothing more can be said. */
  #isBeyondFuel = false;

  constructor(context: CoverageContext) {
    this.#context = context;
    this.#reader = new SpaceReader(context.lookUp);
  }

  match(term: Extract<Term, { kind: "match" }>): void {
    const patterns = term.arms.map((arm) => arm.pattern);
    const coverage = this.#cover(patterns, term.scrutinee.range);
    if (coverage === undefined) return;
    const [first] = coverage.missing;
    if (first !== undefined)
      this.#add("H0710", "error", term.scrutinee.range, {
        message: `\`match\` has no arm for ${missingText(coverage)}`,
        help: `add an arm: \`${showSpace(first)} => …\``,
      });
    patterns.forEach((pattern, index) => {
      if (coverage.reached.has(index)) return;
      this.#add("H0711", "warning", pattern.range, {
        message: "this arm is never reached",
        label: "the arms above match all of it",
        help: "leave it out, or put it before the arms that match more",
      });
    });
  }

  let(pattern: TermPattern): void {
    if (pattern.kind === "variable" || pattern.kind === "wildcard") return;
    const coverage = this.#cover([pattern], pattern.range);
    if (coverage === undefined || coverage.missing.length === 0) return;
    this.#add("H0712", "error", pattern.range, {
      message: `this pattern does not match ${missingText(coverage)}`,
      help: "use `match`, with an arm for each case",
    });
  }

  #cover(patterns: readonly TermPattern[], range: Range): Coverage | undefined {
    if (this.#isBeyondFuel) return undefined;
    const spaces = patterns.map((pattern) => this.#reader.read(pattern));
    const coverage = coverRows(spaces, this.#context.fuel);
    if (coverage !== undefined) return coverage;
    this.#isBeyondFuel = true;
    this.#add("H0713", "error", range, {
      message: "it takes too much work to tell whether these patterns cover all cases",
      help: "split it into several `match`es with fewer and simpler patterns",
    });
    return undefined;
  }

  #add(
    code: string,
    severity: Severity,
    range: Range,
    saying: { message: string; label?: string; help: string },
  ): void {
    const span = { source: this.#context.source, start: range.start, end: range.end };
    this.diagnostics.push({ code, severity, span, notes: [], known: [], ...saying });
  }
}

/** "`None`, `Some(true)` and others" */
function missingText({ missing, more }: Coverage): string {
  const shown = missing.map((space) => {
    const text = showSpace(space);
    return text === "_" ? "all other values" : `\`${text}\``;
  });
  if (more) return `${shown.join(", ")} and others`;
  const last = shown.pop()!;
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}
