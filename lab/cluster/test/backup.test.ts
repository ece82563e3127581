// Backups on four real nodes (S15, S16): one is taken under load; a node that lost its disk is restored from it
// and observes: it catches up, answers clients and signs for no quorum. A copy put back by hand, and a memory
// made anew, are found out by asking the others, also when those were restarted meanwhile.

import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { StatusJson } from "@juno/api";
import { hex, NodeId } from "@juno/base";
import { createLog, EXIT_CODES, sha256 } from "@juno/node";
import { decodeCommitProof, parseGenesis } from "@juno/proof";
import { beforeAll, describe, expect, it } from "vitest";
import { callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { Journal } from "../src/journal.ts";
import { Load } from "../src/load.ts";
import { expectInDatabases } from "./comparison.ts";
import { openCluster } from "./opened.ts";

const JUNO = fileURLToPath(new URL("../../../edge/cli/src/juno.ts", import.meta.url));
const LOST = 4;
const OTHERS = [1, 2, 3];
const LIMITS = { checkpointEntries: 16, snapshotCheckpoints: 1 };

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

  beforeAll(async () => {
    cluster = await openCluster({ nodes: 4, limits: LIMITS });
    journal = new Journal(join(cluster.folder, "journal"));
    backup = join(cluster.folder, "backup");
    cluster.startAll();
    await cluster.leader();
    load = await Load.start({
      ...{ cluster, journal },
      ...{ transferLanes: 4, batchLanes: 1, actionsPerBatch: 10 },
    });
    await load.progress(100);
  });

  it("one is backed up while it runs, whole and without its keys", async () => {
    const made = await juno("backup", folder(), "--out", backup, "--json");
    expect(made.err).toBe("");
    const { node, applied, committed, files } = JSON.parse(made.out);
    expect(node).toBe(LOST);
    expect(applied.index).toBeGreaterThan(50);
    expect(committed).toBeGreaterThan(0);
    const names = files.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["config.json", "genesis.json", "log.db", "state.db"]));
    expect(names).not.toContain("node.json");
    expect(names.some((name: string) => name.startsWith("snapshots/"))).toBe(true);
    expect(existsSync(join(backup, "node.json"))).toBe(false);
    expect(readdirSync(cluster.folder).filter((name) => name.includes("unfinished"))).toEqual([]);
    await load.progress(20);
    const again = await juno("backup", folder(), "--out", backup);
    expect(again.code).toBe(EXIT_CODES.store_exists);
    const verified = await juno("verify", backup, "--genesis", join(backup, "genesis.json"), "--json");
    expect(JSON.parse(verified.out)).toMatchObject({ ok: true });
  });

  it("is restored from it after its disk was lost, follows, answers, and signs for no quorum", async () => {
    await load.progress(50);
    await cluster.kill(LOST);
    const refused = await juno("restore", backup, "--folder", folder());
    expect(refused.code).toBe(EXIT_CODES.store_exists);
    wipe();
    const restored = await juno("restore", backup, "--folder", folder(), "--verify");
    expect(restored.err).toBe("");
    expect(restored.out).toContain("observer");
    const last = (await cluster.status(1))!.committed;
    cluster.start(LOST);
    expect(await observing()).toMatchObject({ role: "observer" });
    expect(codes()).toContain("observing");
    await load.progress(50);
    await cluster.caughtUp(LOST);
    // What its clients see is proved by others.
    const client = cluster.client({ nodes: [LOST] });
    const signers = cluster.clientSigners;
    const owner = { key: hex(signers[0]!.key) };
    const outcome = await client.submit(callAccounts("create", { name: "seen", owner }), { signers });
    expect(outcome).toMatchObject({ status: "ok" });
    expect(votersAfter(last)).toEqual(OTHERS);
    expect(await juno("status", "--network", join(cluster.folder, "network"))).toMatchObject({
      code: 0,
      out: expect.stringContaining("node 4 only observes"),
    });
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
    expect(codes()).toEqual(expect.arrayContaining(["rolled_back", "observing"]));
    expect(codes()).not.toContain("became_leader");
    await load.progress(20);
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
    expect(codes()).toContain("rolled_back");
    await cluster.agreed(...cluster.ids);
    for (const id of OTHERS) expect((await cluster.status(id))?.evidence).toEqual([]);
  });

  it("holds in the end whatever was acknowledged", async () => {
    await cluster.terminate(...cluster.ids);
    expectInDatabases(cluster, cluster.ids, journal.read());
  });

  it("is not restored from a backup that was altered, or is another's", async () => {
    wipe();
    const log = join(backup, "log.db");
    const bytes = readFileSync(log);
    bytes[bytes.length - 9]! ^= 1;
    chmodSync(log, 0o600);
    writeFileSync(log, bytes);
    const altered = await juno("restore", backup, "--folder", folder());
    expect(altered.code).toBe(EXIT_CODES.store_damaged);
    expect(altered.err).toContain("SHA-256");
    expect(
      readdirSync(folder()).filter((name) => name.startsWith("log.db") || name.startsWith("restoring")),
    ).toEqual([]);
    bytes[bytes.length - 9]! ^= 1;
    writeFileSync(log, bytes);
    const foreign = join(cluster.folder, "another");
    const keys = join(cluster.nodeFolder(1), "node.json");
    expect(await juno("restore", backup, "--folder", foreign, "--keys", keys)).toMatchObject({
      code: EXIT_CODES.key_unusable,
    });
    expect(readdirSync(foreign).filter((name) => name !== "lock")).toEqual([]);
    // Elsewhere, where there is nothing of the node, its configuration and genesis come along.
    const moved = await juno("restore", backup, "--folder", foreign, "--keys", join(folder(), "node.json"));
    expect(moved.out).toContain(`juno node ${foreign}`);
    expect(statSync(join(foreign, "node.json")).mode & 0o777).toBe(0o600);
  });
});
