// Everything a node may do, as data. Effects are performed in order, and `persist` is a barrier: no
// `send`, `commit`, `readable` or `refused` is performed before every earlier `persist` is durable,
// even if its own step persisted nothing (section 13). A failed `persist` stops the node.

import type { Hash, LogIndex, NodeId } from "@juno/base";
import type { SignedStatement } from "@juno/proof";
import type { DurableChange, Mode } from "./durable.ts";
import type { FetchBody } from "./message.ts";

/** What a node has found of itself. */
export type Divergence = {
  /** The outcome root after an entry, or the snapshot of the state after it. */
  readonly of: "outcome" | "snapshot";
  readonly index: LogIndex;
  readonly own: Hash;
  /** What f+1 voters say alike; undefined if nothing has so much support. */
  readonly theirs: Hash | undefined;
  /** What the others have signed about that index: Acks, or words about a snapshot. */
  readonly words: readonly SignedStatement[];
};

export type Effect =
  /** All that one step changes, in order, for one transaction. */
  | { readonly kind: "persist"; readonly changes: readonly DurableChange[] }
  /** An encoded frame, the same for each of these nodes. */
  | { readonly kind: "send"; readonly to: readonly NodeId[]; readonly frame: Uint8Array }
  /** Everything up to here is committed and durable in the log. */
  | { readonly kind: "commit"; readonly index: LogIndex }
  /** Wake me at this monotonic time, not before; replaces the last request. */
  | { readonly kind: "setTimer"; readonly atMs: number }
  /** Read the log and answer a peer's fetch. */
  | { readonly kind: "serve"; readonly to: NodeId; readonly fetch: FetchBody }
  /** Linearizable reads may be answered once `index` is applied. */
  | { readonly kind: "readable"; readonly tokens: readonly number[]; readonly index: LogIndex }
  /** Reads that are refused: too many wait. */
  | { readonly kind: "unreadable"; readonly tokens: readonly number[] }
  /** A command that will not become or stay pending here. */
  | { readonly kind: "refused"; readonly id: string; readonly code: string; readonly detail: string }
  /** Other epochs are known, or another one is the own: others belong to the network, perhaps under other keys. */
  | { readonly kind: "epochs" }
  /** `found`: what the node has found of itself, if that is why. */
  | { readonly kind: "mode"; readonly mode: Mode; readonly reason: string; readonly found?: Divergence }
  /** Worth telling an operator. `code` is stable. */
  | {
      readonly kind: "notice";
      readonly code: NoticeCode;
      readonly facts: Readonly<Record<string, number | string>>;
    };

export type NoticeCode =
  | "became_leader"
  | "following"
  | "entered_term"
  | "entered_epoch"
  | "key_missing"
  | "configuration_refused"
  | "suspected"
  | "evidence"
  | "contradicted"
  | "diverged"
  | "halted"
  | "rolled_back"
  | "liar"
  | "fetching"
  | "caught_up"
  | "snapshot_staged"
  | "refused_message";
