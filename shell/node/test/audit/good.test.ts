// Databases that a real network left are accepted, whole and with what they are made of.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { verifyDatabases } from "../../src/audit/verify-databases.ts";
import { makeHistory, type SampleHistory } from "./sample-history.ts";
import { VOTERS } from "./sample-network.ts";

let folder: string;
let history: SampleHistory;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-audit-"));
  history = await makeHistory(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

it("accepts every node's databases", async () => {
  for (const id of VOTERS) {
    const report = await verifyDatabases({
      folder: history.network.folderOf(id),
      genesisBytes: history.network.genesisBytes,
    });
    console.log(report);
    expect(report.findings).toEqual([]);
    expect(report.ok).toBe(true);
  }
});
