// How `juno` says no: a sentence that says what to do, and an exit code that scripts can tell apart.
// Failures of a node keep their own codes (10 to 23, in @juno/node); these are the others.

export const EXIT = {
  done: 0,
  /** The answer is no: a command failed on the ledger, a check found something, the demo did not hold. */
  refused: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** No node answered in time, or an outcome stayed unknown. */
  unreachable: 3,
  /** Ctrl-C, as shells report it. */
  interrupted: 130,
} as const;

export class Complaint extends Error {
  override readonly name = "Complaint";
  readonly exitCode: number;

  /** `message` says what is wrong and what to do. */
  constructor(message: string, exitCode: number = EXIT.refused, options?: { cause?: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export const usage = (message: string): Complaint => new Complaint(message, EXIT.usage);
