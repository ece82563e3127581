// A disk that is slow, refuses, fills up, forgets what was not synced, and decays; and the LogStore port
// on it. A write is a transaction: a crash in its middle leaves all of it or nothing.

import type { Hash, LogIndex, Prng } from "@juno/base";
import type { DurableChange, DurableState } from "@juno/consensus";
import { Failure } from "@juno/failure";
import { type CommitProof, chainKeptEntry, type Entry } from "@juno/proof";
import { type LogStore, MemoryLog, MemoryLogStore } from "@juno/runtime";
import { sha256 } from "../crypto.ts";
import type { Tally } from "./tally.ts";
import type { Schedule } from "./virtual-clock.ts";

/** Where a transaction may be when the node dies: amid it, whether it is kept is a matter of luck. */
export type Moment = "before" | "amid" | "after";
/** What a transaction is for. Pruning has one in each database at a time. */
export type Transaction = "write" | "step of pruning" | "redaction";
/** Called at each point of a transaction: false kills the node there. */
export type Trap = (moment: Moment) => boolean;
export type Trouble = "none" | "full" | "failing";
/** A process on the disk. */
export type DiskUser = { readonly schedule: Schedule; readonly prng: Prng; readonly die: () => void };
type Pending = { readonly what: Transaction; readonly keep: () => Promise<unknown> };

const SLOW_MS = 20;

export class SimulatedDisk {
  log: MemoryLog;
  readonly tally: Tally;
  trouble: Trouble = "none";
  delayMsMin = 0;
  delayMsMax = 2;
  /** By what a transaction is for. */
  readonly traps = new Map<Transaction, Trap>();
  /** Sees the changes of every write when it becomes durable. */
  onDurable: (changes: readonly DurableChange[]) => void = () => undefined;
  /** Called when a step of pruning has become durable. */
  onPruned: () => void = () => undefined;
  readonly #pending = new Set<Pending>();
  readonly #intact = new WeakSet<Entry>();
  readonly #genesis: Hash;

  constructor(network: Hash, tally: Tally) {
    this.log = new MemoryLog(network);
    this.#genesis = network;
    this.tally = tally;
  }

  /** One transaction: durable whole or not at all. `keep` makes its change before it returns. */
  transact<T>(user: DiskUser, what: Transaction, keep: () => Promise<T>): Promise<T> {
    const { schedule, prng, die } = user;
    return new Promise((resolve, reject) => {
      if (!this.#survives("before", what)) return die();
      if (this.trouble === "full") {
        this.tally.add("disk full");
        return reject(new Failure("disk_full", "no space is left"));
      }
      const pending = { what, keep };
      this.#pending.add(pending);
      if (!this.#survives("amid", what)) return die();
      const { delayMsMin, delayMsMax } = this;
      const delayMs = delayMsMin + prng.below((delayMsMax - delayMsMin) * 8 + 1) / 8;
      if (delayMs > SLOW_MS) this.tally.add("slow sync");
      schedule.after(delayMs, () => {
        this.#pending.delete(pending);
        if (this.trouble === "failing") {
          // Whether it reached the platter is anybody's guess.
          if (prng.chance(1, 2)) keep().catch(reject);
          this.tally.add("failed sync");
          return reject(new Failure("disk_failed", "the disk does not sync"));
        }
        const kept = keep();
        if (this.#survives("after", what)) return void kept.then(resolve, reject);
        kept.catch(() => undefined);
        die();
      });
    });
  }

  #survives(moment: Moment, what: Transaction): boolean {
    return this.traps.get(what)?.(moment) ?? true;
  }

  /** Power is lost: each transaction under way becomes durable by luck, or is gone. */
  crash(prng: Prng): void {
    const under = [...this.#pending];
    this.#pending.clear();
    for (const { what, keep } of under) {
      const isKept = prng.chance(1, 2);
      this.tally.add(isKept ? `${what} kept by a crash` : `${what} lost in a crash`);
      // Nobody is there to hear of a failure.
      if (isKept) keep().catch(() => undefined);
    }
  }

  /** One bit of an old entry flips, one that others have committed too. False if there is none. */
  rot(prng: Prng): boolean {
    const { entries, voter } = this.log;
    const withBody = entries
      .filter(({ index }) => index <= voter.committed.index)
      .filter(({ body }) => body.length > 0);
    if (withBody.length === 0) return false;
    const entry = prng.pick(withBody);
    const body = entry.body.slice();
    const at = prng.below(body.length);
    body[at] = body[at]! ^ (1 << prng.below(8));
    entries[this.log.place(entry.index)] = { ...entry, body };
    this.tally.add("bit rot");
    return true;
  }

  /** Entries that are to be applied; a damaged one is found by its hash. Others find it when they fetch it. */
  verified(from: number, entries: readonly Entry[]): readonly Entry[] {
    for (const entry of entries) {
      if (this.#intact.has(entry)) continue;
      const previous = this.#hashAt(entry.index - 1);
      // What it hashes onto is pruned, and it will be soon.
      if (previous === undefined) continue;
      const { epoch, index, term, time, kind, body } = entry;
      const chained = chainKeptEntry(sha256, previous, { epoch, index, term, time, kind, body });
      if (!chained.ok || Buffer.compare(chained.value.hash, entry.hash) !== 0) {
        throw new Failure("store_damaged", `entry ${index} of those from ${from} on is damaged`);
      }
      this.#intact.add(entry);
    }
    return entries;
  }

  #hashAt(index: number): Hash | undefined {
    if (index === 0) return this.#genesis;
    const { floor } = this.log;
    return floor?.index === index ? floor.hash : this.log.at(index)?.hash;
  }

  /** At the start, what is not committed is hashed again. */
  check(): void {
    const { entries, voter } = this.log;
    this.verified(1, entries.slice(this.log.place(voter.committed.index) + 1));
  }
}

export class SimulatedLogStore implements LogStore {
  readonly #disk: SimulatedDisk;
  readonly #user: DiskUser;
  readonly #inner: MemoryLogStore;

  constructor(disk: SimulatedDisk, user: DiskUser) {
    this.#disk = disk;
    this.#user = user;
    this.#inner = new MemoryLogStore(disk.log);
  }

  async load(): Promise<DurableState> {
    this.#disk.check();
    return this.#inner.load();
  }

  write(changes: readonly DurableChange[]): Promise<void> {
    return this.#disk.transact(this.#user, "write", () => {
      this.#disk.onDurable(changes);
      return this.#inner.write(changes);
    });
  }

  async read(range: { from: LogIndex; to: LogIndex; bytesMax: number }): Promise<readonly Entry[]> {
    return this.#inner.read(range);
  }

  prune(floor: Parameters<LogStore["prune"]>[0], entriesMax: number): ReturnType<LogStore["prune"]> {
    return this.#disk.transact(this.#user, "step of pruning", async () => {
      const isMore = this.#inner.prune(floor, entriesMax);
      this.#disk.onPruned();
      return isMore;
    });
  }

  floor(): ReturnType<LogStore["floor"]> {
    return this.#inner.floor();
  }

  commitProof(range: { from: LogIndex; to: LogIndex }): Promise<CommitProof | undefined> {
    return this.#inner.commitProof(range);
  }

  evidence(range: Parameters<LogStore["evidence"]>[0]): ReturnType<LogStore["evidence"]> {
    return this.#inner.evidence(range);
  }

  redact(bodies: Parameters<LogStore["redact"]>[0]): Promise<boolean> {
    return this.#disk.transact(this.#user, "redaction", () => {
      if (bodies.length > 0) this.#disk.tally.add("payload redacted", bodies.length);
      return this.#inner.redact(bodies);
    });
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
