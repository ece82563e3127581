// Archives of a real network's log: made, gone on with, stopped in the middle, verified.

import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EntryJson } from "@juno/api";
import { hex } from "@juno/base";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { exportArchive } from "../../src/archive/export-archive.ts";
import { manifestText, segmentName } from "../../src/archive/manifest.ts";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import { verifyFolder } from "../../src/audit/verify-archive.ts";
import { replaySuite } from "./replay-suite.ts";
import { linesOf, manifestIn, SampleArchive, SEGMENT } from "./sample-archive.ts";
import { payments } from "./sample-history.ts";
import { SampleNetwork, VOTERS } from "./sample-network.ts";

/** A network in one process takes its time where the processor is busy. */
const PATIENCE_MS = 300_000;
const PATIENCE = { timeout: 30_000, interval: 20 };
let sample: SampleArchive;
let whole: string;
let last: number;

beforeAll(async () => {
  sample = await SampleArchive.make();
  ({ whole, last } = sample);
}, PATIENCE_MS);

afterAll(() => sample.remove());

replaySuite(() => sample);

describe("an archive", () => {
  it("holds every committed entry, in files that follow each other (P1, P5)", () => {
    const { files, first, counts } = manifestIn(whole);
    const segments = files.filter(({ name }) => name.startsWith("entries-"));
    expect(segments.map(({ name }) => name)).toEqual(segments.map((_, at) => segmentName(1 + at * SEGMENT)));
    expect(segments.length).toBeGreaterThan(2);
    const indexes = segments.flatMap(({ name }) =>
      linesOf(whole, name).map((line) => (JSON.parse(line) as EntryJson).index),
    );
    expect(indexes).toEqual(Array.from({ length: last }, (_, at) => first + at));
    expect(counts).toMatchObject({ entries: last, evidence: 1 });
    expect(counts.certificates).toBeGreaterThan(4);
  });

  it("has the genesis as it is (P3), and nothing that its manifest does not state (P2)", async () => {
    expect(new Uint8Array(readFileSync(join(whole, "genesis.json")))).toEqual(
      sample.history.network.genesisBytes,
    );
    expect(readFileSync(join(whole, "manifest.json"), "utf8")).toBe(manifestText(manifestIn(whole)));
    const stated = manifestIn(whole).files.map(({ name }) => name);
    expect(readdirSync(whole).sort()).toEqual([...stated, "lock", "manifest.json"].sort());
  });

  it("is good by the genesis alone, and yields what the node's own databases yield (P9, P10)", async () => {
    const report = await sample.audited(whole);
    const node = await sample.audited(sample.history.network.folderOf(sample.history.witness));
    expect(report.findings).toEqual([]);
    expect(report.remarks).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      source: "archive",
      first: 1,
      last,
      proved: last,
      applied: last,
    });
    expect(report.outcomeRoot).toEqual(node.outcomeRoot);
    expect(report.attested).toBe(node.attested);
    expect(report.attested).toBeGreaterThan(0);
    expect(report.signatures).toBeGreaterThan(report.commands);
  });

  it("is the same whichever node it is made of, its certificates and evidence apart", async () => {
    for (const id of VOTERS) {
      const { genesis } = sample.history.network;
      const feed = new NodeFeed(sample.history.network.folderOf(id), genesis);
      const target = sample.fresh();
      const { manifest } = await exportArchive({ feed, genesis, target, segmentEntries: SEGMENT });
      feed.close();
      expect(manifest.end).toEqual(manifestIn(whole).end);
      expect((await sample.audited(target)).findings).toEqual([]);
    }
  });

  it("of a running node is good, and grows with it", async () => {
    const { network, orders, witness } = sample.history;
    const running = VOTERS.filter((id) => id !== witness);
    for (const id of running) await network.start(id);
    await network.leader();
    const target = sample.fresh();
    const { genesis } = network;
    let before = 0;
    for (let round = 0; round < 3; round++) {
      await network.submit(payments(orders, round));
      // A node exports what it has written down as committed, and that is written with what comes next.
      const manifest = await vi.waitFor(async () => {
        const feed = new NodeFeed(network.folderOf(running[0]!), genesis);
        const report = await exportArchive({ feed, genesis, target, segmentEntries: SEGMENT });
        feed.close();
        expect(report.earlier ?? 0).toBe(before);
        expect(report.manifest.last).toBeGreaterThan(before);
        return report.manifest;
      }, PATIENCE);
      before = manifest.last;
      expect(await sample.audited(target)).toMatchObject({ findings: [], last: before });
    }
    await network.stop(running);
  });
});

describe("an export", () => {
  it("that is run again adds only what is new, and ends as one that was never stopped (P4)", async () => {
    const target = sample.fresh();
    for (const to of [7, 7, SEGMENT, SEGMENT + 3, last]) {
      const { last: reached } = await sample.exported(target, { to });
      expect(reached).toBe(to);
      const report = await sample.audited(target);
      expect(report.findings).toEqual([]);
      expect(report).toMatchObject({ last: to, proved: to });
    }
    const segments = manifestIn(whole).files.filter(({ name }) => name.startsWith("entries-"));
    expect(manifestIn(target).files).toEqual(expect.arrayContaining(segments));
    expect(manifestIn(target).end).toEqual(manifestIn(whole).end);
  });

  it("of fewer entries proves them by what was committed above them (P6)", async () => {
    const target = sample.fresh();
    await sample.exported(target, { to: 5 });
    const commits = linesOf(target, "certificates.jsonl").filter((line) => line.includes('"commit"'));
    expect(commits.join()).toContain("through");
    expect(await sample.audited(target)).toMatchObject({ findings: [], proved: 5 });
  });

  it("that is stopped leaves an archive of what its manifest states, and is gone on with (P4)", async () => {
    const target = sample.fresh();
    const stop = new AbortController();
    stop.abort();
    const stopped = await sample.exported(target, { signal: stop.signal, segmentEntries: 4 });
    expect(stopped.last).toBeGreaterThan(0);
    expect(await sample.audited(target)).toMatchObject({ findings: [], last: stopped.last });
    // What a kill leaves behind the stated bytes, and a file that no manifest names yet.
    const [open] = stopped.files.filter(({ name }) => name.startsWith("entries-")).slice(-1);
    appendFileSync(join(target, open!.name), '{"index":'.repeat(100_000));
    writeFileSync(join(target, segmentName(900)), "nothing of it is stated\n");
    const left = await sample.audited(target);
    expect(left.findings).toEqual([]);
    expect(left.remarks.join()).toContain("an export was interrupted");
    const { end } = await sample.exported(target, { segmentEntries: 4 });
    expect(end).toEqual(manifestIn(whole).end);
    expect((await sample.audited(target)).findings).toEqual([]);
    for (const { name, bytes } of manifestIn(target).files) {
      expect(statSync(join(target, name)).size).toBe(bytes);
    }
  });

  it("that begins later is confirmed by what voters have signed, without being executed (P8)", async () => {
    const target = sample.fresh();
    const { before } = await sample.exported(target, { from: 12 });
    expect(before.peaks).toHaveLength(3);
    const report = await sample.audited(target);
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ first: 12, last, applied: 0, proved: last });
    expect(report.attested).toBeGreaterThan(12);
    expect(report.outcomeRoot && hex(report.outcomeRoot)).toBe(manifestIn(whole).end.outcomeRoot);
    expect(report.remarks.join()).toContain("nothing was executed");
    const forged = manifestIn(target);
    const peaks = [...before.peaks].reverse();
    writeFileSync(join(target, "manifest.json"), manifestText({ ...forged, before: { ...before, peaks } }));
    expect((await sample.audited(target)).findings.map(({ place }) => place)).toContain(
      "archive attestations",
    );
  });

  it("refuses what it cannot do, and says what to do", async () => {
    await expect(sample.exported(sample.fresh(), { to: last + 1 })).rejects.toMatchObject({
      code: "config_invalid",
    });
    await expect(sample.exported(sample.fresh(), { from: last + 2 })).rejects.toMatchObject({
      code: "config_invalid",
    });
    await expect(sample.exported(sample.copy(), { from: 2 })).rejects.toThrow("leave --from out");
    const full = sample.fresh();
    mkdirSync(full);
    writeFileSync(join(full, "letter.txt"), "");
    await expect(sample.exported(full)).rejects.toMatchObject({ code: "store_exists" });
    expect(readdirSync(full)).toEqual(["letter.txt"]);
    const damaged = sample.copy();
    writeFileSync(join(damaged, "certificates.jsonl"), "");
    await expect(sample.exported(damaged)).rejects.toMatchObject({ code: "store_damaged" });
    expect(() => new NodeFeed(sample.folder, sample.history.network.genesis)).toThrow("is missing");
  });

  it("never mixes networks (P3)", async () => {
    const other = await SampleNetwork.create(join(sample.folder, "other"));
    const { genesis } = other;
    const source = sample.history.network.folderOf(sample.history.witness);
    expect(() => new NodeFeed(source, genesis)).toThrow("another network");
    await other.start(VOTERS[0]!);
    await other.stop([VOTERS[0]!]);
    const feed = new NodeFeed(other.folderOf(VOTERS[0]!), genesis);
    const target = sample.copy();
    await expect(exportArchive({ feed, genesis, target })).rejects.toMatchObject({ code: "store_foreign" });
    const empty = sample.fresh();
    const { manifest } = await exportArchive({ feed, genesis, target: empty });
    feed.close();
    expect(manifest).toMatchObject({ first: 1, last: 0 });
    const report = await verifyFolder({
      folder: empty,
      genesisBytes: genesis.bytes,
      options: { verifier: sample.verifier },
    });
    expect(report).toMatchObject({ ok: true, entries: 0 });
  });

  it("does not go on with entries that do not follow", async () => {
    const target = sample.fresh();
    await sample.exported(target, { to: 9 });
    const manifest = manifestIn(target);
    const hash = manifest.before.hash;
    writeFileSync(
      join(target, "manifest.json"),
      manifestText({ ...manifest, end: { ...manifest.end, hash } }),
    );
    await expect(sample.exported(target)).rejects.toThrow("does not follow what the archive holds up to 9");
    expect(manifestIn(target).last).toBe(9);
  });
});
