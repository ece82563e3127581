// The pace of pruning (V9): it keeps up with what comes, never does much at once, and comes to its end.

import { Hash, LogIndex, Term } from "@juno/base";
import { decodeManifest, encodeManifest, FIRST_EPOCH, type SnapshotCertificate } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { network, sha256 } from "../test/log-fixture.ts";
import { MemorySnapshotStore } from "./ports/memory/memory-snapshot-store.ts";
import { Pruning } from "./pruning.ts";

const floor = {
  index: LogIndex(1_000),
  hash: Hash(new Uint8Array(32)),
  epoch: FIRST_EPOCH,
  term: Term(1),
  time: 0,
};

/** A node whose log begins above a floor, below which some entries are still to be removed. */
async function pruningOf(left: number) {
  const limits: number[] = [];
  const notices: string[] = [];
  let inLog = left;
  const pruning = new Pruning({
    log: {
      floor: async () => floor,
      prune: async (_, entriesMax) => {
        limits.push(entriesMax);
        inLog -= entriesMax;
        return inLog > 0;
      },
    },
    executor: { prune: async () => false },
    snapshots: { list: async () => [], sweep: async () => undefined } as never,
    ...{ retention: undefined, archive: undefined, sha256 },
    notice: (code) => notices.push(code),
    failed: (cause) => {
      throw cause;
    },
  });
  await pruning.review();
  const beat = async (applied: number) => {
    pruning.beat(LogIndex(applied));
    await new Promise(setImmediate);
  };
  return { beat, limits, notices };
}

describe("rows below the floor", () => {
  it("go twice as fast as entries come, and a little faster, but few at once", async () => {
    const { beat, limits } = await pruningOf(10_000);
    await beat(0);
    await beat(30);
    await beat(30);
    await beat(5_000);
    expect(limits).toEqual([16, 76, 16, 256]);
  });

  it("are gone in the end, also when nothing comes", async () => {
    const { beat, limits, notices } = await pruningOf(100);
    for (let beats = 0; beats < 20; beats++) await beat(2_000);
    expect(limits).toEqual([256]);
    const idle = await pruningOf(100);
    await idle.beat(0);
    for (let beats = 0; beats < 20; beats++) await idle.beat(0);
    expect(idle.limits).toHaveLength(7);
    expect([...notices, ...idle.notices]).toEqual(["pruned", "pruned"]);
  });
});

const noCertificate: SnapshotCertificate = [];

/** A node that keeps two certified snapshots, at 100 and 200, and 50 entries. */
async function snapshotsOf(chunks: readonly Uint8Array[]) {
  const snapshots = new MemorySnapshotStore(sha256);
  for (const index of [100, 200].map(LogIndex)) {
    const digests = chunks.map((chunk) => ({ bytes: chunk.length, hash: sha256(chunk) }));
    const place = { network, epoch: FIRST_EPOCH, index, hash: floor.hash, term: floor.term, time: 0 };
    const content = { peaks: [], stateRoot: floor.hash, rows: 0, ids: 0, chunks: digests };
    snapshots.put(encodeManifest({ ...place, ...content }), chunks);
    await snapshots.certify(index, noCertificate);
  }
  const floors: number[] = [];
  const notices: string[] = [];
  const pruning = new Pruning({
    log: {
      floor: async () => undefined,
      prune: async ({ index }) => floors.push(index) > 0,
    },
    executor: { prune: async () => false },
    ...{ snapshots, sha256, retention: { keepEntries: 50 }, archive: undefined },
    notice: (code, { index }) => notices.push(`${code} ${index}`),
    failed: (cause) => {
      throw cause;
    },
  });
  await pruning.review();
  const beat = async (applied: number) => {
    pruning.beat(LogIndex(applied));
    for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
  };
  return { snapshots, floors, notices, beat };
}

/** What the log would begin after, and the state be made from. */
function told(manifest: Uint8Array): Uint8Array {
  const read = decodeManifest(manifest);
  if (!read.ok) throw new Error(read.error.detail);
  return encodeManifest({ ...read.value, time: 7 });
}

describe("a snapshot that takes the place of entries", () => {
  const chunks = [new Uint8Array([1, 2]), new Uint8Array([3])];

  it("is whole", async () => {
    const { floors, notices, beat } = await snapshotsOf(chunks);
    await beat(149);
    expect(floors).toEqual([]);
    await beat(150);
    expect({ floors, notices }).toEqual({ floors: [100], notices: [] });
  });

  it("is the next one where its files have changed", async () => {
    const { snapshots, floors, notices, beat } = await snapshotsOf(chunks);
    const manifest = (await snapshots.manifest(LogIndex(100)))!;
    snapshots.put(manifest, [chunks[0]!, new Uint8Array([4])]);
    await beat(150);
    expect({ floors, notices }).toEqual({ floors: [], notices: ["snapshot_damaged 100"] });
    await beat(249);
    await beat(250);
    expect({ floors, notices }).toEqual({ floors: [200], notices: ["snapshot_damaged 100"] });
  });

  it.each<readonly [string, (manifest: Uint8Array) => Uint8Array | undefined]>([
    ["is gone", () => undefined],
    ["cannot be read", (manifest) => manifest.subarray(1)],
    ["tells another time", told],
  ])("is the next one where its manifest %s since it was first read", async (_, changed) => {
    const { snapshots, floors, notices, beat } = await snapshotsOf(chunks);
    const whole = (index: LogIndex) => MemorySnapshotStore.prototype.manifest.call(snapshots, index);
    snapshots.manifest = async (index) => {
      const manifest = (await whole(index))!;
      return index === 100 ? changed(manifest) : manifest;
    };
    await beat(150);
    await beat(250);
    expect({ floors, notices }).toEqual({ floors: [200], notices: ["snapshot_damaged 100"] });
  });
});
