// Performs effects in order. A persist is a barrier: what stands behind it waits until it is durable.
// While the disk is busy, all persists that wait form the next group commit.

import { unreachable } from "@juno/base";
import type { DurableChange, Effect } from "@juno/consensus";
import type { LogStore } from "./ports/log-store.ts";

export type Deeds = {
  perform(effect: Exclude<Effect, { kind: "persist" | "setTimer" }>): void;
  setTimer(atMs: number): void;
  /** The disk refused: the node must stop. */
  failed(cause: Error): void;
};

export class Performer {
  readonly #store: LogStore;
  readonly #deeds: Deeds;
  #queue: Effect[] = [];
  /** Settles with the write under way. */
  #writing: Promise<void> | undefined;
  #isStopped = false;
  syncs = 0;

  constructor(store: LogStore, deeds: Deeds) {
    this.#store = store;
    this.#deeds = deeds;
  }

  add(effects: readonly Effect[]): void {
    for (const effect of effects) {
      // Waking up depends on nothing durable.
      if (effect.kind === "setTimer") this.#deeds.setTimer(effect.atMs);
      else this.#queue.push(effect);
    }
    this.#pump();
  }

  stop(): void {
    this.#isStopped = true;
    this.#queue = [];
  }

  /** Resolves when everything added so far is written and performed, or never will be. */
  async finish(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing.catch(() => undefined);
  }

  #pump(): void {
    if (this.#writing !== undefined || this.#isStopped) return;
    const first = this.#queue.findIndex((effect) => effect.kind === "persist");
    const free = first === -1 ? this.#queue : this.#queue.slice(0, first);
    const rest = first === -1 ? [] : this.#queue.slice(first);
    this.#queue = [];
    if (rest.length > 0) this.#write(rest);
    this.#release(free);
  }

  #write(effects: readonly Effect[]): void {
    const changes: DurableChange[] = [];
    const released: Effect[] = [];
    for (const effect of effects) {
      if (effect.kind === "persist") changes.push(...effect.changes);
      else released.push(effect);
    }
    this.syncs += 1;
    this.#writing = this.#store.write(changes).then(
      () => {
        this.#writing = undefined;
        this.#release(released);
        this.#pump();
      },
      (cause: unknown) => {
        this.#writing = undefined;
        this.stop();
        this.#deeds.failed(cause instanceof Error ? cause : new Error(String(cause)));
      },
    );
  }

  #release(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (this.#isStopped) return;
      if (effect.kind === "persist" || effect.kind === "setTimer") unreachable(effect as never);
      this.#deeds.perform(effect);
    }
  }
}
