// What a replay says, as data: whoever prints it adds nothing.

import type { Hash, LogIndex, NodeId } from "@juno/base";
import type { Floor } from "@juno/consensus";
import type { LedgerStep } from "@juno/ledger";
import type { Entry, EvidenceClaim } from "@juno/proof";
import type { Finding } from "../audit/audit-report.ts";
import type { ElectionAccount } from "./election-account.ts";
import type { ReplayFeed } from "./replay-feed.ts";
import type { ReplayedState } from "./replayed-state.ts";

export type ReplayTrace = {
  readonly steps: readonly LedgerStep[];
  /** How many more there were than are told. */
  readonly omitted: number;
};

/** What came out; `state` must be closed. */
export type Replayed = {
  readonly kind: "replayed";
  /** The entry's place in the log. */
  readonly point: Floor;
  /** The entry; undefined if it is the one whose state a snapshot holds: that one is not there. */
  readonly reached:
    | {
        readonly entry: Entry /** Canonical JSON, as re-execution yields it. */;
        readonly receipt: Uint8Array;
      }
    | undefined;
  readonly trace: ReplayTrace | undefined;
  /** Of an election entry. */
  readonly election: ElectionAccount | undefined;
  readonly state: ReplayedState;
  readonly stateRoot: Hash;
  readonly outcomeRoot: Hash;
  readonly facts: ReplayFacts;
};

export type ReplayFacts = {
  readonly source: ReplayFeed["kind"];
  /** The last entry that was verified. */
  readonly last: LogIndex;
  /** Entries up to here are in the snapshot that it began with, for which these vouch; 0 if it began with the genesis. */
  readonly prunedThrough: LogIndex;
  readonly vouchers: readonly NodeId[];
  readonly entries: number;
  readonly commands: number;
  readonly signatures: number;
  readonly certificates: number;
  /** The highest entry up to which commit is proved, of those that were replayed. */
  readonly proved: LogIndex;
  /** The highest entry whose outcome root more than f voters have signed as it came out; 0 if none. */
  readonly attested: LogIndex;
  /** Entries whose receipts were compared with the source's. */
  readonly compared: number;
  readonly misbehaviour: readonly EvidenceClaim[];
  readonly remarks: readonly string[];
  readonly durationMs: number;
};

export type ReplayOutcome =
  | Replayed
  /** Something is wrong with the log up to there: nothing that follows from it is shown. */
  | { readonly kind: "bad"; readonly findings: readonly Finding[]; readonly facts: ReplayFacts }
  /** Whoever asked has stopped it after that entry. */
  | { readonly kind: "stopped"; readonly at: number }
  /** It cannot be done: `code` is one of entry_unknown, entry_pruned, not_replayable. */
  | { readonly kind: "refused"; readonly code: string; readonly detail: string };
