// The failure lane: what the world did to the node (disk, socket, another node's files). Caught in
// one place, told plainly, and ended with the exit code of its kind.

export type FailureCode =
  | "config_invalid"
  | "address_in_use"
  | "key_unusable"
  | "store_missing"
  | "store_damaged"
  | "store_foreign"
  | "store_rolled_back"
  | "store_in_use"
  | "store_exists"
  | "disk_full"
  | "disk_failed"
  | "executor_failed"
  | "verifier_failed"
  | "too_old";

export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;

  /** `message` says what is wrong and what to do. */
  constructor(code: FailureCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
