// Port: reads of what is applied. Every answer is taken from one state, after some applied entry,
// and says after which; nothing uncommitted is ever shown. Pages are bounded whatever is asked.

import { type Hash, type LogIndex, type Refusal, type Result, refuse } from "@juno/base";
import type { CommandStatus, QueryRefusal, RowAddress } from "@juno/ledger";
import type { AppliedEntry, EntryHeader, EntryProof, RowProof } from "@juno/proof";
import type {
  AsOf,
  HistoryPage,
  HistoryRequest,
  PrunedCommand,
  QueryRequest,
  RowPage,
  RowRequest,
} from "./backend.ts";

/** No page has more entries, rows or changes. */
export const PAGE_ITEMS_MAX = 1_000;
/** No page has more bytes of bodies, rows or receipts, unless its first item alone has. */
export const PAGE_BYTES_MAX = 8 * 1024 * 1024;

/** What became of an entry, and what shows it but the attestations (see ReceiptProof). */
export type OutcomeRecord = {
  readonly header: EntryHeader;
  readonly previousHash: Hash;
  readonly hash: Hash;
  /** Canonical JSON. */
  readonly receipt: Uint8Array;
};

/** What became of a command. */
export type CommandRecord = OutcomeRecord & {
  readonly id: Hash;
  readonly status: CommandStatus;
  readonly signaturesHash: Hash;
  /** C22: the entry that ordered the payload out of the log. */
  readonly redactedBy?: LogIndex | undefined;
};

/** A row as it was at the last checkpoint (C20), and what leads to the root in its receipt. */
export type CheckpointRow = {
  /** Canonical JSON; undefined where there was no row. */
  readonly row: Uint8Array | undefined;
  readonly proof: RowProof;
  readonly checkpoint: OutcomeRecord;
};

export const pruned = (floor: LogIndex): ReturnType<typeof refuse> =>
  refuse("pruned", `the log here begins after entry ${floor}`);

export interface LedgerReader {
  /** The state that a read would be answered from now. */
  applied(): Promise<AsOf>;

  /** Refuses what is not held any more: pruned. Else applied entries `from` and up, cut at `limit` and `bytesMax` of bodies but never before the first. */
  entries(range: {
    readonly from: LogIndex;
    readonly limit: number;
    readonly bytesMax: number;
  }): Promise<Result<readonly AppliedEntry[], Refusal>>;

  /** Undefined if the entry is not applied, or while no commit proof reaches it. Refuses: pruned. */
  entryProof(index: LogIndex): Promise<Result<EntryProof | undefined, Refusal>>;

  /** By the entry that spent the id; while none has, by the first entry that carries it. */
  command(id: Hash): Promise<CommandRecord | PrunedCommand | undefined>;

  /** Refuses tables that there are not, and states to come: module_unknown, table_unknown, entry_unknown. */
  rows(request: RowRequest): Promise<Result<RowPage, Refusal>>;

  /** Undefined before the first checkpoint. Refuses as `rows`. */
  rowProof(address: RowAddress): Promise<Result<CheckpointRow | undefined, Refusal>>;

  /** Changes of a row at `from` or later, oldest first: one per entry that left it different. Refuses as `rows`, and: pruned. */
  history(request: HistoryRequest): Promise<Result<HistoryPage, Refusal>>;

  /** The modules there are, by name: a list in canonical JSON. */
  modules(): Promise<Uint8Array>;

  /** One module with its source and interface, in canonical JSON; undefined if there is none of that name. */
  module(name: string): Promise<Uint8Array | undefined>;

  /** `result` is canonical JSON. */
  query(
    request: Omit<QueryRequest, "consistency">,
  ): Promise<Result<AsOf & { readonly result: Uint8Array }, QueryRefusal>>;

  /** What a payload would yield in an entry of this time (ms), right above the applied index. */
  simulate(trial: {
    readonly payload: Uint8Array;
    readonly time: number;
  }): Promise<Result<{ readonly index: LogIndex; readonly receipt: Uint8Array }, Refusal>>;

  close(): Promise<void>;
}
