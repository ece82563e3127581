// `juno diff` on real databases (P41, P42, P43): what was altered on a disk, what was applied differently since, and
// logs that part, each named where it begins; and what is no difference.

import { copyFileSync, cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { chainOf, genesis, opening, transfers } from "@juno/runtime/suites";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportArchive } from "../../src/archive/export-archive.ts";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import { diff, openDiffSide } from "../../src/diff/diff.ts";
import type { DiffReport } from "../../src/diff/diff-report.ts";
import { feedSide } from "../../src/diff/diff-side.ts";
import { logFile, stateFile } from "../../src/store/folder.ts";
import { alter, freshFolder, removeFolders } from "../store/folder.ts";
import { goOn, storedNode } from "./stored-node.ts";

const COUNT = 40;
const entries = chainOf([...opening, ...transfers(COUNT)]);
const last = entries.at(-1)!;
/** After an odd number of transfers, so that the rows are not those of the end. */
const HALF = 21;

let whole = "";
let half = "";

beforeAll(async () => {
  whole = await storedNode(entries);
  half = await storedNode(entries.slice(0, HALF));
});
afterAll(removeFolders);

const copyOf = (folder: string): string => {
  const copy = freshFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
};

async function compared(a: string, b: string): Promise<DiffReport> {
  const sides = { a: openDiffSide(a), b: openDiffSide(b) };
  try {
    return await diff(sides);
  } finally {
    await sides.a.close();
    await sides.b.close();
  }
}

/** Makes somebody richer, on a disk. */
const enrich = (folder: string, name: string): void =>
  alter(
    stateFile(folder),
    `UPDATE rows SET value = CAST(replace(CAST(value AS TEXT), 'funds":"', 'funds":"9') AS BLOB)
     WHERE module = 'demo.accounts' AND key = CAST(? AS BLOB)`,
    name,
  );

describe("two nodes with one history", () => {
  it("are the same, to the last row", async () => {
    const report = await compared(whole, copyOf(whole));
    expect(report).toMatchObject({
      verdict: "same",
      log: { compared: { from: 1, to: last.index }, parts: undefined },
      outcomes: { parts: undefined, differing: 0 },
      rows: { kind: "compared", at: last.index, differing: 0 },
    });
    // The accounts of the opening.
    expect(report.rows).toMatchObject({ rows: 3 });
  });

  it("differ in nothing where one is merely ahead, and its rows are led back to where the other is", async () => {
    for (const [a, b] of [
      [whole, half],
      [half, whole],
    ] as const) {
      const report = await compared(a, b);
      expect(report).toMatchObject({
        verdict: "prefix",
        log: { compared: { from: 1, to: HALF }, parts: undefined },
        rows: { kind: "compared", at: HALF, differing: 0 },
      });
    }
  });

  it("differ in nothing where one is an archive, or hands its entries out", async () => {
    const target = join(freshFolder(), "archive");
    const feed = new NodeFeed(whole, genesis);
    await exportArchive({ feed, genesis, target });
    const side = feedSide("the node", genesis.network, feed);
    const [archived, other] = [openDiffSide(target), openDiffSide(half)];
    expect(await compared(target, whole)).toMatchObject({
      verdict: "same",
      rows: { kind: "skipped", because: expect.stringContaining("no state.db") },
    });
    expect(await diff({ a: side, b: archived })).toMatchObject({ verdict: "same" });
    expect(await diff({ a: side, b: other })).toMatchObject({ verdict: "prefix" });
    feed.close();
    await other.close();
  });
});

describe("a row that was altered on the disk", () => {
  it("is named, with both values, and that no entry tells them apart", async () => {
    const altered = copyOf(whole);
    enrich(altered, "stu");
    const report = await compared(altered, whole);
    expect(report).toMatchObject({
      verdict: "part",
      log: { parts: undefined },
      outcomes: { parts: undefined },
      rows: { differing: 1, named: [{ module: "demo.accounts", table: "accounts", key: "stu" }] },
    });
    const [row] = report.rows.kind === "compared" ? report.rows.named : [];
    expect(row!.a).toContain('"funds":"9');
    expect(row!.b).not.toContain('"funds":"9');
    expect(row!.changedAt).toEqual({ a: last.index, b: last.index });
  });

  it("is found by the outcome of the first entry that read it, whoever of the two is further", async () => {
    const altered = copyOf(half);
    enrich(altered, "wjm");
    await goOn(altered, entries.slice(HALF, HALF + 10));
    const report = await compared(altered, whole);
    expect(report).toMatchObject({
      verdict: "part",
      log: { parts: undefined },
      outcomes: { parts: { index: HALF + 1 }, differing: 10 },
      rows: { kind: "compared", at: HALF + 10, differing: 1 },
    });
    expect(report.outcomes.parts!.differences.map(({ what }) => what)).toEqual([
      "gas",
      "diff",
      "gas by kind",
    ]);
    expect((await compared(whole, altered)).outcomes).toMatchObject({ parts: { index: HALF + 1 } });
    // Of the diff, the change that only one of them has.
    const told = report.outcomes.parts!.differences.find(({ what }) => what === "diff");
    expect(told!.a).toContain('"key":"wjm"');
    expect(told!.a).not.toContain('"key":"stu"');
  });

  it("is found in state.db alone, which is what is kept of a node that left", async () => {
    const kept = join(freshFolder(), "kept");
    mkdirSync(kept);
    copyFileSync(stateFile(whole), stateFile(kept));
    enrich(kept, "bank");
    expect(await compared(kept, whole)).toMatchObject({
      a: { kind: "state", last: last.index },
      verdict: "part",
      rows: { differing: 1, named: [{ key: "bank" }] },
    });
  });

  it("is missing on one side, and there on the other", async () => {
    const altered = copyOf(whole);
    alter(stateFile(altered), "DELETE FROM rows WHERE key = CAST('stu' AS BLOB)");
    const rows = { differing: 1, named: [{ key: "stu", a: undefined, b: expect.any(String) }] };
    expect(await compared(altered, whole)).toMatchObject({ verdict: "part", rows });
  });
});

describe("outcomes that were altered on the disk", () => {
  it("part in the member that differs", async () => {
    const altered = copyOf(whole);
    alter(
      stateFile(altered),
      `UPDATE outcomes SET receipt = CAST(replace(CAST(receipt AS TEXT), '"gas":', '"gas":1') AS BLOB) WHERE idx = ?`,
      HALF,
    );
    const { verdict, outcomes } = await compared(altered, whole);
    expect(verdict).toBe("part");
    expect(outcomes).toMatchObject({ parts: { index: HALF }, differing: 1 });
    expect(outcomes.parts!.differences[0]!.what).toBe("gas");
  });
});

describe("logs that part", () => {
  it("do so at the first entry that differs, and nothing is said of what follows", async () => {
    const others = chainOf([...opening, ...transfers(10), ...transfers(20, 500)]);
    const other = await storedNode(others);
    const at = opening.length + 10 + 1;
    const report = await compared(whole, other);
    expect(report).toMatchObject({
      verdict: "part",
      log: { compared: { from: 1, to: at - 1 }, parts: { index: at } },
      outcomes: { compared: { from: 1, to: at - 1 }, parts: undefined },
    });
    expect(report.log.parts!.differences.map(({ what }) => what)).toEqual(["hash", "body digest"]);
  });

  it("do so where a stored body is not what its hash says, or an entry is missing", async () => {
    const altered = copyOf(whole);
    alter(logFile(altered), "UPDATE entries SET body = zeroblob(length(body)) WHERE idx = ?", HALF);
    expect((await compared(whole, altered)).log.parts).toMatchObject({
      index: HALF,
      differences: [{ what: "stored body" }],
    });
    for (const [a, b] of [
      [whole, altered],
      [altered, whole],
    ] as const) {
      alter(logFile(altered), "DELETE FROM entries WHERE idx = ?", HALF);
      expect((await compared(a, b)).log.parts).toMatchObject({
        index: HALF,
        differences: [{ what: "entry" }],
      });
    }
  });
});

describe("what cannot be compared", () => {
  it("is no node's folder, or has nothing in common with the other", async () => {
    expect(() => openDiffSide(freshFolder())).toThrow("neither log.db nor state.db");
    const pruned = copyOf(whole);
    alter(logFile(pruned), "DELETE FROM entries WHERE idx <= ?", HALF + 5);
    alter(logFile(pruned), "INSERT INTO floor SELECT 1, ?, hash, 0, 1, 1 FROM entries LIMIT 1", HALF + 5);
    await expect(compared(pruned, half)).rejects.toThrow("no entry in common");
  });

  it("are rows that can only be led back by receipts that are gone", async () => {
    const altered = copyOf(whole);
    alter(stateFile(altered), "DELETE FROM outcomes WHERE idx = ?", HALF + 3);
    const { rows } = await compared(altered, half);
    expect(rows).toMatchObject({ kind: "skipped", because: expect.stringContaining(`entry ${HALF + 3}`) });
  });
});
