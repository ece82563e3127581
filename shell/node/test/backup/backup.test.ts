// Backups of a node's real files (P22): whole, consistent and verifiable while the node writes; never half there,
// never in place of anything. What is laid out from one is a node's folder whose log says that it was restored.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { NodeId } from "@juno/base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyDatabases } from "../../src/audit/verify-databases.ts";
import { makeBackup } from "../../src/backup/make-backup.ts";
import { restoreBackup } from "../../src/backup/restore-backup.ts";
import { openStores } from "../../src/store/open-stores.ts";
import { create, signedCommand } from "../audit/sample-commands.ts";
import { SampleNetwork } from "../audit/sample-network.ts";
import { freshFolder, removeFolders } from "../store/folder.ts";

/** A quorum is enough. */
const RUNNING = [1, 2, 3].map(NodeId);
const NODE = NodeId(3);
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

let place: string;
let network: SampleNetwork;
let nonce = 0;

const open = async (count: number): Promise<void> => {
  const [signer] = network.clients;
  const commands = Array.from({ length: count }, () =>
    signedCommand({
      genesis: network.genesis,
      signers: [signer!],
      actions: [create(`a-${++nonce}`, signer!)],
      nonce,
    }),
  );
  await network.submit(commands);
};
const folderOf = (name: string) => join(place, name);
const back = (target: string, more: Partial<Parameters<typeof makeBackup>[0]> = {}) =>
  makeBackup({ folder: network.folderOf(NODE), target: folderOf(target), now: NOW, ...more });

beforeAll(async () => {
  place = freshFolder();
  network = await SampleNetwork.create(folderOf("net"));
  await Promise.all(RUNNING.map((id) => network.start(id)));
  await network.leader();
  await open(20);
});

afterAll(async () => {
  await network.stop(network.running);
  removeFolders();
});

describe("a backup of a running node", () => {
  it("holds what it had, in files that verify, while it goes on", async () => {
    const going = open(20);
    const stages = new Set<string>();
    const manifest = await back("whole", { onProgress: ({ stage }) => stages.add(stage) });
    await going;
    expect(manifest).toMatchObject({ format: 1, node: NODE, made: "2026-01-02T03:04:05.000Z" });
    expect(manifest!.applied.index).toBeGreaterThanOrEqual(20);
    expect([...stages]).toEqual(["state.db", "log.db", "digests"]);
    expect(readdirSync(folderOf("whole")).sort()).toEqual(
      expect.arrayContaining(["backup.json", "config.json", "genesis.json", "log.db", "state.db"]),
    );
    expect(existsSync(join(folderOf("whole"), "node.json"))).toBe(false);
    const report = await verifyDatabases({ folder: folderOf("whole"), genesisBytes: network.genesisBytes });
    expect(report.findings).toEqual([]);
    // Wherever it stands, nothing is written beside it.
    expect(readdirSync(folderOf("whole")).filter((name) => /-(?:wal|shm|journal)$/.test(name))).toEqual([]);
  });

  it("is never put in the place of anything", async () => {
    await expect(back("whole")).rejects.toMatchObject({ code: "store_exists" });
    writeFileSync(folderOf("file"), "");
    await expect(back("file")).rejects.toMatchObject({ code: "store_exists" });
    mkdirSync(folderOf("empty"));
    expect(await back("empty")).toBeDefined();
  });

  it("that is stopped leaves nothing", async () => {
    const stop = new AbortController();
    const before = readdirSync(place);
    const stopped = await back("stopped", {
      signal: stop.signal,
      onProgress: ({ stage }) => {
        if (stage === "log.db") stop.abort();
      },
    });
    expect(stopped).toBeUndefined();
    expect(readdirSync(place)).toEqual(before);
  });

  it("of what is no node's folder says what is missing", async () => {
    const missing = makeBackup({ folder: folderOf("nowhere"), target: folderOf("none"), now: NOW });
    await expect(missing).rejects.toMatchObject({ code: "config_invalid" });
    expect(readdirSync(place).filter((name) => name.startsWith(".none"))).toEqual([]);
  });
});

describe("a restored folder", () => {
  const copyOf = async (name: string): Promise<string> => {
    await back(name);
    return folderOf(name);
  };

  it("is a node's that observes, with all that it had (S16)", async () => {
    const backup = await copyOf("good");
    const folder = folderOf("restored");
    const keys = join(network.folderOf(NODE), "node.json");
    const { manifest, hasKeys } = await restoreBackup({ backup, folder, keys });
    expect(hasKeys).toBe(true);
    expect(statSync(join(folder, "node.json")).mode & 0o777).toBe(0o600);
    const stores = openStores({ folder, genesis: network.genesis, nodeId: NODE });
    const durable = await stores.log.load();
    expect(durable.mode).toBe("observer");
    expect((await stores.executor.open()).applied).toMatchObject({ index: manifest.applied.index });
    await stores.close();
    const db = new DatabaseSync(join(folder, "log.db"), { readOnly: true });
    expect(db.prepare("SELECT reason FROM meta").get()?.reason).toContain("2026-01-02T03:04:05.000Z");
    db.close();
    const report = await verifyDatabases({ folder, genesisBytes: network.genesisBytes });
    expect(report.findings).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.startsWith("restoring"))).toEqual([]);
    // Not a second time, and not over a part.
    await expect(restoreBackup({ backup, folder })).rejects.toMatchObject({ code: "store_exists" });
    rmSync(join(folder, "log.db"));
    await expect(restoreBackup({ backup, folder })).rejects.toMatchObject({ code: "store_exists" });
  });

  it("may be made without keys, or with those that the backup brings", async () => {
    const backup = await copyOf("keyless");
    const folder = folderOf("keyless-node");
    expect((await restoreBackup({ backup, folder })).hasKeys).toBe(false);
    await back("keyed", { withKeys: true });
    expect(statSync(join(folderOf("keyed"), "node.json")).mode & 0o777).toBe(0o600);
    const keyed = await restoreBackup({ backup: folderOf("keyed"), folder: folderOf("keyed-node") });
    expect(keyed.hasKeys).toBe(true);
  });

  it("is not made of files that are not those that were backed up", async () => {
    const backup = await copyOf("altered");
    const into = () => restoreBackup({ backup, folder: folderOf("altered-node") });
    const log = join(backup, "log.db");
    const good = readFileSync(log);
    const bad = Buffer.from(good);
    bad[bad.length - 1]! ^= 1;
    writeFileSync(log, bad);
    await expect(into()).rejects.toMatchObject({
      code: "store_damaged",
      message: expect.stringContaining("SHA-256"),
    });
    writeFileSync(log, good.subarray(1));
    await expect(into()).rejects.toMatchObject({ code: "store_damaged" });
    rmSync(log);
    await expect(into()).rejects.toMatchObject({
      code: "store_damaged",
      message: expect.stringContaining("lacks"),
    });
    writeFileSync(log, good);
    const manifest = join(backup, "backup.json");
    const text = readFileSync(manifest, "utf8");
    writeFileSync(manifest, text.replace('"state.db"', '"../state.db"'));
    await expect(into()).rejects.toMatchObject({ code: "store_damaged" });
    rmSync(manifest);
    await expect(into()).rejects.toMatchObject({ code: "store_missing" });
    expect(existsSync(folderOf("altered-node"))).toBe(false);
  });

  it("belongs to the node and the network that it is made for", async () => {
    const backup = await copyOf("owned");
    const keys = join(network.folderOf(NodeId(1)), "node.json");
    const folder = folderOf("owned-node");
    await expect(restoreBackup({ backup, folder, keys })).rejects.toMatchObject({ code: "key_unusable" });
    const other = await SampleNetwork.create(folderOf("other-net"));
    for (const name of ["log.db", "node.json"]) rmSync(join(other.folderOf(NODE), name));
    const foreign = restoreBackup({ backup, folder: other.folderOf(NODE) });
    await expect(foreign).rejects.toMatchObject({ code: "store_foreign" });
    expect(existsSync(join(other.folderOf(NODE), "log.db"))).toBe(false);
    const running = restoreBackup({ backup, folder: network.folderOf(NODE) });
    await expect(running).rejects.toMatchObject({ code: "store_in_use" });
    expect(readdirSync(folder)).toEqual(["lock"]);
  });
});
