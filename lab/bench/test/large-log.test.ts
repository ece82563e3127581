// One byte, anywhere in a log of thousands of entries, is found: in the files of a node's databases and in
// an archive of them. A byte that is not found is shown to be none that a table is made of. How long the
// log is and how many bytes are flipped, JUNO_AUDIT_ENTRIES and JUNO_AUDIT_FLIPS say; the seed is
// JUNO_AUDIT_SEED.

import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Prng } from "@juno/base";
import {
  type AuditOptions,
  exportArchive,
  logFile,
  NodeFeed,
  sha256,
  stateFile,
  verifierPool,
  verifyFolder,
} from "@juno/node";
import { parseGenesis } from "@juno/proof";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MadeLog, makeLog } from "../src/log/log-maker.ts";
import { contentOf, flipByte } from "./flipped-bytes.ts";

const numberFrom = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const ENTRIES = numberFrom("JUNO_AUDIT_ENTRIES", 1_000);
const FLIPS = numberFrom("JUNO_AUDIT_FLIPS", 3);
const SEED = numberFrom("JUNO_AUDIT_SEED", 1);
const PATIENCE_MS = 3_600_000;

const verifier = verifierPool({ workers: 2 });
let folder: string;
let made: MadeLog;
let genesisBytes: Uint8Array;
let archive: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-large-"));
  made = await makeLog({ folder: join(folder, "network"), entries: ENTRIES, checkpointEntries: 64 });
  genesisBytes = new Uint8Array(readFileSync(made.genesisFile));
  const genesis = parseGenesis(sha256, genesisBytes);
  if (!genesis.ok) throw new Error(genesis.error.detail);
  const feed = new NodeFeed(made.nodeFolder, genesis.value);
  archive = join(folder, "archive");
  const segmentEntries = Math.ceil(ENTRIES / 3);
  await exportArchive({ feed, genesis: genesis.value, target: archive, segmentEntries });
  feed.close();
}, PATIENCE_MS);

afterAll(async () => {
  await verifier.close();
  rmSync(folder, { recursive: true });
});

const audited = (place: string, options: AuditOptions = {}) =>
  verifyFolder({ folder: place, genesisBytes, options: { verifier, ...options } });
/** Entries are executed on a thread of its own. */
const AHEAD: AuditOptions = { workers: 2, aheadFrom: 1 };

/** A copy of the node's two databases. */
function databases(): string {
  const place = join(folder, "altered");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  for (const fileOf of [logFile, stateFile]) copyFileSync(fileOf(made.nodeFolder), fileOf(place));
  return place;
}

describe(`a log of ${ENTRIES} entries`, () => {
  it("is good as it was made, in its databases and in an archive", { timeout: PATIENCE_MS }, async () => {
    const node = await audited(made.nodeFolder);
    expect(node).toMatchObject({ findings: [], entries: ENTRIES, applied: ENTRIES, proved: ENTRIES });
    const exported = await audited(archive);
    expect(exported).toMatchObject({ findings: [], entries: ENTRIES, applied: ENTRIES, proved: ENTRIES });
    expect(exported.outcomeRoot).toEqual(node.outcomeRoot);
    for (const [place, usual] of [
      [made.nodeFolder, node],
      [archive, exported],
    ] as const) {
      const { durationMs: _, ...report } = await audited(place, AHEAD);
      expect(report).toEqual({ ...usual, durationMs: undefined });
    }
  });

  it("is gone on with where an audit was kept from its end", { timeout: PATIENCE_MS }, async () => {
    const work = join(folder, "work");
    const place = databases();
    const options = { ...AHEAD, work, stepEntries: Math.ceil(ENTRIES / 10) };
    const db = new DatabaseSync(logFile(place));
    const find = db.prepare("SELECT body FROM entries WHERE idx = ?");
    const body = find.get(ENTRIES - 1)?.body;
    const put = db.prepare("UPDATE entries SET body = ? WHERE idx = ?");
    put.run(new Uint8Array(1), ENTRIES - 1);
    expect((await audited(place, options)).findings[0]).toMatchObject({ index: ENTRIES - 1 });
    put.run(body!, ENTRIES - 1);
    db.close();
    const report = await audited(place, options);
    expect(report).toMatchObject({ findings: [], applied: ENTRIES });
    expect(report.resumedFrom).toBeGreaterThan(ENTRIES / 2);
  });

  it.each([
    ["log.db", logFile, 0],
    ["state.db", stateFile, 1],
  ] as const)(
    "has no byte in %s that matters and can be flipped unseen",
    { timeout: PATIENCE_MS },
    async (_, fileOf, stream) => {
      const prng = new Prng(1_000 * SEED + stream);
      const content = contentOf(fileOf(made.nodeFolder));
      expect(content).toBeDefined();
      let found = 0;
      for (let round = 0; round < FLIPS; round++) {
        const place = databases();
        const at = flipByte(fileOf(place), prng);
        const { ok } = await audited(place, round % 2 === 0 ? AHEAD : {});
        if (!ok) found += 1;
        else expect(contentOf(fileOf(place)), `byte ${at}`).toBe(content);
      }
      expect(found).toBeGreaterThan(0);
    },
  );

  it("has no byte in an archive that can be flipped unseen", { timeout: PATIENCE_MS }, async () => {
    const prng = new Prng(1_000 * SEED + 2);
    const names = readdirSync(archive).filter((name) => name !== "lock");
    for (let round = 0; round < FLIPS; round++) {
      const place = join(folder, "altered-archive");
      rmSync(place, { recursive: true, force: true });
      cpSync(archive, place, { recursive: true });
      const name = names[round % names.length]!;
      const at = flipByte(join(place, name), prng);
      const { ok, findings } = await audited(place);
      expect(ok, `byte ${at} of ${name}`).toBe(false);
      if (name.startsWith("entries-")) expect(findings.map((finding) => finding.place)).toContain(name);
    }
  });
});
