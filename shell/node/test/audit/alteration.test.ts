// Every value of every row that the audit claims to cover, with one byte altered, is found, and what is
// named first is the row that was altered. With JUNO_ALTERED_BYTES=all every byte of every value is, one at
// a time, and what is left to chance is only what it becomes.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Prng } from "@juno/base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../src/audit/audit-report.ts";
import { NOT_COVERED } from "../../src/audit/not-covered.ts";
import { shown } from "../../src/audit/readable.ts";
import { STATE_TABLES } from "../../src/audit/state-audit.ts";
import { verifyDatabases } from "../../src/audit/verify-databases.ts";
import { logFile, stateFile } from "../../src/store/folder.ts";
import { Alterations, alterForGood, type Row, type Spot } from "./alteration.ts";
import { AlteredLog, AlteredState, copyOf, rememberingVerifier } from "./altered-databases.ts";
import { makeHistory, type SampleHistory } from "./sample-history.ts";

const PATIENCE_MS = 300_000;
const IS_EVERY_BYTE = process.env.JUNO_ALTERED_BYTES === "all";
/** Bytes altered for good in files, which the whole audit is then run on. */
const SAMPLE = IS_EVERY_BYTE ? 60 : 12;
/** Of each file there are at least so many bytes, or values, to alter. */
const LEAST = IS_EVERY_BYTE ? { "log.db": 30_000, "state.db": 20_000 } : { "log.db": 300, "state.db": 600 };

type File = "log.db" | "state.db";
const TABLES: Readonly<Record<File, readonly string[]>> = {
  "log.db": ["meta", "entries", "fetched", "certificates", "commit_proofs", "evidence"],
  "state.db": STATE_TABLES,
};

let folder: string;
let history: SampleHistory;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-audit-"));
  history = await makeHistory(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

const witnessFolder = (name: string): string => copyOf(history.network.folderOf(history.witness), name);

const coveredTables = (file: File): string[] => {
  const excluded = NOT_COVERED.filter((exclusion) => exclusion.file === file).flatMap(({ tables }) => tables);
  return TABLES[file].filter((table) => !excluded.includes(table));
};

/** Whether a finding names the row, as it was or as it stands there now, by its index or by its key. */
function namesRow(file: File, spot: Spot, altered: Row, finding: Finding | undefined): boolean {
  const { table, row, keys } = spot;
  if (finding === undefined || !finding.place.startsWith(`${file} ${table}`)) return false;
  if (table === "meta") return true;
  const { index } = finding;
  if (row.idx !== undefined && index !== undefined) return [row.idx, altered.idx].map(Number).includes(index);
  return [row, altered].some((of) => keys.every((key) => finding.place.includes(shown(of[key]))));
}

type Tally = { altered: number; impossible: string[]; missed: string[] };

async function alterAll(file: File, subject: AlteredLog | AlteredState): Promise<Tally> {
  const schema = file === "log.db" ? "main" : "actual";
  const alterations = new Alterations(subject.db, schema, coveredTables(file));
  const tally: Tally = { altered: 0, impossible: [], missed: [] };
  for (const spot of alterations.spots(IS_EVERY_BYTE ? "every byte" : "every value")) {
    const isPossible = await alterations.during(spot, async (altered) => {
      const [first] = await subject.audit();
      if (namesRow(file, spot, altered, first)) return;
      tally.missed.push(`${spot.table} ${spot.column} ${spot.byte}: ${JSON.stringify(first)}`);
    });
    if (isPossible) tally.altered += 1;
    else tally.impossible.push(`${spot.table} ${spot.column}`);
  }
  return tally;
}

/** Bytes of the one row of `meta` that SQLite would not let anybody alter: CHECK (id = 1). */
const UNALTERABLE = Array.from({ length: IS_EVERY_BYTE ? 8 : 1 }, () => "meta id");

describe("an altered byte", () => {
  it("of log.db is found, and its entry or row named", { timeout: PATIENCE_MS }, async () => {
    const log = new AlteredLog(history.network, witnessFolder("altered-log"));
    expect(await log.audit()).toEqual([]);
    const tally = await alterAll("log.db", log);
    expect(tally.missed).toEqual([]);
    expect(tally.impossible).toEqual(UNALTERABLE);
    expect(tally.altered).toBeGreaterThan(LEAST["log.db"]);
  });

  it("of state.db is found, and its entry or row named", { timeout: PATIENCE_MS }, async () => {
    const state = await AlteredState.open(history.network, witnessFolder("altered-state"));
    expect(state.audit()).toEqual([]);
    const tally = await alterAll("state.db", state);
    expect(tally.missed).toEqual([]);
    expect(tally.impossible).toEqual(UNALTERABLE);
    expect(tally.altered).toBeGreaterThan(LEAST["state.db"]);
  });

  it("is found by the whole audit, in the files themselves", { timeout: PATIENCE_MS }, async () => {
    const prng = new Prng(7);
    const options = { verifier: rememberingVerifier() };
    const { genesisBytes } = history.network;
    for (let round = 0; round < SAMPLE; round++) {
      const copy = witnessFolder(`altered-${round}`);
      const file = prng.chance(1, 2) ? "log.db" : "state.db";
      const path = file === "log.db" ? logFile(copy) : stateFile(copy);
      const { spot, altered } = alterForGood(path, coveredTables(file), prng);
      const report = await verifyDatabases({ folder: copy, genesisBytes, options });
      expect(report.ok).toBe(false);
      const [first] = report.findings;
      expect(
        namesRow(file, spot, altered, first),
        `${spot.table} ${spot.column}: ${JSON.stringify(first)}`,
      ).toBe(true);
      rmSync(copy, { recursive: true });
    }
  });
});
