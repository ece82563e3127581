// What a node needs of the world it lives in.

import type { NodeId, Prng } from "@juno/base";
import type { AppliedBatch, SnapshotPeer } from "@juno/runtime";
import type { Bank } from "./bank.ts";
import type { Tally } from "./tally.ts";

/** `Node` is what the world calls a node. */
export type WorldLike<Node> = {
  readonly nowMs: number;
  readonly prng: Prng;
  readonly bank: Bank;
  readonly tally: Tally;
  plan(delayMs: number, action: () => void): void;
  onSend(node: Node, to: NodeId, frame: Uint8Array): void;
  onCommit(node: Node, index: number): void;
  onApplied(node: Node, batch: AppliedBatch): void;
  onNotice(node: Node, code: string, facts: Readonly<Record<string, number | string>>): void;
  /** Whose snapshots a node is shown when it asks a peer; undefined if it does not reach the peer. */
  snapshotHolder(node: Node, peer: NodeId): (SnapshotPeer & { readonly lies: boolean }) | undefined;
  /** The node ended by itself. */
  onFailure(node: Node, cause: Error): void;
};
