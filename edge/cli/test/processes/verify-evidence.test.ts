// `juno verify-evidence`: whoever has the genesis can check a lie of a voter, however the proof came to
// them; what proves nothing, or something else than is said, is told apart from what cannot be read.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { doubleVote } from "../lying-voter.ts";
import { juno } from "./juno-process.ts";

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-evidence-"));
  for (const name of ["net", "other"]) await juno(["init", name], { cwd: folder });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const votes = (bases: readonly [number, number], network = "net"): string =>
  doubleVote(join(folder, "net"), bases, join(folder, network));

async function verified(document: unknown, ...options: string[]) {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  writeFileSync(join(folder, "evidence.json"), text);
  return juno(["verify-evidence", "evidence.json", "--genesis", "net/genesis.json", ...options], {
    cwd: folder,
  });
}

describe("juno verify-evidence", () => {
  it("says what is proved (E36, E38): of a file with kind and bytes, or of what a node hands out", async () => {
    const bytes = votes([1, 2]);
    expect(await verified({ kind: "double-vote", bytes })).toMatchObject({
      code: EXIT.done,
      stdout: "evidence.json: voter 3 signed two different votes in term 7\n",
    });
    const served = { number: 1, kind: "double-vote", accused: 3, epoch: 0, term: 7, seen: 5, bytes };
    const { code, stdout } = await verified(served, "--json");
    expect(code).toBe(EXIT.done);
    expect(JSON.parse(stdout)).toEqual({
      ...{ file: "evidence.json", proved: true },
      ...{ kind: "double-vote", accused: 3, epoch: 0, term: 7 },
    });
  });

  it("says what proves nothing: no contradiction, another's key, another claim, another network", async () => {
    const kind = "double-vote";
    const bytes = votes([1, 2]);
    for (const document of [
      { kind, bytes: votes([1, 1]) },
      { kind, bytes: votes([1, 2], "other") },
      { kind, bytes, accused: 2 },
      { kind, bytes, term: 8 },
      { kind: "stale-vote", bytes },
      { kind, bytes: "00" },
    ]) {
      const { code, stdout } = await verified(document);
      expect(code, JSON.stringify(document)).toBe(EXIT.refused);
      expect(stdout).toContain("proves nothing");
    }
    const elsewhere = ["verify-evidence", "evidence.json", "--genesis", "other/genesis.json"];
    await verified({ kind, bytes });
    expect((await juno(elsewhere, { cwd: folder })).code).toBe(EXIT.refused);
  });

  it("complains of what cannot be read", async () => {
    for (const document of [
      "{",
      "[]",
      { kind: "gossip", bytes: "00" },
      { kind: "double-vote", bytes: "0" },
    ]) {
      expect((await verified(document)).code).toBe(EXIT.usage);
    }
    const missing = ["verify-evidence", "nothing.json", "--genesis", "net/genesis.json"];
    expect((await juno(missing, { cwd: folder })).code).toBe(EXIT.usage);
    const noGenesis = ["verify-evidence", "evidence.json", "--genesis", "nothing.json"];
    expect((await juno(noGenesis, { cwd: folder })).code).toBe(EXIT.usage);
  });
});
