// A node that prunes goes on doing so while others read its files: an audit, a backup, an export of them comes to a right end,
// or says plainly that it cannot and what to do, and never takes for damage what the node has let go of (P32).

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "@juno/failure";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import { type AuditOptions, verifyDatabases } from "../../src/audit/verify-databases.ts";
import { makeBackup } from "../../src/backup/make-backup.ts";
import { restoreBackup } from "../../src/backup/restore-backup.ts";
import { copyOf, rememberingVerifier } from "./altered-databases.ts";
import { makePrunedHistory, type PrunedHistory, prunedCopy } from "./pruned-history.ts";
import { snapshots } from "./tampered-snapshot.ts";
import { inLog, inState } from "./tampering.ts";

const remembering = rememberingVerifier();
let folder: string;
let history: PrunedHistory;
let pruned: string;
let floor: number;
let copies = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-overtaken-"));
  history = await makePrunedHistory(folder);
  floor = history.interval;
  pruned = await prunedCopy(history, { name: "pruned", at: floor });
});

afterAll(() => rmSync(folder, { recursive: true }));

const fresh = (place = pruned): string => copyOf(place, `copy-${++copies}`);

/** What a node does to its files: the floor first, then rows below it, in both databases, and the snapshot before. */
function pruneOn(place: string, at = 2 * floor): void {
  inLog(`INSERT OR REPLACE INTO floor SELECT 1, idx, hash, epoch, term, time FROM entries WHERE idx = ${at};
    DELETE FROM entries WHERE idx <= ${at}; DELETE FROM commit_proofs WHERE idx <= ${at}`)(place);
  inState(`DELETE FROM outcomes WHERE idx <= ${at}; DELETE FROM history WHERE idx <= ${at}`)(place);
  rmSync(snapshots(place).folderOf(floor), { recursive: true, force: true });
}

const audited = (place: string, options: AuditOptions = {}) =>
  verifyDatabases({ folder: place, genesisBytes: history.network.genesisBytes, options });

/** Signatures are verified as ever; at each call something else happens first. */
const verifierThat = (acts: (call: number) => void) => {
  let call = 0;
  return {
    verify: (checks: Parameters<typeof remembering.verify>[0]) => {
      acts(++call);
      return remembering.verify(checks);
    },
    close: async () => undefined,
    get calls() {
      return call;
    },
  };
};

describe("an audit", () => {
  it("comes to a right end, whenever it is overtaken", async () => {
    const counting = verifierThat(() => undefined);
    expect(await audited(fresh(), { verifier: counting })).toMatchObject({ ok: true, prunedThrough: floor });
    expect(counting.calls).toBeGreaterThan(2);
    for (let at = 1; at <= counting.calls; at++) {
      const place = fresh();
      const verifier = verifierThat((call) => call === at && pruneOn(place));
      const report = await audited(place, { verifier });
      expect(report.findings, `at call ${at}`).toEqual([]);
      expect([floor, 2 * floor]).toContain(report.prunedThrough);
    }
  });

  it("begins again where a file is gone that it was about to read", async () => {
    const place = fresh();
    const verifier = verifierThat((call) => {
      if (call > 1) return;
      pruneOn(place);
      throw new Failure("disk_failed", "a chunk cannot be read");
    });
    expect(await audited(place, { verifier })).toMatchObject({ ok: true, prunedThrough: 2 * floor });
  });

  it("that is always overtaken says nothing of the node, and what to do", async () => {
    const place = fresh();
    inLog(`DELETE FROM entries WHERE idx = ${floor + 2}`)(place);
    const verifier = verifierThat(() => inLog("UPDATE floor SET idx = idx + 1")(place));
    await expect(audited(place, { verifier })).rejects.toMatchObject({
      code: "store_in_use",
      message: expect.stringContaining("juno backup"),
    });
  });

  it("does not hide what is wrong behind that", async () => {
    const place = fresh();
    inLog(`UPDATE entries SET hash = zeroblob(32) WHERE idx = ${2 * floor + 1}`)(place);
    const verifier = verifierThat((call) => call === 1 && pruneOn(place));
    const report = await audited(place, { verifier });
    expect(report.findings[0]).toMatchObject({ index: 2 * floor + 1 });
  });
});

describe("a backup", () => {
  const back = (place: string, whenCopied: () => void) => {
    const target = join(folder, `backup-${++copies}`);
    const onProgress = ({ stage, done, total }: { stage: string; done: number; total: number }) => {
      if (stage === "log.db" && done === total) whenCopied();
    };
    return makeBackup({ folder: place, target, now: 0, onProgress }).then(() => target);
  };

  it("holds the snapshot that its log begins above", async () => {
    const place = fresh();
    const target = await back(place, () => pruneOn(place));
    const report = await audited(target, { verifier: remembering });
    expect(report).toMatchObject({ findings: [], prunedThrough: 2 * floor });
  });

  it("of a node that prunes faster is none", async () => {
    const place = fresh();
    const target = back(place, () => {
      inLog("UPDATE floor SET idx = idx + 1")(place);
      rmSync(snapshots(place).path, { recursive: true, force: true });
    });
    await expect(target).rejects.toMatchObject({ code: "store_in_use" });
  });

  it("of a node without that snapshot is made all the same: an audit of it says so", async () => {
    const place = fresh();
    rmSync(snapshots(place).folderOf(floor), { recursive: true });
    const report = await audited(await back(place, () => undefined), { verifier: remembering });
    expect(report.findings[0]).toMatchObject({ place: `snapshots (${floor})` });
  });

  it("can be restored, whatever was being written beside the snapshots", async () => {
    const place = fresh();
    for (const name of ["certificate.fetched", "chunk-0000000.new", "notes"])
      writeFileSync(join(snapshots(place).folderOf(floor), name), "half");
    const backup = await back(place, () => undefined);
    await restoreBackup({ backup, folder: join(folder, "restored") });
    expect(await audited(join(folder, "restored"), { verifier: remembering })).toMatchObject({
      findings: [],
    });
  });
});

describe("an export", () => {
  it("of what is pruned meanwhile says so, and nothing of damage", async () => {
    const place = fresh();
    const feed = new NodeFeed(place, history.network.genesis);
    expect(feed.first).toBe(floor + 1);
    pruneOn(place);
    inState("DELETE FROM nodes")(place);
    const refusal = { code: "config_invalid", message: expect.stringContaining(`before ${2 * floor + 1}`) };
    const entries = feed.entries({ from: floor + 1, to: feed.last })[Symbol.asyncIterator]();
    await expect(entries.next()).rejects.toMatchObject(refusal);
    expect(() => feed.frontierBefore(floor + 1)).toThrow(expect.objectContaining(refusal));
    feed.close();
  });
});
