// The termination pass (L18): every function that is not marked `partial` ends, by the size-change principle on
// the structure of its arguments; and only what gas bounds anyway may call what is partial. Judges the
// functions of one module; those of others are judged already, and cannot call back (L3).

import type { Diagnostic, Note } from "../diagnostic/diagnostic.ts";
import type { Range, Source } from "../diagnostic/source.ts";
import { type CallSizesContext, type Mention, mentionsIn } from "./call-sizes.ts";
import { componentsOf } from "./components.ts";
import type { Fuel } from "./fuel.ts";
import { endlessWay, type SizedCall } from "./size-change.ts";
import type { GlobalRef, Term } from "./term.ts";

/** Far more than functions that people write need; what a module may spend. */
export const TERMINATION_STEPS_MAX = 1_000_000;

export type TerminationFunction = {
  readonly ref: GlobalRef;
  /** Its name where it is declared. */
  readonly range: Range;
  /** `entry`: an action, query, init, migration or test, which runs under a gas limit and may call partial functions. */
  readonly kind: "fn" | "const" | "entry";
  readonly partial: boolean;
  /** The ids of the parameters that arguments of calls stand for, in order. */
  readonly parameters: readonly number[];
  readonly body: Term;
};

export type TerminationContext = CallSizesContext & {
  readonly source: Source;
  /** Whether a function of another module is partial. */
  isPartial(ref: GlobalRef): boolean;
  readonly fuel: Fuel;
};

/** The calls of a module by which a function that should end might not. */
export function checkTermination(
  functions: readonly TerminationFunction[],
  context: TerminationContext,
): Diagnostic[] {
  return new TerminationPass(functions, context).check();
}

type Call = SizedCall & { readonly mention: Mention };

class TerminationPass {
  readonly #functions: readonly TerminationFunction[];
  readonly #context: TerminationContext;
  readonly #places: ReadonlyMap<string, number>;
  readonly #diagnostics: Diagnostic[] = [];

  constructor(functions: readonly TerminationFunction[], context: TerminationContext) {
    this.#functions = functions;
    this.#context = context;
    this.#places = new Map(functions.map(({ ref }, place) => [keyOf(ref), place]));
  }

  check(): Diagnostic[] {
    const calls = this.#functions.map((fn, place) => this.#callsOf(fn, place));
    for (const members of componentsOf(calls.map((of) => of.map(({ to }) => to)))) {
      const inside = new Set(members);
      const within = members.flatMap((member) => calls[member]!.filter(({ to }) => inside.has(to)));
      const way = endlessWay(within, this.#context.fuel);
      if (way === "unknown") this.#tooInvolved(members);
      else if (way !== undefined) this.#endless(way);
    }
    return this.#diagnostics.sort((a, b) => a.span.start - b.span.start);
  }

  /** The calls of a function that must end to others that must. A function used as a value is called with anything. */
  #callsOf(fn: TerminationFunction, from: number): Call[] {
    if (mayNotEnd(fn)) return [];
    const calls: Call[] = [];
    let isTold = false;
    for (const mention of mentionsIn(fn, this.#context)) {
      const to = this.#places.get(keyOf(mention.ref));
      const callee = to === undefined ? undefined : this.#functions[to]!;
      if (callee === undefined ? this.#context.isPartial(mention.ref) : mayNotEnd(callee)) {
        if (!isTold) this.#callsPartial(fn, mention);
        isTold = true;
      } else if (to !== undefined) {
        calls.push({ from, to, graph: mention.graph ?? [], mention });
      }
    }
    return calls;
  }

  #endless(way: readonly Call[]): void {
    const fn = this.#functions[way[0]!.from]!;
    const { name } = fn.ref;
    // The call to mend is one in which nothing gets smaller; if something does in each, they do not fit together.
    const culprit = way.find(({ graph }) => !graph.some((origin) => origin?.smaller)) ?? way[0]!;
    const others = way.filter((call) => call !== culprit).slice(0, NOTES_MAX);
    const isConst = fn.kind === "const";
    const stations = new Set(way.map((call) => this.#name(call.from)).filter((one) => one !== name));
    const by =
      stations.size === 0 ? "" : `, by way of ${[...stations].map((one) => `\`${one}\``).join(", ")}`;
    this.#add("H0801", culprit.mention.range, {
      message: isConst
        ? `\`${name}\` is defined by itself${by}`
        : `\`${name}\` may call itself for ever${by}`,
      label: labelOf(culprit, this.#name(culprit.to)),
      notes: others.map((call) =>
        this.#note(call.mention.range, `\`${this.#name(call.from)}\` calls \`${this.#name(call.to)}\` here`),
      ),
      help: isConst
        ? "define it without itself"
        : `call \`${this.#name(culprit.to)}\` with a part of a parameter that a pattern gives, such as the rest of a list; or use \`fold\`; or mark \`${name}\` as \`partial\`, for actions alone to call`,
    });
  }

  #callsPartial(fn: TerminationFunction, { ref, range }: Mention): void {
    const { name } = fn.ref;
    this.#add("H0802", range, {
      message: `\`${name}\` must end, and \`${ref.name}\`, which it calls, may not`,
      label: `\`${ref.name}\` is partial`,
      notes: [this.#note(fn.range, `\`${name}\` is not`)],
      help: `mark \`${name}\` as \`partial\`, for actions, queries and tests alone to call`,
    });
  }

  #tooInvolved(members: readonly number[]): void {
    const fn = this.#functions[members[0]!]!;
    this.#add("H0803", fn.range, {
      message: `it takes too much work to tell whether \`${fn.ref.name}\` ends`,
      label: members.length === 1 ? "it calls itself" : `it is one of ${members.length} that call each other`,
      notes: [],
      help: "let fewer functions call each other, with fewer parameters, or mark them as `partial`",
    });
  }

  #name(place: number): string {
    return this.#functions[place]!.ref.name;
  }

  #note(range: Range, label: string): Note {
    return { span: { source: this.#context.source, start: range.start, end: range.end }, label };
  }

  #add(
    code: string,
    range: Range,
    saying: { message: string; label: string; notes: readonly Note[]; help: string },
  ): void {
    const span = { source: this.#context.source, start: range.start, end: range.end };
    this.#diagnostics.push({ code, severity: "error", span, known: [], ...saying });
  }
}

const NOTES_MAX = 5;

const keyOf = (ref: GlobalRef): string => `${ref.module} ${ref.name}`;

const mayNotEnd = ({ kind, partial }: TerminationFunction): boolean => partial || kind === "entry";

function labelOf({ graph, mention }: Call, name: string): string {
  if (mention.graph === undefined) return `\`${name}\` is handed on here, to be called with anything`;
  if (graph.some((origin) => origin?.smaller))
    return "what gets smaller here grows back in the calls that follow";
  return "no argument is a part of a parameter";
}
