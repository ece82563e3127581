// What the checkers found. They judge from outside the nodes, with rules of their own: nothing here
// calls the code that is under judgement, but for reading bytes.

export type CheckerName =
  | "agreement"
  | "certificates"
  | "commits"
  | "decay"
  | "disk"
  | "entries"
  | "evidence"
  | "floors"
  | "history"
  | "memory"
  | "outcomes"
  | "redactions"
  | "snapshots"
  | "speech"
  | "versions";

/** A violated property. */
export class SafetyViolation extends Error {
  override readonly name = "SafetyViolation";
  readonly checker: CheckerName;

  constructor(checker: CheckerName, message: string) {
    super(message);
    this.checker = checker;
  }
}

export class Findings {
  /** The first violated property; nothing is judged after it. */
  violation: SafetyViolation | undefined;

  found(checker: CheckerName, what: string): void {
    this.violation ??= new SafetyViolation(checker, what);
  }
}
