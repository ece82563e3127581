// The variables of a body, whose they are, and what has been used in which frame. A frame is a function or
// a closure: using a variable of an outer frame captures it (L15). Decides for each use whether it is
// right, and reports it otherwise; knows no terms.

import { assert } from "@juno/base";
import type { Range } from "../diagnostic/source.ts";
import type { Quantity, Variable } from "./term.ts";
import type { Flow, Move } from "./usage-flow.ts";
import type { UsageReport } from "./usage-report.ts";

/** The first place in a closure that uses an outer linear variable, and whether any place moves it. */
type Capture = { readonly range: Range; moved: boolean };

/** `captures` are the linear variables of outer frames that this closure mentions. */
export type Frame = {
  readonly closure: ClosureFacts | undefined;
  readonly captures: Map<number, Capture>;
};

/** `caller` is the function that the closure is an argument of. */
export type ClosureFacts = {
  readonly once: boolean;
  readonly range: Range;
  readonly caller: string | undefined;
};

/** What must have happened by the end of a scope: a variable moved; or what nobody can move, an abort. */
export type Obligation =
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "dropped"; readonly range: Range; readonly what: string }
  | { readonly kind: "ignored"; readonly range: Range; readonly what: string };

type Known = { readonly variable: Variable; readonly quantity: Quantity; readonly frame: Frame };

export class UsageScope {
  readonly #known = new Map<number, Known>();
  /** The variable that a name means last, by name: to tell of a variable that another hides. */
  readonly #latest = new Map<string, Variable>();
  /** One story for each variable: what follows from the first mistake is not told. */
  readonly #told = new Set<number>();
  readonly #report: UsageReport;

  constructor(report: UsageReport) {
    this.#report = report;
  }

  declare(variable: Variable, quantity: Quantity, frame: Frame): void {
    assert(!this.#known.has(variable.id), `variable ${variable.id} is bound once`);
    this.#known.set(variable.id, { variable, quantity, frame });
    this.#latest.set(variable.name, variable);
  }

  /** A variable's value is handed on: for a linear one, its only use. */
  move(id: number, move: Move, at: { frame: Frame; flow: Flow }): void {
    const known = this.#use(id, move.range, { ...at, moved: true });
    if (known.quantity !== "1") return;
    const earlier = at.flow.moveOf(id);
    if (earlier === undefined) at.flow.move(id, move);
    else if (!at.flow.dead) this.#tell(id, () => this.#report.usedTwice(known.variable, earlier, move.range));
  }

  /** L14: a linear variable is looked at, which needs it to be there and leaves it there. */
  peek(id: number, range: Range, at: { frame: Frame; flow: Flow }): void {
    const known = this.#use(id, range, { ...at, moved: false });
    const move = at.flow.moveOf(id);
    if (known.quantity !== "1" || move === undefined || at.flow.dead) return;
    this.#tell(id, () => this.#report.lookedAtAfterMove(known.variable, move, range));
  }

  /** Tells of what the end of a scope loses. L13: after an abort nothing is lost. */
  settle(obligations: readonly Obligation[], flow: Flow): void {
    for (const owed of obligations) {
      if (owed.kind === "variable") {
        if (!flow.dead && flow.moveOf(owed.variable.id) === undefined) this.#loses(owed.variable);
        flow.forget(owed.variable.id);
      } else if (flow.dead) continue;
      else if (owed.kind === "dropped") this.#report.dropped(owed.range, owed.what);
      else this.#report.ignored(owed.range, owed.what);
    }
  }

  /** L15: creating a closure moves what it captures into it, and a closure that is not `once` must not capture. */
  capture(inner: { frame: Frame; flow: Flow }, at: { frame: Frame; flow: Flow }): void {
    const closure = inner.frame.closure;
    assert(closure !== undefined, "a frame with a frame around it is a closure's");
    for (const [id, capture] of inner.frame.captures) {
      const { variable } = this.#known.get(id)!;
      if (!closure.once) this.#tell(id, () => this.#mustNotCapture(variable, capture, closure));
      else if (!inner.flow.dead && inner.flow.moveOf(id) === undefined)
        this.#tell(id, () => this.#report.lostInClosure(variable, capture.range, closure.range));
      this.move(id, { range: closure.range, how: "moved into this closure" }, at);
    }
  }

  disagree(id: number, tell: (variable: Variable) => void): void {
    this.#tell(id, () => tell(this.#known.get(id)!.variable));
  }

  #use(id: number, range: Range, at: { frame: Frame; moved: boolean }): Known {
    const known = this.#known.get(id);
    assert(known !== undefined, `variable ${id} is in scope`);
    if (known.quantity === "0") this.#tell(id, () => this.#report.erasedAtRunTime(known.variable, range));
    if (known.quantity !== "1" || known.frame === at.frame) return known;
    const capture = at.frame.captures.get(id);
    if (capture === undefined) at.frame.captures.set(id, { range, moved: at.moved });
    else capture.moved ||= at.moved;
    return known;
  }

  #loses(variable: Variable): void {
    const latest = this.#latest.get(variable.name);
    const hiddenBy = latest === variable ? undefined : latest;
    this.#tell(variable.id, () => this.#report.lost(variable, hiddenBy));
  }

  #mustNotCapture(variable: Variable, capture: Capture, closure: ClosureFacts): void {
    const { range, moved } = capture;
    if (!moved) this.#report.lookedAtByMany(variable, range, closure.range);
    else if (closure.caller === undefined) this.#report.capturedByMany(variable, range, closure.range);
    else {
      const { caller } = closure;
      this.#report.movedInLoop({ variable, captured: range, closure: closure.range, caller });
    }
  }

  #tell(id: number, say: () => void): void {
    if (this.#told.has(id)) return;
    this.#told.add(id);
    say();
  }
}
