// One reader of the stream (A19): first pages of the log, taken as fast as the reader takes them, then
// live. Between the two lies no gap and no repetition. A reader that lags behind by more than its
// backlog, or takes nothing for too long while it catches up, is cut off; it may come back with
// Last-Event-ID.

import { STREAM_HEARTBEAT } from "@juno/api";
import { LogIndex } from "@juno/base";
import type { Backend } from "@juno/runtime";
import type { EntryFrame, FrameEncoder } from "./stream-frame.ts";
import type { LiveReader, StreamHub } from "./stream-hub.ts";

const PAGE_ITEMS = 256;
const PAGE_BYTES = 1024 * 1024;
const HEARTBEAT = Buffer.from(STREAM_HEARTBEAT);

/** Where a session writes: a response, or a stand-in for one. */
export interface Sink {
  write(bytes: Buffer): void;
  /** Bytes that wait for the reader. */
  backlogBytes(): number;
  /** Resolves when nothing waits any more or the sink is closed; false after `timeoutMs`. */
  drained(timeoutMs: number): Promise<boolean>;
  /** Ends in good order. */
  end(): void;
  /** Drops the reader. */
  destroy(): void;
}

export type SessionLimits = { readonly backlogBytesMax: number; readonly stallMs: number };

export type SessionContext = {
  readonly backend: Backend;
  readonly hub: StreamHub;
  readonly encoder: FrameEncoder;
  readonly limits: SessionLimits;
  /** A44: whether its reader still may read what the stream tells. */
  readonly mayRead: () => boolean;
  /** Called once, when the session is over. `cut`: the reader was too slow, or could not be served. */
  readonly over: (end: "closed" | "cut") => void;
};

export class StreamSession implements LiveReader {
  readonly #context: SessionContext;
  readonly #sink: Sink;
  #next: number;
  #isOver = false;

  /** `from`: the first index to send; undefined for what comes from now on. */
  constructor(context: SessionContext, sink: Sink, from: number | undefined) {
    this.#context = context;
    this.#sink = sink;
    context.hub.open();
    this.#next = from ?? context.hub.head + 1;
  }

  /** Resolves when the reader is live, or gone. */
  async catchUp(): Promise<void> {
    while (!this.#isOver && !this.#context.hub.join(this, this.#next)) {
      const frames = await this.#page();
      if (frames.length === 0) return this.#finish("cut");
      if (this.#isOver) return;
      if (!this.#context.mayRead()) return this.end();
      this.#next += frames.length;
      this.#sink.write(Buffer.concat(frames.map(({ bytes }) => bytes)));
      if (this.#sink.backlogBytes() > 0 && !(await this.#sink.drained(this.#context.limits.stallMs))) {
        return this.#finish("cut");
      }
    }
  }

  /** Frames that continue what was sent; none if the log cannot give them. */
  async #page(): Promise<readonly EntryFrame[]> {
    const { backend, hub, encoder } = this.#context;
    const recent = hub.recentFrom(this.#next).slice(0, PAGE_ITEMS);
    if (recent.length > 0) return recent;
    // A44: entries may be there already whose roles are not known here yet.
    const limit = Math.min(PAGE_ITEMS, hub.head - this.#next + 1);
    const range = { from: LogIndex(this.#next), limit, bytesMax: PAGE_BYTES };
    const page = await backend.entries(range);
    return page.ok ? page.value.map((entry) => encoder.entry(entry)) : [];
  }

  frames(frames: readonly EntryFrame[], bytes: Buffer): void {
    const last = frames.at(-1)!.index;
    if (last < this.#next) return;
    const skip = this.#next - frames[0]!.index;
    const own = skip <= 0 ? bytes : Buffer.concat(frames.slice(skip).map((frame) => frame.bytes));
    this.#next = last + 1;
    this.#deliver(own);
  }

  event(bytes: Buffer): void {
    this.#deliver(bytes);
  }

  heartbeat(): void {
    this.#deliver(HEARTBEAT);
  }

  #deliver(bytes: Buffer): void {
    if (this.#isOver) return;
    if (!this.#context.mayRead()) return this.end();
    // A13: nothing is kept for a reader beyond its backlog.
    if (this.#sink.backlogBytes() > this.#context.limits.backlogBytesMax) return this.#finish("cut");
    this.#sink.write(bytes);
  }

  /** The reader went away. */
  closed(): void {
    this.#finish("closed");
  }

  /** The node shuts down, and the reader resumes elsewhere; or the reader may read no more. */
  end(): void {
    if (this.#isOver) return;
    this.#sink.end();
    this.#finish("closed");
  }

  #finish(end: "closed" | "cut"): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.hub.close(this);
    if (end === "cut") this.#sink.destroy();
    this.#context.over(end);
  }
}
