// What checkpoints are good for, on four real nodes. Rows that a client believes by proof (E43, A12): as of a checkpoint, of any
// node, with an age that the reader chooses; also what is not there is proved. Snapshots (C21, E47): every node makes the same
// one, f+1 signatures certify it, any node hands it out, and what it holds is the state as it was.

import { checkShape, SnapshotListSchema, type SnapshotSummaryJson } from "@juno/api";
import { Hash, hex, LogIndex, parseHex } from "@juno/base";
import { decodeChunk } from "@juno/ledger";
import { sha256, verifySignature } from "@juno/node";
import {
  checkSnapshotCertificate,
  decodeManifest,
  decodeSnapshotCertificate,
  firstEpoch,
  parseGenesis,
  snapshotHash,
} from "@juno/proof";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ACCOUNTS, callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { openCluster } from "./opened.ts";

const CHECKPOINT = 8;
const LIMITS = { checkpointEntries: CHECKPOINT, snapshotCheckpoints: 2 };
const INTERVAL = 2 * CHECKPOINT;
const PATIENCE = { timeout: 30_000, interval: 50 };

let cluster: Cluster;
let accounts = 0;

/** Opens so many further accounts, `a-1` first. */
async function open(count: number): Promise<void> {
  const signers = cluster.clientSigners;
  const owner = { key: hex(signers[0]!.key) };
  const client = cluster.client();
  for (let i = 0; i < count; i++) {
    await client.submit(callAccounts("create", { name: `a-${++accounts}`, owner }), { signers });
  }
}

beforeAll(async () => {
  cluster = await openCluster({ nodes: 4, limits: LIMITS });
  cluster.startAll();
  await cluster.leader();
});

describe("a proven row", () => {
  const row = (key: string) => ({ module: ACCOUNTS, table: "accounts", key });

  it("is believed as of the last checkpoint, or refused for its age", async () => {
    await expect(cluster.client().provenRow(row("a-1"))).rejects.toMatchObject({ code: "unproved" });
    await open(CHECKPOINT + 1);
    await cluster.caughtUp(...cluster.ids);
    for (const id of cluster.ids) {
      const one = cluster.client({ nodes: [id] });
      const read = await one.provenRow(row("a-1"));
      expect(read).toMatchObject({ index: CHECKPOINT, value: { funds: "0.00 USD" } });
      // Entry 1 is an election: the last account was opened after the checkpoint.
      expect(await one.provenRow(row(`a-${CHECKPOINT + 1}`))).toMatchObject({ value: undefined });
      await expect(one.provenRow(row("a-1"), { maxAgeMs: 0 })).rejects.toMatchObject({ code: "stale_proof" });
      // The proof may name other voters by now.
      const { index, time, value } = read;
      expect(await one.provenRow(row("a-1"), { maxAgeMs: 600_000 })).toMatchObject({ index, time, value });
    }
  });
});

describe("snapshots", () => {
  const get = async (id: number, path: string): Promise<unknown> =>
    (await fetch(`${cluster.url(id)}/api/v1${path}`)).json();

  async function listed(id: number): Promise<readonly SnapshotSummaryJson[]> {
    const list = checkShape(SnapshotListSchema, await get(id, "/snapshots"));
    if (!list.ok) throw new Error(list.error.detail);
    return list.value.snapshots;
  }

  const certified = (id: number, index: number) =>
    vi.waitFor(async () => {
      const found = (await listed(id)).find((snapshot) => snapshot.index === index);
      expect(found?.certificate).toEqual(expect.any(String));
      return found!;
    }, PATIENCE);

  beforeAll(() => open(INTERVAL + 3 - accounts));

  it("are the same on all nodes, and certified", async () => {
    const genesis = parseGenesis(sha256, cluster.genesis);
    if (!genesis.ok) throw new Error(genesis.error.detail);
    const electorate = firstEpoch(genesis.value).electorate;
    const hashes = new Set<string>();
    for (const id of cluster.ids) {
      const { hash, certificate } = await certified(id, INTERVAL);
      hashes.add(hash);
      const decoded = decodeSnapshotCertificate(parseHex(certificate!)!);
      if (!decoded.ok) throw new Error(decoded.error.detail);
      const claim = { index: LogIndex(INTERVAL), hash: Hash(parseHex(hash, 32)!) };
      const checks = checkSnapshotCertificate(electorate, claim, decoded.value);
      expect(checks.ok && checks.value.every(verifySignature)).toBe(true);
    }
    expect(hashes.size).toBe(1);
  });

  it("are handed out whole", async () => {
    const { hash } = await certified(1, INTERVAL);
    const { manifest } = (await get(2, `/snapshots/${INTERVAL}`)) as { manifest: string };
    const bytes = parseHex(manifest)!;
    expect(hex(snapshotHash(sha256, bytes))).toBe(hash);
    const decoded = decodeManifest(bytes);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    const names: string[] = [];
    for (const [at, digest] of decoded.value.chunks.entries()) {
      const reply = (await get(3, `/snapshots/${INTERVAL}/chunks/${at}`)) as { bytes: string };
      const chunk = parseHex(reply.bytes)!;
      expect(hex(sha256(chunk))).toBe(hex(digest.hash));
      const content = decodeChunk(chunk);
      if (content.ok && content.value.kind === "rows")
        names.push(...content.value.rows.map(({ key }) => key));
    }
    // Elections take the places of some commands.
    expect(names).toContain("a-1");
    expect(names).not.toContain(`a-${INTERVAL}`);
  });

  it("are there again after a restart, and go on", async () => {
    const before = await certified(1, INTERVAL);
    await cluster.terminate(1);
    cluster.start(1);
    await cluster.caughtUp(1);
    expect(await certified(1, INTERVAL)).toEqual(before);
  });
});
