// Pruning (V9): entries and outcomes that a synced, certified snapshot covers are let go of, the oldest snapshot
// first, once enough entries stand above it; before that they go to the archive, if there is one. It is
// done a little at every heartbeat, and goes on after a restart. Invariant: the log begins at the genesis,
// or right above a certified snapshot that is here.

import { equalBytes, LogIndex, type Sha256 } from "@juno/base";
import type { Floor } from "@juno/consensus";
import { decodeManifest, type SnapshotManifest, snapshotHash } from "@juno/proof";
import type { Facts } from "./announcer.ts";
import type { Archive } from "./ports/archive.ts";
import type { Executor } from "./ports/executor.ts";
import type { LogStore } from "./ports/log-store.ts";
import type { SnapshotStore, StoredSnapshot } from "./ports/snapshot-store.ts";
import { isWhole } from "./snapshot-download.ts";

/** What is kept, if not everything. */
export type Retention = {
  /** At least so many entries; at most about twice as many, and those from one snapshot to the next. */
  readonly keepEntries: number;
  /** Entries that one step removes at most, of which there is one at a heartbeat; STEP_ENTRIES_MAX unless told. */
  readonly stepEntries?: number | undefined;
};

const STEP_ENTRIES_MAX = 256;
const STEP_ENTRIES_MIN = 16;
/** After a failure of the archive. */
const ARCHIVE_RETRY_BEATS = 200;

type Parts = {
  readonly log: Pick<LogStore, "floor" | "prune">;
  readonly executor: Pick<Executor, "prune">;
  readonly snapshots: SnapshotStore;
  readonly retention: Retention | undefined;
  readonly archive: Archive | undefined;
  readonly sha256: Sha256;
  notice(code: string, facts: Facts): void;
  failed(cause: Error): void;
};

export class Pruning {
  readonly #parts: Parts;
  #floor: Floor | undefined;
  /** The oldest certified snapshot above the floor: the next one. */
  #next: StoredSnapshot | undefined;
  /** Certified snapshots that cannot take the place of entries: their files are not what they were. */
  readonly #damaged = new Set<LogIndex>();
  /** Whether rows at or below the floor may be left in the databases. */
  #isUnfinished = false;
  #running: Promise<void> | undefined;
  #pausedBeats = 0;
  /** What was applied at the last step. */
  #appliedThen = LogIndex(0);

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Entries up to here are not held; 0 if all are. */
  get prunedThrough(): LogIndex {
    return this.#floor?.index ?? LogIndex(0);
  }

  /**
   * What one step lets go of in each database: twice what has come since the one before, and a little more. So it keeps up
   * with any load, comes to an end without one, and commands do not wait for it.
   */
  #stepAfter(came: number): number {
    return Math.min(2 * came + STEP_ENTRIES_MIN, this.#parts.retention?.stepEntries ?? STEP_ENTRIES_MAX);
  }

  /** To be called at the start and whenever a snapshot is made, fetched or certified: makes room among them. */
  async review(): Promise<void> {
    const { log, snapshots } = this.#parts;
    const floor = await log.floor();
    if (floor !== undefined && floor.index !== this.#floor?.index) this.#isUnfinished = true;
    this.#floor = floor;
    const certified = (await snapshots.list()).filter(({ certificate }) => certificate !== undefined);
    const above = certified.filter(({ index }) => index > (floor?.index ?? 0));
    for (const index of this.#damaged) {
      if (!above.some((snapshot) => snapshot.index === index)) this.#damaged.delete(index);
    }
    this.#next = above.find(({ index }) => !this.#damaged.has(index));
    const pinned = [floor?.index, this.#parts.retention && this.#next?.index];
    await snapshots.sweep(new Set(pinned.filter((index) => index !== undefined)));
  }

  /** To be called at every heartbeat. */
  beat(applied: LogIndex): void {
    if (this.#running !== undefined || this.#pausedBeats-- > 0) return;
    this.#pausedBeats = 0;
    if (!this.#isUnfinished && !this.#isDue(applied)) return;
    const limit = this.#stepAfter(applied - this.#appliedThen);
    this.#appliedThen = applied;
    const work = this.#isUnfinished ? this.#step(limit) : this.#advance(this.#next!);
    this.#running = work
      .catch((cause: Error) => this.#parts.failed(cause))
      .then(() => {
        this.#running = undefined;
      });
  }

  #isDue(applied: LogIndex): boolean {
    const { retention } = this.#parts;
    return (
      retention !== undefined &&
      this.#next !== undefined &&
      applied - this.#next.index >= retention.keepEntries
    );
  }

  /** Removes a little more of what lies at or below the floor. */
  async #step(limit: number): Promise<void> {
    const { log, executor, notice } = this.#parts;
    const floor = this.#floor!;
    const isMoreInLog = await log.prune(floor, limit);
    const isMoreInState = await executor.prune(floor.index, limit);
    this.#isUnfinished = isMoreInLog || isMoreInState;
    if (!this.#isUnfinished) notice("pruned", { through: floor.index });
  }

  /** Makes a snapshot the new floor. */
  async #advance(next: StoredSnapshot): Promise<void> {
    const { log, archive, notice } = this.#parts;
    const { index } = next;
    const manifest = await this.#wholeManifest(next);
    // What cannot be used is passed over, or nothing would ever be pruned again.
    if (manifest === undefined) {
      notice("snapshot_damaged", { index });
      this.#damaged.add(index);
      return this.review();
    }
    try {
      await archive?.extend(index);
    } catch (cause) {
      notice("archive_failed", { through: index, cause: String(cause) });
      this.#pausedBeats = ARCHIVE_RETRY_BEATS;
      return;
    }
    const { hash, epoch, term, time } = manifest;
    await log.prune({ index, hash, epoch, term, time }, this.#stepAfter(0));
    // The log's word decides: it takes no floor above what it has recorded as committed.
    await this.review();
  }

  /** As it is on the disk now, if it and all its chunks are what they were. */
  async #wholeManifest({ index, hash }: StoredSnapshot): Promise<SnapshotManifest | undefined> {
    const { snapshots: store, sha256 } = this.#parts;
    const bytes = await store.manifest(index);
    if (bytes === undefined || !equalBytes(snapshotHash(sha256, bytes), hash)) return undefined;
    const manifest = decodeManifest(bytes);
    return manifest.ok && (await isWhole({ sha256, store }, manifest.value)) ? manifest.value : undefined;
  }
}
