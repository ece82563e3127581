// The chunks of a snapshot (E44): rows in order of address, then spent ids in order of expiry, cut at a
// fixed size. Which chunks there are follows from the state alone, so all nodes make the same ones.

import {
  assert,
  decodeWith,
  type Hash,
  parseUtf8,
  type Reader,
  type Refusal,
  type Result,
  utf8,
  Writer,
} from "@juno/base";
import type { CommandStatus } from "./applied.ts";
import type { RowAddress } from "./view.ts";

export type SnapshotRow = RowAddress & { readonly value: Uint8Array };

/** A command that may not be applied again before it has expired: C9, and how it ended. */
export type SnapshotId = {
  readonly id: Hash;
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly status: CommandStatus;
};

export type SnapshotChunk =
  | { readonly kind: "rows"; readonly rows: readonly SnapshotRow[] }
  | { readonly kind: "ids"; readonly ids: readonly SnapshotId[] };

/** A chunk ends with the item that makes it so long, or with the last of its kind. */
export const CHUNK_BYTES = 256 * 1024;
const KIND_CODES = { rows: 1, ids: 2 } as const;
/** In the order of their codes. */
const STATUSES: readonly CommandStatus[] = ["ok", "failed", "expired", "duplicate", "rejected"];
/** No item is smaller. */
const ITEM_BYTES_MIN = 16;

/** Gathers items of one kind and says when a chunk is full. */
export class ChunkWriter {
  readonly #kind: SnapshotChunk["kind"];
  readonly #items = new Writer(CHUNK_BYTES + 4_096);
  #count = 0;

  constructor(kind: SnapshotChunk["kind"]) {
    this.#kind = kind;
  }

  get isFull(): boolean {
    return this.#items.length >= CHUNK_BYTES;
  }

  get count(): number {
    return this.#count;
  }

  row({ module, table, key, value }: SnapshotRow): void {
    assert(this.#kind === "rows" && !this.isFull, "a row goes into a chunk of rows that has room");
    this.#items.bytes(utf8(module)).bytes(utf8(table)).bytes(utf8(key)).bytes(value);
    this.#count++;
  }

  id({ id, index, expires, status }: SnapshotId): void {
    assert(this.#kind === "ids" && !this.isFull, "an id goes into a chunk of ids that has room");
    this.#items.raw(id).u64(index).u64(expires).u8(STATUSES.indexOf(status));
    this.#count++;
  }

  finish(): Uint8Array<ArrayBuffer> {
    const items = this.#items.finish();
    return new Writer(items.length + 5).u8(KIND_CODES[this.#kind]).u32(this.#count).raw(items).finish();
  }
}

/** All chunks of a state: its rows in order of address, its ids in order of expiry and id. */
export function chunksOf(state: {
  readonly rows: Iterable<SnapshotRow>;
  readonly ids: Iterable<SnapshotId>;
}): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const gather = <T>(
    kind: SnapshotChunk["kind"],
    items: Iterable<T>,
    put: (to: ChunkWriter, item: T) => void,
  ) => {
    let chunk = new ChunkWriter(kind);
    for (const item of items) {
      put(chunk, item);
      if (!chunk.isFull) continue;
      chunks.push(chunk.finish());
      chunk = new ChunkWriter(kind);
    }
    if (chunk.count > 0) chunks.push(chunk.finish());
  };
  gather("rows", state.rows, (chunk, row) => chunk.row(row));
  gather("ids", state.ids, (chunk, id) => chunk.id(id));
  return chunks;
}

const readText = (reader: Reader): string =>
  parseUtf8(reader.bytes(reader.remaining)) ?? reader.fail("a text is not UTF-8");

/** The chunk in bytes of unknown origin: its hash says whether it is the snapshot's. */
export function decodeChunk(bytes: Uint8Array): Result<SnapshotChunk, Refusal> {
  const countMax = Math.floor(bytes.length / ITEM_BYTES_MIN);
  return decodeWith(bytes, (reader): SnapshotChunk => {
    const kind = reader.u8();
    if (kind === KIND_CODES.rows) {
      const rows = reader.list(countMax, (r) => ({
        module: readText(r),
        table: readText(r),
        key: readText(r),
        value: r.bytes(r.remaining),
      }));
      return { kind: "rows", rows };
    }
    if (kind !== KIND_CODES.ids) reader.fail("a chunk has rows or ids");
    const ids = reader.list(countMax, (r) => ({
      id: r.hash(),
      index: r.u64(),
      expires: r.u64(),
      status: STATUSES[r.u8()] ?? r.fail("an unknown status"),
    }));
    return { kind: "ids", ids };
  });
}
