// An audit that is stopped, or killed, goes on where it was, and only where that is still the same audit.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportArchive } from "../../src/archive/export-archive.ts";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import type { AuditReport } from "../../src/audit/audit-report.ts";
import { verifyFolder } from "../../src/audit/verify-archive.ts";
import type { AuditOptions } from "../../src/audit/verify-databases.ts";
import { WorkFolder } from "../../src/audit/work-folder.ts";
import { verifySignature } from "../../src/crypto/sodium.ts";
import { copyOf } from "./altered-databases.ts";
import { makeHistory, type SampleHistory } from "./sample-history.ts";
import { appliedIn, changed, entriesOf, inLog, inState, payload, rewriting } from "./tampering.ts";

const CHILD = fileURLToPath(new URL("./audit-child.ts", import.meta.url));
/** As the sample's genesis has it: there the expected state can be kept. */
const CHECKPOINT = 8;
/** A network in one process takes its time where the processor is busy. */
const PATIENCE_MS = 300_000;
let folder: string;
let history: SampleHistory;
let node: string;
let archive: string;
let places = 0;

const fresh = (name: string): string => join(folder, `${name}-${++places}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-work-"));
  history = await makeHistory(folder);
  node = history.network.folderOf(history.witness);
  archive = fresh("archive");
  const { genesis } = history.network;
  const feed = new NodeFeed(node, genesis);
  await exportArchive({ feed, genesis, target: archive, segmentEntries: 16 });
  feed.close();
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true }));

const audited = (place: string, work: string, options: AuditOptions = {}): Promise<AuditReport> =>
  verifyFolder({
    folder: place,
    genesisBytes: history.network.genesisBytes,
    options: { workers: 1, work, stepEntries: CHECKPOINT, version: "1", ...options },
  });

/** Runs an audit that breaks off after so many calls of the verifier. */
async function stopped(place: string, work: string, calls: number): Promise<void> {
  let made = 0;
  const verifier = {
    verify: async (checks: readonly Parameters<typeof verifySignature>[0][]) => {
      if (++made > calls) throw new Error("stopped");
      return checks.map(verifySignature);
    },
    close: async () => undefined,
  };
  await expect(audited(place, work, { verifier })).rejects.toThrow("stopped");
}

/** All of a report but what says when and how it was made. */
const facts = ({ durationMs: _, resumedFrom: __, anew: ___, ...rest }: AuditReport) => rest;

describe.each(["node", "archive"])("an audit of a source of the kind %s", (kind) => {
  const source = (): string => (kind === "node" ? node : archive);

  it("that was stopped goes on where it was, and reports what one without a stop does (P11)", async () => {
    const plain = await audited(source(), fresh("work"));
    expect(plain).toMatchObject({ ok: true, resumedFrom: 0, anew: undefined });
    for (const calls of [1, 2, 3]) {
      const work = fresh("work");
      await stopped(source(), work, calls);
      const report = await audited(source(), work);
      expect(report.resumedFrom).toBe(calls * CHECKPOINT);
      expect(facts(report)).toEqual(facts(plain));
    }
  });

  it("that was killed goes on where it was", () => {
    const work = fresh("work");
    const genesis = join(history.network.folder, "genesis.json");
    const { signal } = spawnSync(process.execPath, [CHILD, "verify", source(), genesis, work, "2"]);
    expect(signal).toBe("SIGKILL");
    return expect(audited(source(), work)).resolves.toMatchObject({ ok: true, resumedFrom: 2 * CHECKPOINT });
  });

  it("that has ended is gone on with from its last checkpoint", async () => {
    const work = fresh("work");
    const first = await audited(source(), work);
    const again = await audited(source(), work);
    expect(again.resumedFrom).toBeGreaterThan(0);
    expect(again.resumedFrom % CHECKPOINT).toBe(0);
    expect(facts(again)).toEqual(facts(first));
  });

  it("begins anew for another version of the program, another source, another history (P11)", async () => {
    const work = fresh("work");
    await stopped(source(), work, 2);
    const other = await audited(source(), work, { version: "2" });
    expect(other).toMatchObject({ ok: true, resumedFrom: 0, anew: expect.stringContaining("version") });
    const moved = fresh("moved");
    cpSync(source(), moved, { recursive: true });
    const elsewhere = await audited(moved, work, { version: "2" });
    expect(elsewhere).toMatchObject({ ok: true, resumedFrom: 0, anew: expect.stringContaining("source") });
  });

  it("keeps nothing of what is wrong", async () => {
    const work = fresh("work");
    const bad = fresh("bad");
    cpSync(source(), bad, { recursive: true });
    if (kind === "archive") rmSync(join(bad, "certificates.jsonl"));
    else inLog("UPDATE entries SET hash = zeroblob(32) WHERE idx = 12")(bad);
    const report = await audited(bad, work);
    expect(report.ok).toBe(false);
    const again = await audited(bad, work);
    expect(again.resumedFrom).toBeLessThan(12);
    expect(facts(again)).toEqual(facts(report));
  });

  it("is not run twice at once in one folder", async () => {
    const work = fresh("work");
    const { network } = history.network.genesis;
    const held = WorkFolder.open(
      work,
      { source: "another", network, version: "1", begins: network },
      () => true,
    );
    await expect(audited(source(), work)).rejects.toMatchObject({ code: "store_in_use" });
    held.db.close();
    expect(await audited(source(), work)).toMatchObject({ ok: true });
  });
});

describe("an audit of a node that is gone on with", () => {
  it("begins anew if the log is another one at the place, or the state fell behind it", async () => {
    const place = copyOf(node, `other-${++places}`);
    const work = fresh("work");
    await stopped(place, work, 3);
    rewriting((entries) =>
      changed(
        entries,
        20,
        payload((text) => text.replace(/"nonce":"../, '"nonce":"ff')),
      ),
    )(place);
    const report = await audited(place, work);
    expect(report).toMatchObject({ ok: false, resumedFrom: 0, anew: expect.stringContaining("changed") });
    expect(entriesOf(place).length).toBeGreaterThan(20);
    const behind = copyOf(node, `behind-${++places}`);
    const kept = fresh("work");
    await audited(behind, kept);
    const { earlyState } = history;
    cpSync(earlyState, join(behind, "state.db"));
    expect(appliedIn(behind)).toBeLessThan(appliedIn(node));
    expect(await audited(behind, kept)).toMatchObject({ ok: true, resumedFrom: 0 });
  });

  it("still compares every row of the state", async () => {
    const place = copyOf(node, `rows-${++places}`);
    const work = fresh("work");
    await stopped(place, work, 3);
    inState("UPDATE rows SET value = CAST(value || ' ' AS BLOB)")(place);
    const report = await audited(place, work);
    expect(report.resumedFrom).toBe(3 * CHECKPOINT);
    expect(report.findings[0]?.place).toContain("state.db rows");
  });
});

describe("an export", () => {
  it("that was killed leaves an archive, and is gone on with (P4)", async () => {
    const target = fresh("killed");
    const genesisFile = join(history.network.folder, "genesis.json");
    const { signal } = spawnSync(process.execPath, [CHILD, "export", node, genesisFile, target, "1"]);
    expect(signal).toBe("SIGKILL");
    const { genesis, genesisBytes } = history.network;
    const left = await verifyFolder({ folder: target, genesisBytes, options: { workers: 1 } });
    expect(left.findings).toEqual([]);
    const feed = new NodeFeed(node, genesis);
    const { earlier, manifest } = await exportArchive({ feed, genesis, target, segmentEntries: 16 });
    feed.close();
    expect(earlier).toBe(left.last);
    expect(manifest.last).toBeGreaterThan(left.last);
    const whole = await verifyFolder({ folder: target, genesisBytes, options: { workers: 1 } });
    expect(whole).toMatchObject({ findings: [], last: manifest.last });
  });
});
