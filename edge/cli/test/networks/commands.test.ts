// Every command that talks to a network, against four real nodes; and what is left when they have
// stopped. The nodes are started once for the whole file.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { hex, signedBytes, utf8 } from "@juno/base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { waitUntil } from "../../src/demo/waiting.ts";
import type { Diagnosis } from "../../src/doctor/examination.ts";
import { loadSigner } from "../../src/network/key-ring.ts";
import { LocalCluster } from "../../src/network/local-cluster.ts";
import { findNetwork, nodePlaces } from "../../src/network/network-folder.ts";
import { juno, PROGRAM } from "../processes/juno-process.ts";
import { temporaryNetwork } from "../temporary-network.ts";
import { untilOneLeads } from "./one-leader.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let cluster: LocalCluster;
const stop = new AbortController();

const key = (place: string, name: string): string => join(network.folder, place, `${name}.json`);

const run = (args: readonly string[], input?: string) =>
  juno([...args, "--network", network.folder], input === undefined ? {} : { input });

const balanceOf = async (name: string): Promise<unknown> => {
  const args = JSON.stringify({ name });
  const { stdout } = await run(["query", "demo.accounts.balance", args, "--linearizable"]);
  return (JSON.parse(stdout) as { result: unknown }).result;
};

const untilLed = (running = 4, after = 0) =>
  untilOneLeads(network, cluster, { running, after, signal: stop.signal });

beforeAll(async () => {
  network = await temporaryNetwork();
  cluster = new LocalCluster(nodePlaces(network.folder));
  cluster.startAll();
  await untilLed();
  const opened = await run([
    "client",
    ...["wjm", "stu"].flatMap((name) => ["--eval", `CreateAccount ${name}`]),
  ]);
  expect(opened.code).toBe(0);
  expect((await run(["client", "--eval", "AdjustAccount wjm 100%1"])).code).toBe(0);
});

afterAll(async () => {
  stop.abort();
  await cluster.stop();
  network.remove();
});

/** What the doctor says, as a program reads it. */
async function examined() {
  const { code, stdout } = await run(["doctor", "--json"]);
  return { code, ...(JSON.parse(stdout) as Diagnosis) };
}

const transfer = (amount: string) => ({
  module: "demo.accounts",
  action: "transfer",
  args: { from: "wjm", via: [], to: "stu", amount },
});

function document(name: string, value: unknown): string {
  const path = join(network.folder, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

describe("juno client", () => {
  it("answers lines that are piped in, one after another, and says with its exit code if all held", async () => {
    const good = await run(["client", "--json"], "ObserveAccount wjm\n\n# a remark\nObserveAccounts\n");
    expect(good.code).toBe(0);
    const answers = good.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { ok: boolean });
    expect(answers).toMatchObject([{ ok: true, account: "wjm" }, { ok: true }]);
    const bad = await run(["client", "--json"], "nonsense\nObserveAccount nobody\nObserveAccount stu\n");
    expect(bad.code).toBe(EXIT.refused);
    const codes = bad.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { code?: string });
    expect(codes.map(({ code }) => code)).toEqual(["syntax", "query_failed", undefined]);
  });

  it("signs a transfer along a route and shows its receipt", async () => {
    const { code, stdout } = await run(["client", "--eval", "transfer(wjm->stu, 1%1)"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Moved 1.00 USD from wjm to stu");
    expect(stdout).toMatch(/proved by nodes \d and \d/);
  });

  it("keeps what many at once have moved", async () => {
    const before = await balanceOf("stu");
    const { code, stdout } = await run([
      "client",
      "--json",
      "--eval",
      "many test:40",
      "--eval",
      "batch test:40",
    ]);
    expect(code).toBe(0);
    const [many, batch] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(many).toMatchObject({ ok: true, commands: 40, transfers: 40, failed: 0 });
    expect(batch).toMatchObject({ ok: true, commands: 1, transfers: 40, failed: 0 });
    expect(await balanceOf("Acct2")).toBe("80.00 USD");
    expect(await balanceOf("stu")).toBe(before);
  });

  it("refuses a client that has no key here", async () => {
    expect((await run(["client", "--client", "nobody", "--eval", "help"])).code).toBe(EXIT.usage);
  });
});

describe("juno status", () => {
  it("shows all nodes, for people and for programs", async () => {
    const shown = await run(["status"]);
    expect(shown.code).toBe(0);
    expect(
      shown.stdout.split("\n").filter((line) => /^ *\d {2}(?:leader|follower) /.test(line)),
    ).toHaveLength(4);
    const { stdout } = await run(["status", "--json"]);
    const { nodes } = JSON.parse(stdout) as { nodes: { id: number; status: { role: string } }[] };
    expect(nodes.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(nodes.filter(({ status }) => status.role === "leader")).toHaveLength(1);
  });

  it("asks a node elsewhere by its address and the genesis alone", async () => {
    const url = network.files.urls[2]!;
    const { code, stdout } = await juno([
      "status",
      "--json",
      "--url",
      url,
      "--genesis",
      network.files.genesis,
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ nodes: [{ url, status: { node: 3 } }] });
  });
});

describe("juno submit", () => {
  const sign = () => ["--sign", key("clients", "client"), key("keys", "wjm")];

  it("takes actions, on their own or as a list, from a file or from standard input", async () => {
    const one = await run(["submit", document("one.json", transfer("1.00 USD")), "--json", ...sign()]);
    expect(JSON.parse(one.stdout)).toMatchObject({ status: "ok" });
    const list = JSON.stringify([transfer("1.00 USD"), { call: transfer("2.00 USD") }]);
    const two = await run(["submit", "-", "--json", ...sign()], list);
    expect(JSON.parse(two.stdout)).toMatchObject({ status: "ok", receipt: { actions: [{}, {}] } });
  });

  it("does all actions or none if told so, and ends with 1 if the answer is no", async () => {
    const before = await balanceOf("wjm");
    const list = document("atomic.json", [transfer("1.00 USD"), transfer("999.00 USD")]);
    const { code, stdout } = await run(["submit", list, "--atomic", "--json", ...sign()]);
    expect(code).toBe(EXIT.refused);
    expect(JSON.parse(stdout)).toMatchObject({ status: "failed" });
    expect(await balanceOf("wjm")).toBe(before);
  });

  it("signs a payload as it stands, and sends a signed command as it is, twice to the same end", async () => {
    const { genesis } = findNetwork({ network: network.folder });
    const [client, wjm] = [loadSigner(key("clients", "client")), loadSigner(key("keys", "wjm"))];
    const payload = JSON.stringify({
      network: hex(genesis.network),
      nonce: "0123456789abcdef".repeat(2),
      expires: new Date(Date.now() + 60_000).toISOString(),
      gasLimit: 1_000_000,
      signers: [{ key: hex(client.key) }, { key: hex(wjm.key) }],
      actions: [{ call: transfer("1.00 USD") }],
    });
    const first = await run(["submit", document("payload.json", payload), "--json", ...sign()]);
    expect(JSON.parse(first.stdout)).toMatchObject({ status: "ok" });
    const message = signedBytes({ tag: "command", network: genesis.network, body: utf8(payload) });
    const signatures = await Promise.all(
      [client, wjm].map(async (who) => ({ key: hex(who.key), signature: hex(await who.sign(message)) })),
    );
    const signed = await run(["submit", document("signed.json", { payload, signatures }), "--json"]);
    expect(JSON.parse(signed.stdout)).toEqual(JSON.parse(first.stdout));
  });

  it("refuses a payload whose signers' keys are not given, and what is no command", async () => {
    const stranger = { network: "x", signers: [{ key: "ab".repeat(32) }], actions: [] };
    for (const value of [stranger, "[]", '{"a":1}', "nonsense", [{ module: "demo.accounts" }]]) {
      expect((await run(["submit", document("bad.json", value), ...sign()])).code).toBe(EXIT.usage);
    }
    expect((await run(["submit", join(network.folder, "missing.json")])).code).toBe(EXIT.usage);
  });
});

describe("juno query", () => {
  it("prints the answer and the state it was read from", async () => {
    const { code, stdout } = await run(["query", "demo.accounts.balance", '{"name":"wjm"}']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      result: expect.stringMatching(/ USD$/),
      root: expect.any(String),
    });
  });

  it("says no as the module does", async () => {
    for (const args of [
      ["demo.accounts.balance", '{"name":"nobody"}'],
      ["demo.accounts.none"],
      ["nothing.balance"],
    ]) {
      const { code, stderr } = await run(["query", ...args]);
      expect(code).toBe(EXIT.refused);
      expect(stderr).not.toBe("");
    }
    expect((await run(["query", "demo.accounts.balance", "{"])).code).toBe(EXIT.usage);
  });
});

describe("juno log", () => {
  it("shows every entry in order, for people and for programs", async () => {
    const { code, stdout } = await run(["log", "--json"]);
    expect(code).toBe(0);
    const entries = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { index: number; kind: string });
    expect(entries.map(({ index }) => index)).toEqual(entries.map((_, i) => i + 1));
    expect(entries[0]?.kind).toBe("election");
    const shown = await run(["log", "--from", "2"]);
    expect(shown.stdout).toContain("create(wjm)  signed by client");
    expect(shown.stdout).not.toContain("#1 ");
  });

  it("follows the log as it grows, until it is told to stop", async () => {
    const follower = spawn(
      process.execPath,
      [PROGRAM, "log", "--follow", "--from", "1", "--json", "--network", network.folder],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const marker = transfer("0.77 USD");
    const sent = run([
      "submit",
      document("marker.json", marker),
      "--sign",
      key("clients", "client"),
      key("keys", "wjm"),
    ]);
    for await (const line of createInterface({ input: follower.stdout })) {
      if (line.includes("0.77 USD")) break;
    }
    expect((await sent).code).toBe(0);
    follower.kill("SIGINT");
    const [code] = (await once(follower, "exit")) as [number | null];
    expect(code).toBe(0);
  });

  it("is no error to stop reading", async () => {
    const reader = spawn(process.execPath, [PROGRAM, "log", "--network", network.folder], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    reader.stdout.destroy();
    const [code] = (await once(reader, "exit")) as [number | null];
    expect(code).toBe(0);
  });
});

describe("when nodes end", () => {
  it("one that is killed is shown as down, and the others go on; the doctor names it, and whose signatures are lacking without another (A38)", async () => {
    const leader = await untilLed();
    await cluster.kill(leader.node);
    await untilLed(3, leader.term);
    const { code, stdout } = await run(["status"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^ *${leader.node} +down`, "m"));
    expect((await run(["client", "--eval", "transfer(wjm->stu, 1%1)"])).code).toBe(0);
    const doctor = await examined();
    expect(doctor).toMatchObject({ code: EXIT.refused, state: "impaired" });
    expect(doctor.findings).toContainEqual(
      expect.objectContaining({ code: "no-answer", severity: "warning", nodes: [leader.node] }),
    );
    const second = (leader.node % 4) + 1;
    await cluster.kill(second);
    const gone = [leader.node, second].sort((a, b) => a - b);
    // The others must have missed it first.
    const stalled = await waitUntil(
      "the doctor calls the cluster stalled",
      async () => {
        const seen = await examined();
        return seen.state === "stalled" ? { met: seen } : { lacking: seen.verdict };
      },
      { timeoutMs: 120_000, signal: stop.signal },
    );
    expect(stalled.verdict).toContain(`the signatures of nodes ${gone.join(", ")} are lacking`);
    expect(stalled.findings).toContainEqual(
      expect.objectContaining({
        code: "quorum-lacks",
        severity: "critical",
        evidence: expect.objectContaining({ lacks: gone.join(", "), need: 3 }),
      }),
    );
    for (const node of gone) cluster.start(node);
    await untilLed(4, leader.term);
  });

  it("all of them stop gracefully, and their databases are good until a byte is changed", async () => {
    expect(await cluster.stop()).toBe(true);
    const node = join(network.folder, "node-2");
    const genesis = ["--genesis", network.files.genesis];
    const good = await juno(["verify", node, ...genesis]);
    expect(good.stdout).toContain(": good;");
    expect(good.code).toBe(0);
    const copy = join(network.folder, "copy");
    mkdirSync(copy);
    for (const name of ["log.db", "state.db"]) copyFileSync(join(node, name), join(copy, name));
    const bytes = readFileSync(join(copy, "log.db"));
    const at = bytes.indexOf("0.77 USD");
    expect(at).toBeGreaterThan(0);
    bytes[at] = bytes[at]! ^ 9;
    writeFileSync(join(copy, "log.db"), bytes);
    const bad = await juno(["verify", copy, ...genesis, "--json"]);
    expect(bad.code).toBe(EXIT.refused);
    expect(JSON.parse(bad.stdout)).toMatchObject({ ok: false, firstBadIndex: expect.any(Number) });
  });
});
