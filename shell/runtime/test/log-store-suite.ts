// What every LogStore must do (the port's contract), run for each implementation. A bench stands for
// one node's disk: `open` is a process that starts on it, after the one before has closed.

import { LogIndex, NodeId, Term, utf8 } from "@juno/base";
import type { DurableChange, Word } from "@juno/consensus";
import { type Entry, encodeCertificate } from "@juno/proof";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogStore } from "../src/ports/log-store.ts";
import { epochSuite } from "./epoch-suite.ts";
import { floorSuite } from "./floor-suite.ts";
import {
  appending,
  certificateOf,
  certifying,
  committing,
  entriesAbove,
  epoch,
  genesisPoint,
  positionOf,
  proofOf,
} from "./log-fixture.ts";
import { redactionSuite } from "./log-redaction-suite.ts";
import { type Desk, evidenceSuite, proofSuite, twoFaces, twoOutcomes } from "./proof-suite.ts";

export type LogStoreBench = {
  /** A store on the disk of this bench, which begins as `network` and `nodeId` of the fixture. */
  open(): Promise<LogStore>;
};

export type LogStoreSetup = {
  setup(): Promise<LogStoreBench>;
  teardown(): Promise<void>;
};

const everything = { from: LogIndex(1), to: LogIndex(100_000), bytesMax: 1 << 24 };
/** A word as a peer may have said it; whoever stores it does not judge it. */
const wordOf = (voter: number): Word => ({
  tag: "ack",
  statement: {
    voter: NodeId(voter),
    body: utf8(`an Ack of ${voter}`),
    signature: new Uint8Array(64).fill(voter),
  },
});

const indexesOf = (entries: readonly Entry[]): number[] => entries.map(({ index }) => index);

export function logStoreSuite(name: string, implementation: LogStoreSetup): void {
  describe(`LogStore: ${name}`, () => {
    const desk: Partial<Desk> = {};
    const open = (): Desk => desk as Desk;

    beforeEach(async () => {
      const bench = await implementation.setup();
      desk.store = await bench.open();
      desk.reopen = async () => {
        await desk.store!.close();
        desk.store = await bench.open();
      };
    });

    afterEach(async () => {
      await desk.store?.close();
      await implementation.teardown();
    });

    memorySuite(open);
    epochSuite(open);
    logSuite(open);
    readSuite(open);
    proofSuite(open);
    evidenceSuite(open);
    bufferSuite(open);
    redactionSuite(open);
    refusalSuite(open);
    floorSuite(open);
  });
}

function memorySuite(open: () => Desk): void {
  describe("the voter's memory", () => {
    it("begins at the genesis", async () => {
      expect(await open().store.load()).toEqual({
        epoch,
        isWithheld: false,
        links: [],
        currentTerm: 0,
        votedBase: undefined,
        certified: { kind: "genesis", epoch, position: positionOf(genesisPoint, 0), statements: [] },
        base: genesisPoint,
        committed: genesisPoint,
        committedTime: 0,
        committedTerm: 0,
        committedEpoch: 0,
        commitProof: undefined,
        termCertificate: undefined,
        mode: "normal",
        reason: "",
        evidence: [],
        heard: [],
        suffix: [],
      });
    });

    it("outlives a restart, whole (S1)", async () => {
      const desk = open();
      await desk.store.load();
      const entries = entriesAbove(genesisPoint, 10);
      const fifth = entries[4]!;
      const base = { index: entries[1]!.index, hash: entries[1]!.hash };
      const termCertificate = utf8("the licence to enter term 7");
      await desk.store.write([
        appending(entries),
        { kind: "keep", what: "term-certificate", epoch, term: Term(6), bytes: utf8("another") },
        { kind: "keep", what: "term-certificate", epoch, term: Term(7), bytes: termCertificate },
        { kind: "keep", what: "election-certificate", epoch, term: Term(7), bytes: utf8("an election") },
        { kind: "evidence", kept: twoFaces, bytes: utf8("two faces") },
        { kind: "evidence", kept: twoOutcomes, bytes: utf8("two outcomes") },
        { kind: "certified", certificate: certificateOf(fifth), base },
        committing(entries[2]!),
        { kind: "term", currentTerm: Term(7), votedBase: positionOf(fifth) },
        { kind: "heard", words: [wordOf(1), wordOf(2)] },
        { kind: "mode", mode: "readOnly", reason: "the outcome of entry 2 differs" },
        { kind: "heard", words: [wordOf(3)] },
      ]);
      const expected = {
        epoch,
        isWithheld: false,
        links: [],
        currentTerm: 7,
        votedBase: positionOf(fifth),
        certified: certificateOf(fifth),
        base,
        committed: { index: entries[2]!.index, hash: entries[2]!.hash },
        committedTime: 3_000,
        committedTerm: 1,
        committedEpoch: epoch,
        commitProof: proofOf(entries[2]!),
        termCertificate,
        mode: "readOnly",
        reason: "the outcome of entry 2 differs",
        evidence: [twoFaces, twoOutcomes],
        // The newest words replace all before.
        heard: [wordOf(3)],
        suffix: entries.slice(3),
      };
      await desk.reopen();
      expect(await desk.store.load()).toEqual(expected);
    });

    it("forgets a vote with its term", async () => {
      const desk = open();
      await desk.store.load();
      await desk.store.write([
        { kind: "term", currentTerm: Term(1), votedBase: positionOf(genesisPoint, 0) },
      ]);
      await desk.store.write([{ kind: "term", currentTerm: Term(2), votedBase: undefined }]);
      await desk.reopen();
      expect(await desk.store.load()).toMatchObject({ currentTerm: 2, votedBase: undefined });
    });

    it("holds an election certificate as it was certified", async () => {
      const desk = open();
      await desk.store.load();
      const certificate = { ...certificateOf(genesisPoint, 4), kind: "election" as const };
      await desk.store.write([{ kind: "certified", certificate, base: genesisPoint }]);
      await desk.reopen();
      const { certified } = await desk.store.load();
      expect(encodeCertificate(certified)).toEqual(encodeCertificate(certificate));
    });
  });
}

function logSuite(open: () => Desk): void {
  describe("the log", () => {
    it("keeps the order of calls that nobody waited for", async () => {
      const { store } = open();
      await store.load();
      const entries = entriesAbove(genesisPoint, 200);
      const settled: number[] = [];
      await Promise.all(
        entries.map((entry, at) => store.write([appending([entry])]).then(() => settled.push(at))),
      );
      expect(settled).toEqual(entries.map((_, at) => at));
      expect(indexesOf(await store.read(everything))).toEqual(indexesOf(entries));
    });

    it("gives an empty write the meaning of a barrier", async () => {
      const { store } = open();
      await store.load();
      const entries = entriesAbove(genesisPoint, 3);
      const first = store.write([appending(entries)]);
      await store.write([]);
      expect(indexesOf(await store.read(everything))).toEqual([1, 2, 3]);
      await first;
    });

    it("replaces a branch in one write", async () => {
      const desk = open();
      await desk.store.load();
      const trunk = entriesAbove(genesisPoint, 5);
      const branch = entriesAbove(trunk[1]!, 4, { term: 2 });
      await desk.store.write([appending(trunk), certifying(trunk[1]!)]);
      await desk.store.write([{ kind: "truncate", above: LogIndex(2) }, appending(branch)]);
      await desk.reopen();
      const expected = [...trunk.slice(0, 2), ...branch];
      expect((await desk.store.load()).suffix).toEqual(expected);
      expect(await desk.store.read(everything)).toEqual(expected);
    });

    it("cuts nothing where nothing stands above", async () => {
      const { store } = open();
      await store.load();
      await store.write([appending(entriesAbove(genesisPoint, 2)), { kind: "truncate", above: LogIndex(9) }]);
      await store.write([{ kind: "truncate", above: LogIndex(0) }]);
      expect(await store.read(everything)).toEqual([]);
    });

    it("finishes its writes before it closes", async () => {
      const desk = open();
      await desk.store.load();
      const entries = entriesAbove(genesisPoint, 50);
      const writes = entries.map((entry) => desk.store.write([appending([entry])]));
      await desk.reopen();
      await Promise.all(writes);
      await desk.store.load();
      expect(indexesOf(await desk.store.read(everything))).toEqual(indexesOf(entries));
    });
  });
}

function readSuite(open: () => Desk): void {
  describe("reading", () => {
    it("answers ranges, as far as there are entries", async () => {
      const { store } = open();
      await store.load();
      const entries = entriesAbove(genesisPoint, 20);
      await store.write([appending(entries)]);
      const bytesMax = 1 << 20;
      expect(await store.read({ from: LogIndex(5), to: LogIndex(7), bytesMax })).toEqual(entries.slice(4, 7));
      expect(await store.read({ from: LogIndex(19), to: LogIndex(99), bytesMax })).toEqual(entries.slice(18));
      expect(await store.read({ from: LogIndex(21), to: LogIndex(99), bytesMax })).toEqual([]);
      expect(await store.read({ from: LogIndex(7), to: LogIndex(5), bytesMax })).toEqual([]);
    });

    it("cuts at a number of bytes, but never before the first entry", async () => {
      const { store } = open();
      await store.load();
      const entries = entriesAbove(genesisPoint, 10);
      await store.write([appending(entries)]);
      const each = entries[0]!.body.length;
      const lengths = async (bytesMax: number) =>
        (await store.read({ from: LogIndex(1), to: LogIndex(10), bytesMax })).length;
      expect(await lengths(0)).toBe(1);
      expect(await lengths(each)).toBe(1);
      expect(await lengths(3 * each - 1)).toBe(2);
      expect(await lengths(3 * each)).toBe(3);
      expect(await lengths(1 << 20)).toBe(10);
    });

    it("keeps large bodies whole", async () => {
      const desk = open();
      await desk.store.load();
      const entries = entriesAbove(genesisPoint, 3, { bodyBytes: 1 << 20 });
      await desk.store.write([appending(entries)]);
      await desk.reopen();
      await desk.store.load();
      expect(await desk.store.read(everything)).toEqual(entries);
    });
  });
}

function bufferSuite(open: () => Desk): void {
  const buffering = (entries: readonly Entry[]): DurableChange => ({ kind: "buffer", entries });

  describe("what is fetched beside the log", () => {
    it("is gathered in either direction and taken in with what cuts the log, at once", async () => {
      const desk = open();
      await desk.store.load();
      const own = entriesAbove(genesisPoint, 6);
      const other = [...own.slice(0, 3), ...entriesAbove(own[2]!, 7, { term: 2 })];
      await desk.store.write([appending(own)]);
      await desk.store.write([buffering(other.slice(5, 8))]);
      await desk.store.write([buffering(other.slice(2, 5))]);
      await desk.store.write([buffering(other.slice(8, 10))]);
      expect(await desk.store.read(everything)).toEqual(own);
      await desk.store.write([
        { kind: "truncate", above: LogIndex(3) },
        { kind: "take-buffer", through: LogIndex(9) },
        certifying(other[8]!),
      ]);
      await desk.reopen();
      expect((await desk.store.load()).suffix).toEqual(other.slice(0, 9));
    });

    it("is gone after it was taken, dropped or left by a process", async () => {
      const desk = open();
      await desk.store.load();
      const entries = entriesAbove(genesisPoint, 9);
      await desk.store.write([buffering(entries.slice(0, 5)), { kind: "take-buffer", through: LogIndex(3) }]);
      await desk.store.write([buffering(entries.slice(6, 9)), { kind: "drop-buffer" }]);
      await desk.store.write([buffering(entries.slice(3, 6))]);
      await desk.reopen();
      await desk.store.load();
      await desk.store.write([buffering(entries.slice(3, 5)), { kind: "take-buffer", through: LogIndex(5) }]);
      expect(await desk.store.read(everything)).toEqual(entries.slice(0, 5));
    });
  });
}

function refusalSuite(open: () => Desk): void {
  const entries = entriesAbove(genesisPoint, 9);
  const broken: Readonly<Record<string, DurableChange>> = {
    "entries that leave a gap": appending(entries.slice(7)),
    "entries that stand there already": appending(entries.slice(4, 6)),
    "a cut into what is committed": { kind: "truncate", above: LogIndex(2) },
    "a commit above the log": committing(entries[6]!),
    "a commit that falls": committing(entries[0]!),
    "a buffer that does not reach the log": { kind: "take-buffer", through: LogIndex(6) },
  };

  describe("a write that makes no sense", () => {
    it.each(Object.entries(broken))("is kept out whole and closes the store: %s", async (_, change) => {
      const desk = open();
      await desk.store.load();
      await desk.store.write([
        appending(entries.slice(0, 5)),
        certifying(entries[4]!),
        committing(entries[2]!),
      ]);
      const before = await desk.store.load();
      const term: DurableChange = { kind: "term", currentTerm: Term(9), votedBase: undefined };
      await expect(desk.store.write([term, appending(entries.slice(5, 6)), change])).rejects.toThrow();
      await expect(desk.store.write([])).rejects.toThrow();
      await expect(desk.store.load()).rejects.toThrow();
      await desk.reopen();
      expect(await desk.store.load()).toEqual(before);
    });
  });
}
