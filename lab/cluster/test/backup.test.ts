// Backups on four real nodes (S15, S16): one is taken under load; a node that lost its disk is restored from it
// and observes: it catches up, answers clients and signs for no quorum. A copy put back by hand, and a memory
// made anew, are found out by asking the others, also when those were restarted meanwhile.

import { execFile } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { StatusJson } from "@juno/api";
import { hex, NodeId } from "@juno/base";
import { createLog, sha256, verifyFolder } from "@juno/node";
import { decodeCommitProof, parseGenesis } from "@juno/proof";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { Journal } from "../src/journal.ts";
import { Load } from "../src/load.ts";
import { expectInDatabases } from "./comparison.ts";
import { openCluster } from "./opened.ts";

const JUNO = fileURLToPath(new URL("../../../edge/cli/src/juno.ts", import.meta.url));
const LOST = 4;
const OTHERS = [1, 2, 3];
const LIMITS = { checkpointEntries: 32, snapshotCheckpoints: 1 };

type Ended = { readonly code: number; readonly out: string; readonly err: string };

async function juno(...args: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [JUNO, ...args]);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

const PATIENCE = { timeout: 60_000, interval: 100 };

describe("four nodes under load", () => {
  let cluster: Cluster;
  let journal: Journal;
  let load: Load;
  let backup: string;

  const folder = () => cluster.nodeFolder(LOST);
  const wipe = () => {
    for (const name of readdirSync(folder()))
      if (/^(?:log|state)\.db|^snapshots$/.test(name)) rmSync(join(folder(), name), { recursive: true });
  };
  const observing = (): Promise<StatusJson> =>
    cluster.until("node 4 observes, and has caught up", async () => {
      const status = await cluster.status(LOST);
      return status?.mode === "observer" && status.ready ? status : undefined;
    });
  const codes = () =>
    cluster
      .process(LOST)
      .lines()
      .map(({ code }) => code);
  /** A line may come after the status that it explains. */
  const told = (...expected: string[]) =>
    vi.waitFor(() => expect(codes()).toEqual(expect.arrayContaining(expected)), PATIENCE);

  beforeAll(async () => {
    cluster = await openCluster({ nodes: 4, limits: LIMITS });
    journal = new Journal(join(cluster.folder, "journal"));
    backup = join(cluster.folder, "backup");
    cluster.startAll();
    await cluster.leader();
    load = await Load.start({
      ...{ cluster, journal },
      ...{ transferLanes: 2, batchLanes: 0, actionsPerBatch: 1 },
    });
    await load.progress(80);
  });

  it("one is backed up while it runs, whole and without its keys", async () => {
    const made = await juno("backup", folder(), "--out", backup, "--json");
    expect(made.err).toBe("");
    const { node, applied, committed, files } = JSON.parse(made.out);
    expect(node).toBe(LOST);
    expect(applied.index).toBeGreaterThan(30);
    expect(committed).toBeGreaterThan(0);
    const names = files.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["config.json", "genesis.json", "log.db", "state.db"]));
    expect(names).not.toContain("node.json");
    expect(names.some((name: string) => name.startsWith("snapshots/"))).toBe(true);
    expect(existsSync(join(backup, "node.json"))).toBe(false);
    expect(readdirSync(cluster.folder).filter((name) => name.includes("unfinished"))).toEqual([]);
    await load.progress(10);
  });

  it("is restored from it after its disk was lost, follows, answers, and signs for no quorum", async () => {
    await load.progress(15);
    await cluster.kill(LOST);
    wipe();
    const restored = await juno("restore", backup, "--folder", folder(), "--verify");
    expect(restored.err).toBe("");
    expect(restored.out).toContain("observer");
    const last = (await cluster.status(1))!.committed;
    cluster.start(LOST);
    expect(await observing()).toMatchObject({ role: "observer" });
    await told("observing");
    await load.progress(15);
    await cluster.caughtUp(LOST);
    // What its clients see is proved by others.
    const client = cluster.client({ nodes: [LOST] });
    const signers = cluster.clientSigners;
    const owner = { key: hex(signers[0]!.key) };
    const outcome = await client.submit(callAccounts("create", { name: "till0", owner }), { signers });
    // There is such an account already.
    expect(outcome).toMatchObject({ status: "failed" });
    expect(votersAfter(last)).toEqual(OTHERS);
  });

  /** Whose Acks stand in what node 1 has kept as proof of the commits above an index. */
  function votersAfter(index: number): number[] {
    const db = new DatabaseSync(join(cluster.nodeFolder(1), "log.db"), { readOnly: true });
    const voters = new Set<number>();
    for (const { bytes } of db.prepare("SELECT bytes FROM commit_proofs WHERE idx > ?").all(index)) {
      const proof = decodeCommitProof(bytes as Uint8Array);
      if (proof.ok) for (const { voter } of proof.value.acks) voters.add(voter);
    }
    db.close();
    return [...voters].sort();
  }

  it("is found out when an old copy is put back by hand", async () => {
    await cluster.terminate(LOST);
    wipe();
    for (const name of ["log.db", "state.db"]) copyFileSync(join(backup, name), join(folder(), name));
    cluster.start(LOST);
    await observing();
    await told("rolled_back", "observing");
    expect(codes()).not.toContain("became_leader");
    await load.progress(10);
  });

  it("is found out with a memory made anew, after the others were restarted", async () => {
    await load.stop();
    await cluster.terminate(LOST, ...OTHERS);
    wipe();
    const genesis = parseGenesis(sha256, cluster.genesis);
    if (!genesis.ok) throw new Error(genesis.error.detail);
    createLog(folder(), { network: genesis.value.network, nodeId: NodeId(LOST) });
    cluster.startAll();
    await observing();
    await told("rolled_back");
    await cluster.agreed(...cluster.ids);
    for (const id of OTHERS) expect((await cluster.status(id))?.evidence).toEqual([]);
  });

  it("holds in the end whatever was acknowledged", async () => {
    await cluster.terminate(...cluster.ids);
    expectInDatabases(cluster, OTHERS, journal.read());
    // The fourth may have started from a snapshot, without what lies below it.
    const report = await verifyFolder({
      folder: folder(),
      genesisBytes: cluster.genesis,
      options: { workers: 1 },
    });
    expect(report.findings).toEqual([]);
    expect(report.applied).toBeGreaterThanOrEqual(Math.max(...journal.read().map(({ index }) => index)));
  });
});
