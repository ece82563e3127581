// What an Executor, with its reader, must do when the log begins above the genesis: let go of outcomes that a
// snapshot covers while everything above stays provable, and begin from a snapshot, its own or a fetched one.

import { LogIndex } from "@juno/base";
import { floorAt } from "@juno/consensus";
import { type Entry, snapshotHash } from "@juno/proof";
import { describe, expect, it, vi } from "vitest";
import { granted, type LedgerDesk } from "./ledger-desk.ts";
import {
  ACCOUNTS,
  chainOf,
  idOf,
  opening,
  people,
  SNAPSHOT_ENTRIES,
  snapshotCertificateOf,
  transferring,
  transfers,
} from "./ledger-fixture.ts";
import { appending, certifying, committing, sha256 } from "./log-fixture.ts";

const PATIENCE = { timeout: 30_000, interval: 5 };
const COUNT = 2 * SNAPSHOT_ENTRIES + 11;
/** Outcomes that go at once. */
const STEP = 12;

const page = (from: number) => ({ from: LogIndex(from), limit: 1_000, bytesMax: 1 << 24 });

async function certified(desk: LedgerDesk, index: number): Promise<void> {
  const { snapshots } = desk.stores;
  const made = await vi.waitFor(async () => {
    const found = (await snapshots.list()).find((snapshot) => snapshot.index === index);
    expect(found).toBeDefined();
    return found!;
  }, PATIENCE);
  await snapshots.certify(made.index, snapshotCertificateOf(made.index, made.hash));
}

/** Applies all entries, not so fast that the first snapshot would be left out. */
export async function runAll(desk: LedgerDesk, entries: readonly Entry[]): Promise<void> {
  await desk.append(entries);
  await desk.apply(SNAPSHOT_ENTRIES);
  await certified(desk, SNAPSHOT_ENTRIES);
  await desk.apply(entries.length);
}

/** Lets go of applied entries up to the first snapshot, a few at a time. */
export async function prune(desk: LedgerDesk, entries: readonly Entry[]): Promise<void> {
  await desk.stores.log.write([certifying(entries.at(-1)!), committing(entries.at(-1)!)]);
  const floor = floorAt(entries[SNAPSHOT_ENTRIES - 1]!);
  while (await desk.stores.log.prune(floor, 20));
  while (await desk.stores.executor.prune(floor.index, 20));
}

export function pruningSuite(open: () => LedgerDesk): void {
  const entries = chainOf([...opening, ...transfers(COUNT - opening.length)]);
  const last = entries.length;

  describe("pruning", () => {
    it("lets go of outcomes, and says so", async () => {
      const desk = open();
      const actions = { module: ACCOUNTS, table: "accounts", key: "wjm" };
      await runAll(desk, entries);
      const before = granted(await desk.stores.reader.entries(page(SNAPSHOT_ENTRIES + 1)));
      const history = granted(
        await desk.stores.reader.history({ ...actions, from: LogIndex(1), limit: 1_000 }),
      );
      await prune(desk, entries);
      const { reader } = desk.stores;
      const refused = { ok: false, error: { code: "pruned" } };
      expect(await reader.entries(page(1))).toMatchObject(refused);
      expect(await reader.entries(page(SNAPSHOT_ENTRIES))).toMatchObject(refused);
      expect(granted(await reader.entries(page(SNAPSHOT_ENTRIES + 1)))).toEqual(before);
      expect(await reader.entryProof(LogIndex(SNAPSHOT_ENTRIES))).toMatchObject(refused);
      expect(granted(await reader.entryProof(LogIndex(last)))?.header.index).toBe(last);
      expect(await reader.history({ ...actions, from: LogIndex(1), limit: 10 })).toMatchObject(refused);
      const later = await reader.history({ ...actions, from: LogIndex(SNAPSHOT_ENTRIES + 1), limit: 1_000 });
      expect(granted(later).changes).toEqual(history.changes.filter(({ index }) => index > SNAPSHOT_ENTRIES));
      const range = { module: ACCOUNTS, table: "accounts", prefix: undefined, after: undefined, limit: 10 };
      const at = (index: number) => reader.rows({ ...range, at: LogIndex(index) });
      expect(await at(SNAPSHOT_ENTRIES - 1)).toMatchObject(refused);
      expect(granted(await at(SNAPSHOT_ENTRIES)).rows.length).toBeGreaterThan(1);
    });

    it("leaves every later outcome as provable as it was", async () => {
      const desk = open();
      await runAll(desk, entries);
      const places = entries
        .slice(SNAPSHOT_ENTRIES)
        .flatMap(({ index }) =>
          [index, SNAPSHOT_ENTRIES + 40, last]
            .filter((size) => size >= index)
            .map((size) => ({ index, size: LogIndex(size) })),
        );
      const before = await desk.stores.executor.paths(places);
      await prune(desk, entries);
      expect(await desk.stores.executor.paths(places)).toEqual(before);
      const gone = { index: LogIndex(SNAPSHOT_ENTRIES), size: LogIndex(last) };
      expect(await desk.stores.executor.paths([gone])).toEqual([undefined]);
    });

    it("goes in steps, between which everything above is as it was, and goes on after a restart", async () => {
      const desk = open();
      await runAll(desk, entries);
      const places = entries.slice(SNAPSHOT_ENTRIES).map(({ index }) => ({ index, size: LogIndex(last) }));
      const paths = await desk.stores.executor.paths(places);
      const above = granted(await desk.stores.reader.entries(page(SNAPSHOT_ENTRIES + 1)));
      await desk.stores.log.write([certifying(entries.at(-1)!), committing(entries.at(-1)!)]);
      const floor = floorAt(entries[SNAPSHOT_ENTRIES - 1]!);
      await desk.stores.log.prune(floor, 1);
      let steps = 1;
      while (await desk.stores.executor.prune(floor.index, STEP)) {
        steps++;
        await desk.restart();
        const { executor, reader } = desk.stores;
        expect(await executor.paths(places)).toEqual(paths);
        expect(granted(await reader.entries(page(SNAPSHOT_ENTRIES + 1)))).toEqual(above);
        // Nothing is told any more of what is half gone.
        const gone = [1, STEP + 1, 2 * STEP + 3, SNAPSHOT_ENTRIES].map((index) => LogIndex(index));
        const size = LogIndex(last);
        expect(await executor.paths(gone.map((index) => ({ index, size })))).toEqual(
          gone.map(() => undefined),
        );
        for (const index of gone) {
          expect(await reader.entryProof(index)).toMatchObject({ ok: false, error: { code: "pruned" } });
        }
      }
      expect(steps).toBeGreaterThanOrEqual(SNAPSHOT_ENTRIES / STEP);
      expect(steps).toBeLessThanOrEqual(SNAPSHOT_ENTRIES / STEP + 2);
    });

    it("is seen by nothing that is applied afterwards, or after a restart", async () => {
      const desk = open();
      const more = chainOf([...opening, ...transfers(COUNT + 60 - opening.length)]).slice(COUNT);
      await runAll(desk, entries);
      await prune(desk, entries);
      await desk.restart();
      await desk.run(more.slice(0, 30));
      await desk.restart();
      await desk.run(more.slice(30));
      const pruned = desk.batches.at(-1)!.applied;
      await desk.restart(async (bench) => {
        await bench.forgetState();
        await bench.rollBackLog();
      });
      await desk.run([...entries, ...more]);
      expect(desk.batches.at(-1)!.applied).toEqual(pruned);
    });

    it("remembers ids that may not be used again", async () => {
      const desk = open();
      await runAll(desk, entries);
      await prune(desk, entries);
      const first = idOf([transferring("wjm", "stu", "0.01 USD")], { signers: [people.wjm], mark: "pay 0" });
      const told = await desk.stores.reader.command(first);
      expect(told).toEqual({ kind: "pruned", status: "ok", index: opening.length + 1 });
      await desk.restart();
      expect(desk.opened!.ids.length).toBe(entries.length - 1);
    });
  });

  describe("a snapshot", () => {
    it("takes the place of a lost state whose entries are pruned", async () => {
      const desk = open();
      await runAll(desk, entries);
      await prune(desk, entries);
      const { applied } = desk.batches.at(-1)!;
      await desk.restart((bench) => bench.forgetState());
      expect(desk.opened!.applied.index).toBe(0);
      await desk.apply(last);
      expect(desk.batches.at(-1)!.applied).toEqual(applied);
      expect(desk.batches[0]!.ids!.length).toBe(SNAPSHOT_ENTRIES - 1);
    });

    it("that was fetched is begun from, whatever was applied before", async () => {
      const desk = open();
      await runAll(desk, entries);
      const { applied } = desk.batches.at(-1)!;
      const { snapshots } = desk.stores;
      const index = LogIndex(SNAPSHOT_ENTRIES);
      const manifest = (await snapshots.manifest(index))!;
      const chunks = (await snapshots.list()).find((one) => one.index === index)!.chunks;
      const bytes = await Promise.all(
        Array.from({ length: chunks }, (_, chunk) => snapshots.chunk({ index, chunk })),
      );
      await desk.restart(async (bench) => {
        await bench.forgetState();
        await bench.rollBackLog();
      });
      await desk.run(entries.slice(0, 9));
      const { snapshots: fetched, log } = desk.stores;
      for (const [chunk, held] of bytes.entries()) await fetched.saveChunk({ index, chunk }, held!);
      const certificate = snapshotCertificateOf(index, snapshotHash(sha256, manifest));
      await fetched.complete({ index, manifest, certificate });
      await log.write([{ kind: "take-snapshot", floor: floorAt(entries[SNAPSHOT_ENTRIES - 1]!) }]);
      await log.write([
        appending(entries.slice(SNAPSHOT_ENTRIES)),
        certifying(entries.at(-1)!),
        committing(entries.at(-1)!),
      ]);
      await desk.apply(last);
      expect(desk.batches.at(-1)!.applied).toEqual(applied);
      await desk.restart();
      expect(desk.opened!.applied).toEqual(applied);
      expect(await desk.stores.reader.entries(page(5))).toMatchObject({
        ok: false,
        error: { code: "pruned" },
      });
      const page2 = granted(await desk.stores.reader.entries(page(SNAPSHOT_ENTRIES + 1)));
      expect(page2.map(({ entry }) => entry.index)).toEqual(
        entries.slice(SNAPSHOT_ENTRIES).map((entry) => entry.index),
      );
    });
  });
}
