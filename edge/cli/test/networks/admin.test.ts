// A network is changed while it runs, by its administrators and operators alone: a node joins it, follows, and votes; approvals come
// from key files, here and offline; what would lose the quorum is refused before anything is signed; the ledger is halted and resumed.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hex } from "@juno/base";
import { createNextKeys } from "@juno/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitUntil } from "../../src/demo/waiting.ts";
import type { Diagnosis } from "../../src/doctor/examination.ts";
import { freePorts } from "../../src/network/free-ports.ts";
import { LocalCluster } from "../../src/network/local-cluster.ts";
import { nodePlaces } from "../../src/network/network-folder.ts";
import { juno } from "../processes/juno-process.ts";
import { temporaryNetwork } from "../temporary-network.ts";
import { untilOneLeads } from "./one-leader.ts";

const HOST = "127.0.0.1";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let cluster: LocalCluster;
let newcomer: LocalCluster;
const stop = new AbortController();
const patience = { timeoutMs: 120_000, signal: stop.signal };

const path = (...parts: readonly string[]) => join(network.folder, ...parts);
const key = (place: string, name: string) => ["--key", path(place, `${name}.json`)];
const adminKeys = (...numbers: readonly number[]) => numbers.flatMap((n) => key("admins", `admin-${n}`));
const OPERATORS = () => ["treasury", "cfo"].flatMap((name) => key("operators", name));
const admin = (...args: readonly string[]) => juno(["admin", ...args, "--network", network.folder]);
const jsonOf = <T>({ stdout }: { readonly stdout: string }): T => JSON.parse(stdout) as T;

type Proposed = { readonly act: string; readonly status: string; readonly lacking: string | null };
type ConfigureAct = { readonly content: { readonly nodes: readonly { readonly id: number }[] } };
type DryRun = { readonly ready: readonly number[] };

const open = (name: string) =>
  juno(["client", "--network", network.folder, "--eval", `CreateAccount ${name}`]);

async function metricLines(node: number): Promise<readonly string[]> {
  const { url } = nodePlaces(network.folder).find(({ id }) => id === node)!;
  return (await (await fetch(`${url}/api/v1/metrics`)).text()).split("\n");
}

async function metric(name: string, node = 1): Promise<number> {
  const lines = await metricLines(node);
  return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length));
}

/** How many there are. */
async function epochs(): Promise<number> {
  const { stdout } = await juno(["epochs", "--network", network.folder]);
  return [...stdout.matchAll(/^epoch \d/gm)].length;
}

beforeAll(async () => {
  network = await temporaryNetwork();
  cluster = new LocalCluster(nodePlaces(network.folder));
  cluster.startAll();
  await untilOneLeads(network, cluster, { signal: stop.signal });
  const [ports] = await freePorts(HOST, 1);
  const created = await juno([
    ...["node", "create", "--folder", path("node-5"), "--genesis", path("genesis.json"), "--id", "5"],
    ...["--listen", `${HOST}:${ports!.peer}`, "--api", `${HOST}:${ports!.api}`],
  ]);
  expect(created.code).toBe(0);
  writeFileSync(path("node-5.keys.json"), created.stdout);
  newcomer = new LocalCluster(nodePlaces(network.folder).filter(({ id }) => id === 5));
});

afterAll(async () => {
  stop.abort();
  await newcomer.stop();
  await cluster.stop();
  network.remove();
});

it("tells by its metrics what the guide says of each, and nothing else (A39)", async () => {
  const told = (await metricLines(1)).flatMap((line) => /^# TYPE (\S+) /.exec(line)?.[1] ?? []);
  const guide = readFileSync(new URL("../../../../docs/guides/monitoring.md", import.meta.url), "utf8");
  const rows = guide
    .slice(guide.indexOf("## Metrics"))
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(named.toSorted()).toEqual(told.toSorted());
});

describe("juno admin", () => {
  it("says in a dry run what would be refused, and sends nothing", async () => {
    const remove = ["remove-node", "--id", "4", "--reason", "too many", "--dry-run"];
    const removed = await admin(...remove, "--out", path("refused.json"));
    expect(removed.code).toBe(1);
    expect(existsSync(path("refused.json"))).toBe(false);
    expect(removed.stderr).toContain("may be down or lie (f): 1 → 0");
    expect(removed.stderr).toContain("(faults_lost)");
    expect((await admin("remove-node", "--id", "9", "--reason", "too many")).stderr).toContain("no node 9");
    expect((await admin("acts", "--all", "--json")).stdout).toBe("");
  });

  it("gathers approvals, and does nothing before there are enough", async () => {
    const reason = ["--reason", "one more"];
    const add = ["add-node", "--id", "5", "--keys", path("node-5.keys.json"), ...reason];
    const proposed = jsonOf<Proposed>(await admin(...add, ...adminKeys(1), "--json"));
    expect(proposed).toMatchObject({ status: "open", lacking: "1 of admin-2, admin-3" });
    const shown = await admin("acts");
    expect(shown.stdout).toContain("approved by admin-1; lacks 1 of admin-2, admin-3");
    expect(await epochs()).toBe(1);
    const { findings } = jsonOf<Diagnosis>(await juno(["doctor", "--network", network.folder, "--json"]));
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: "act-open",
        what: expect.stringContaining("lacks 1 of admin-2, admin-3"),
      }),
    );
    const again = await admin("approve", proposed.act, ...adminKeys(1));
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("(already_approved)");
    expect((await admin("show", proposed.act, "--out", path("act.json"))).stdout).toContain(
      "node 5 joins, observer",
    );
    const signed = await juno([
      ...["admin", "sign", path("act.json"), "--genesis", path("genesis.json"), ...adminKeys(3)],
    ]);
    // Whoever signs offline reads what, too.
    expect(signed.stderr).toContain("configure: one more");
    expect(signed.stderr).toContain("node 5 joins, observer");
    writeFileSync(path("approval.json"), signed.stdout);
    const approved = await admin("approve", proposed.act, "--approval", path("approval.json"));
    expect(approved).toMatchObject({ code: 0 });
    expect(approved.stdout).toContain("in force at nodes 1, 2, 3, 4");
    expect(await epochs()).toBe(2);
    expect((await admin("acts")).stdout).toContain("No act is open");
  });

  it("promotes a node that follows, and none without which there would be no quorum", async () => {
    const promote = ["promote", "--id", "5", "--reason", "it follows"];
    await cluster.kill(4);
    const refused = await admin(...promote, ...adminKeys(1, 2));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("(quorum_lost)");
    expect(refused.stderr).toMatch(/not ready, node 5: .* does not answer/);
    cluster.start(4);
    newcomer.start(5);
    await waitUntil(
      "enough nodes are ready for it to vote",
      async () => {
        const dry = await admin(...promote, "--dry-run", "--json");
        if (dry.code !== 0) return { lacking: dry.stderr };
        const { ready } = jsonOf<DryRun>(dry);
        return ready.includes(5) ? { met: ready } : { lacking: `ready are ${ready.join(", ")}` };
      },
      patience,
    );
    expect(await metric('juno_node_state{state="standby"}', 5)).toBe(1);
    const promoted = await admin(...promote, ...adminKeys(1, 2), "--json");
    expect(promoted).toMatchObject({ code: 0 });
    expect(jsonOf(promoted)).toMatchObject({ status: "approved", inForceAt: expect.arrayContaining([5]) });
    expect((await admin("remove-node", "--id", "4", "--reason", "x", "--dry-run")).stderr).toContain(
      "voters (n): 5 → 4",
    );
    expect((await open("wjm")).code).toBe(0);
  });

  it("halts the ledger, which says so to whoever asks for something, and resumes it", async () => {
    const halted = await admin("halt", "--reason", "a key was stolen", ...OPERATORS());
    expect(halted).toMatchObject({ code: 0 });
    const refused = await open("stu");
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(
      /The ledger is halted: since \S+ it takes nothing but .*: a key was stolen/,
    );
    const status = await juno(["status", "--network", network.folder]);
    expect(status.stdout).toMatch(/^THE LEDGER IS HALTED since .* by cfo, treasury: a key was stolen;/m);
    expect(await metric("juno_ledger_halted")).toBe(1);
    const pointless = await admin("halt", "--reason", "again", ...OPERATORS());
    expect(pointless.stderr).toContain("(pointless)");
    expect((await admin("resume", "--reason", "it was found", ...adminKeys(2, 3))).code).toBe(0);
    expect((await open("stu")).code).toBe(0);
    expect(await metric("juno_ledger_halted")).toBe(0);
  });

  it("registers clients and removes them, and makes a leader step down", async () => {
    const made = await juno(["keys", "new", path("carol.json"), "--name", "carol", "--json"]);
    const { key: carol } = jsonOf<{ key: string }>(made);
    const as = ["--as", path("carol.json")];
    const down = ["step-down", "--reason", "it is slow", ...OPERATORS()];
    expect((await admin(...down, ...as)).code).not.toBe(0);
    const set = await admin("clients", "set", "carol", carol, "--reason", "a new desk", ...adminKeys(1, 2));
    expect(set).toMatchObject({ code: 0 });
    expect(await admin(...down, ...as)).toMatchObject({ code: 0 });
    expect(await admin("clients", "remove", "carol", "--reason", "closed", ...adminKeys(1, 2))).toMatchObject(
      {
        code: 0,
      },
    );
    expect((await admin("step-down", "--reason", "again", ...OPERATORS(), ...as)).code).not.toBe(0);
  });

  it("says which roles an operator keeps who is to be none any more (C28)", async () => {
    const { key: treasury } = JSON.parse(readFileSync(path("operators", "treasury.json"), "utf8"));
    writeFileSync(path("one.json"), JSON.stringify({ key: treasury }));
    const told = await admin("operators", "--policy", path("one.json"), "--reason", "one", "--dry-run");
    expect(told.stderr).toContain("risk leaves the operators and stays a client with the role risk");
    expect(told.stderr).not.toContain("treasury leaves");
  });

  it("says what roles allow, and nodes refuse the rest at once (C30, C31)", async () => {
    const set = ["roles", "set", "default", "--reason", "a desk", ...adminKeys(1, 2)];
    const told = await admin(...set, "--submit", "demo.bank", "--read", "*", "--commands-per-minute", "600");
    expect(told.stderr).toContain(
      "role default: submits to demo.bank; reads everything; at most 600 commands a minute",
    );
    expect((await open("una")).stdout).toContain("do not let it call the module demo.accounts");
    expect((await admin(...set, "--submit", "demo..bank", "--read", "*")).code).toBe(2);
    const quota = await admin(...set, "--submit", "*", "--read", "*", "--commands-per-minute", "1");
    expect(quota).toMatchObject({ code: 0 });
    const remove = ["roles", "remove", "default", "--reason", "no limits", ...adminKeys(2, 3)];
    // Administrators bring what they decide in the next minute, or by another client: here a treasurer's.
    const treasurer = ["--as", path("operators", "treasury.json")];
    expect(await admin(...remove, ...treasurer)).toMatchObject({ code: 0 });
    expect(await open("una")).toMatchObject({ code: 0 });
  });

  // Node 1 comes back with its new keys alone, as if they had been settled and an older copy of its log put back.
  it("finds a node again that was away while all replaced their keys, and whose log is older than its own (A35)", async () => {
    await cluster.kill(1);
    await untilOneLeads(network, cluster, { signal: stop.signal });
    const made = await juno(["node", "new-keys", "--folder", path("node-2")]);
    writeFileSync(path("node-2.next.keys.json"), made.stdout);
    const others = await Promise.all(
      [1, 3, 4, 5].map((id) => createNextKeys(path(`node-${id}`, "node.json"))),
    );
    const reason = ["--reason", "all at once", "--dry-run", "--out", path("all.json")];
    expect(await admin("rotate-keys", "--keys", path("node-2.next.keys.json"), ...reason)).toMatchObject({
      code: 0,
    });
    const act = JSON.parse(readFileSync(path("all.json"), "utf8")) as ConfigureAct;
    for (const node of act.content.nodes) {
      const keys = others.find(({ id }) => id === node.id);
      if (keys !== undefined)
        Object.assign(node, { signKey: hex(keys.signKey), transportKey: hex(keys.transportKey) });
    }
    writeFileSync(path("all.json"), JSON.stringify(act));
    const replaced = await admin("propose", path("all.json"), ...adminKeys(1, 2));
    expect(replaced.code, replaced.stderr).toBe(0);
    expect((await open("ann")).code).toBe(0);
    renameSync(path("node-1", "node.next.json"), path("node-1", "node.json"));
    cluster.start(1);
    await untilOneLeads(network, cluster, { signal: stop.signal, running: 5 });
    const told = readFileSync(path("node-1", "node.log"), "utf8");
    expect(told).toContain('"code":"links_learned"');
    expect(await metric("juno_is_observer")).toBe(0);
  });
});
