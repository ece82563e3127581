// What every Executor must do (the port's contract), run for each implementation.

import { LogIndex, parseUtf8 } from "@juno/base";
import { apply, MemoryView, UNGOVERNED } from "@juno/ledger";
import {
  appendLeaf,
  EMPTY_FRONTIER,
  type Entry,
  type Frontier,
  includes,
  outcomeLeaf,
  receiptHash,
  rootOf,
} from "@juno/proof";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { governingSuite } from "./governing-suite.ts";
import { LedgerDesk, type LedgerSetup } from "./ledger-desk.ts";
import {
  bodyOf,
  CHECKPOINT_ENTRIES,
  chainOf,
  context,
  creating,
  genesis,
  idOf,
  opening,
  people,
  transfers,
} from "./ledger-fixture.ts";
import { sha256 } from "./log-fixture.ts";
import { pruningSuite } from "./pruning-suite.ts";
import { snapshotSuite } from "./snapshot-suite.ts";

/** The root that follows from the entries by the ledger's own definition. */
function rootAfter(entries: readonly Entry[]) {
  const view = new MemoryView();
  let frontier: Frontier = EMPTY_FRONTIER;
  for (const entry of entries) {
    const yielded = apply(context, view, entry);
    view.accept(yielded, entry);
    const leaf = outcomeLeaf(sha256, { entryHash: entry.hash, receiptHash: yielded.receiptHash });
    frontier = appendLeaf(sha256, frontier, leaf).frontier;
  }
  return { index: entries.length, root: rootOf(sha256, frontier) };
}

export function executorSuite(name: string, implementation: LedgerSetup): void {
  describe(`Executor: ${name}`, () => {
    let desk: LedgerDesk | undefined;

    beforeEach(async () => {
      desk = new LedgerDesk(await implementation.setup());
      await desk.start();
    });

    afterEach(async () => {
      await desk!.stop();
      await implementation.teardown();
    });

    applyingSuite(() => desk!);
    restartSuite(() => desk!);
    pruningSuite(() => desk!);
    windowSuite(() => desk!);
    pathSuite(() => desk!);
    snapshotSuite(() => desk!);
    governingSuite(() => desk!);
  });
}

function applyingSuite(open: () => LedgerDesk): void {
  describe("applying", () => {
    it("begins at the genesis", () => {
      expect(open().opened).toEqual({
        applied: rootAfter([]),
        hash: genesis.network,
        ids: [],
        redactions: [],
        governed: UNGOVERNED,
      });
    });

    it("yields what the ledger yields, entry by entry, once each", async () => {
      const desk = open();
      const entries = chainOf([...opening, ...transfers(60)]);
      await desk.run(entries);
      const view = new MemoryView();
      let previousHash = genesis.network;
      for (const [at, outcome] of desk.outcomes.entries()) {
        const entry = entries[at]!;
        const yielded = apply(context, view, entry);
        view.accept(yielded, entry);
        expect(outcome).toMatchObject({ entry, previousHash, receipt: yielded.receipt });
        const { id, status, expires, spends } = yielded.command ?? {};
        if (id === undefined) expect(outcome.command).toBeUndefined();
        else expect(outcome.command).toMatchObject({ id, status, expires, spends });
        previousHash = entry.hash;
      }
      expect(desk.outcomes).toHaveLength(entries.length);
      expect(desk.batches.at(-1)!.applied).toEqual(rootAfter(entries));
      expect(desk.outcomes.slice(1).every(({ command }) => command?.status === "ok")).toBe(true);
    });

    it("says after each batch how far it came", async () => {
      const desk = open();
      const entries = chainOf([...opening, ...transfers(2_000)]);
      await desk.run(entries);
      expect(desk.batches.length).toBeGreaterThan(1);
      let count = 0;
      for (const { applied, outcomes } of desk.batches) {
        count += outcomes.length;
        expect(applied.index).toBe(count);
        expect(outcomes.at(-1)!.entry.index).toBe(count);
      }
      expect(desk.batches.at(-1)!.applied).toEqual(rootAfter(entries));
    });

    it("goes no further than it is told, and never back", async () => {
      const desk = open();
      const entries = chainOf([...opening, ...transfers(16)]);
      await desk.append(entries);
      await desk.apply(7);
      await desk.apply(3);
      expect(desk.applied).toBe(7);
      desk.stores.executor.apply(LogIndex(12));
      desk.stores.executor.apply(LogIndex(9));
      await desk.apply(15);
      expect(desk.outcomes.map(({ entry }) => entry.index)).toEqual(
        entries.slice(0, 15).map(({ index }) => index),
      );
    });

    it("stops when a committed entry is not in the log", async () => {
      const desk = open();
      await desk.append(chainOf(opening));
      await expect(desk.apply(9)).rejects.toMatchObject({ code: "executor_failed" });
      expect(desk.applied).toBe(4);
    });
  });
}

function restartSuite(open: () => LedgerDesk): void {
  describe("a restart", () => {
    const entries = chainOf([...opening, ...transfers(40)]);

    it("continues after the last entry that was applied", async () => {
      const desk = open();
      await desk.append(entries);
      await desk.apply(20);
      await desk.restart();
      expect(desk.opened).toMatchObject({
        applied: rootAfter(entries.slice(0, 20)),
        hash: entries[19]!.hash,
      });
      await desk.apply(44);
      expect(desk.outcomes[0]!.entry.index).toBe(21);
      expect(desk.outcomes[0]!.previousHash).toEqual(entries[19]!.hash);
      expect(desk.batches.at(-1)!.applied).toEqual(rootAfter(entries));
    });

    it("states the same roots of the state as without one (C20)", async () => {
      const desk = open();
      // So many new rows that they are folded into the state tree between checkpoints as well.
      const crowd = Array.from({ length: 900 }, (_, at) => creating(`crowd-${at}`, people.wjm));
      const opened = [0, 300, 600].map((at) => ({
        body: bodyOf(crowd.slice(at, at + 300), { mark: `crowd ${at}` }),
      }));
      const more = chainOf([...opening, ...transfers(15), ...opened, ...transfers(40, 15)]);
      await desk.append(more);
      const stops = [...[19, 20, 22, 24, 47].filter((at) => at < more.length), more.length];
      const receipts: string[] = [];
      for (const stop of stops) {
        await desk.apply(stop);
        receipts.push(...desk.outcomes.map(({ receipt }) => parseUtf8(receipt)!));
        await desk.restart();
      }
      const view = new MemoryView();
      const expected = more.map((entry) => {
        const yielded = apply(context, view, entry);
        view.accept(yielded, entry);
        return parseUtf8(yielded.receipt)!;
      });
      expect(receipts).toEqual(expected);
      expect(receipts.filter((text) => text.includes("stateRoot"))).toHaveLength(
        Math.floor(more.length / CHECKPOINT_ENTRIES),
      );
    });

    it("without the state comes to the same state again", async () => {
      const desk = open();
      await desk.run(entries);
      const before = desk.outcomes;
      await desk.restart((bench) => bench.forgetState());
      expect(desk.opened).toMatchObject({ applied: rootAfter([]), ids: [] });
      await desk.apply(entries.length);
      expect(desk.outcomes).toEqual(before);
      expect(desk.batches.at(-1)!.applied).toEqual(rootAfter(entries));
    });

    it("is refused on a log that lacks what was applied", async () => {
      const desk = open();
      await desk.run(entries);
      const restarted = desk.restart((bench) => bench.rollBackLog());
      await expect(restarted).rejects.toMatchObject({ code: "store_rolled_back" });
    });
  });
}

function windowSuite(open: () => LedgerDesk): void {
  describe("spent ids", () => {
    const actions = [creating("wjm", people.wjm)];
    const once = { body: bodyOf(actions), timeMs: 1_000 };
    const other = { mark: "other", expiresMs: 2_000 };

    it("are answered as duplicates, after a restart as before (C9)", async () => {
      const desk = open();
      const entries = chainOf([once, { ...once, timeMs: 1_500 }, { ...once, timeMs: 2_500 }]);
      await desk.append(entries);
      await desk.apply(2);
      await desk.restart();
      await desk.apply(3);
      expect(desk.outcomes[0]!.command).toMatchObject({ status: "duplicate", spends: false });
      expect(desk.batches.at(-1)!.applied).toEqual(rootAfter(entries));
    });

    it("are told at the start until log time has passed their expiry", async () => {
      const desk = open();
      const short = { body: bodyOf([creating("stu", people.stu)], other), timeMs: 1_200 };
      const late = { body: bodyOf([creating("bank", people.bank)], { mark: "late" }), timeMs: 2_000 };
      const later = { body: bodyOf([creating("bank", people.bank)], { mark: "later" }), timeMs: 2_001 };
      await desk.append(chainOf([once, short, late, later]));
      await desk.apply(3);
      await desk.restart();
      const ids = () => desk.opened!.ids.map(({ id }) => id);
      const shortId = idOf([creating("stu", people.stu)], other);
      expect(ids()).toHaveLength(3);
      expect(ids()).toContainEqual(shortId);
      expect(desk.opened!.ids.find(({ id }) => id.every((byte, i) => byte === shortId[i]))?.expires).toBe(
        genesis.startTime + 2_000,
      );
      await desk.apply(4);
      await desk.restart();
      expect(ids()).toHaveLength(3);
      expect(ids()).not.toContainEqual(shortId);
    });
  });
}

function pathSuite(open: () => LedgerDesk): void {
  describe("paths", () => {
    it("lead from each entry to the root of each tree that holds it, and are refused for what is not applied", async () => {
      const desk = open();
      const entries = chainOf([...opening, ...transfers(29)]);
      await desk.run(entries);
      const places = entries.flatMap(({ index }) =>
        entries.slice(index - 1).map((last) => ({ index, size: last.index })),
      );
      const roots = entries.map((_, at) => rootAfter(entries.slice(0, at + 1)).root);
      const paths = await desk.stores.executor.paths(places);
      expect(paths).toHaveLength(places.length);
      for (const [at, { index, size }] of places.entries()) {
        const { entry, receipt } = desk.outcomes[index - 1]!;
        const leafHash = outcomeLeaf(sha256, {
          entryHash: entry.hash,
          receiptHash: receiptHash(sha256, receipt),
        });
        const claim = { leaf: index - 1, size, leafHash, path: paths[at]!, root: roots[size - 1]! };
        expect(includes(sha256, claim), `entry ${index} in the tree of ${size}`).toBe(true);
      }
      const ask = (index: number, size: number) =>
        desk.stores.executor.paths([{ index: LogIndex(index), size: LogIndex(size) }]);
      await expect(ask(1, entries.length + 1)).rejects.toThrow();
      await expect(ask(4, 3)).rejects.toThrow();
      await expect(ask(0, 3)).rejects.toThrow();
      expect(await ask(4, 4)).toHaveLength(1);
    });

    it("are the same after a restart", async () => {
      const desk = open();
      await desk.run(chainOf([...opening, ...transfers(200)]));
      const places = [1, 2, 50, 128, 129, 203].map((index) => ({
        index: LogIndex(index),
        size: LogIndex(204),
      }));
      const before = await desk.stores.executor.paths(places);
      await desk.restart();
      expect(await desk.stores.executor.paths(places)).toEqual(before);
    });
  });
}
