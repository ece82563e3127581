// A disk that is slow, refuses, fills up, forgets what was not synced, and decays; and the LogStore port
// on it. A write is a transaction: a crash in its middle leaves all of it or nothing.

import type { LogIndex, Prng } from "@juno/base";
import type { DurableChange, DurableState } from "@juno/consensus";
import { Failure } from "@juno/failure";
import { type CommitProof, chainKeptEntry, type Entry } from "@juno/proof";
import { type LogStore, MemoryLog, MemoryLogStore } from "@juno/runtime";
import { sha256 } from "../crypto.ts";
import type { Tally } from "./tally.ts";
import type { Schedule } from "./virtual-clock.ts";

/** Where a write may be when the node dies: amid it, whether it is kept is a matter of luck. */
export type Moment = "before" | "amid" | "after";
/** Called at each point of a write: false kills the node there. */
export type PersistHook = (moment: Moment, changes: readonly DurableChange[]) => boolean;
export type Trouble = "none" | "full" | "failing";
type Pending = { readonly changes: readonly DurableChange[]; readonly keep: () => void };

export class SimulatedDisk {
  log: MemoryLog;
  readonly tally: Tally;
  trouble: Trouble = "none";
  delayMsMin = 0;
  delayMsMax = 2;
  /** Sees every transaction before it is durable, and may kill the node there or right after. */
  hook: PersistHook = () => true;
  /** Sees every transaction once it is durable. */
  onDurable: (changes: readonly DurableChange[]) => void = () => undefined;
  pending: Pending | undefined;
  readonly #intact = new WeakSet<Entry>();
  readonly #genesis: MemoryLog["voter"]["committed"]["hash"];

  constructor(network: MemoryLog["voter"]["committed"]["hash"], tally: Tally) {
    this.log = new MemoryLog(network);
    this.#genesis = network;
    this.tally = tally;
  }

  /** Power is lost: the transaction under way becomes durable by luck, or is gone. */
  crash(prng: Prng): void {
    const { pending } = this;
    this.pending = undefined;
    if (pending === undefined) return;
    if (prng.chance(1, 2)) {
      this.tally.add("write kept by a crash");
      pending.keep();
    } else this.tally.add("write lost in a crash");
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

  /** Entries as they are read; a damaged one is found by its hash. */
  verified(from: number, entries: readonly Entry[]): readonly Entry[] {
    for (const entry of entries) {
      if (this.#intact.has(entry)) continue;
      const previous = (this.log.at(entry.index - 1) ?? this.log.floor)?.hash ?? this.#genesis;
      const { epoch, index, term, time, kind, body } = entry;
      const chained = chainKeptEntry(sha256, previous, { epoch, index, term, time, kind, body });
      if (!chained.ok || Buffer.compare(chained.value.hash, entry.hash) !== 0) {
        throw new Failure("store_damaged", `entry ${index} of those from ${from} on is damaged`);
      }
      this.#intact.add(entry);
    }
    return entries;
  }

  check(): void {
    this.verified(1, this.log.entries);
  }
}

export class SimulatedLogStore implements LogStore {
  readonly #disk: SimulatedDisk;
  readonly #inner: MemoryLogStore;
  readonly #schedule: Schedule;
  readonly #prng: Prng;
  readonly #die: () => void;

  constructor(parts: { disk: SimulatedDisk; schedule: Schedule; prng: Prng; die: () => void }) {
    this.#disk = parts.disk;
    this.#inner = new MemoryLogStore(parts.disk.log);
    this.#schedule = parts.schedule;
    this.#prng = parts.prng;
    this.#die = parts.die;
  }

  async load(): Promise<DurableState> {
    this.#disk.check();
    return this.#inner.load();
  }

  write(changes: readonly DurableChange[]): Promise<void> {
    const disk = this.#disk;
    return new Promise((resolve, reject) => {
      if (!disk.hook("before", changes)) return this.#die();
      if (disk.trouble === "full") {
        disk.tally.add("disk full");
        return reject(new Failure("disk_full", "no space is left"));
      }
      const keep = () => {
        disk.onDurable(changes);
        // In memory nothing is awaited: the change is made when the call returns.
        this.#inner.write(changes).catch(reject);
      };
      disk.pending = { changes, keep };
      if (!disk.hook("amid", changes)) return this.#die();
      const { delayMsMin, delayMsMax } = disk;
      const delayMs = delayMsMin + this.#prng.below((delayMsMax - delayMsMin) * 8 + 1) / 8;
      if (delayMs > 20) disk.tally.add("slow sync");
      this.#schedule.after(delayMs, () => {
        disk.pending = undefined;
        if (disk.trouble === "failing") {
          // Whether it reached the platter is anybody's guess.
          if (this.#prng.chance(1, 2)) keep();
          disk.tally.add("failed sync");
          return reject(new Failure("disk_failed", "the disk does not sync"));
        }
        keep();
        if (!disk.hook("after", changes)) return this.#die();
        resolve();
      });
    });
  }

  async read(range: { from: LogIndex; to: LogIndex; bytesMax: number }): Promise<readonly Entry[]> {
    return this.#disk.verified(range.from, await this.#inner.read(range));
  }

  prune(floor: Parameters<LogStore["prune"]>[0]): ReturnType<LogStore["prune"]> {
    return this.#inner.prune(floor);
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

  /** In one transaction, which is durable at once or not at all: a node that dies meanwhile does it again. */
  redact(bodies: Parameters<LogStore["redact"]>[0]): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#schedule.after(this.#disk.delayMsMax, () => {
        if (bodies.length > 0) this.#disk.tally.add("payload redacted", bodies.length);
        this.#inner.redact(bodies).then(resolve, reject);
      });
    });
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
