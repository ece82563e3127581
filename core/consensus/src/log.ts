// The log suffix that consensus still works on: entries above a trimmed point that is committed.
// Positions below that point are known to be on the own chain and are never compared again.

import { assert, type Epoch, equalBytes, type Hash, type LogIndex, type Term } from "@juno/base";
import type { Entry, Point } from "@juno/proof";
import type { CommandFacts } from "./admission.ts";

export type LogEntry = Entry & {
  readonly command: CommandFacts | undefined;
};

/** The last entry that is no longer held, reduced to what later entries are judged by. */
export type Floor = Point & { readonly epoch: Epoch; readonly term: Term; readonly time: number };

/** An entry as what later ones are judged by. */
export const floorAt = ({ index, hash, epoch, term, time }: Entry): Floor => ({
  index,
  hash,
  epoch,
  term,
  time,
});

export class Log {
  #floor: Floor;
  #entries: LogEntry[];
  /** Entries at the front of the array that are trimmed but not yet released. */
  #dead = 0;
  /** Running sum of body bytes through each entry of the array, for rule V6. */
  #bytesThrough: number[] = [];
  #bytesThroughFloor = 0;

  constructor(floor: Floor, entries: readonly LogEntry[]) {
    this.#floor = floor;
    this.#entries = [];
    this.append(entries);
  }

  get floor(): Floor {
    return this.#floor;
  }

  /** The last position: an entry, or the floor. */
  get last(): Floor {
    return this.#entries.length > this.#dead ? this.#entries.at(-1)! : this.#floor;
  }

  entryAt(index: LogIndex): LogEntry | undefined {
    if (index <= this.#floor.index) return undefined;
    return this.#entries[this.#dead + index - this.#floor.index - 1];
  }

  /** The hash at an index that is held, or of the floor. */
  hashAt(index: LogIndex): Hash | undefined {
    return index === this.#floor.index ? this.#floor.hash : this.entryAt(index)?.hash;
  }

  /** Whether the own chain passes through the point. Points below the floor are not judged here. */
  holds(point: Point): boolean {
    const hash = this.hashAt(point.index);
    return hash !== undefined && equalBytes(hash, point.hash);
  }

  /** Entries with from ≤ index ≤ to that are held. */
  slice(range: { from: LogIndex; to: LogIndex }): LogEntry[] {
    const start = Math.max(0, range.from - this.#floor.index - 1);
    const end = range.to - this.#floor.index;
    return end <= 0 ? [] : this.#entries.slice(this.#dead + start, this.#dead + end);
  }

  append(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      assert(entry.index === this.last.index + 1, "entries are appended at consecutive indexes");
      this.#bytesThrough.push((this.#bytesThrough.at(-1) ?? this.#bytesThroughFloor) + entry.body.length);
      this.#entries.push(entry);
    }
  }

  /** Bytes of the bodies above an index. */
  bytesAbove(index: LogIndex): number {
    const whole = this.#bytesThrough.at(-1) ?? this.#bytesThroughFloor;
    if (index <= this.#floor.index) return whole - this.#bytesThroughFloor;
    return whole - (this.#bytesThrough[this.#dead + index - this.#floor.index - 1] ?? whole);
  }

  /** Removes and returns everything above an index. */
  truncate(above: LogIndex): LogEntry[] {
    assert(above >= this.#floor.index, "nothing at or below the committed floor is cut");
    const from = this.#dead + above - this.#floor.index;
    this.#bytesThrough.splice(from);
    return this.#entries.splice(from);
  }

  /** Lets go of entries up to an index that is committed. */
  trim(upTo: LogIndex): void {
    const entry = this.entryAt(upTo);
    if (entry === undefined) return;
    this.#dead += upTo - this.#floor.index;
    this.#bytesThroughFloor = this.#bytesThrough[this.#dead - 1]!;
    this.#floor = floorAt(entry);
    if (this.#dead > 1024 && this.#dead * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#dead);
      this.#bytesThrough.splice(0, this.#dead);
      this.#dead = 0;
    }
  }

  /** Starts over above another floor. */
  reset(floor: Floor): void {
    this.#floor = floor;
    this.#entries = [];
    this.#bytesThrough = [];
    this.#bytesThroughFloor = 0;
    this.#dead = 0;
  }

  get length(): number {
    return this.#entries.length - this.#dead;
  }
}
