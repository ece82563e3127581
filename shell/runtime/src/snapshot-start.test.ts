// V8: what a node starts from is whole, whether it is fetched now or was here before; and whoever offers it is asked for the
// proof that its entry is committed, too.

import { Hash, LogIndex, NodeId, utf8 } from "@juno/base";
import type { StagedSnapshot } from "@juno/consensus";
import {
  Epochs,
  encodeManifest,
  encodeSnapshotStatement,
  FIRST_EPOCH,
  firstEpoch,
  snapshotHash,
} from "@juno/proof";
import { beforeEach, expect, it } from "vitest";
import { context as ledger } from "../test/ledger-fixture.ts";
import { sha256 } from "../test/log-fixture.ts";
import { MemorySnapshotStore } from "./ports/memory/memory-snapshot-store.ts";
import { memoryVerifier } from "./ports/memory/verifier.ts";
import type { SnapshotSource } from "./ports/snapshot-source.ts";
import { SnapshotStart } from "./snapshot-start.ts";

const electorate = firstEpoch(ledger.genesis).electorate;
const index = LogIndex(48);
const none = Hash(new Uint8Array(32));
const chunks = [utf8("chunk 0"), utf8("chunk 1")];
const manifest = encodeManifest({
  ...{ network: electorate.network, epoch: FIRST_EPOCH, index, hash: none, term: 1 as never, time: 5 },
  ...{ peaks: [none, none], stateRoot: none, rows: 1, ids: 0 },
  chunks: chunks.map((chunk) => ({ bytes: chunk.length, hash: sha256(chunk) })),
});
const hash = snapshotHash(sha256, manifest);
const certificate = [1, 2].map((id) => ({
  voter: NodeId(id),
  body: encodeSnapshotStatement({ epoch: FIRST_EPOCH, from: NodeId(id), index, snapshot: hash }),
  signature: new Uint8Array(64),
}));

let store: MemorySnapshotStore;
let staged: StagedSnapshot[];
let asked: string[];
let isOffered: boolean;

const source: SnapshotSource = {
  list: async () => (isOffered ? [{ index, hash, certificate }] : []),
  manifest: async () => {
    asked.push("manifest");
    return { manifest, commitProof: undefined };
  },
  chunk: async (_, { chunk }) => {
    asked.push(`chunk ${chunk}`);
    return chunks[chunk];
  },
  close: async () => undefined,
};

/** It lacks entries that nobody gives it. */
const behind = {
  ...{
    mode: "normal",
    committed: { index: LogIndex(0) },
    applied: { index: LogIndex(0) },
    staged: undefined,
  },
  fetching: { target: { certificate: {}, point: { index: LogIndex(60) } }, isBarren: true },
} as never;

async function attempt(): Promise<void> {
  const { timing } = ledger.genesis;
  const start = new SnapshotStart({
    context: { self: NodeId(4), sha256, timing, limits: { farEntries: 96 } } as never,
    ...{ store, source, verifier: memoryVerifier(() => true) },
    state: () => ({ epochs: new Epochs(firstEpoch(ledger.genesis)) }),
    clock: { monotonicMs: () => 0 },
    staged: (snapshot) => staged.push(snapshot),
    notice: () => undefined,
    failed: (cause) => {
      throw cause;
    },
  });
  start.consider(behind);
  // Nothing here waits for anything but promises that are kept at once.
  await new Promise((resolve) => setImmediate(resolve));
}

async function holding(held: readonly Uint8Array[]): Promise<void> {
  store.put(manifest, held);
  await store.certify(index, certificate);
}

beforeEach(() => {
  store = new MemorySnapshotStore(sha256);
  [staged, asked, isOffered] = [[], [], true];
});

it("is fetched, and staged", async () => {
  await attempt();
  expect(staged.map(({ floor }) => floor.index)).toEqual([index]);
  expect(asked.sort()).toEqual(["chunk 0", "chunk 1", "manifest"]);
});

it("is taken from here where nobody offers it any more", async () => {
  await holding(chunks);
  isOffered = false;
  await attempt();
  expect(staged.map(({ floor }) => floor.index)).toEqual([index]);
  expect(asked).toEqual([]);
});

it("is not fetched again while it is offered, but its manifest is, and with it the proof of its commit", async () => {
  await holding(chunks);
  await attempt();
  expect(staged).toHaveLength(1);
  expect(asked).toEqual(["manifest"]);
  expect(await store.chunk({ index, chunk: 1 })).toEqual(chunks[1]);
});

it.each<[string, readonly Uint8Array[]]>([
  ["spoiled", [utf8("chunk 0"), utf8("chunk 2")]],
  ["missing", [utf8("chunk 0")]],
])("is not taken from here with a chunk %s: it is fetched again, if anybody has it", async (_, held) => {
  await holding(held);
  isOffered = false;
  await attempt();
  expect(staged).toEqual([]);
  isOffered = true;
  await attempt();
  expect(staged).toHaveLength(1);
  expect(asked).toEqual(["manifest", "chunk 1"]);
  expect(await store.chunk({ index, chunk: 1 })).toEqual(chunks[1]);
});
