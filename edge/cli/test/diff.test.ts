// `juno diff` as people and scripts see it (P41, P43): words, JSON, exit codes. What it finds, the tests of the
// comparison show.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { NodeId } from "@juno/base";
import { initNetwork, loadGenesis, openStores } from "@juno/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type DiffOptions, runDiff } from "../src/command/diff-command.ts";
import { EXIT } from "../src/complaint.ts";
import { capturedOutput } from "./captured-output.ts";

let folder: string;
const place = (name: string) => join(folder, name);

/** A node that was started and stopped, and has heard of no other. */
async function livedNode(name: string): Promise<void> {
  const ports = [1, 2, 3, 4].map((id) => ({ peer: id, api: 10 + id }));
  const files = await initNetwork({
    ...{ folder: place(name), host: "127.0.0.1", ports, clients: ["client"], startTime: Date.now() },
  });
  const genesis = loadGenesis(files.genesis);
  const stores = openStores({ folder: place(join(name, "node-1")), genesis, nodeId: NodeId(1) });
  await stores.log.load();
  await stores.executor.open();
  await stores.close();
}

async function run(a: string, b: string, options: DiffOptions = {}) {
  const output = capturedOutput();
  await runDiff([place(a), place(b)], options, output);
  return { text: output.printed.join("\n"), json: output.json };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-cli-"));
  await livedNode("net");
  await livedNode("other");
  cpSync(place("net/node-1"), place("altered"), { recursive: true });
  const db = new DatabaseSync(place("altered/state.db"));
  db.exec(
    "INSERT INTO rows VALUES ('demo.accounts', 'accounts', CAST('eve' AS BLOB), CAST('{\"funds\":\"\u001b[31m\"}' AS BLOB))",
  );
  db.close();
});
afterEach(() => {
  process.exitCode = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("juno diff", () => {
  it("says that two are the same, and ends with 0", async () => {
    const { text } = await run("net/node-1", "net/node-1");
    expect(text).toContain("They are the same.");
    expect(process.exitCode).toBeUndefined();
  });

  it("names the row that differs, harmlessly for a terminal, and ends with 1", async () => {
    const { text } = await run("altered", "net/node-1");
    expect(process.exitCode).toBe(EXIT.refused);
    expect(text).toContain("rows: 1 of 1 differ after entry 0");
    expect(text).toContain('demo.accounts/accounts "eve"');
    expect(text).toContain("altered where it is stored");
    expect(text).toContain("B has none");
    expect(text).not.toContain("\u001b");
    expect(text).toContain("They part.");
    const { json } = await run("net/node-1", "altered", { json: true });
    expect(json).toMatchObject([
      {
        verdict: "part",
        a: { kind: "node", applied: { index: 0, root: expect.stringMatching(/^[0-9a-f]{64}$/) } },
        rows: { differing: 1, named: [{ key: "eve", changedAt: {} }] },
      },
    ]);
  });

  it("ends with 2 where nothing could be compared, and says why", async () => {
    const refused = (words: string) => ({ exitCode: 2, message: expect.stringContaining(words) });
    await expect(run("net", "net/node-1")).rejects.toMatchObject(refused("neither log.db nor state.db"));
    await expect(run("net/node-1", "other/node-1")).rejects.toMatchObject(refused("different networks"));
    const api = runDiff([place("altered"), "http://127.0.0.1:9"], {}, capturedOutput());
    await expect(api).rejects.toMatchObject(refused("--genesis"));
    const genesis = place("net/genesis.json");
    const silent = runDiff([place("altered"), "http://127.0.0.1:9"], { genesis }, capturedOutput());
    await expect(silent).rejects.toMatchObject(refused("could not be compared"));
  });
});
