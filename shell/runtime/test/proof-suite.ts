// What every LogStore must do with the documents that prove something to others: commit proofs, of which
// it keeps enough, and evidence that voters lied, of which it keeps one for each claim.

import { LogIndex, NodeId, Term, utf8 } from "@juno/base";
import type { DurableChange, KeptEvidence } from "@juno/consensus";
import { describe, expect, it } from "vitest";
import type { LogStore } from "../src/ports/log-store.ts";
import {
  appending,
  certifying,
  committing,
  entriesAbove,
  epoch,
  genesisPoint,
  proofOf,
} from "./log-fixture.ts";

/** Within a test: the store that is open now. */
export type Desk = { store: LogStore; reopen(): Promise<void> };

const accused = NodeId(2);

export const twoFaces: KeptEvidence = {
  ...{ kind: "equivocation", accused, epoch, term: Term(7), index: undefined, seenMs: 1_700_000_000_001 },
};
export const twoOutcomes: KeptEvidence = {
  ...{ kind: "false-attestation", accused, epoch, term: undefined, index: LogIndex(7), seenMs: 5 },
};

const keeping = (kept: KeptEvidence, text: string): DurableChange => ({
  ...{ kind: "evidence", kept, bytes: utf8(text) },
});

export function evidenceSuite(open: () => Desk): void {
  describe("evidence", () => {
    const everything = { from: 1, limit: 100, bytesMax: 1_000 };

    it("is read as it was written, in pages (E36)", async () => {
      const desk = open();
      await desk.store.load();
      await desk.store.write([keeping(twoFaces, "two faces"), keeping(twoOutcomes, "two outcomes")]);
      await desk.reopen();
      const first = { number: 1, kept: twoFaces, bytes: utf8("two faces") };
      const second = { number: 2, kept: twoOutcomes, bytes: utf8("two outcomes") };
      expect(await desk.store.evidence(everything)).toEqual([first, second]);
      expect(await desk.store.evidence({ ...everything, from: 2 })).toEqual([second]);
      expect(await desk.store.evidence({ ...everything, limit: 1 })).toEqual([first]);
      expect(await desk.store.evidence({ ...everything, bytesMax: 1 })).toEqual([first]);
      expect(await desk.store.evidence({ ...everything, from: 3 })).toEqual([]);
    });

    it("is kept once for each claim, however it is shown", async () => {
      const desk = open();
      await desk.store.load();
      await desk.store.write([keeping(twoFaces, "two faces")]);
      await desk.store.write([keeping({ ...twoFaces, seenMs: 9 }, "the same two, the other way round")]);
      await desk.reopen();
      expect((await desk.store.load()).evidence).toEqual([twoFaces]);
      expect(await desk.store.evidence(everything)).toHaveLength(1);
    });
  });
}

export function proofSuite(open: () => Desk): void {
  describe("commit proofs", () => {
    it("finds the lowest one in a range", async () => {
      const { store } = open();
      await store.load();
      const entries = entriesAbove(genesisPoint, 4_000, { bodyBytes: 10 });
      await store.write([appending(entries)]);
      for (const at of [1_500, 3_900]) await store.write([committing(entries[at - 1]!)]);
      const found = async (from: number, to: number) =>
        (await store.commitProof({ from: LogIndex(from), to: LogIndex(to) }))?.index;
      expect(await found(1, 4_000)).toBe(1_500);
      expect(await found(1_500, 1_500)).toBe(1_500);
      expect(await found(1_501, 4_000)).toBe(3_900);
      expect(await found(1_501, 3_899)).toBeUndefined();
      expect(await found(3_901, 4_000)).toBeUndefined();
      const whole = await store.commitProof({ from: LogIndex(1), to: LogIndex(4_000) });
      expect(whole).toEqual(proofOf(entries[1_499]!));
    });

    it("keeps at least one in 1,000 entries, and the latest", async () => {
      const desk = open();
      await desk.store.load();
      const entries = entriesAbove(genesisPoint, 3_500, { bodyBytes: 10 });
      await desk.store.write([appending(entries), certifying(entries.at(-1)!)]);
      const committed = entries.filter(({ index }) => index % 7 === 0);
      for (let at = 0; at < committed.length; at += 20) {
        await desk.store.write(committed.slice(at, at + 20).map(committing));
      }
      await desk.reopen();
      await desk.store.load();
      for (let from = 1; from + 999 <= entries.length; from += 13) {
        const proof = await desk.store.commitProof({ from: LogIndex(from), to: LogIndex(from + 999) });
        expect(proof, `a proof for entries ${from} to ${from + 999}`).toBeDefined();
      }
      const latest = committed.at(-1)!;
      expect(await desk.store.commitProof({ from: latest.index, to: latest.index })).toEqual(proofOf(latest));
    });
  });
}
