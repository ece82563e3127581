// Fetching a certified snapshot (V8): every chunk is held against the manifest, a liar is asked no more, and what
// is here is not fetched again.

import { Hash, LogIndex, NodeId, utf8 } from "@juno/base";
import { encodeManifest, snapshotHash } from "@juno/proof";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { sha256 } from "../test/log-fixture.ts";
import { MemorySnapshotStore } from "./ports/memory/memory-snapshot-store.ts";
import type { SnapshotSource } from "./ports/snapshot-source.ts";
import { downloadSnapshot } from "./snapshot-download.ts";

const index = LogIndex(48);
const [honest, liar] = [NodeId(2), NodeId(3)];
const chunks = Array.from({ length: 9 }, (_, at) => utf8(`chunk ${at}`));
const none = Hash(new Uint8Array(32));
const manifest = encodeManifest({
  ...{ network: none, epoch: 0 as never, index, hash: none, term: 1 as never, time: 5 },
  ...{ peaks: [none], stateRoot: none, rows: 1, ids: 0 },
  chunks: chunks.map((chunk) => ({ bytes: chunk.length, hash: sha256(chunk) })),
});
const hash = snapshotHash(sha256, manifest);

let store: MemorySnapshotStore;
let asked: string[];
let lies: { manifest?: boolean; chunks?: readonly number[] };
let told: NodeId[];

const source: SnapshotSource = {
  list: async () => [],
  manifest: async (peer) => {
    asked.push(`${peer} manifest`);
    const isFalse = peer === liar && lies.manifest === true;
    return { manifest: isFalse ? utf8("no manifest") : manifest, commitProof: undefined };
  },
  chunk: async (peer, { chunk }) => {
    asked.push(`${peer} ${chunk}`);
    const isFalse = peer === liar && lies.chunks?.includes(chunk);
    return isFalse ? utf8(`chunk ${chunk + 1}`) : chunks[chunk];
  },
  close: async () => undefined,
};

const download = (providers: readonly NodeId[]) =>
  downloadSnapshot({
    ...{ sha256, source, store, offer: { index, hash, certificate: [], providers } },
    lied: (peer) => told.push(peer),
    progress: () => undefined,
  });

beforeEach(() => {
  store = new MemorySnapshotStore(sha256);
  asked = [];
  lies = {};
  told = [];
});

describe("a snapshot that is fetched", () => {
  it("is whole, from several providers in turn", async () => {
    expect((await download([honest, liar]))?.bytes).toEqual(manifest);
    await store.complete({ index, manifest, certificate: [] });
    for (const [chunk, bytes] of chunks.entries()) expect(await store.chunk({ index, chunk })).toEqual(bytes);
    expect(new Set(asked.map((one) => one.split(" ")[0]))).toEqual(new Set(["2", "3"]));
    expect(told).toEqual([]);
  });

  it("is not taken from a liar: another is asked, and the liar no more", async () => {
    lies = { chunks: [1, 3, 5, 7] };
    expect(await download([honest, liar])).toBeDefined();
    await store.complete({ index, manifest, certificate: [] });
    for (const [chunk, bytes] of chunks.entries()) expect(await store.chunk({ index, chunk })).toEqual(bytes);
    expect(new Set(told)).toEqual(new Set([liar]));
    lies = { manifest: true };
    told = [];
    expect(await download([liar, honest])).toBeDefined();
    expect(told).toEqual([liar]);
  });

  it("is not held up by one that takes its time: others give what it does not", async () => {
    let release = (): void => undefined;
    const waits = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow: SnapshotSource = {
      ...source,
      chunk: async (peer, place) => {
        if (peer !== liar) return source.chunk(peer, place);
        asked.push(`${peer} ${place.chunk}`);
        await waits;
        return undefined;
      },
    };
    let held = 0;
    const fetched = downloadSnapshot({
      ...{ sha256, source: slow, store, offer: { index, hash, certificate: [], providers: [honest, liar] } },
      lied: (peer) => told.push(peer),
      progress: (done) => {
        held = done;
      },
    });
    await vi.waitFor(() => expect(held).toBe(chunks.length - 2));
    expect(asked.filter((one) => one.startsWith(`${liar} `))).toHaveLength(2);
    release();
    expect(await fetched).toBeDefined();
    expect(held).toBe(chunks.length);
    expect(told).toEqual([]);
  });

  it("is given up when nobody is left, and gone on with the next time", async () => {
    lies = { chunks: [8] };
    expect(await download([liar])).toBeUndefined();
    expect(told).toEqual([liar]);
    await store.complete({ index, manifest, certificate: [] });
    asked = [];
    expect(await download([honest])).toBeDefined();
    expect(asked.filter((one) => !one.endsWith("manifest"))).toEqual(["2 8"]);
  });
});
