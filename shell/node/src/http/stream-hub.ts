// Who reads the stream live. The hub listens to the node only while somebody does; it encodes and
// signs each entry once, keeps the newest frames for readers that come or come back a moment later,
// and hands the same bytes to everyone. It never waits for a reader.

import { assert } from "@juno/base";
import type { AppliedEntry } from "@juno/proof";
import type { Backend, NodeEvent } from "@juno/runtime";
import type { EntryFrame, FrameEncoder } from "./stream-frame.ts";

/** Frames kept for readers that are a moment behind. */
const RECENT_BYTES_MAX = 8 * 1024 * 1024;
const RECENT_FRAMES_MAX = 4_096;

/** A reader that has caught up. */
export interface LiveReader {
  /** Consecutive frames; the reader skips those it has. `bytes` is all of them. */
  frames(frames: readonly EntryFrame[], bytes: Buffer): void;
  event(bytes: Buffer): void;
  /** Nothing more will come: the reader goes on elsewhere. */
  end(): void;
}

export class StreamHub {
  readonly #backend: Backend;
  readonly #encoder: FrameEncoder;
  readonly #live = new Set<LiveReader>();
  #recent: EntryFrame[] = [];
  #recentBytes = 0;
  #head = 0;
  /** Sessions that are open, caught up or not. */
  #users = 0;
  #unsubscribe: (() => void) | undefined;

  constructor(backend: Backend, encoder: FrameEncoder) {
    this.#backend = backend;
    this.#encoder = encoder;
  }

  /** The last index that live readers have been given. */
  get head(): number {
    return this.#head;
  }

  /** Called by every session when it begins; `close` when it ends. */
  open(): void {
    this.#users += 1;
    if (this.#unsubscribe !== undefined) return;
    const subscription = this.#backend.subscribe({
      entries: (batch) => this.#publish(batch),
      begunAnew: (index) => this.#jump(index),
      node: (event) => this.#announce(event),
    });
    this.#head = subscription.applied;
    this.#unsubscribe = subscription.end;
  }

  close(reader: LiveReader): void {
    this.#live.delete(reader);
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#recent = [];
    this.#recentBytes = 0;
  }

  /** A19: a reader joins only when nothing lies between what it has and what comes next. */
  join(reader: LiveReader, next: number): boolean {
    if (next <= this.#head) return false;
    // V15: it may have left since the reader was let in, and then nothing comes any more.
    if (this.#backend.left() !== undefined) {
      reader.end();
      return true;
    }
    this.#live.add(reader);
    return true;
  }

  /** Recent frames from `next` on, if the hub still has that one. */
  recentFrom(next: number): readonly EntryFrame[] {
    const first = this.#recent[0]?.index;
    return first === undefined || next < first ? [] : this.#recent.slice(next - first);
  }

  #publish(batch: readonly AppliedEntry[]): void {
    const frames = batch.map((entry) => this.#encoder.entry(entry));
    const [first] = frames;
    if (first === undefined) return;
    assert(first.index === this.#head + 1, "the node announces entries without gaps");
    this.#head += frames.length;
    this.#keep(frames);
    const bytes = frames.length === 1 ? first.bytes : Buffer.concat(frames.map((frame) => frame.bytes));
    for (const reader of [...this.#live]) reader.frames(frames, bytes);
  }

  /** A19: nobody is shown a gap. */
  #jump(index: number): void {
    this.#recent = [];
    this.#recentBytes = 0;
    this.#head = index;
    for (const reader of [...this.#live]) reader.end();
  }

  #announce(event: NodeEvent): void {
    const bytes = this.#encoder.node(event);
    for (const reader of [...this.#live]) reader.event(bytes);
  }

  #keep(frames: readonly EntryFrame[]): void {
    this.#recent.push(...frames);
    for (const { bytes } of frames) this.#recentBytes += bytes.length;
    let drop = Math.max(0, this.#recent.length - RECENT_FRAMES_MAX);
    let bytes = this.#recentBytes;
    for (let i = 0; i < drop; i++) bytes -= this.#recent[i]!.bytes.length;
    for (; bytes > RECENT_BYTES_MAX && drop < this.#recent.length; drop++) {
      bytes -= this.#recent[drop]!.bytes.length;
    }
    if (drop > 0) this.#recent.splice(0, drop);
    this.#recentBytes = bytes;
  }
}
