// The door of shell/failure: by itself, so that a thread which stores and nothing else need not load the ledger to say
// what went wrong.

export { Failure, type FailureCode } from "./failure.ts";
