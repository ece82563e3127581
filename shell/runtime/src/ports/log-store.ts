// Port: the durable log and the voter's memory. One writer; every write is a group commit.

import type { LogIndex } from "@juno/base";
import type { DurableChange, DurableState, Floor, KeptEvidence } from "@juno/consensus";
import type { CommitProof, Entry } from "@juno/proof";

export type StoredEvidence = {
  /** Counted from 1, in the order in which it was kept. */
  readonly number: number;
  readonly kept: KeptEvidence;
  /** E36 */
  readonly bytes: Uint8Array;
};

export type RedactedEntryBody = { readonly index: LogIndex; readonly body: Uint8Array };

export interface LogStore {
  /**
   * Reads what was stored; comes before anything else. What was buffered by an earlier process is gone.
   * Rejects with a Failure: store_missing, store_damaged, store_foreign, store_in_use.
   */
  load(): Promise<DurableState>;

  /**
   * Applies the changes in order, in one transaction, and resolves when they are durable. Calls
   * take effect in call order. A rejected write leaves the store closed: the node must stop.
   */
  write(changes: readonly DurableChange[]): Promise<void>;

  /** Stored entries `from..to`, ascending, cut after `bytesMax` bytes of bodies but never before the first. */
  read(range: { from: LogIndex; to: LogIndex; bytesMax: number }): Promise<readonly Entry[]>;

  /** The point that the entries go on from, if those below are not here any more; undefined at the genesis. */
  floor(): Promise<Floor | undefined>;

  /**
   * Lets go of entries at or below a point, whose state a snapshot holds, and of their commit proofs, once the
   * point is recorded as committed: `floor()` says so from then on, and never says less. Removes at most `entriesMax`
   * entries, the lowest, in one transaction; what is left can still be read. Resolves with whether there may be more,
   * or space that the disk has not got back.
   */
  prune(floor: Floor, entriesMax: number): Promise<boolean>;

  /** The kept commit proof with the lowest index at or above `index` and at most `to`. */
  commitProof(range: { from: LogIndex; to: LogIndex }): Promise<CommitProof | undefined>;

  /** Kept evidence numbered `from` and up, cut at `limit` and `bytesMax` but never before the first. */
  evidence(range: {
    readonly from: number;
    readonly limit: number;
    readonly bytesMax: number;
  }): Promise<readonly StoredEvidence[]>;

  /**
   * Puts redacted bodies (E49) in the place of committed entries' whole ones, as far as those are not pruned, in one
   * transaction, then removes what is left of those from the files. False while a reader holds that back: to be called
   * again, if only with none.
   */
  redact(bodies: readonly RedactedEntryBody[]): Promise<boolean>;

  close(): Promise<void>;
}
