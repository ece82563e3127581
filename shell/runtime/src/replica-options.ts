// What a replica is opened with: its ports, who it is, and whom it tells.

import type { NodeId, Sha256 } from "@juno/base";
import type { Keyring } from "@juno/consensus";
import type { Versions } from "@juno/ledger";
import type { Genesis } from "@juno/proof";
import type { Facts } from "./announcer.ts";
import type { Archive } from "./ports/archive.ts";
import type { Clock } from "./ports/clock.ts";
import type { DivergenceKeeper } from "./ports/divergence-keeper.ts";
import type { Executor } from "./ports/executor.ts";
import type { LogStore } from "./ports/log-store.ts";
import type { SnapshotSource } from "./ports/snapshot-source.ts";
import type { SnapshotStore } from "./ports/snapshot-store.ts";
import type { Transport } from "./ports/transport.ts";
import type { Verifier } from "./ports/verifier.ts";
import type { Retention } from "./pruning.ts";

export type ReplicaPorts = {
  readonly store: LogStore;
  readonly executor: Executor;
  readonly transport: Transport;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly snapshots: SnapshotStore;
  readonly snapshotSource: SnapshotSource;
  /** Where it is kept why this node has left, if anywhere. */
  readonly divergences?: DivergenceKeeper | undefined;
  /** Where entries go before they are pruned. */
  readonly archive?: Archive | undefined;
};

export type ReplicaOptions = {
  readonly genesis: Genesis;
  readonly self: NodeId;
  readonly sha256: Sha256;
  readonly keyring: Keyring;
  /** Undefined: every entry is kept. */
  readonly retention?: Retention | undefined;
  /** V11: nodes that this one asks before any voter while it has no vote. */
  readonly follow?: readonly NodeId[] | undefined;
  /** Differs from start to start, so that an old probe's answer is never taken for a new one's. */
  readonly nonce: number;
  /** C37: the versions that it applies entries by; those of this program, unless it shall stand for another one. */
  readonly known?: Versions | undefined;
  /** S19: the operator had halted the node when it stopped. */
  readonly isHeld?: boolean | undefined;
  /** The node cannot go on. Called once. */
  failed(cause: Error): void;
  /** Something an operator may want to know. */
  notice(code: string, facts: Facts): void;
};
