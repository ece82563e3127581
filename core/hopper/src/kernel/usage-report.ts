// What the usage pass says (H0201–H0211): one function per way to copy or lose a resource. Each names the
// variable with its type, shows every place that belongs to the story, and tells how to mend it. It
// decides nothing.

import type { Diagnostic, Note } from "../diagnostic/diagnostic.ts";
import type { Range, Source } from "../diagnostic/source.ts";
import type { Variable } from "./term.ts";
import type { Move } from "./usage-flow.ts";

/** A branch as its source reads, in backticks, and where that stands. */
export type BranchLabel = { readonly label: string; readonly range: Range };

const QUOTE_LENGTH_MAX = 40;

/** The first line of a place in the source, cut short. */
export function quote(source: Source, range: Range): string {
  const end = Math.min(range.end, range.start + 4 * QUOTE_LENGTH_MAX);
  const text = source.text.slice(range.start, end).trim();
  const line = text.split("\n")[0]!.trim();
  const characters = [...line];
  if (line === text && end === range.end && characters.length <= QUOTE_LENGTH_MAX) return line;
  return `${characters.slice(0, QUOTE_LENGTH_MAX).join("").trimEnd()}…`;
}

export class UsageReport {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: Source;
  readonly #renderType: (variable: Variable) => string;

  constructor(source: Source, renderType: (variable: Variable) => string) {
    this.#source = source;
    this.#renderType = renderType;
  }

  branchesDisagree(story: {
    variable: Variable;
    at: Range;
    move: Move;
    mover: BranchLabel;
    keeper: BranchLabel;
  }): void {
    const { variable, at, move, mover, keeper } = story;
    this.#add("H0201", {
      message: `${this.#named(variable)} is handed over in one branch but kept in the other`,
      range: at,
      notes: [
        this.#note(keeper.range, `${keeper.label}: not used, so it would be lost`),
        this.#note(move.range, `${mover.label}: ${move.how}`),
      ],
      help: `use \`${variable.name}\` up in each branch, or end the branch that keeps it with \`abort\``,
    });
  }

  usedTwice(variable: Variable, first: Move, again: Range): void {
    this.#add("H0202", {
      message: `${this.#named(variable)} is used twice`,
      range: again,
      label: "used again here",
      notes: [this.#note(first.range, first.how)],
      help: this.#isClosure(variable)
        ? "a `once` closure can be called once: what it captured is gone then"
        : "a resource can be handed over once: go on with what the first use gives back, or `split` a coin first",
    });
  }

  /** `hiddenBy` is a later variable of the same name, which makes this one unreachable. */
  lost(variable: Variable, hiddenBy: Variable | undefined): void {
    const { name } = variable;
    const takes = this.#isClosure(variable)
      ? `call \`${name}\`, or hand it on`
      : `return \`${name}\`, put it into a row, or hand it to a function that takes it`;
    this.#add("H0203", {
      message: `${this.#named(variable)} is never handed on, so it would be lost`,
      range: variable.range,
      ...(hiddenBy === undefined
        ? { notes: [], help: takes }
        : {
            notes: [this.#note(hiddenBy.range, `from here on \`${name}\` means another variable`)],
            help: `give the second \`${name}\` a name of its own, and use both`,
          }),
    });
  }

  /** A `once` closure took it and does not use it up. */
  lostInClosure(variable: Variable, captured: Range, closure: Range): void {
    this.#add("H0203", {
      message: `${this.#named(variable)} goes into this closure and is not used up there, so it would be lost`,
      range: captured,
      label: "only looked at here",
      notes: [this.#note(closure, "the closure that owns it")],
      help: `use \`${variable.name}\` up in the closure, or look at it before: \`let x = ${quote(this.#source, captured)}\``,
    });
  }

  capturedByMany(variable: Variable, captured: Range, closure: Range): void {
    this.#add("H0204", {
      message: `${this.#named(variable)} is captured by a closure that may be called more than once`,
      range: captured,
      label: "captured here",
      notes: [this.#note(closure, "this closure is not `once`")],
      help: "write `once fn` and call it exactly once, or hand the resource in as an argument",
    });
  }

  lookedAtByMany(variable: Variable, captured: Range, closure: Range): void {
    this.#add("H0204", {
      message: `${this.#named(variable)} is captured by a closure that only looks at it`,
      range: captured,
      label: "there are no references to resources",
      notes: [this.#note(closure, "the closure would have to own it")],
      help: `look at it before: \`let x = ${quote(this.#source, captured)}\`, and use \`x\` in the closure`,
    });
  }

  movedInLoop(story: { variable: Variable; captured: Range; closure: Range; caller: string }): void {
    const { variable, captured, closure, caller } = story;
    this.#add("H0205", {
      message: `${this.#named(variable)} would be used each time \`${caller}\` calls this closure`,
      range: captured,
      label: "used up at the first call, gone at the second",
      notes: [this.#note(closure, `handed to \`${caller}\`, which may call it any number of times`)],
      help: `let it travel through the calls: \`fold(list, ${variable.name}, fn(${variable.name}, item) { … })\``,
    });
  }

  dropped(range: Range, what: string): void {
    this.#add("H0206", {
      message: `${what} is a resource, and nothing takes it, so it would be lost`,
      range,
      label: "dropped here",
      notes: [],
      help: "give it a name with `let`, and use it",
    });
  }

  /** `what` is lost by a pattern; the sentence begins with it. */
  ignored(range: Range, what: string): void {
    this.#add("H0207", {
      message: `${what} is a resource, and this pattern would lose it`,
      range,
      label: "ignored here",
      notes: [],
      help: "give it a name, and use it",
    });
  }

  lookedAtAfterMove(variable: Variable, move: Move, look: Range): void {
    this.#add("H0208", {
      message: `${this.#named(variable)} is looked at after it has been handed over`,
      range: look,
      label: "gone by now",
      notes: [this.#note(move.range, move.how)],
      help: `look at it before: \`let x = ${quote(this.#source, look)}\``,
    });
  }

  erasedAtRunTime(variable: Variable, use: Range): void {
    this.#add("H0209", {
      message: `${this.#named(variable)} exists only while types are checked, and is used at run time here`,
      range: use,
      label: "not there at run time",
      notes: [this.#note(variable.range, "it stands for a type, or for a value that only types mention")],
      help: `take the value as an ordinary parameter`,
    });
  }

  copiedByLooking(range: Range): void {
    this.#add("H0210", {
      message: `\`${quote(this.#source, range)}\` is a resource, and looking at it would copy it`,
      range,
      label: "stays where it is",
      notes: [],
      help: "take the whole value and name its parts: `let Row { field } = table.take(key)`",
    });
  }

  restOfField(range: Range, of: Range): void {
    this.#add("H0211", {
      message: `\`${quote(this.#source, of)}\` is a resource: taking one field of it would lose the rest`,
      range,
      notes: [],
      help: "name it with `let`, or take it apart with a pattern that names every resource in it",
    });
  }

  /** Only closures that own something are linear. */
  #isClosure(variable: Variable): boolean {
    return this.#renderType(variable).startsWith("once fn");
  }

  #named(variable: Variable): string {
    return `\`${variable.name}\` (${this.#renderType(variable)})`;
  }

  #note(range: Range, label: string): Note {
    return { span: { source: this.#source, ...range }, label };
  }

  #add(
    code: string,
    saying: { message: string; range: Range; label?: string; notes: readonly Note[]; help: string },
  ): void {
    const { message, range, label, notes, help } = saying;
    this.diagnostics.push({
      code,
      severity: "error",
      message,
      span: { source: this.#source, start: range.start, end: range.end },
      ...(label === undefined ? {} : { label }),
      notes,
      known: [],
      help,
    });
  }
}
