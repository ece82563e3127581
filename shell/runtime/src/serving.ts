// Answers peers' fetches from the stored log (5.6), of each peer one at a time: backwards from a known
// hash, or forwards up to a commit proof. What is not held is answered with nothing, so that the asker
// turns to somebody else at once. Invariant: whatever is asked for, nothing but a broken log is a failure.

import { equalBytes, type Hash, LogIndex, type NodeId } from "@juno/base";
import {
  bulk,
  type Context,
  encodeFrame,
  type FetchBody,
  signBody,
  type Voice,
  writeFetchReply,
} from "@juno/consensus";
import { type CommitProof, type Entry, isRedacted, type Point } from "@juno/proof";
import type { LogStore } from "./ports/log-store.ts";

const BACKWARD_ENTRIES_MAX = 256;
/** Forward chunks aim at a proof at least so far ahead, so that catch-up is not one round trip a batch. */
const FORWARD_ENTRIES_MIN = 512;
const FORWARD_ENTRIES_MAX = 4096;
const CHUNK_BYTES_MAX = 4 * 1024 * 1024;
/** Between two kept proofs there is never more than a window, so a chunk up to the next one always fits. */
const CHUNK_BYTES_LIMIT = 12 * 1024 * 1024;
/** Nobody's log reaches this index; above it, bounds of ranges would be no indexes. */
const INDEX_MAX = Number.MAX_SAFE_INTEGER - 2 * FORWARD_ENTRIES_MAX;

type Chunk = {
  readonly before: Point;
  readonly entries: readonly Entry[];
  readonly commitProof: CommitProof | undefined;
};

type Limits = Pick<FetchBody, "entriesMax" | "bytesMax">;

type Identity = Pick<Context, "self" | "sha256"> & {
  readonly network: Hash;
  voice(): Voice;
};

export class Serving {
  readonly #context: Identity;
  readonly #store: LogStore;
  readonly #send: (to: NodeId, frame: Uint8Array) => void;
  /** Peers that are being served, and what they asked for last meanwhile. */
  readonly #active = new Map<NodeId, FetchBody | undefined>();

  constructor(context: Identity, store: LogStore, send: (to: NodeId, frame: Uint8Array) => void) {
    this.#context = context;
    this.#store = store;
    this.#send = send;
  }

  /** Rejects only if the log cannot be read. */
  async serve(to: NodeId, fetch: FetchBody): Promise<void> {
    const isBusy = this.#active.has(to);
    // An honest peer asks again only once it has its answer, or has given it up.
    this.#active.set(to, isBusy ? fetch : undefined);
    if (isBusy) return;
    try {
      let next: FetchBody | undefined = fetch;
      while (next !== undefined) {
        this.#active.set(to, undefined);
        this.#reply(to, next, await this.#chunkFor(next));
        next = this.#active.get(to);
      }
    } finally {
      this.#active.delete(to);
    }
  }

  async #chunkFor({ direction, point, ...wanted }: FetchBody): Promise<Chunk> {
    if (point.index > INDEX_MAX) return nothing(point);
    const limits = { ...wanted, bytesMax: Math.min(wanted.bytesMax, CHUNK_BYTES_MAX) };
    return direction === "forward" ? this.#forward(point, limits) : this.#backward(point, limits);
  }

  #reply(to: NodeId, fetch: FetchBody, chunk: Chunk): void {
    const { self: from, network, sha256 } = this.#context;
    const voice = this.#context.voice();
    const { direction, certified } = fetch;
    const content = bulk({ epoch: voice.epoch, from, sha256 }, (w) => {
      writeFetchReply(w, { direction, certified, ...chunk });
    });
    const signature = signBody({ network, sign: voice.sign }, "fetch-reply", content.body);
    this.#send(to, encodeFrame({ kind: "fetch-reply", from, signature, ...content }));
  }

  async #forward(after: Point, { entriesMax, bytesMax }: Limits): Promise<Chunk> {
    const from = LogIndex(after.index + 1);
    const far = { from: LogIndex(from + FORWARD_ENTRIES_MIN), to: LogIndex(from + FORWARD_ENTRIES_MAX) };
    const ahead = entriesMax > FORWARD_ENTRIES_MIN ? await this.#store.commitProof(far) : undefined;
    if (ahead !== undefined) {
      const entries = beforeRedacted(await this.#store.read({ from, to: ahead.index, bytesMax }));
      if (isWhole(entries, from, ahead.index)) return { before: after, entries, commitProof: ahead };
    }
    const next = await this.#store.commitProof({ from, to: LogIndex(Number.MAX_SAFE_INTEGER) });
    if (next === undefined) return this.#nothingAfter(after);
    const entries = await this.#store.read({ from, to: next.index, bytesMax: CHUNK_BYTES_LIMIT });
    const redacted = entries.findLast(isRedacted);
    if (redacted !== undefined || !isWhole(entries, from, next.index))
      return this.#nothingAfter(redacted ?? after);
    return { before: after, entries, commitProof: next };
  }

  /** Tells where the log begins, if what is asked for lies below; or that entries up to here are not held whole (C22). */
  async #nothingAfter(after: Point): Promise<Chunk> {
    const floor = await this.#store.floor();
    return nothing(floor !== undefined && floor.index > after.index ? floor : after);
  }

  async #backward(last: Point, { entriesMax, bytesMax }: Limits): Promise<Chunk> {
    let count = Math.max(1, Math.min(entriesMax, BACKWARD_ENTRIES_MAX));
    for (;;) {
      const from = LogIndex(Math.max(1, last.index - count));
      const limit = count > 4 ? bytesMax : CHUNK_BYTES_LIMIT;
      const read = afterRedacted(await this.#store.read({ from, to: last.index, bytesMax: limit }));
      const end = read.at(-1);
      if (end === undefined || end.index < last.index) {
        // Cut at the limit before the end was reached: begin nearer to it.
        if (end === undefined || count <= 1) return nothing(last);
        count = Math.floor(count / 4);
        continue;
      }
      if (!equalBytes(end.hash, last.hash)) return nothing(last);
      return this.#withBefore(read);
    }
  }

  /** The first entry read serves as the point before the rest, unless what is held begins with it. */
  async #withBefore(read: readonly Entry[]): Promise<Chunk> {
    const genesis: Point = { index: LogIndex(0), hash: this.#context.network };
    const { index, hash } = (await this.#store.floor()) ?? genesis;
    const [first, ...entries] = read as [Entry, ...Entry[]];
    if (first.index === index + 1 && !isRedacted(first)) {
      return { before: { index, hash }, entries: read, commitProof: undefined };
    }
    return { before: { index: first.index, hash: first.hash }, entries, commitProof: undefined };
  }
}

/** Not so if its beginning is not held any more, or if it is too long. */
const isWhole = (entries: readonly Entry[], from: LogIndex, to: LogIndex): boolean =>
  entries[0]?.index === from && entries.at(-1)?.index === to;
/** C22: whoever asks would have to execute what is sent, so an entry without its payload counts as not held. */
function beforeRedacted(read: readonly Entry[]): readonly Entry[] {
  const at = read.findIndex(isRedacted);
  return at < 0 ? read : read.slice(0, at);
}

/** The same from the other end: the last redacted entry, of which only the hash is told, and what follows it. */
function afterRedacted(read: readonly Entry[]): readonly Entry[] {
  const at = read.findLastIndex(isRedacted);
  if (at < 0) return read;
  return at === read.length - 1 ? [] : read.slice(at);
}

const nothing = ({ index, hash }: Point): Chunk => ({
  before: { index, hash },
  entries: [],
  commitProof: undefined,
});
