// All that a replica does about snapshots: it signs for its own, hears of others', and starts from one
// that was fetched when it is far behind.

import { LogIndex, type NodeId } from "@juno/base";
import type { Context, StagedSnapshot, State } from "@juno/consensus";
import type { Facts } from "./announcer.ts";
import type { Archive } from "./ports/archive.ts";
import type { Clock } from "./ports/clock.ts";
import type { Executor, MadeSnapshot } from "./ports/executor.ts";
import type { LogStore } from "./ports/log-store.ts";
import type { SnapshotSource } from "./ports/snapshot-source.ts";
import type { SnapshotStore } from "./ports/snapshot-store.ts";
import type { Verifier } from "./ports/verifier.ts";
import { Pruning, type Retention } from "./pruning.ts";
import { type Contradiction, type SnapshotMessage, SnapshotSigning } from "./snapshot-signing.ts";
import { SnapshotStart } from "./snapshot-start.ts";

type SnapshotPorts = {
  readonly store: LogStore;
  readonly executor: Executor;
  readonly archive?: Archive | undefined;
  readonly snapshots: SnapshotStore;
  readonly snapshotSource: SnapshotSource;
  readonly verifier: Verifier;
  readonly clock: Pick<Clock, "monotonicMs">;
};

/** Whether its outcomes are those of the others, as far as it knows. */
export const isSound = ({ mode }: State): boolean => mode === "normal" || mode === "observer";

export class SnapshotDesk {
  readonly #store: SnapshotStore;
  readonly #signing: SnapshotSigning;
  readonly #start: SnapshotStart;
  readonly #pruning: Pruning;
  readonly #failed: (cause: Error) => void;
  readonly #notice: (code: string, facts: Facts) => void;

  constructor(parts: {
    readonly context: Context;
    readonly retention: Retention | undefined;
    readonly ports: SnapshotPorts;
    send(to: NodeId | "all", frame: Uint8Array): void;
    state(): State;
    staged(snapshot: StagedSnapshot): void;
    notice(code: string, facts: Facts): void;
    /** A snapshot of this node is certified, durably. */
    certified(): void;
    contradicted(found: Contradiction): void;
    failed(cause: Error): void;
  }) {
    const { context, ports, send, staged, notice, failed } = parts;
    const { snapshots: store, snapshotSource: source, verifier, clock } = ports;
    const { reason, applied } = parts.state();
    this.#store = store;
    this.#failed = failed;
    this.#notice = notice;
    this.#signing = new SnapshotSigning({
      ...{ self: context.self, state: parts.state, store, clock, send, failed },
      // In any mode but the normal one this node signs for no state (S16, 5.9), nor while it is held (S19).
      speaks: () => parts.state().mode === "normal" && !parts.state().isHeld,
      // V17: a reason in the normal mode is that it was re-admitted; what it attested before, it attested of no later entry.
      spokenThrough: reason === "" ? LogIndex(0) : applied.index,
      certified: (index) => {
        notice("snapshot_certified", { index });
        parts.certified();
        this.#review();
      },
      differs: (facts) => notice("snapshot_differs", facts),
      contradicted: parts.contradicted,
    });
    this.#start = new SnapshotStart({
      ...{ context, state: parts.state, store, source, verifier, clock, staged, notice, failed },
    });
    this.#pruning = new Pruning({
      ...{ log: ports.store, executor: ports.executor, snapshots: store, notice, failed },
      ...{ retention: parts.retention, archive: ports.archive, sha256: context.sha256 },
    });
  }

  /** Says again what it has, of what is here from before. */
  async open(): Promise<void> {
    for (const { index, hash, certificate } of await this.#store.list()) {
      this.#signing.made({ index, hash, isCertified: certificate !== undefined });
    }
    await this.#pruning.review();
  }

  made({ index, hash }: MadeSnapshot): void {
    this.#notice("snapshot_made", { index });
    this.#signing.made({ index, hash, isCertified: false });
    this.#review();
  }

  get prunedThrough(): LogIndex {
    return this.#pruning.prunedThrough;
  }

  /** One was made that this node must not sign for: it makes no more room than others. */
  unsigned(): void {
    this.#review();
  }

  /** The state was taken from a snapshot. */
  installed(): void {
    this.#review();
  }

  #review(): void {
    this.#pruning.review().catch(this.#failed);
  }

  onMessage(message: SnapshotMessage): void {
    this.#signing.onMessage(message);
  }

  /** To be called at every heartbeat. */
  beat(state: State): void {
    this.#signing.remind();
    this.#start.consider(state);
    // V15: what a node holds that has left is kept for those who find out why.
    if (isSound(state)) this.#pruning.beat(state.applied.index);
  }
}
