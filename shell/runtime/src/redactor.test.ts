// When payloads are taken out of a node's log, and which are not (C22).

import { hex, jsonObject, LogIndex } from "@juno/base";
import { isRedacted } from "@juno/proof";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { bodyOf, chainOf, context, creating, genesis, idOf, people } from "../test/ledger-fixture.ts";
import { appending, committing } from "../test/log-fixture.ts";
import type { AppliedBatch } from "./ports/executor.ts";
import type { LogStore } from "./ports/log-store.ts";
import { MemoryLog, MemoryLogStore } from "./ports/memory/memory-log-store.ts";
import { MemoryState } from "./ports/memory/memory-state.ts";
import type { StoredSnapshot } from "./ports/snapshot-store.ts";
import { type RedactionOrder, Redactor } from "./redactor.ts";

const asked = (index: number) => ({ mark: String(index) });
const actionOf = (index: number) => creating(`account ${index}`, people.wjm);
/** A deployment stands in entry 4, an order in entry 5. */
const SPECIAL = new Map([
  [4, jsonObject({ deploy: jsonObject({ modules: ["module m"] }) })],
  [
    5,
    jsonObject({
      redact: jsonObject({
        commands: [jsonObject({ index: 1, id: hex(idOf([actionOf(1)], asked(1))) })],
        reason: "r",
      }),
    }),
  ],
]);
const actionsOf = (index: number) => [SPECIAL.get(index) ?? actionOf(index)];
const ENTRIES = 12;
const entries = chainOf(
  Array.from({ length: ENTRIES }, (_, at) => ({ body: bodyOf(actionsOf(at + 1), asked(at + 1)) })),
);
const orderOf = (index: number, of = index): RedactionOrder => ({
  index,
  id: hex(idOf(actionsOf(of), asked(of))),
});

let store: MemoryLogStore;
let snapshots: StoredSnapshot[];
let done: number;
/** What the store is told to say of its files, call by call; clean unless told. */
let unclean: number;
let cleanings: number;
let isSound: boolean;

const certified = (index: number, isCertified = true): StoredSnapshot => ({
  ...{ index: LogIndex(index), hash: genesis.network, time: 0, chunks: 0, bytes: 0 },
  certificate: isCertified ? [] : undefined,
});

function redactorOf(orders: readonly RedactionOrder[]): Redactor {
  const watched: Pick<LogStore, "read" | "redact"> = {
    read: (range) => store.read(range),
    redact: async (bodies) => {
      await store.redact(bodies);
      if (bodies.length === 0) cleanings += 1;
      return unclean-- <= 0;
    },
  };
  return new Redactor({
    ...{ ledger: context, store: watched, snapshots: { list: async () => snapshots }, orders },
    recorded: () => Number.MAX_SAFE_INTEGER,
    isSound: () => isSound,
    done: ({ redacted }) => {
      done += redacted;
    },
    failed: (cause) => {
      throw cause;
    },
  });
}

const bare = async (): Promise<number[]> => {
  const read = await store.read({ from: LogIndex(1), to: LogIndex(ENTRIES), bytesMax: 1 << 24 });
  return read.filter(isRedacted).map(({ index }) => Number(index));
};

beforeEach(async () => {
  store = new MemoryLogStore(new MemoryLog(genesis.network));
  await store.write([appending(entries), committing(entries.at(-1)!)]);
  snapshots = [];
  done = 0;
  unclean = 0;
  cleanings = 0;
  isSound = true;
});

describe("a redaction (C22)", () => {
  it("is pending until a certified snapshot covers the entry", async () => {
    const redactor = redactorOf([orderOf(2), orderOf(7)]);
    redactor.tend();
    snapshots = [certified(6, false)];
    redactor.tend();
    await vi.waitFor(() => expect(cleanings).toBeGreaterThan(0));
    expect([redactor.counts, await bare()]).toEqual([{ ordered: 2, pending: 2 }, []]);
    snapshots = [certified(6), certified(8, false)];
    redactor.tend();
    await vi.waitFor(() => expect(redactor.counts).toEqual({ ordered: 2, pending: 1 }));
    expect(await bare()).toEqual([2]);
    snapshots = [certified(6), certified(8)];
    redactor.tend();
    await vi.waitFor(() => expect(redactor.counts.pending).toBe(0));
    expect([await bare(), done]).toEqual([[2, 7], 2]);
  });

  it("waits while the node's outcomes differ from those of the others (5.9)", async () => {
    snapshots = [certified(12)];
    isSound = false;
    const redactor = redactorOf([orderOf(2)]);
    redactor.tend();
    await vi.waitFor(() => expect(cleanings).toBe(1));
    expect([redactor.counts.pending, await bare()]).toEqual([1, []]);
  });

  it("takes away no other command, no deployment, no order, and nothing twice", async () => {
    snapshots = [certified(100)];
    const redactor = redactorOf([orderOf(1, 2), orderOf(3), orderOf(4), orderOf(5), orderOf(99, 1)]);
    redactor.tend();
    await vi.waitFor(() => expect(redactor.counts).toEqual({ ordered: 5, pending: 0 }));
    expect([await bare(), done]).toEqual([[3], 1]);
    const next = redactorOf([orderOf(3)]);
    next.tend();
    await vi.waitFor(() => expect(next.counts.pending).toBe(0));
    expect([await bare(), done]).toEqual([[3], 1]);
  });

  it("is found in what is applied, and done at once if it may be", async () => {
    const state = new MemoryState(context);
    const outcomes = entries.slice(0, 5).map((entry) => state.applyEntry(entry));
    const batch: AppliedBatch = { applied: state.applied, outcomes };
    snapshots = [certified(4)];
    const redactor = redactorOf([]);
    redactor.noteApplied(batch);
    await vi.waitFor(() => expect(redactor.counts).toEqual({ ordered: 1, pending: 0 }));
    expect(await bare()).toEqual([1]);
    expect(cleanings).toBe(0);
  });

  it("cleans up where the entry is gone already, as its bytes may be in the files still", async () => {
    snapshots = [certified(4)];
    const redactor = redactorOf([]);
    redactor.noteApplied({
      applied: { index: LogIndex(12), root: genesis.network },
      outcomes: [],
      redactions: [orderOf(99)],
    });
    snapshots = [certified(100)];
    redactor.tend();
    await vi.waitFor(() => expect(redactor.counts).toEqual({ ordered: 1, pending: 0 }));
    expect([await bare(), done, cleanings]).toEqual([[], 0, 1]);
  });

  it("cleans up again after a reader held it back, and after a life that ended amid it", async () => {
    snapshots = [certified(12)];
    unclean = 2;
    const redactor = redactorOf([orderOf(2)]);
    redactor.tend();
    await vi.waitFor(() => expect(cleanings).toBe(1));
    redactor.remind();
    await vi.waitFor(() => expect(cleanings).toBe(2));
    await vi.waitFor(() => expect(redactor.counts.pending).toBe(0));
    redactor.remind();
    redactor.tend();
    expect(await bare()).toEqual([2]);
    expect(cleanings).toBe(2);
    const next = redactorOf([orderOf(2)]);
    next.tend();
    await vi.waitFor(() => expect(cleanings).toBe(3));
  });
});
