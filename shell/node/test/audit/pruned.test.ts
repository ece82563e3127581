// The audit of a node whose log begins at a floor (P30 to P33): what pruning leaves is accepted, done or only
// begun; what somebody changed about the floor, its snapshot, or the rows on either side of it is found.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hex } from "@juno/base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportArchive } from "../../src/archive/export-archive.ts";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import type { AuditReport } from "../../src/audit/audit-report.ts";
import { verifyFolder } from "../../src/audit/verify-archive.ts";
import { type AuditOptions, verifyDatabases } from "../../src/audit/verify-databases.ts";
import { stateFile } from "../../src/store/folder.ts";
import { type SnapshotFolder, snapshotsFolder } from "../../src/store/snapshot/snapshot-folder.ts";
import { StateDatabase } from "../../src/store/state/state-database.ts";
import { copyOf, rememberingVerifier } from "./altered-databases.ts";
import { prunedClusterSuite } from "./pruned-cluster-suite.ts";
import { makePrunedHistory, type PrunedHistory, prunedCopy } from "./pruned-history.ts";
import { certificateOf, flipped, inSnapshot, lyingSnapshot, snapshots } from "./tampered-snapshot.ts";
import { changed, entriesOf, inLog, inState, payload, rewriting, type Tamper } from "./tampering.ts";

const verifier = rememberingVerifier();
let folder: string;
let history: PrunedHistory;
/** Pruned up to the first snapshot. */
let pruned: string;
let floor: number;
/** Pruned up to the second. */
let later: string;
let copies = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-pruned-"));
  history = await makePrunedHistory(folder);
  floor = history.interval;
  pruned = await prunedCopy(history, { name: "pruned", at: floor });
  later = await prunedCopy(history, { name: "later", at: 2 * floor });
});

afterAll(() => rmSync(folder, { recursive: true }));

prunedClusterSuite(() => ({ folder, history, pruned, later, floor, verifier }));

const audited = (place: string, options: AuditOptions = {}): Promise<AuditReport> =>
  verifyDatabases({
    folder: place,
    genesisBytes: history.network.genesisBytes,
    options: { verifier, ...options },
  });

async function tampered(...changes: readonly Tamper[]): Promise<AuditReport> {
  const copy = copyOf(pruned, `altered-${++copies}`);
  for (const change of changes) change(copy);
  return audited(copy);
}

const atFloor = (): number => floor;
const aboveFloor = (): number => 2 * floor;

describe("a pruned node", () => {
  it("is verified from the snapshot, and comes to what all came to (P30)", async () => {
    const { network, node } = history;
    const whole = await audited(network.folderOf(node));
    expect(whole).toMatchObject({ findings: [], remarks: [], prunedThrough: 0, vouchers: [] });
    const report = await audited(pruned);
    expect(report).toMatchObject({ findings: [], remarks: [], prunedThrough: floor, first: floor + 1 });
    expect(report).toMatchObject({ applied: whole.applied, committed: whole.committed, last: whole.last });
    expect(hex(report.outcomeRoot!)).toBe(hex(whole.outcomeRoot!));
    expect(report.entries).toBe(whole.entries - floor);
    expect(report.vouchers.length).toBeGreaterThan(1);
    expect(report.attested).toBe(whole.attested);
  });

  it("may have rows left that go in steps, in one file or both (P31)", async () => {
    const begun = await prunedCopy(history, { name: "begun", at: floor, isBegun: true });
    expect(entriesOf(begun)[0]!.index).toBe(3);
    expect(await audited(begun)).toMatchObject({ ok: true, remarks: [], prunedThrough: floor });
    expect(await audited(later)).toMatchObject({ ok: true, remarks: [], prunedThrough: 2 * floor });
  });

  it("may have a state behind its floor, as a kill leaves it", async () => {
    const report = await tampered((place) => {
      rmSync(stateFile(place));
      StateDatabase.open(stateFile(place), history.network.genesis.network).close();
    });
    expect(report).toMatchObject({ ok: true, remarks: [expect.stringContaining("nothing to compare")] });
    expect(report.applied).toBe(report.committed);
  });

  it("is gone on with in a work folder, until the floor moves (P32)", async () => {
    const work = join(folder, "work");
    const options = { work, stepEntries: 4, version: "1" };
    const place = copyOf(pruned, "worked");
    expect(await audited(place, options)).toMatchObject({ ok: true, resumedFrom: 0 });
    const kept = await audited(place, options);
    expect(kept).toMatchObject({ ok: true, anew: undefined, prunedThrough: floor });
    expect(kept.resumedFrom).toBeGreaterThan(floor);
    expect(hex(kept.outcomeRoot!)).toBe(hex((await audited(place)).outcomeRoot!));
    rmSync(place, { recursive: true });
    copyOf(later, "worked");
    const report = await audited(place, options);
    expect(report).toMatchObject({ ok: true, resumedFrom: 0, prunedThrough: 2 * floor });
    expect(report.anew).toContain("begins at another entry");
  });
});

/** What is found first in a pruned folder that was changed. */
async function first(place: string, problem: string, ...changes: readonly Tamper[]): Promise<void> {
  const { ok, findings } = await tampered(...changes);
  expect(ok).toBe(false);
  expect(findings[0]).toMatchObject({
    place: expect.stringContaining(place),
    problem: expect.stringContaining(problem),
  });
}

describe("the floor", () => {
  it.each(["hash = zeroblob(32)", "term = term + 1", "time = time - 1"])("is found with %s", (change) =>
    first("log.db floor", "not what the certified snapshot", inLog(`UPDATE floor SET ${change}`)),
  );

  it("cannot be read, or is gone", async () => {
    await first("log.db floor", "cannot be read", inLog("UPDATE floor SET hash = x'00'"));
    await first("log.db floor", "cannot be read", inLog(`UPDATE floor SET idx = ${2n ** 60n}`));
    await first("log.db entries", "missing", inLog("DELETE FROM floor"));
  });

  it("is moved to where no snapshot is, or another one", async () => {
    await first(`snapshots (${floor + 1})`, "no such snapshot", inLog("UPDATE floor SET idx = idx + 1"));
    await first("log.db floor", "not what", inLog(`UPDATE floor SET idx = ${2 * floor}`));
  });
});

describe("the snapshot at the floor", () => {
  const at = () => `snapshots (${floor})`;

  it("is missing, or a part of it", async () => {
    const remove =
      (path: (held: SnapshotFolder) => string): Tamper =>
      (place) =>
        rmSync(path(snapshots(place)), { recursive: true });
    await first(
      at(),
      "Entries up to",
      remove((held) => held.folderOf(floor)),
    );
    await first(
      at(),
      "no certificate",
      remove((held) => held.certificateFile(floor)),
    );
    await first(
      at(),
      "chunk 0 is missing",
      remove((held) => held.chunkFile({ index: floor, chunk: 0 })),
    );
  });

  it("has a chunk or a manifest changed", async () => {
    await first(at(), "chunk 0 is not", inSnapshot(atFloor, "chunk", flipped));
    await first(at(), "another snapshot", inSnapshot(atFloor, "manifest", flipped));
    await first(
      at(),
      "manifest cannot be read",
      inSnapshot(atFloor, "manifest", (bytes) => bytes.slice(1)),
    );
  });

  it("has a certificate that does not hold", async () => {
    const unsigned = certificateOf((all) => all.map((one) => ({ ...one, signature: new Uint8Array(64) })));
    await first(at(), "does not verify", inSnapshot(atFloor, "certificate", unsigned));
    const alone = certificateOf((all) => all.slice(0, 1));
    await first(at(), "1 signers where 2", inSnapshot(atFloor, "certificate", alone));
    await first(
      at(),
      "cannot be read",
      inSnapshot(atFloor, "certificate", (bytes) => bytes.slice(1)),
    );
  });

  it("does not keep entries above from being verified", async () => {
    const report = await tampered(
      inSnapshot(atFloor, "chunk", flipped),
      inLog(`UPDATE entries SET hash = zeroblob(32) WHERE idx = ${floor + 3}`),
    );
    expect(report).toMatchObject({ applied: 0, outcomeRoot: undefined, vouchers: [] });
    expect(report.findings.map(({ index }) => index)).toContain(floor + 3);
  });
});

/** A table, and which row. */
type Case = readonly [table: string, which: () => string];

const REMOVED: readonly Case[] = [
  ["outcomes", () => `idx = ${floor + 2}`],
  ["commands", () => `idx = ${floor + 2}`],
  ["commands", () => `idx = ${floor - 2}`],
  ["history", () => "idx = (SELECT max(idx) FROM history)"],
  ["rows", () => "key = CAST('wjm' AS BLOB)"],
  ["spent", () => `id = (SELECT id FROM commands WHERE idx = ${floor - 2})`],
  ["nodes", () => `level = 2 AND position = ${floor / 4 - 1}`],
  ["nodes", () => `level = 1 AND position = ${floor / 2}`],
];

const CHANGED: readonly Case[] = [
  ["rows", () => "value = CAST(value || ' ' AS BLOB) WHERE key = CAST('stu' AS BLOB)"],
  ["commands", () => `status = 'failed' WHERE idx = ${floor - 2}`],
  ["commands", () => `idx = 1 WHERE idx = ${floor + 2}`],
  ["nodes", () => `hash = zeroblob(32) WHERE level = 2 AND position = ${floor / 4 - 1}`],
  ["history", () => `idx = ${floor + 1} WHERE idx = (SELECT max(idx) FROM history)`],
];

describe("above the floor", () => {
  it("an entry is altered, with all hashes made to fit or not", async () => {
    const altered = rewriting((entries) =>
      changed(
        entries,
        floor + 4,
        payload((text) => text.replace(/"nonce":"../, '"nonce":"ff')),
      ),
    );
    const { findings } = await tampered(altered);
    expect(findings[0]).toMatchObject({ index: floor + 4, place: "log.db entries" });
    await first("log.db entries", "missing", inLog(`DELETE FROM entries WHERE idx = ${floor + 1}`));
  });

  it.each(REMOVED)("a row of %s is removed", async (table, where) => {
    const { findings } = await tampered(inState(`DELETE FROM ${table} WHERE ${where()}`));
    expect(findings.map(({ place }) => place)).toContainEqual(expect.stringContaining(`state.db ${table}`));
  });

  it.each(CHANGED)("a row of %s is changed", async (table, change) => {
    const { findings } = await tampered(inState(`UPDATE ${table} SET ${change()}`));
    expect(findings.map(({ place }) => place)).toContainEqual(expect.stringContaining(`state.db ${table}`));
  });

  it("a node of the outcome tree is where none can be", () =>
    first("state.db nodes", "no such row", inState("INSERT INTO nodes VALUES (-1, 0, zeroblob(32))")));
});

describe("a snapshot above the floor (P33)", () => {
  const at = () => `snapshots (${2 * floor})`;

  it("is found to be another than what comes out", async () => {
    await first(at(), "chunk 0 is not", inSnapshot(aboveFloor, "chunk", flipped));
    const unsigned = certificateOf((all) => all.map((one) => ({ ...one, signature: new Uint8Array(64) })));
    await first(at(), "does not verify", inSnapshot(aboveFloor, "certificate", unsigned));
    await first(at(), "another entry, state", lyingSnapshot(history.network, 2 * floor));
  });

  it("need not be whole", async () => {
    const report = await tampered((place) =>
      rmSync(snapshots(place).chunkFile({ index: 2 * floor, chunk: 0 })),
    );
    expect(report).toMatchObject({ ok: true, remarks: [expect.stringContaining("not whole")] });
  });
});

describe("an archive that begins above a snapshot (P34)", () => {
  const exported = async (name: string): Promise<string> => {
    const { genesis } = history.network;
    const target = join(folder, name);
    const feed = new NodeFeed(pruned, genesis);
    await exportArchive({ feed, genesis, target });
    feed.close();
    return target;
  };
  const verified = (place: string, options: AuditOptions = {}): Promise<AuditReport> =>
    verifyFolder({
      ...{ folder: place, genesisBytes: history.network.genesisBytes },
      options: { verifier, ...options },
    });

  it("is executed from it, and gone on with", async () => {
    const place = await exported("archive");
    const work = join(folder, "archive-work");
    const options = { work, stepEntries: 4, version: "1" };
    const report = await verified(place, options);
    expect(report).toMatchObject({ findings: [], remarks: [], first: floor + 1, prunedThrough: floor });
    expect(report.vouchers.length).toBeGreaterThan(1);
    const { applied, outcomeRoot } = await audited(pruned);
    expect(report.applied).toBe(applied);
    expect(hex(report.outcomeRoot!)).toBe(hex(outcomeRoot!));
    expect((await verified(place, options)).resumedFrom).toBeGreaterThan(floor);
  });

  it("is not executed without it, and says so", async () => {
    const place = await exported("without");
    rmSync(snapshotsFolder(place), { recursive: true });
    const report = await verified(place);
    expect(report).toMatchObject({ ok: true, applied: 0, vouchers: [], prunedThrough: floor });
    expect(report.remarks.join()).toContain("nothing was executed");
  });

  it("is found to have another snapshot, or receipts that do not follow from it", async () => {
    const place = await exported("altered");
    const { findings } = await verified(place);
    expect(findings).toEqual([]);
    inSnapshot(atFloor, "chunk", flipped)(place);
    expect((await verified(place)).findings[0]).toMatchObject({
      place: `snapshots (${floor})`,
      problem: expect.stringContaining("chunk 0 is not"),
    });
    const other = await exported("other");
    const held = snapshots(other);
    rmSync(held.folderOf(floor), { recursive: true });
    cpSync(snapshots(pruned).folderOf(2 * floor), held.folderOf(floor), { recursive: true });
    expect((await verified(other)).findings[0]).toMatchObject({ place: `snapshots (${floor})` });
  });
});
