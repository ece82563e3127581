// What every LogStore must do at its lower end: begin anew above a snapshot, and let go of entries that
// one covers.

import { LogIndex } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import { floorAt } from "@juno/consensus";
import { FIRST_EPOCH, isRedacted } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { appending, certifying, committing, entriesAbove, genesisPoint, positionOf } from "./log-fixture.ts";
import { redactedAt } from "./log-redaction-suite.ts";
import type { Desk } from "./proof-suite.ts";

const everything = { from: LogIndex(1), to: LogIndex(100_000), bytesMax: 1 << 24 };

export function floorSuite(open: () => Desk): void {
  const indexes = async (): Promise<number[]> =>
    (await open().store.read(everything)).map(({ index }) => index);
  const written = async (...changes: readonly DurableChange[]): Promise<void> => open().store.write(changes);

  describe("pruning (V9)", () => {
    const entries = entriesAbove(genesisPoint, 30);
    const store = async () => {
      await open().store.load();
      await written(appending(entries), certifying(entries[24]!), committing(entries[19]!));
    };

    it("lets go of entries up to a committed point, some at a time, and of their proofs", async () => {
      await store();
      await written(certifying(entries[28]!), committing(entries[24]!));
      const floor = floorAt(entries[19]!);
      let steps = 1;
      while (await open().store.prune(floor, 8)) {
        expect(await open().store.floor()).toEqual(floor);
        steps++;
      }
      expect(steps).toBeGreaterThanOrEqual(3);
      expect(steps).toBeLessThanOrEqual(4);
      expect(await indexes()).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
      expect(await open().store.commitProof({ from: LogIndex(1), to: LogIndex(19) })).toBeUndefined();
      await open().reopen();
      expect(await open().store.load()).toMatchObject({ committed: { index: 25 } });
      expect(await open().store.floor()).toEqual(floor);
      await written(appending(entriesAbove(entries[29]!, 2)));
      expect((await indexes()).slice(-2)).toEqual([31, 32]);
    });

    it("removes no more than it is told to, the lowest first, and goes on after a restart", async () => {
      await store();
      const floor = floorAt(entries[19]!);
      for (const first of [8, 15]) {
        expect(await open().store.prune(floor, 7)).toBe(true);
        expect(await open().store.floor()).toEqual(floor);
        expect(await indexes()).toEqual(Array.from({ length: 31 - first }, (_, at) => first + at));
        await open().reopen();
        expect(await open().store.load()).toMatchObject({ committed: { index: 20 } });
        expect(await open().store.floor()).toEqual(floor);
      }
      // Between two steps the log is written as ever.
      await written(
        certifying(entries[28]!),
        committing(entries[24]!),
        appending(entriesAbove(entries[29]!, 1)),
      );
      expect(await open().store.prune(floor, 7)).toBe(false);
      expect((await indexes())[0]).toBe(21);
      expect((await indexes()).at(-1)).toBe(31);
    });

    it("leaves nothing to redact of what is gone meanwhile (C22)", async () => {
      await store();
      await open().store.prune(floorAt(entries[19]!), 10);
      expect(await open().store.redact([4, 12].map((index) => redactedAt(entries[index - 1]!)))).toBe(true);
      const left = await open().store.read(everything);
      expect(left.map(({ index }) => index)[0]).toBe(11);
      expect(left.filter(isRedacted).map(({ index }) => index)).toEqual([12]);
    });

    it("may go up to the last committed entry", async () => {
      await store();
      while (await open().store.prune(floorAt(entries[19]!), 100));
      await open().reopen();
      const loaded = await open().store.load();
      const { time: committedTime, term: committedTerm } = entries[19]!;
      expect(loaded).toMatchObject({ committed: { index: 20 }, committedTime, committedTerm });
      expect(loaded.suffix).toHaveLength(10);
    });

    it("waits for the record of the commit, and never lowers the floor", async () => {
      await store();
      expect(await open().store.prune(floorAt(entries[22]!), 100)).toBe(true);
      expect(await open().store.floor()).toBeUndefined();
      expect(await indexes()).toHaveLength(30);
      while (await open().store.prune(floorAt(entries[9]!), 100));
      while (await open().store.prune(floorAt(entries[4]!), 100));
      expect(await open().store.floor()).toEqual(floorAt(entries[9]!));
    });
  });

  describe("a snapshot's floor", () => {
    it("takes the place of every entry", async () => {
      const entries = entriesAbove(genesisPoint, 60);
      await open().store.load();
      await written(appending(entries.slice(0, 10)), committing(entries[4]!));
      await written({ kind: "buffer", entries: entries.slice(40, 55) });
      const floor = floorAt(entries[39]!);
      await written(
        { kind: "take-snapshot", floor },
        { kind: "take-buffer", through: LogIndex(50) },
        {
          kind: "certified",
          certificate: {
            kind: "quorum",
            epoch: FIRST_EPOCH,
            position: positionOf(entries[49]!),
            statements: [],
          },
          base: genesisPoint,
        },
        committing(entries[49]!),
      );
      expect(await open().store.floor()).toEqual(floor);
      expect(await indexes()).toEqual(entries.slice(40, 50).map(({ index }) => index));
      await open().reopen();
      expect(await open().store.load()).toMatchObject({ committed: { index: 50 }, suffix: [] });
      expect(await open().store.floor()).toEqual(floor);
      await written(appending(entries.slice(50, 52)));
    });

    it("may itself be the last committed point", async () => {
      const entries = entriesAbove(genesisPoint, 42);
      await open().store.load();
      const floor = floorAt(entries[39]!);
      await written(
        { kind: "take-snapshot", floor },
        {
          kind: "certified",
          certificate: {
            kind: "quorum",
            epoch: FIRST_EPOCH,
            position: positionOf(entries[39]!),
            statements: [],
          },
          base: genesisPoint,
        },
        committing(entries[39]!),
      );
      await open().reopen();
      expect(await open().store.load()).toMatchObject({
        committed: { index: 40 },
        committedTime: floor.time,
      });
      await written(appending(entries.slice(40)));
      expect(await indexes()).toEqual([41, 42]);
    });

    it("is refused at or below what is committed", async () => {
      const entries = entriesAbove(genesisPoint, 10);
      await open().store.load();
      await written(appending(entries), certifying(entries[7]!), committing(entries[7]!));
      await expect(written({ kind: "take-snapshot", floor: floorAt(entries[6]!) })).rejects.toThrow(
        "a snapshot takes the log further",
      );
    });
  });
}
