import { parseEntry, parseEntryProof, parseProvenRow } from "@juno/api";
import { hex, LogIndex, NodeId, Term, utf8 } from "@juno/base";
import { checkEntryProof, encodeManifest, FIRST_EPOCH, snapshotHash, verifyRow } from "@juno/proof";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, expectShape } from "./asking.ts";
import {
  ACCOUNTS,
  call,
  createAccount,
  keyOf,
  OPERATORS,
  type PretendNetwork,
  pretendNetwork,
} from "./pretend-network.ts";

let under: PretendNetwork;

beforeAll(async () => {
  under = await pretendNetwork();
  const submit = async (signers: readonly string[], actions: readonly unknown[]) => {
    const { json } = under.command(signers, actions);
    const reply = await ask(under, { method: "POST", url: "/api/v1/commands?wait=committed", body: json });
    expect(reply).toMatchObject({ json: { status: "ok" } });
  };
  await submit(["wjm"], [createAccount("wjm")]);
  await submit(["wjm"], [createAccount("stu")]);
  await submit(["wjm", ...OPERATORS], [call("adjust", { name: "wjm", amount: "100.00 USD" })]);
  await submit(["wjm"], [call("transfer", { from: "wjm", via: [], to: "stu", amount: "10.00 USD" })]);
});

describe("POST /query", () => {
  it("answers with the log index and outcome root that the result reflects", async () => {
    for (const consistency of ["local", "linearizable"]) {
      const body = { module: ACCOUNTS, query: "balance", args: { name: "wjm" }, consistency };
      const reply = await ask(under, { method: "POST", url: "/api/v1/query", body });
      const root = hex(under.backend.chain.root);
      expect(reply).toMatchObject({ status: 200, json: { index: 5, root, result: "90.00 USD" } });
      expectShape("query", reply);
    }
  });

  it("needs no arguments where the query has none", async () => {
    const body = { module: ACCOUNTS, query: "list" };
    const reply = await ask(under, { method: "POST", url: "/api/v1/query", body });
    expect(reply.json).toMatchObject({ result: [{ account: "stu" }, { account: "wjm" }] });
  });

  it("coerces nothing: arguments that are no JSON of the ledger are refused", async () => {
    for (const args of [
      '{"name":1.5}',
      '{"name":1e400}',
      '{"name":"\\ud800"}',
      "[".repeat(40) + "]".repeat(40),
    ]) {
      const body = `{"module":"${ACCOUNTS}","query":"balance","args":${args}}`;
      const reply = await ask(under, { method: "POST", url: "/api/v1/query", body });
      expect(reply).toMatchObject({ status: 400, json: { code: "malformed" } });
    }
    const body = { module: ACCOUNTS, query: 5 };
    expect(await ask(under, { method: "POST", url: "/api/v1/query", body })).toMatchObject({ status: 400 });
  });
});

describe("POST /simulate", () => {
  it("shows what a command would do and commits nothing", async () => {
    const move = call("transfer", { from: "stu", via: [], to: "wjm", amount: "4.00 USD" });
    const { json } = under.command(["stu"], [move]);
    const before = under.backend.chain.index;
    const reply = await ask(under, {
      method: "POST",
      url: "/api/v1/simulate",
      body: { payload: json.payload },
    });
    expect(reply).toMatchObject({ status: 200, json: { index: before, receipt: { status: "ok" } } });
    expect(reply.text).toContain("6.00 USD");
    expect(under.backend.chain.index).toBe(before);
    expectShape("simulate", reply);
  });
});

describe("GET /entries", () => {
  it("pages through the log; each entry hashes onto the one before", async () => {
    let previous = hex(under.network);
    let from: number | undefined = 1;
    let count = 0;
    while (from !== undefined) {
      const reply = await ask(under, { url: `/api/v1/entries?from=${from}&limit=2` });
      expectShape("entries", reply);
      const page = reply.json as { entries: { previousHash: string; hash: string }[]; next?: number };
      for (const json of page.entries) {
        const entry = parseEntry(under.sha256, json);
        expect(entry).toMatchObject({ ok: true });
        expect(json.previousHash).toBe(previous);
        previous = json.hash;
        count += 1;
      }
      from = page.next;
    }
    expect(count).toBe(5);
  });

  it("answers an empty page beyond the end", async () => {
    const reply = await ask(under, { url: "/api/v1/entries?from=99" });
    expect(reply).toMatchObject({ status: 200, json: { entries: [], applied: 5 } });
  });

  it("shows one entry, and proves that it is committed", async () => {
    const entry = await ask(under, { url: "/api/v1/entries/3" });
    expect(entry).toMatchObject({ status: 200, json: { index: 3, kind: "command" } });
    expectShape("entry", entry);
    const reply = await ask(under, { url: "/api/v1/entries/3/proof" });
    expectShape("entryProof", reply);
    const proof = parseEntryProof(reply.json);
    expect(proof).toMatchObject({ ok: true });
    if (!proof.ok) return;
    const checks = checkEntryProof(under, proof.value);
    expect(checks.ok && checks.value.length === 3 && checks.value.every(under.verify)).toBe(true);
  });
});

describe("snapshots (A20)", () => {
  const chunks = [utf8("one"), utf8("two")];
  const manifestAt = (index: number) => {
    const { network, sha256 } = under;
    return encodeManifest({
      ...{ network, epoch: FIRST_EPOCH, index: LogIndex(index), hash: network, term: Term(1), time: 5 },
      ...{ peaks: [network], stateRoot: network, rows: 1, ids: 0 },
      chunks: chunks.map((chunk) => ({ bytes: chunk.length, hash: sha256(chunk) })),
    });
  };

  it("are handed out as their exact bytes", async () => {
    const { snapshots } = under.backend;
    const manifest = manifestAt(4);
    snapshots.put(manifest, chunks);
    const url = "/api/v1/snapshots";
    const listed = await ask(under, { url });
    expectShape("snapshots", listed);
    const summary = { index: 4, time: 5, chunks: 2, bytes: 6, certificate: null };
    expect(listed.json).toEqual({
      snapshots: [{ ...summary, hash: hex(snapshotHash(under.sha256, manifest)) }],
    });
    const shown = await ask(under, { url: `${url}/4` });
    expect(shown).toMatchObject({ status: 200, json: { index: 4, manifest: hex(manifest) } });
    const chunk = await ask(under, { url: `${url}/4/chunks/1` });
    expect(chunk).toMatchObject({ status: 200, json: { index: 4, chunk: 1, bytes: hex(chunks[1]!) } });
    for (const missing of [`${url}/5`, `${url}/4/chunks/2`]) {
      expect(await ask(under, { url: missing })).toMatchObject({
        status: 404,
        json: { code: "snapshot_unknown" },
      });
    }
    await snapshots.certify(LogIndex(4), []);
    const certified = await ask(under, { url });
    expect(certified.json).toMatchObject({ snapshots: [{ certificate: "00000000" }] });
  });

  it("are not handed out above what is applied, under roles that may have changed since (A41)", async () => {
    const joining = await pretendNetwork();
    const { snapshots, chain } = joining.backend;
    snapshots.put(manifestAt(chain.index + 1), chunks);
    const urls = ["", `/${chain.index + 1}`, `/${chain.index + 1}/chunks/0`].map(
      (path) => `/api/v1/snapshots${path}`,
    );
    const [list, ...parts] = urls as [string, ...string[]];
    expect((await ask(joining, { url: list })).json).toEqual({ snapshots: [] });
    for (const url of parts)
      expect((await ask(joining, { url })).json).toMatchObject({ code: "snapshot_unknown" });
    await joining.backend.submit([joining.command(["wjm"], [createAccount("wjm")]).signed]);
    await expect.poll(() => chain.index).toBe(2);
    expect((await ask(joining, { url: list })).json).toMatchObject({ snapshots: [{ index: 2 }] });
    for (const url of parts) expect((await ask(joining, { url })).status).toBe(200);
  });
});

describe("the ledger's tables", () => {
  it("pages through rows by key", async () => {
    const first = await ask(under, { url: "/api/v1/tables/demo.accounts/accounts?limit=1" });
    expect(first).toMatchObject({ status: 200, json: { index: 5, rows: [{ key: "stu" }], next: "stu" } });
    expectShape("rows", first);
    const second = await ask(under, { url: "/api/v1/tables/demo.accounts/accounts?limit=1&after=stu" });
    expect(second.json).toMatchObject({ rows: [{ key: "wjm", value: { funds: "90.00 USD" } }] });
    expect(second.json).not.toHaveProperty("next");
    const then = await ask(under, { url: "/api/v1/tables/demo.accounts/accounts?at=4" });
    expect(then.json).toMatchObject({ index: 4, rows: [{ key: "stu" }, { value: { funds: "100.00 USD" } }] });
    const toCome = await ask(under, { url: "/api/v1/tables/demo.accounts/accounts?at=6" });
    expect(toCome).toMatchObject({ status: 404, json: { code: "entry_unknown" } });
    const some = await ask(under, { url: "/api/v1/tables/demo.accounts/accounts?prefix=w" });
    expect(some.json).toMatchObject({ rows: [{ key: "wjm" }] });
  });

  it("proves a row, or that there is none, as of the last checkpoint", async () => {
    const small = await pretendNetwork({ genesis: { limits: { checkpointEntries: 2 } } });
    const url = "/api/v1/tables/demo.accounts/accounts?proof=1&key=";
    const early = await ask(small, { url: `${url}wjm` });
    expect(early).toMatchObject({ status: 202 });
    for (const name of ["wjm", "stu"]) {
      const { json } = small.command(["wjm"], [createAccount(name)]);
      await ask(small, { method: "POST", url: "/api/v1/commands?wait=committed", body: json });
    }
    for (const [key, row] of [
      ["wjm", expect.stringContaining("0.00 USD")],
      ["stu", null],
    ] as const) {
      const reply = await ask(small, { url: url + key });
      expectShape("rows", reply);
      expect(reply).toMatchObject({ status: 200, json: { key, row, checkpoint: { header: { index: 2 } } } });
      const proven = parseProvenRow(reply.json);
      expect(proven.ok && verifyRow(small, proven.value)).toEqual({ ok: true, value: undefined });
    }
    for (const incomplete of ["?proof=1", "?key=wjm", "?key=wjm&proof=2"]) {
      const reply = await ask(small, { url: `/api/v1/tables/demo.accounts/accounts${incomplete}` });
      expect(reply).toMatchObject({ status: 400, json: { code: "malformed" } });
    }
  });

  it("tells every change of a row, with the command that made it", async () => {
    const url = "/api/v1/history?module=demo.accounts&table=accounts&key=wjm";
    const reply = await ask(under, { url });
    expectShape("history", reply);
    const owner = { key: hex(keyOf("wjm")) };
    expect(reply.json).toMatchObject({
      changes: [
        { index: 2, after: { funds: "0.00 USD", owner } },
        { index: 4, before: { funds: "0.00 USD" }, after: { funds: "100.00 USD" } },
        { index: 5, before: { funds: "100.00 USD" }, after: { funds: "90.00 USD" } },
      ],
    });
    const page = await ask(under, { url: `${url}&limit=1&from=3` });
    expect(page.json).toMatchObject({ changes: [{ index: 4 }], next: 5 });
  });

  it("lists the modules, and shows what one of them is", async () => {
    const reply = await ask(under, { url: "/api/v1/modules" });
    expect(reply.json).toMatchObject({ modules: [{ name: ACCOUNTS, version: 1 }] });
    expectShape("modules", reply);
    const one = await ask(under, { url: `/api/v1/modules/${ACCOUNTS}` });
    expect(one.json).toMatchObject({
      name: ACCOUNTS,
      source: expect.stringContaining("module demo.accounts"),
      actions: [{ name: "create", doc: "CreateAccount NAME" }, { name: "adjust" }, { name: "transfer" }],
      tables: [{ name: "accounts", key: "Text", row: "Account", resource: true }],
    });
    expectShape("module", one);
    const rows = await ask(under, { url: "/api/v1/tables/juno/modules" });
    expect(rows.json).toMatchObject({ rows: [] });
  });
});

describe("the node's own routes", () => {
  it("tells its status, with what a stalled quorum lacks", async () => {
    const stalled = await pretendNetwork();
    stalled.backend.statusPatch = {
      role: "waiting",
      notReadyBecause: ["No leader is installed."],
      stall: {
        waitingFor: "votes",
        sinceMs: 2_500,
        have: [1, 2] as never,
        lacks: [3, 4] as never,
        need: 3,
        detail: "2 of 3 votes for term 7; nodes 3 and 4 are silent.",
      },
    };
    const reply = await ask(stalled, { url: "/api/v1/status" });
    expectShape("status", reply);
    expect(reply.json).toMatchObject({
      node: 1,
      network: hex(stalled.network),
      role: "waiting",
      ready: false,
      notReadyBecause: ["No leader is installed."],
      stall: { waitingFor: "votes", lacks: [3, 4], need: 3 },
    });
    const ready = await ask(stalled, { url: "/api/v1/readyz" });
    expect(ready).toMatchObject({ status: 503, json: { ready: false } });
    expect(await ask(stalled, { url: "/api/v1/livez" })).toMatchObject({ status: 200, json: { live: true } });
  });

  it("tells who is proved to have lied, and hands out the proofs in pages (E36)", async () => {
    const { backend, ...accusing } = await pretendNetwork();
    const ask1 = (url: string) => ask({ backend, ...accusing }, { url });
    expect((await ask1("/api/v1/status")).json).toMatchObject({ evidence: [] });
    expect(await ask1("/api/v1/evidence")).toMatchObject({ status: 200, json: { evidence: [] } });
    const common = { accused: NodeId(3), epoch: FIRST_EPOCH, seenMs: 1_700_000_000_000 };
    const kept = [
      { ...common, kind: "double-vote", term: Term(7), index: undefined },
      { ...common, kind: "false-attestation", term: undefined, index: LogIndex(9) },
    ] as const;
    for (const [at, one] of kept.entries())
      backend.evidenceKept.push({ number: at + 1, kept: one, bytes: new Uint8Array([at, 255]) });
    const vote = { kind: "double-vote", accused: 3, epoch: 0, term: 7, seen: 1_700_000_000_000 };
    const outcome = { kind: "false-attestation", accused: 3, epoch: 0, index: 9, seen: 1_700_000_000_000 };
    const status = await ask1("/api/v1/status");
    expectShape("status", status);
    expect(status.json).toMatchObject({ evidence: [vote, outcome] });
    const first = await ask1("/api/v1/evidence?limit=1");
    expectShape("evidence", first);
    expect(first.json).toEqual({ evidence: [{ number: 1, ...vote, bytes: "00ff" }], next: 2 });
    const second = await ask1("/api/v1/evidence?from=2");
    expect(second.json).toEqual({ evidence: [{ number: 2, ...outcome, bytes: "01ff" }] });
    expect(await ask1("/api/v1/evidence?from=x")).toMatchObject({ status: 400 });
  });

  it("tells what waits at it, and of its machine what was measured, in its status and its metrics (A37)", async () => {
    const bare = await ask(await pretendNetwork(), { url: "/api/v1/status" });
    expectShape("status", bare);
    expect(bare.json).not.toHaveProperty("host");
    expect(bare.json).toMatchObject({ queues: { frames: 0, clients: 0, requests: 1, streams: 0 } });
    const times = { count: 2, meanMicros: 900, slowestMicros: 1_500 };
    const measured = {
      ...{ diskFreeBytes: 4_000, diskBytes: 9_000, logBytes: 30, stateBytes: 20 },
      ...{ commits: times, eventLoop: { p99Micros: 800, slowestMicros: 2_000 } },
      ...{ verifierChecks: 3, memoryBytes: 100 },
    };
    const samples = [{ labels: {}, value: 4_000 }];
    const free = { name: "disk_free_bytes", help: "Free", kind: "gauge", samples } as const;
    const on = await pretendNetwork({ host: { status: () => measured, metrics: () => [free] } });
    const status = await ask(on, { url: "/api/v1/status" });
    expectShape("status", status);
    expect(status.json).toMatchObject({ host: measured });
    expect((await ask(on, { url: "/api/v1/metrics" })).text).toContain("juno_disk_free_bytes 4000");
  });

  it("counts refusals by code in its status and its metrics", async () => {
    const counting = await pretendNetwork();
    const { json } = counting.command(["nobody"], [createAccount("wjm")]);
    for (let i = 0; i < 3; i++) {
      await ask(counting, { method: "POST", url: "/api/v1/commands", body: json });
    }
    const status = await ask(counting, { url: "/api/v1/status" });
    expect(status.json).toMatchObject({ counters: { refused_client_unknown: 3 } });
    const metrics = await ask(counting, { url: "/api/v1/metrics" });
    expect(metrics.text).toContain('juno_commands_refused_total{code="client_unknown"} 3');
    expect(metrics.text).toContain('juno_http_requests_total{route="submit",status="403"} 3');
    expect(await ask(counting, { url: "/api/v1/readyz" })).toMatchObject({
      status: 200,
      json: { ready: true },
    });
  });
});
