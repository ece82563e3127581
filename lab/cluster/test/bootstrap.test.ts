// Pruning (V9, A21), and starting from a snapshot (V8), on real nodes: three of them let go of their old entries, one after
// exporting them; the fourth, which has never run, fetches a certified snapshot and takes part. Reads are guarded (A41): nodes, the
// client library and the commands sign what they read, and whoever does not sees nothing.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hex } from "@juno/base";
import { verifyFolder } from "@juno/node";
import type { Role } from "@juno/proof";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { followed, juno, type Said } from "./juno.ts";
import { openCluster } from "./opened.ts";

const LIMITS = { checkpointEntries: 8, snapshotCheckpoints: 2 };
const PATIENCE = { timeout: 60_000, interval: 100 };
const NO_QUOTA = { commandsPerMinute: undefined, gasPerMinute: undefined };
/** The treasurer reads everything, and who has no role nothing. */
const ROLES: readonly Role[] = [
  { name: "default", submit: "*", read: [], ...NO_QUOTA },
  { name: "treasury", submit: [], read: "*", ...NO_QUOTA },
];
const ARCHIVED_AT = "https://archive.example/juno";

describe("a cluster that prunes", () => {
  let cluster: Cluster;
  let accounts = 0;
  let early: Said;
  const network = () => dirname(cluster.nodeFolder(1));
  const asTreasurer = () => ["--as", join(network(), "operators", "treasury.json")];
  const ofCluster = (command: string, ...args: readonly string[]) =>
    juno(command, ...args, "--network", network(), ...asTreasurer());
  const verified = (folder: string) =>
    verifyFolder({ folder, genesisBytes: cluster.genesis, options: { workers: 1 } });
  const genesis = () => join(network(), "genesis.json");
  const work = () => join(cluster.folder, "work");

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

  const at = (id: number) => cluster.client({ nodes: [id], reader: cluster.operatorSigners[0]! });
  const entriesAt = (id: number, from: number) => at(id).entries({ from, limit: 1 });
  const metrics = async (id: number) => (await fetch(`${cluster.url(id)}/api/v1/metrics`)).text();
  const status = async (id: number) => (await cluster.status(id))!;
  const names = async (id: number): Promise<string[]> => {
    const { rows } = await at(id).rows({ module: "demo.accounts", table: "accounts" }, { limit: 1_000 });
    return rows.map(({ key }) => key);
  };

  beforeAll(async () => {
    cluster = await openCluster({ nodes: 4, limits: LIMITS, roles: ROLES });
    configure(1, { prune: { keepEntries: 8, archive: "archive", archiveUrl: ARCHIVED_AT } });
    for (const id of [2, 3, 4]) configure(id, { prune: { keepEntries: 8 } });
    for (const id of [1, 2, 3]) cluster.start(id);
    await cluster.leader();
    await create(20);
    // An audit that is gone on with later, when nobody has any more what comes next.
    early = await ofCluster("verify", "--work", work());
    await create(48);
  });

  it("lets go of old entries, and says where they are", async () => {
    for (const id of [1, 2, 3]) {
      await vi.waitFor(async () => expect((await status(id)).prunedThrough).toBe(48), PATIENCE);
    }
    const { prunedThrough } = await status(1);
    await expect(entriesAt(1, 1)).rejects.toMatchObject({
      code: "pruned",
      message: expect.stringContaining(`archived at ${ARCHIVED_AT}`),
    });
    await expect(entriesAt(2, 1)).rejects.toMatchObject({ code: "pruned" });
    expect((await entriesAt(1, prunedThrough + 1)).entries).toHaveLength(1);
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
    await expect(entriesAt(4, 1)).rejects.toMatchObject({ code: "pruned" });
    await cluster.terminate(1);
    await create(5);
    await vi.waitFor(async () => expect(await names(4)).toContain(`a-${accounts - 1}`), PATIENCE);
  });

  it("shows nothing to whoever does not say who asks, or may not read it (A41)", async () => {
    await expect(cluster.client().entries()).rejects.toMatchObject({ code: "read_unsigned" });
    const stranger = await juno("verify", "--genesis", genesis(), "--url", cluster.url(2));
    expect(stranger).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Say who reads with --as FILE"),
    });
    const client = await juno("verify", "--network", network());
    expect(client).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("What the client client reads"),
    });
  });

  it("is audited, exported and replayed from a snapshot that its nodes hand out (P35, P36)", async () => {
    cluster.start(1);
    await vi.waitFor(
      async () => expect((await status(1)).applied).toEqual((await status(2)).applied),
      PATIENCE,
    );
    expect(early).toMatchObject({ code: 0, json: { ok: true, prunedThrough: 0, vouchers: [] } });
    const now = await ofCluster("verify");
    expect(now).toMatchObject({ code: 0, stderr: "", json: { ok: true, problem: null } });
    const { prunedThrough: floor, vouchers, last, entries, outcomeRoot } = now.json;
    expect(floor).toBeGreaterThanOrEqual(32);
    expect((vouchers as number[]).length).toBeGreaterThan(1);
    expect(entries).toBe(Number(last) - Number(floor));
    const gone = await ofCluster("verify", "--work", work());
    expect(gone.json).toMatchObject({ ok: true, resumedFrom: 0 });
    expect(gone.json.anew).toContain("begins at another entry");
    const { prunedThrough, vouchers: signers } = gone.json;
    const kept = await ofCluster("verify", "--work", work());
    expect(kept.json).toMatchObject({ ok: true, prunedThrough, vouchers: signers, anew: null });
    expect(kept.json.resumedFrom).toBeGreaterThan(Number(prunedThrough));
    const archive = join(cluster.folder, "exported");
    const exported = await ofCluster("export", archive);
    expect(exported).toMatchObject({ code: 0, json: { isExecutable: true } });
    const report = await verified(archive);
    expect(report).toMatchObject({ ok: true, findings: [] });
    expect(report.vouchers.length).toBeGreaterThan(1);
    expect(report.applied).toBeGreaterThanOrEqual(Number(last));
    const replayed = await ofCluster("replay", "--to", `${last}`);
    expect(replayed).toMatchObject({ code: 0, json: { ok: true, outcomeRoot } });
    const below = await ofCluster("replay", "--to", "5");
    expect(below.code).toBe(1);
    expect(below.stderr).toContain("are not there");
  });

  it("goes on from there after restarts, with the state lost or not", async () => {
    // An audit that follows one node alone, which then lets go of what comes next.
    const follower = followed(
      ...["verify", "--follow", "--url", cluster.url(4), "--genesis", genesis(), ...asTreasurer()],
    );
    const streams = async () => /^juno_http_streams (\d+)/m.exec(await metrics(4))?.[1];
    await vi.waitFor(async () => expect(await streams()).toBe("1"), PATIENCE);
    const { applied } = await status(4);
    await cluster.kill(4);
    await create(45);
    cluster.start(4);
    await vi.waitFor(async () => {
      const roots = new Set<string>();
      for (const id of cluster.ids) roots.add((await status(id)).applied.root);
      expect(roots.size).toBe(1);
    }, PATIENCE);
    expect(new Set(await names(4)).size).toBeGreaterThanOrEqual(accounts);
    await vi.waitFor(async () => expect(await streams()).toBe("1"), PATIENCE);
    const { code, json } = await follower.end();
    expect({ code, ok: json.ok }).toEqual({ code: 0, ok: true });
    expect(json.prunedThrough).toBeGreaterThan(applied.index);
  });

  it("leaves folders that are good, of old nodes and of the new one", async () => {
    await cluster.terminate(...cluster.ids);
    for (const id of [1, 2, 4]) {
      const report = await verified(cluster.nodeFolder(id));
      expect(report.findings).toEqual([]);
      expect(report.prunedThrough).toBeGreaterThanOrEqual(32);
      expect(report.vouchers.length).toBeGreaterThan(1);
      expect(report.applied).toBeGreaterThan(report.prunedThrough);
    }
  });
});
