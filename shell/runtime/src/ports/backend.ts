// Port: what the HTTP side needs from a node. It speaks of commands, entries and rows, never of
// requests; everything it hands out is applied and, where it says so, proved. Refusals carry codes of
// the public error table (core/api).

import type { Epoch, Hash, Json, LogIndex, NodeId, Refusal, Result, Term } from "@juno/base";
import type { KeptEvidence, Mode } from "@juno/consensus";
import type { CommandStatus, RowAddress, Versions } from "@juno/ledger";
import type {
  AppliedEntry,
  CommitProof,
  EntryProof,
  Epochs,
  NodeOrderKind,
  OutcomeProof,
  ProvenRow,
  SignedCommand,
} from "@juno/proof";
import type { NodeState } from "../node-state.ts";
import type { StoredEvidence } from "./log-store.ts";
import type { Held } from "./order-store.ts";
import type { SnapshotStore } from "./snapshot-store.ts";

/** The id is remembered, its entry is not held any more. */
export type PrunedCommand = {
  readonly kind: "pruned";
  readonly status: CommandStatus;
  readonly index: LogIndex;
};

/** What is known of a command (A4). `applied` and `expired` are final. */
export type CommandState =
  | { readonly kind: "unknown" }
  | { readonly kind: "pending" }
  | {
      readonly kind: "applied";
      readonly status: "ok" | "failed" | "rejected";
      readonly index: LogIndex;
      /** Undefined while fewer than f+1 voters have attested it to this node. */
      readonly proof: OutcomeProof | undefined;
      /** C22: the entry that ordered the payload out of the log. */
      readonly redactedBy?: LogIndex | undefined;
    }
  | {
      readonly kind: "expired";
      /** Of the entry that came too late; undefined if log time passed it before it entered the log. */
      readonly index: LogIndex | undefined;
      readonly proof: OutcomeProof | undefined;
      readonly redactedBy?: LogIndex | undefined;
    }
  /** Decided by an entry that is not held here any more, so it is not proved here either. */
  | PrunedCommand;

/** A refusal, and when the same request may fare better. */
export type Busy = Refusal & { readonly retryAfterMs?: number };

export type SubmitAnswer =
  /** Verified and relayed; or known already, then with what is known (A4). */
  | { readonly kind: "accepted"; readonly id: Hash; readonly state: CommandState }
  | { readonly kind: "refused"; readonly id: Hash; readonly refusal: Busy };

/** What a read reflects: the state after entry `index`. */
export type AsOf = {
  readonly index: LogIndex;
  readonly root: Hash;
  /** A33: false if the node does not hear what the others commit. */
  readonly current?: false;
};

/** An order (A32), whoever brings it. */
export type SignedOrder = {
  readonly document: Uint8Array;
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
};

/** What was done, and what the node is now. */
export type OrderAnswer = { readonly order: NodeOrderKind; readonly state: NodeState };

export type QueryRequest = {
  readonly module: string;
  readonly query: string;
  readonly args: Json;
  readonly consistency: "local" | "linearizable";
};

export type RowRequest = {
  readonly module: string;
  readonly table: string;
  readonly prefix: string | undefined;
  /** Rows above this key. */
  readonly after: string | undefined;
  readonly limit: number;
  /** As they were after this entry; as they are unless told. */
  readonly at?: LogIndex | undefined;
};

export type RowPage = AsOf & {
  /** Ascending by key; values are canonical JSON. */
  readonly rows: readonly { readonly key: string; readonly value: Uint8Array }[];
  /** The `after` of the next page, if there may be one. */
  readonly next: string | undefined;
};

export type HistoryRequest = {
  readonly module: string;
  readonly table: string;
  readonly key: string;
  readonly from: LogIndex;
  readonly limit: number;
};

export type RowChangeRecord = {
  readonly index: LogIndex;
  /** Milliseconds since 1970, of the entry. */
  readonly time: number;
  readonly commandId: Hash | undefined;
  /** Canonical JSON; undefined where there was or is no row. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
};

export type HistoryPage = {
  readonly changes: readonly RowChangeRecord[];
  /** The `from` of the next page, if there may be one. */
  readonly next: LogIndex | undefined;
};

/** What this node has last heard of another voter. */
export type PeerProgress = {
  readonly node: NodeId;
  readonly connected: boolean;
  readonly problem: string | undefined;
  readonly term: Term | undefined;
  readonly stored: LogIndex | undefined;
  readonly certified: LogIndex | undefined;
  readonly applied: LogIndex | undefined;
  readonly lastMessageAgeMs: number | undefined;
  readonly queuedBytes: number;
  readonly droppedFrames: number;
};

/** What a stalled quorum lacks. */
export type Stall = {
  /** `contact`: too few voters are heard at all. `recollections`: too few have told this node what it has said. */
  readonly waitingFor: "contact" | "recollections" | "prevotes" | "votes" | "stored";
  readonly sinceMs: number;
  readonly have: readonly NodeId[];
  readonly lacks: readonly NodeId[];
  readonly need: number;
  readonly detail: string;
};

export type LeaderHint = {
  readonly node: NodeId;
  /** Base URL of its API, if this node knows it. */
  readonly url: string | undefined;
};

/** C27: the ledger takes nothing but decisions about itself. */
export type LedgerHalt = {
  /** Log time of the entry that halted it, ms. */
  readonly since: number;
  readonly index: LogIndex;
  /** The act's id and the keys that approved it, lower-case hex; names where the genesis tells them. */
  readonly act: string;
  readonly by: readonly { readonly key: string; readonly name: string | undefined }[];
  readonly reason: string;
};

/** C36: which versions of the rules a node knows, which are in force for the next entry, and what lies ahead. */
export type NodeVersions = {
  /** The highest that it knows. */
  readonly known: Versions;
  readonly inForce: Versions;
  /** Decided, and to be in force from entry `index` on. */
  readonly next: (Versions & { readonly index: number; readonly act: string }) | undefined;
  /** The first entry that this node cannot apply. */
  readonly stopsBefore: number | undefined;
};

export type NodeStatus = {
  /** What the node is, in one word (A31). */
  readonly state: NodeState;
  readonly mode: Mode;
  /** Why, if it is not the normal one, or was not once. */
  readonly modeReason?: string;
  readonly role: "leader" | "follower" | "candidate" | "waiting" | "observer";
  readonly epoch: Epoch;
  readonly term: Term;
  readonly leader: LeaderHint | undefined;
  /** Milliseconds since 1970, by this node's clock. */
  readonly time: number;
  readonly uptimeMs: number;
  readonly stored: LogIndex;
  readonly certified: LogIndex;
  readonly committed: LogIndex;
  readonly applied: AsOf;
  /** Entries up to here are not held here any more; 0 if all are. */
  readonly prunedThrough: LogIndex;
  readonly pending: { readonly commands: number; readonly bytes: number };
  /** C22: commands whose payloads were ordered out of the log, and those whose payload this node may still hold. */
  readonly redactions: { readonly ordered: number; readonly pending: number };
  /** Messages of other nodes that are not opened or verified yet; commands whose outcome somebody waits for. */
  readonly queues: { readonly frames: number; readonly clients: number };
  readonly peers: readonly PeerProgress[];
  readonly stall: Stall | undefined;
  /** S19: undefined unless the operator has halted this node. */
  readonly halted: Held | undefined;
  /** Undefined while the ledger takes commands. */
  readonly ledgerHalt: LedgerHalt | undefined;
  readonly versions: NodeVersions;
  /** What voters are proved to have lied about, in the order in which it was found; a bounded number. */
  readonly evidence: readonly KeptEvidence[];
  /** Why clients had better ask another node; empty when this one is ready. Sentences. */
  readonly notReadyBecause: readonly string[];
  /** Counts since the start by name, `refused_<code>` among them. */
  readonly counters: Readonly<Record<string, number>>;
};

export type Metric = {
  /** snake_case, with its unit last, without prefix. */
  readonly name: string;
  readonly help: string;
  readonly kind: "counter" | "gauge";
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
};

/** Something that happened to the node and stands in no log entry. */
export type NodeEvent = {
  readonly what: "state" | "role" | "mode" | "stall" | "alarm";
  readonly detail: string;
  readonly time: number;
  readonly term: Term | undefined;
  readonly leader: NodeId | undefined;
};

export type StreamListener = {
  /** Consecutive applied entries, the first right above the last of the call before. */
  entries(batch: readonly AppliedEntry[]): void;
  /** The state was taken from a snapshot: the next entry is the one above it, none in between is shown. */
  begunAnew(index: LogIndex): void;
  node(event: NodeEvent): void;
};

export interface Backend {
  /**
   * Checks, verifies and relays commands; one answer each, in order, when all are decided. The node
   * bounds what it takes: refusals `busy`, `no_quorum`, `read_only`, `halted`, `starting` say "not now".
   */
  submit(commands: readonly SignedCommand[]): Promise<readonly SubmitAnswer[]>;

  /** Why this node tells nothing of the ledger: it has left, or has halted by itself (A33). */
  left(): Refusal | undefined;

  commandState(id: Hash): Promise<CommandState>;

  /**
   * Calls back once, when the command is final and, if it has an entry, proved; soon if it is already.
   * Never again after the returned function was called. Whoever waits sets the time limit.
   */
  watchOutcome(id: Hash, listener: (state: CommandState) => void): () => void;

  /** `result` is canonical JSON. */
  query(request: QueryRequest): Promise<Result<AsOf & { readonly result: Uint8Array }, Refusal>>;
  /** Runs a payload as if signed by all its signers; `receipt` is canonical JSON. */
  simulate(
    payload: Uint8Array,
  ): Promise<Result<{ readonly index: LogIndex; readonly receipt: Uint8Array }, Refusal>>;

  /** What the node's operator orders it (A32). */
  order(signed: SignedOrder): Promise<Result<OrderAnswer, Refusal>>;

  /** Signs that this node is ready for a configuration (E55), whose document this is, or says why not. */
  ready(
    document: Uint8Array,
  ): Promise<Result<{ readonly node: NodeId; readonly signature: Uint8Array }, Refusal>>;

  /** Applied entries `from` and up, cut at `limit` and `bytesMax` but never before the first. */
  entries(range: {
    readonly from: LogIndex;
    readonly limit: number;
    readonly bytesMax: number;
  }): Promise<Result<readonly AppliedEntry[], Refusal>>;
  /** Undefined while no commit proof reaches the entry. */
  entryProof(index: LogIndex): Promise<Result<EntryProof | undefined, Refusal>>;

  /** Who votes when, as far as this node knows; links prove themselves, so also one that speaks for nobody tells. */
  readonly epochs: Pick<Epochs, "from" | "last">;

  /** Proof that voters lied, numbered `from` and up, cut at `limit` and `bytesMax` but never before the first. */
  evidence(range: {
    readonly from: number;
    readonly limit: number;
    readonly bytesMax: number;
  }): Promise<readonly StoredEvidence[]>;

  rows(request: RowRequest): Promise<Result<RowPage, Refusal>>;
  /** Undefined while there is no checkpoint, or while f+1 voters have not attested the last one to this node. */
  rowProof(address: RowAddress): Promise<Result<ProvenRow | undefined, Refusal>>;
  history(request: HistoryRequest): Promise<Result<HistoryPage, Refusal>>;
  /** The modules there are, by name: a list in canonical JSON. */
  modules(): Promise<Result<Uint8Array, Refusal>>;
  /** One module with its source and interface, in canonical JSON. */
  module(name: string): Promise<Result<Uint8Array, Refusal>>;

  /** That exactly this entry was committed, if it is kept. */
  commitProof(index: LogIndex): Promise<CommitProof | undefined>;

  /** Where entries are that are pruned here, if they are kept anywhere. */
  readonly archivedAt: string | undefined;

  /** Snapshots of the state, to be handed out. */
  readonly snapshots: Pick<SnapshotStore, "list" | "manifest" | "chunk">;

  /** Cheap enough to be asked with every request. */
  status(): NodeStatus;
  metrics(): readonly Metric[];

  /**
   * From now on: the listener gets every entry above the applied index at the time of the call. Returns
   * that index and the function that ends it.
   */
  subscribe(listener: StreamListener): { readonly applied: LogIndex; readonly end: () => void };
}
