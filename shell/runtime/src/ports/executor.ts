// Port: the replicated state machine. It reads committed entries from the log store, applies them
// in order and reports what came out. Its storage is derived from the log and may lag behind it.

import type { Hash, LogIndex } from "@juno/base";
import type { ClientUsage, CommandStatus, Governed } from "@juno/ledger";
import type { AppliedEntry, Attestation } from "@juno/proof";

export type Applied = { readonly index: LogIndex; readonly root: Hash };

export type CommandOutcome = {
  readonly id: Hash;
  readonly status: CommandStatus;
  /** Milliseconds since 1970; undefined if the payload does not say it. */
  readonly expires: number | undefined;
  /** Whether the id is spent from now on: remembered until log time has passed `expires` (C9). */
  readonly spends: boolean;
  /** C31: what the client that is charged has used of its quota, if it has one. */
  readonly usage?: ClientUsage | undefined;
};

/** An entry with its body, what came out, and, for command entries, what it means for the id. */
export type EntryOutcome = AppliedEntry & { readonly command: CommandOutcome | undefined };

export type SpentIdExpiry = { readonly id: Hash; readonly expires: number };

export type AppliedBatch = {
  readonly applied: Applied;
  readonly outcomes: readonly EntryOutcome[];
  /** Set if the state was taken from a snapshot: every id that is spent, and there are no outcomes. */
  readonly ids?: readonly SpentIdExpiry[] | undefined;
  /** What the ledger has decided about the network (C24), if these entries have changed it; always with `ids`. */
  readonly governed?: Governed | undefined;
  /** With `ids`: all redactions that this state has ordered (C22); `id` in lower-case hex. */
  readonly redactions?: readonly { readonly index: number; readonly id: string }[] | undefined;
};

/** The snapshot after entry `index`: the hash of its manifest (E45). */
export type MadeSnapshot = { readonly index: LogIndex; readonly hash: Hash };

export interface Executor {
  /**
   * What is applied at the start, and the spent ids whose expiry has not passed in log time. The log
   * store must be loaded. Rejects with a Failure: store_damaged, store_foreign, store_rolled_back.
   */
  open(): Promise<{
    readonly applied: Applied;
    /** H at the applied index: the log must contain it, else the log was rolled back. */
    readonly hash: Hash;
    readonly ids: readonly SpentIdExpiry[];
    /** All redactions that the state has ordered (C22); `id` in lower-case hex. */
    readonly redactions: readonly { readonly index: number; readonly id: string }[];
    /** What the ledger has decided about the network so far (C24). */
    readonly governed: Governed;
  }>;

  /** Applies committed entries up to `index`, in the background; earlier calls are subsumed. */
  apply(index: LogIndex): void;

  /** Called once per batch, in log order, after it is stored. */
  onApplied(listener: (batch: AppliedBatch) => void): void;
  /** Called once if applying fails for a reason that is no outcome; the node must stop. */
  onFailure(listener: (cause: Error) => void): void;

  /** Called once for each snapshot that is made (C21), after it is synced. */
  onSnapshot(listener: (made: MadeSnapshot) => void): void;

  /**
   * Lets go of outcomes at or below an entry, to which the log has been pruned, and of what only they need, once the
   * entry is applied. Removes at most `entriesMax` outcomes, the lowest, in one transaction; resolves with whether
   * there may be more, or space not given back.
   */
  prune(through: LogIndex, entriesMax: number): Promise<boolean>;

  /**
   * Inclusion paths of entry `index` in the trees of the given sizes (each ≥ index, ≤ applied); undefined for an
   * entry to which the log has been pruned, or whose outcome has been let go of.
   */
  paths(
    requests: readonly { readonly index: LogIndex; readonly size: LogIndex }[],
  ): Promise<readonly (Attestation["path"] | undefined)[]>;

  close(): Promise<void>;
}
