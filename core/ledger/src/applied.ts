// What applying an entry yields: everything that is stored, hashed, told to clients. Equal on all
// nodes, a function of the state before and the entry alone (C10–C13).

import type { Hash } from "@juno/base";
import type { ClientUsage } from "./governance/usage.ts";
import type { RowChange } from "./view.ts";

/**
 * C10: `ok`: every action was done. `failed`: an action failed; what it would have changed did not
 * happen. `expired`, `duplicate`, `rejected`: no action was tried and nothing changed.
 */
export type CommandStatus = "ok" | "failed" | "expired" | "duplicate" | "rejected";

export type AppliedCommand = {
  readonly id: Hash;
  readonly status: CommandStatus;
  /** Milliseconds since 1970; undefined if the payload does not say it. */
  readonly expires: number | undefined;
  /** The registered client that is charged: its key in hex; undefined if the payload names none. */
  readonly firstSigner: string | undefined;
  /** Whether the id is spent from now on: it must be remembered until `expires` (C9). */
  readonly spends: boolean;
  /** C31: what the client that is charged has used of its quota, if it has one. */
  readonly usage?: ClientUsage | undefined;
  /** Of a duplicate: the index of the entry that spent the id. */
  readonly first?: number;
};

export type Applied = {
  /** Canonical JSON (C13). */
  readonly receipt: Uint8Array;
  /** E32 */
  readonly receiptHash: Hash;
  /** Net changes of the whole entry, in order of address. */
  readonly changes: readonly RowChange[];
  /** Of command entries whose body is a command. */
  readonly command: AppliedCommand | undefined;
  /** C20: of a checkpoint's entry: the root of the state tree after it. */
  readonly stateRoot: Hash | undefined;
};
