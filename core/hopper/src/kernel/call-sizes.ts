// The calls in a function's body, and for each argument whether it is one of the function's parameters or a
// part of one: bound by a pattern below it, a field of it, the rest of it, an item of it that a builtin hands to
// a closure. What is none of these has no known size. Knows nothing of what follows from that.

import type { Range } from "../diagnostic/source.ts";
import type { Origin, SizeGraph } from "./size-change.ts";
import { erasedSubterms, subterms, visitTerms } from "./subterms.ts";
import type { GlobalRef, Term, TermPattern } from "./term.ts";

export type Mention = {
  readonly ref: GlobalRef;
  readonly range: Range;
  /** The origins of the arguments; undefined where the function is mentioned as a value. */
  readonly graph: SizeGraph | undefined;
};

/** A function that calls its argument number `closure` with items of its argument number `list` as parameter `item`. */
export type Feeding = { readonly list: number; readonly closure: number; readonly item: number };

export type CallSizesContext = {
  /** The feeding of `fold`, `map` and their like; undefined for all others. */
  feedingOf(fn: GlobalRef): Feeding | undefined;
};

/** Every function that a body mentions, in types as well: those are computed by the checker. */
export function mentionsIn(
  fn: { readonly parameters: readonly number[]; readonly body: Term },
  context: CallSizesContext,
): Mention[] {
  const sizes = new Sizes(fn.parameters);
  const found: Mention[] = [];
  visitTerms(
    fn.body,
    (term) => [...erasedSubterms(term), ...subterms(term)],
    (term) => {
      switch (term.kind) {
        case "call":
        case "command": {
          found.push({ ref: term.fn, range: term.range, graph: term.args.map((arg) => sizes.of(arg)) });
          const feeding = context.feedingOf(term.fn);
          if (feeding !== undefined) sizes.feed(term.args, feeding);
          return;
        }
        case "global":
          found.push({ ref: term.ref, range: term.range, graph: undefined });
          return;
        case "match":
          for (const { pattern } of term.arms) sizes.bind(pattern, term.scrutinee);
          return;
        case "block":
          for (const statement of term.statements)
            if (statement.kind === "let") sizes.bind(statement.pattern, statement.value);
          return;
        default:
          return;
      }
    },
  );
  return found;
}

/** A variable's origin is known when its binder is visited, which is before its uses are. */
class Sizes {
  readonly #origins = new Map<number, Origin>();

  constructor(parameters: readonly number[]) {
    parameters.forEach((id, parameter) => {
      this.#origins.set(id, { parameter, smaller: false });
    });
  }

  of(term: Term): Origin | undefined {
    let place = term;
    while (place.kind === "field") place = place.of;
    const origin = place.kind === "local" ? this.#origins.get(place.id) : undefined;
    return origin && part(origin, place !== term);
  }

  bind(pattern: TermPattern, value: Term): void {
    const origin = this.of(value);
    if (origin !== undefined) this.#bindParts(pattern, origin);
    else if (pattern.kind === "tuple" && value.kind === "tuple")
      pattern.parts.forEach((below, i) => {
        this.bind(below, value.parts[i]!);
      });
  }

  feed(args: readonly Term[], { list, closure, item }: Feeding): void {
    const origin = args[list] && this.of(args[list]);
    const lambda = args[closure];
    if (origin === undefined || lambda?.kind !== "lambda") return;
    const binder = lambda.binders[item];
    if (binder !== undefined) this.#origins.set(binder.variable.id, part(origin, true));
  }

  #bindParts(pattern: TermPattern, origin: Origin): void {
    const waiting = [{ pattern, origin }];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const { pattern, origin } = at;
      const below = part(origin, true);
      if (pattern.kind === "variable") this.#origins.set(pattern.variable.id, origin);
      else if (pattern.kind === "tuple")
        for (const p of pattern.parts) waiting.push({ pattern: p, origin: below });
      else if (pattern.kind === "construct")
        for (const p of pattern.fields) waiting.push({ pattern: p, origin: below });
      else if (pattern.kind === "list") {
        for (const p of pattern.items) waiting.push({ pattern: p, origin: below });
        // The rest of a list of which nothing is taken off is that list.
        if (pattern.rest !== undefined)
          waiting.push({ pattern: pattern.rest, origin: part(origin, pattern.items.length > 0) });
      }
    }
  }
}

const part = (origin: Origin, smaller: boolean): Origin => ({
  parameter: origin.parameter,
  smaller: origin.smaller || smaller,
});
