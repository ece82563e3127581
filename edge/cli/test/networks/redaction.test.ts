// A payload is redacted on a network that runs (C22): ordered by the operators, taken away by every node, one of which was
// killed meanwhile; and everything that can be asked about the command still is answered, proved, and says what happened.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hex } from "@juno/base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Finding, waitUntil } from "../../src/demo/waiting.ts";
import { connect } from "../../src/network/connection.ts";
import { loadSigner } from "../../src/network/key-ring.ts";
import { LocalCluster } from "../../src/network/local-cluster.ts";
import { findNetwork, nodePlaces } from "../../src/network/network-folder.ts";
import { nodeReports } from "../../src/network/node-reports.ts";
import { juno } from "../processes/juno-process.ts";
import { temporaryNetwork } from "../temporary-network.ts";
import { untilOneLeads } from "./one-leader.ts";

/** A snapshot every eight entries. */
const LIMITS = { checkpointEntries: 4, snapshotCheckpoints: 2 };
/** Stands in a payload, and nowhere that contracts would write it. */
const SECRET = "the patient is called Weinmann";
const REASON = "a name in clear";
const NODES = [1, 2, 3, 4];

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let cluster: LocalCluster;
let client: ReturnType<typeof connect>;
let id: string;
const stop = new AbortController();
const patience = { timeoutMs: 120_000, signal: stop.signal };

const seen = (isSo: boolean, lacking = "it is not so yet"): Finding<true> =>
  isSo ? { met: true } : { lacking };
const run = (args: readonly string[]) => juno([...args, "--network", network.folder]);
/** An archive that is made before the redaction. */
const old = () => join(network.folder, "old");
const isArchived = (): boolean =>
  readdirSync(old()).some((name) => contentOf(join(old(), name)).includes(SECRET));
const genesis = () => join(network.folder, "genesis.json");
const reports = () => nodeReports(client, findNetwork({ network: network.folder }).nodes);

/** Nothing of a file that has gone meanwhile, as old snapshots do. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (existsSync(file)) throw error;
    return Buffer.alloc(0);
  }
}

const isHeld = (node: number): boolean =>
  readdirSync(join(network.folder, `node-${node}`), { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .some((item) => contentOf(join(item.parentPath, item.name)).includes(SECRET));

/** What each node says of redactions; undefined of one that does not answer. */
const counts = async () =>
  (await reports()).map((report) => ("status" in report ? report.status.redactions : undefined));

/** Two commands more. */
async function fill(number: number): Promise<void> {
  const signers = [loadSigner(network.files.clientKeys[0]!)];
  const owner = { key: hex(signers[0]!.key) };
  const create = { module: "demo.accounts", action: "create", args: { name: `filler ${number}`, owner } };
  await Promise.all([client.submit(create, { signers }), client.submit(create, { signers })]);
}

beforeAll(async () => {
  network = await temporaryNetwork({ limits: LIMITS });
  cluster = new LocalCluster(nodePlaces(network.folder));
  cluster.startAll();
  client = connect(findNetwork({ network: network.folder }), { readTimeoutMs: 2_000 });
  await untilOneLeads(network, cluster, { signal: stop.signal });
  const file = join(network.folder, "secret.json");
  const args = { name: "x", owner: { key: "00".repeat(32) }, note: SECRET };
  writeFileSync(file, JSON.stringify([{ module: "demo.accounts", action: "create", args }]));
  const sent = await run(["submit", file, "--json"]);
  expect(sent.code).toBe(1);
  ({ id } = JSON.parse(sent.stdout) as { id: string });
  writeFileSync(file, "");
});

afterAll(async () => {
  stop.abort();
  client.close();
  await cluster.stop();
  network.remove();
});

describe("juno redact", () => {
  it("orders a payload out of the log of every node, whatever becomes of a node meanwhile", async () => {
    await waitUntil("every node holds the payload", async () => seen(NODES.every(isHeld)), patience);
    expect((await run(["receipt", id, "--out", join(network.folder, "before.json")])).code).toBe(0);
    expect((await run(["export", old()])).code).toBe(0);
    const unknown = await run(["redact", "00".repeat(32), "--reason", REASON]);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain("no entry of this log holds a command of this id");
    const ordered = await run(["redact", id, "--reason", REASON, "--json"]);
    expect(JSON.parse(ordered.stdout)).toMatchObject({ status: "ok" });
    await cluster.kill(2);
    cluster.start(2);
    let fillers = 0;
    await waitUntil(
      "every node has taken the payload away",
      async () => {
        const told = await counts();
        if (!told.every((one) => one?.ordered === 1 && one.pending === 0)) {
          await fill(fillers++);
          return seen(false, `nodes say ${JSON.stringify(told)}, ${fillers} times filled`);
        }
        const held = NODES.filter(isHeld);
        return seen(held.length === 0, `nodes ${held} hold it`);
      },
      patience,
    );
  });

  it("is refused for what is redacted, and for what is no id", async () => {
    const again = await run(["redact", id, "--reason", REASON]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("was redacted already");
    expect((await run(["redact", "xyz", "--reason", REASON])).code).toBe(2);
  });
});

describe("a redacted command", () => {
  it("is told as such, and its outcome is proved as before", async () => {
    const fate = await client.fate(id);
    expect(fate).toMatchObject({ state: "final", outcome: { status: "failed" } });
    const by = fate.state === "final" ? fate.redactedBy : undefined;
    const after = join(network.folder, "after.json");
    expect((await run(["receipt", id, "--out", after])).code).toBe(0);
    const files = [join(network.folder, "before.json"), after];
    expect(await juno(["verify-receipt", ...files, "--genesis", genesis()])).toMatchObject({ code: 0 });
    const log = (await run(["log", "--from", "1", "--json"])).stdout.trim().split("\n");
    const entries = log.map(
      (line) => JSON.parse(line) as { index: number; redacted?: boolean; payload?: string },
    );
    const bare = entries.filter(({ redacted }) => redacted === true);
    expect(bare).toHaveLength(1);
    expect(bare[0]!.payload).toBeUndefined();
    expect(entries[by! - 1]!.payload).toContain(REASON);
  });

  it("is told by audits: of the cluster, of an archive, of a node's folder", async () => {
    const told = { id, reason: REASON, payload: "redacted" };
    const cluster_ = await run(["verify", "--json"]);
    expect(JSON.parse(cluster_.stdout)).toMatchObject({ ok: true, redactions: [told] });
    const archive = join(network.folder, "archive");
    expect((await run(["export", archive])).code).toBe(0);
    for (const place of [archive, join(network.folder, "node-1")]) {
      const report = await juno(["verify", place, "--genesis", genesis(), "--json"]);
      expect(JSON.parse(report.stdout)).toMatchObject({ ok: true, findings: [], redactions: [told] });
    }
  });
});

describe("juno redact-archive", () => {
  it("takes the payload out of an archive of before, once the order is in it", async () => {
    const redact = (...more: readonly string[]) =>
      juno(["redact-archive", old(), "--genesis", genesis(), ...more]);
    expect((await redact()).stdout).toContain("0 payloads taken out");
    expect((await run(["export", old()])).code).toBe(0);
    const told = { id, reason: REASON, payload: "removed" };
    const dry = await redact("--dry-run", "--json");
    expect(JSON.parse(dry.stdout)).toMatchObject({ isDry: true, redactions: [told], audit: { ok: true } });
    expect(isArchived()).toBe(true);
    const done = await redact();
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(done.stdout).toContain("1 payload taken out");
    expect(done.stdout).toContain(REASON);
    expect(isArchived()).toBe(false);
    const report = await juno(["verify", old(), "--genesis", genesis(), "--json"]);
    expect(JSON.parse(report.stdout)).toMatchObject({ ok: true, redactions: [{ id, payload: "redacted" }] });
    writeFileSync(join(old(), "genesis.json"), "{}");
    expect(await redact()).toMatchObject({ code: 15 });
  });
});
