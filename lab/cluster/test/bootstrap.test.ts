// Pruning (V9, A21), and starting from a snapshot (V8), on real nodes: three of them let go of their old entries, one after
// exporting them; the fourth, which has never run, fetches a certified snapshot and takes part.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hex } from "@juno/base";
import { verifyFolder } from "@juno/node";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { openCluster } from "./opened.ts";

const LIMITS = { checkpointEntries: 8, snapshotCheckpoints: 2 };
const PATIENCE = { timeout: 60_000, interval: 100 };
const ARCHIVED_AT = "https://archive.example/juno";

describe("a cluster that prunes", () => {
  let cluster: Cluster;
  let accounts = 0;

  /** Replaces a part of a node's configuration. */
  function configure(id: number, patch: object): void {
    const path = join(cluster.nodeFolder(id), "config.json");
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...patch }));
  }

  async function create(count: number): Promise<void> {
    const signers = cluster.clientSigners;
    const owner = { key: hex(signers[0]!.key) };
    const client = cluster.client();
    for (let i = 0; i < count; i++) {
      await client.submit(callAccounts("create", { name: `a-${accounts++}`, owner }), { signers });
    }
  }

  const get = async (id: number, path: string) => {
    const reply = await fetch(`${cluster.url(id)}/api/v1${path}`);
    return { status: reply.status, json: (await reply.json()) as Record<string, unknown> };
  };
  const status = async (id: number) => (await cluster.status(id))!;
  const names = async (id: number): Promise<string[]> => {
    const { json } = await get(id, "/tables/demo.accounts/accounts?limit=1000");
    return (json.rows as { key: string }[]).map(({ key }) => key);
  };

  beforeAll(async () => {
    cluster = await openCluster({ nodes: 4, limits: LIMITS });
    configure(1, { prune: { keepEntries: 8, archive: "archive", archiveUrl: ARCHIVED_AT } });
    for (const id of [2, 3, 4]) configure(id, { prune: { keepEntries: 8 } });
    for (const id of [1, 2, 3]) cluster.start(id);
    await cluster.leader();
    await create(68);
  });

  it("lets go of old entries, and says where they are", async () => {
    for (const id of [1, 2, 3]) {
      await vi.waitFor(async () => expect((await status(id)).prunedThrough).toBe(48), PATIENCE);
    }
    const { prunedThrough } = await status(1);
    const refused = await get(1, "/entries?from=1");
    expect(refused).toMatchObject({ status: 410, json: { code: "pruned" } });
    expect(refused.json.detail).toContain(`archived at ${ARCHIVED_AT}`);
    expect((await get(2, "/entries?from=1")).status).toBe(410);
    expect(await get(1, `/entries?from=${prunedThrough + 1}&limit=1`)).toMatchObject({ status: 200 });
    const archived = readFileSync(join(cluster.nodeFolder(1), "archive", "manifest.json"), "utf8");
    expect(JSON.parse(archived)).toMatchObject({ first: 1 });
    expect((JSON.parse(archived) as { last: number }).last).toBeGreaterThanOrEqual(prunedThrough);
  });

  it("brings a new node up from a snapshot, which then is as good as any", async () => {
    cluster.start(4);
    await vi.waitFor(async () => {
      const [old, young] = [await status(1), await status(4)];
      expect(young.applied).toEqual(old.applied);
    }, PATIENCE);
    expect((await status(4)).prunedThrough).toBeGreaterThanOrEqual(32);
    expect(await names(4)).toEqual(await names(1));
    expect((await get(4, "/entries?from=1")).status).toBe(410);
    await cluster.terminate(1);
    await create(5);
    await vi.waitFor(async () => expect(await names(4)).toContain(`a-${accounts - 1}`), PATIENCE);
  });

  it("goes on from there after restarts, with the state lost or not", async () => {
    cluster.start(1);
    await cluster.kill(4);
    cluster.start(4);
    await create(20);
    await vi.waitFor(async () => {
      const roots = new Set<string>();
      for (const id of cluster.ids) roots.add((await status(id)).applied.root);
      expect(roots.size).toBe(1);
    }, PATIENCE);
    expect(new Set(await names(4)).size).toBeGreaterThanOrEqual(accounts);
  });

  it("leaves folders that are good, of old nodes and of the new one", async () => {
    await cluster.terminate(...cluster.ids);
    for (const id of [1, 2, 4]) {
      const folder = cluster.nodeFolder(id);
      const report = await verifyFolder({ folder, genesisBytes: cluster.genesis, options: { workers: 1 } });
      expect(report.findings).toEqual([]);
      expect(report.prunedThrough).toBeGreaterThanOrEqual(32);
      expect(report.vouchers.length).toBeGreaterThan(1);
      expect(report.applied).toBeGreaterThan(report.prunedThrough);
    }
  });
});
