// What every LogStore must do with redacted bodies (C22, E49): put them in the place of whole ones, keep all else.

import { LogIndex } from "@juno/base";
import { chainKeptEntry, type Entry, encodeRedactedBody, isRedacted, redactedParts } from "@juno/proof";
import { describe, expect, it } from "vitest";
import type { RedactedEntryBody } from "../src/ports/log-store.ts";
import {
  appending,
  certificateOf,
  certifying,
  committing,
  entriesAbove,
  genesisPoint,
  sha256,
} from "./log-fixture.ts";
import type { Desk } from "./proof-suite.ts";

/** What is to stand in the place of an entry's body. */
export function redactedAt(entry: Entry): RedactedEntryBody {
  const parts = redactedParts(sha256, entry.body);
  if (!parts.ok) throw new Error(parts.error.detail);
  return { index: entry.index, body: encodeRedactedBody(parts.value) };
}

export function redactionSuite(open: () => Desk): void {
  describe("redaction", () => {
    it("puts redacted bodies in the place of whole ones, for good", async () => {
      const desk = open();
      await desk.store.load();
      const entries = entriesAbove(genesisPoint, 9, { bodyBytes: 9_000 });
      await desk.store.write([appending(entries), certifying(entries[8]!), committing(entries[5]!)]);
      const bodies = [2, 3, 6].map((index) => redactedAt(entries[index - 1]!));
      expect(await desk.store.redact(bodies)).toBe(true);
      const everything = { from: LogIndex(1), to: LogIndex(9), bytesMax: 1 << 24 };
      for (const isReopened of [false, true]) {
        if (isReopened) {
          await desk.reopen();
          expect((await desk.store.load()).suffix).toEqual(entries.slice(6));
        }
        const read = await desk.store.read(everything);
        expect(read.filter(isRedacted).map(({ index }) => Number(index))).toEqual([2, 3, 6]);
        expect(read.map(({ hash }) => hash)).toEqual(entries.map(({ hash }) => hash));
        expect(read.filter((entry) => !isRedacted(entry))).toEqual(
          entries.filter((_, at) => ![1, 2, 5].includes(at)),
        );
        const again = chainKeptEntry(sha256, entries[0]!.hash, read[1]!);
        expect(again).toMatchObject({ ok: true, value: { hash: entries[1]!.hash } });
      }
      expect(await desk.store.redact([])).toBe(true);
    });

    it("takes nothing away that is not committed", async () => {
      const desk = open();
      await desk.store.load();
      const entries = entriesAbove(genesisPoint, 3);
      await desk.store.write([
        appending(entries),
        { kind: "certified", certificate: certificateOf(entries[2]!), base: genesisPoint },
      ]);
      await expect(desk.store.redact([redactedAt(entries[1]!)])).rejects.toThrow(
        "what is redacted is committed",
      );
    });
  });
}
