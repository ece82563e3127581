// How a client's request fails: one class, a stable code, and what is known about the command. The
// codes of core/api come from nodes; the few here from the client itself.

import { type ErrorCode, type ErrorOutcome, errorEntry, type Problem } from "@juno/api";

export type ClientErrorCode =
  /** The genesis cannot be read. */
  | "bad_genesis"
  /** No node answered. */
  | "unreachable"
  /** The reply is not what the contract describes. */
  | "bad_reply"
  /** The reply is not signed by a node of this network, for this request. */
  | "unsigned_reply"
  /** What the node shows does not prove the outcome it claims. */
  | "bad_proof"
  /** What is proved is older than the reader accepts. */
  | "stale_proof"
  /** There is no checkpoint yet that f+1 voters attest. */
  | "unproved"
  /** The command expired, or the caller's time was up, before its outcome was known. */
  | "outcome_unknown"
  /** The client was closed. */
  | "closed";

export class JunoError extends Error {
  override readonly name = "JunoError";
  readonly code: ErrorCode | ClientErrorCode;
  readonly outcome: ErrorOutcome;
  readonly retryable: boolean;
  /** The node's own words, if it was a node that refused. */
  readonly problem: Problem | undefined;

  constructor(
    code: ErrorCode | ClientErrorCode,
    message: string,
    facts: { outcome?: ErrorOutcome; retryable?: boolean; problem?: Problem; cause?: unknown } = {},
  ) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.outcome = facts.outcome ?? "not_submitted";
    this.retryable = facts.retryable ?? false;
    this.problem = facts.problem;
  }
}

/** The error a node's problem document stands for; status and outcome are the table's, not the node's. */
export function errorOfProblem(problem: Problem): JunoError {
  const { retryable, outcome, title } = errorEntry(problem.code);
  return new JunoError(problem.code, `${title}: ${problem.detail}`, { outcome, retryable, problem });
}

/** What one node refuses by what it holds, or by how far it has got, another may answer (A21, A41). */
const NODES_DIFFER: ReadonlySet<string> = new Set<ErrorCode>([
  "pruned",
  "read_unsigned",
  "read_expired",
  "read_forged",
  "reader_unknown",
  "not_permitted",
]);

export const othersMayAnswer = ({ code }: JunoError): boolean => NODES_DIFFER.has(code);
