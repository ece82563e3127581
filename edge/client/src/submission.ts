// One command on its way to its outcome: what was tried, what nodes claim about it, and when that is
// enough. A node's claim is believed when it is proved, or when f+1 nodes make it, since one of them is
// honest (A12). Once a request may have reached a node, no later refusal makes the outcome known (A11).

import type { Problem } from "@juno/api";
import type { NodeId } from "@juno/base";
import { JunoError } from "./juno-error.ts";
import type { Outcome } from "./outcome.ts";
import type { PreparedCommand } from "./payload.ts";

export type Verdict =
  | { readonly kind: "open" }
  | { readonly kind: "done"; readonly outcome: Outcome }
  | { readonly kind: "error"; readonly error: JunoError };

const OPEN: Verdict = { kind: "open" };

export class Submission {
  readonly command: PreparedCommand;
  readonly #claimsNeeded: number;
  /** Who claims what: error codes, and `expired` for the state of that name. */
  readonly #claims = new Map<string, Set<NodeId>>();
  /** Nodes asked in this round. */
  readonly tried = new Set<string>();
  rounds = 0;
  /** Shortest wish of the nodes asked in this round. */
  retryAfterMs: number | undefined;
  /** Whether the command may be under way. */
  maybeSubmitted = false;
  /** Sent in a request of its own, because a request that it was part of was refused as a whole. */
  alone = false;
  lastError: JunoError | undefined;

  constructor(command: PreparedCommand, claimsNeeded: number) {
    this.command = command;
    this.#claimsNeeded = claimsNeeded;
  }

  #claimed(what: string, by: NodeId): boolean {
    const nodes = this.#claims.get(what) ?? new Set();
    this.#claims.set(what, nodes.add(by));
    return nodes.size >= this.#claimsNeeded;
  }

  /** A node holds it, or says nothing of it. */
  isUnderWay(): Verdict {
    this.maybeSubmitted = true;
    return OPEN;
  }

  /** A node says that log time has passed the command, and has no entry to prove it by. */
  isExpired(by: NodeId): Verdict {
    this.maybeSubmitted = true;
    if (!this.#claimed("expired", by)) return OPEN;
    const text = "The command expired before it entered the log; it has no effect.";
    return { kind: "error", error: new JunoError("command_expired", text, { outcome: "rejected" }) };
  }

  /** A node refused it. */
  isRefused(by: NodeId, error: JunoError, problem: Problem): Verdict {
    this.lastError = error;
    if (problem.retryAfterMs !== undefined) {
      this.retryAfterMs = Math.min(this.retryAfterMs ?? Number.POSITIVE_INFINITY, problem.retryAfterMs);
    }
    if (error.outcome === "unknown") this.maybeSubmitted = true;
    if (error.retryable || !this.#claimed(error.code, by)) return OPEN;
    // What is refused by its bytes alone was refused every time; all else says nothing of earlier tries.
    if (error.outcome === "rejected" || !this.maybeSubmitted) return { kind: "error", error };
    return OPEN;
  }

  /** A request with it went wrong on the way. */
  isLost(error: JunoError): void {
    this.lastError = error;
    this.maybeSubmitted = true;
  }

  /** Time is up. */
  giveUp(): JunoError {
    const why = this.lastError === undefined ? "" : ` Last: ${this.lastError.message}`;
    if (!this.maybeSubmitted && this.lastError !== undefined) return this.lastError;
    const text = `The outcome of command ${this.command.id} is not known; ask for it later.${why}`;
    return new JunoError("outcome_unknown", text, { outcome: "unknown", cause: this.lastError });
  }
}
