// Port: what consensus asks about the commands it orders. Consensus knows bytes; whoever implements
// this knows what a command is. Answers depend on the log prefix and the genesis only.

import type { Hash, Refusal, Result, SignatureCheck } from "@juno/base";

/** What a command body says of itself. */
export type CommandFacts = {
  /** Lower-case hex; the one identity of a command (A1). */
  readonly id: string;
  /** Body digest (E12): binds the payload and every signature. */
  readonly digest: Hash;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** The registered client charged for it: its key, hex. */
  readonly client: string;
  readonly actions: number;
  /** The gas it may use at most. */
  readonly gasLimit: number;
  readonly checks: readonly SignatureCheck[];
};

export interface Admission {
  /** Everything that can be judged without verifying signatures. Repeated calls with the same bytes are cheap. */
  describe(body: Uint8Array): Result<CommandFacts, Refusal>;
  /** Whether an id was applied and its expiry has not passed in log time. */
  isApplied(id: string): boolean;
  /** Whether a command may still become pending: quotas and rights that the ledger's state decides. */
  mayPend(facts: CommandFacts): Result<undefined, Refusal>;
}
