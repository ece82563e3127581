// What somebody changed in an archive is found and named: any byte, any member of the manifest, and what
// was changed with care, so that the hashes of the files fit.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArchiveManifestJson } from "@juno/api";
import { Prng } from "@juno/base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manifestText, segmentName } from "../../src/archive/manifest.ts";
import { manifestIn, SampleArchive, SEGMENT } from "./sample-archive.ts";

/** A network in one process takes its time where the processor is busy. */
const PATIENCE_MS = 300_000;
let sample: SampleArchive;
let whole: string;
let last: number;

beforeAll(async () => {
  sample = await SampleArchive.make();
  ({ whole, last } = sample);
}, PATIENCE_MS);

afterAll(() => sample.remove());

describe("a changed archive", () => {
  const second = segmentName(1 + SEGMENT);

  it.each(["manifest.json", "genesis.json", second, "certificates.jsonl", "evidence.jsonl"])(
    "%s is named when it is missing",
    async (name) => {
      const place = sample.copy();
      rmSync(join(place, name));
      // Without a manifest it is no archive, and a node's folder neither.
      const expected = name === "manifest.json" ? "log.db" : name;
      const { findings } = await sample.audited(place);
      expect(findings.map((finding) => finding.place)).toContain(expected);
    },
  );

  it("is found at any byte of any file (P2, P7, P9)", { timeout: PATIENCE_MS }, async () => {
    const prng = new Prng(11);
    const names = readdirSync(whole).filter((name) => name !== "lock");
    for (const name of names) {
      for (let round = 0; round < 12; round++) {
        const place = sample.copy();
        const path = join(place, name);
        const bytes = readFileSync(path);
        const at = prng.below(bytes.length);
        bytes[at]! ^= 1 + prng.below(255);
        writeFileSync(path, bytes);
        const report = await sample.audited(place, { findingsMax: 20 });
        expect(report.ok, `${name} at ${at}`).toBe(false);
        rmSync(place, { recursive: true });
      }
    }
  });

  it("is found in every member of the manifest, also if it is written as a manifest is (P2)", async () => {
    const manifest = manifestIn(whole);
    const zero = "00".repeat(32);
    const { before, end, counts, files } = manifest;
    const changes: Partial<ArchiveManifestJson>[] = [
      { network: zero },
      { first: 2 },
      { last: last + 1 },
      { before: { ...before, hash: zero } },
      { before: { ...before, peaks: [zero] } },
      { end: { ...end, hash: zero } },
      { end: { ...end, outcomeRoot: zero } },
      { end: { ...end, peaks: end.peaks.slice(1) } },
      ...Object.entries(counts).map(([name, count]) => ({ counts: { ...counts, [name]: count + 1 } })),
      { files: files.slice(1) },
      { files: [...files, files[0]!] },
      ...files.flatMap((file, at) =>
        [
          { bytes: file.bytes - 1 },
          { sha256: zero },
          { entries: file.entries + 1 },
          { name: "stranger.json" },
        ].map((change) => ({ files: files.with(at, { ...file, ...change }) })),
      ),
    ];
    for (const change of changes) {
      const place = sample.copy();
      writeFileSync(join(place, "manifest.json"), manifestText({ ...manifest, ...change }));
      expect((await sample.audited(place)).ok, JSON.stringify(change)).toBe(false);
      rmSync(place, { recursive: true });
    }
  });

  it("is found though hashes were made to fit: a receipt that says something else (P9)", async () => {
    const change = (lines: string[]) =>
      lines.map((line) => line.replace('\\"status\\":\\"failed\\"', '\\"status\\":\\"ok\\"'));
    const place = sample.forge(second, change);
    const { findings } = await sample.audited(place);
    expect(findings[0]).toMatchObject({ problem: expect.stringContaining("receipt differs") });
    expect(findings[0]?.index).toBeGreaterThan(SEGMENT);
  });

  it("is found though hashes were made to fit: an entry that was left out (P5)", async () => {
    const place = sample.forge(second, (lines) => lines.toSpliced(3, 1));
    const { findings } = await sample.audited(place);
    expect(findings[0]).toMatchObject({
      index: 1 + SEGMENT + 3,
      problem: expect.stringContaining("missing"),
    });
  });

  it("is found though hashes were made to fit: evidence twice (P7), a proof of another entry (P6)", async () => {
    const twice = sample.forge("evidence.jsonl", (lines) => [...lines, ...lines]);
    expect((await sample.audited(twice)).findings[0]).toMatchObject({ place: "evidence.jsonl" });
    const moved = sample.forge("certificates.jsonl", (lines) =>
      lines.map((line) => line.replace(/"index":\d+/, '"index":3')),
    );
    expect((await sample.audited(moved)).findings[0]).toMatchObject({
      place: "archive commit_proofs (3)",
      index: 3,
    });
  });

  it("says up to where commit is proved when proofs were taken out (P10)", async () => {
    const without = (lines: string[]) => lines.filter((line) => !line.includes('"commit"'));
    const place = sample.forge("certificates.jsonl", without, "counted");
    const report = await sample.audited(place);
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ proved: 0, attested: 0 });
    expect(report.remarks.join()).toContain("no proof that any of its entries is committed");
  });
});
