// What every LedgerReader must prove of a row (C20, E42): how it stood at the last checkpoint, whatever
// came after it.

import { parseUtf8 } from "@juno/base";
import { provesRow, rowPath, stateRootOf } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { granted, type LedgerDesk } from "./ledger-desk.ts";
import {
  ACCOUNTS,
  bodyOf,
  CHECKPOINT_ENTRIES,
  chainOf,
  creating,
  opening,
  people,
  transfers,
} from "./ledger-fixture.ts";
import { sha256 } from "./log-fixture.ts";

export const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && parseUtf8(bytes);

export function rowProofSuite(open: () => LedgerDesk): void {
  describe("a row's proof (E42)", () => {
    const address = (key: string) => ({ module: ACCOUNTS, table: "accounts", key });
    const proven = async (key: string) => granted(await open().stores.reader.rowProof(address(key)));

    /** What the proof shows of the row, by the root that the receipt of its checkpoint states. */
    async function shown(key: string) {
      const found = (await proven(key))!;
      const { row, proof, checkpoint } = found;
      const digest = row && sha256(row);
      const root = stateRootOf(checkpoint.receipt)!;
      expect(provesRow(sha256, { path: rowPath(sha256, address(key)), digest, root }, proof)).toBe(true);
      const outcome = open().outcomes.find(({ entry }) => entry.index === checkpoint.header.index)!;
      const { entry, previousHash, receipt } = outcome;
      expect(checkpoint).toMatchObject({ previousHash, receipt, hash: entry.hash });
      return { at: checkpoint.header.index, row: textOf(row) };
    }

    it("is none before the first checkpoint", async () => {
      await open().run(chainOf(opening));
      expect(await proven("wjm")).toBeUndefined();
    });

    it("is of the last checkpoint, whatever came after it", async () => {
      const desk = open();
      const entries = chainOf([...opening, ...transfers(2 * CHECKPOINT_ENTRIES)]);
      await desk.append(entries);
      await desk.apply(CHECKPOINT_ENTRIES);
      const then = await shown("wjm");
      expect(then).toMatchObject({ at: CHECKPOINT_ENTRIES, row: expect.stringContaining("USD") });
      await desk.apply(CHECKPOINT_ENTRIES + 9);
      expect(await shown("wjm")).toEqual(then);
      await desk.apply(2 * CHECKPOINT_ENTRIES + 1);
      const later = await shown("stu");
      expect(later.at).toBe(2 * CHECKPOINT_ENTRIES);
    });

    it("is of the last checkpoint when so much changed that the tree moved on", async () => {
      const desk = open();
      const crowd = Array.from({ length: 1_100 }, (_, at) => creating(`crowd-${at}`, people.wjm));
      const opened = [0, 300, 600, 900].map((at) => ({
        body: bodyOf(crowd.slice(at, at + 300), { mark: `crowd ${at}` }),
      }));
      await desk.run(chainOf([...opening, ...transfers(CHECKPOINT_ENTRIES - 4), ...opened]));
      expect(await shown("crowd-7")).toEqual({ at: CHECKPOINT_ENTRIES, row: undefined });
      expect((await shown("wjm")).row).toContain("funds");
      await desk.restart();
      await desk.run(
        chainOf(transfers(CHECKPOINT_ENTRIES, 900), {
          index: desk.opened!.applied.index,
          hash: desk.opened!.hash,
        }),
      );
      expect((await shownAfterRestart("crowd-7")).row).toContain("funds");
    });

    async function shownAfterRestart(key: string) {
      const { row, proof, checkpoint } = (await proven(key))!;
      const root = stateRootOf(checkpoint.receipt)!;
      const claim = { path: rowPath(sha256, address(key)), digest: row && sha256(row), root };
      expect(provesRow(sha256, claim, proof)).toBe(true);
      return { row: textOf(row) };
    }

    it("shows that there was no row, and refuses tables that there are not", async () => {
      await open().run(chainOf([...opening, ...transfers(CHECKPOINT_ENTRIES)]));
      expect(await shown("nobody")).toEqual({ at: CHECKPOINT_ENTRIES, row: undefined });
      const refused = await open().stores.reader.rowProof({ ...address("wjm"), table: "none" });
      expect(refused).toMatchObject({ ok: false, error: { code: "table_unknown" } });
    });
  });
}
