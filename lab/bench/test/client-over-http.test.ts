// The client against real servers over real sockets: outcomes, batches, and what it does when nodes
// refuse for now or go away (A10–A12). The ledger behind them is one, in memory.

import * as http from "node:http";
import { fetchSender, JunoError, nodeSender } from "@juno/client";
import { sha256 } from "@juno/node";
import { describe, expect, it } from "vitest";
import { ACCOUNTS } from "../src/accounts.ts";
import { signerNamed } from "../src/pretend-cluster.ts";
import {
  CLIENTS,
  type ClientPatch,
  clientOf,
  cluster,
  counting,
  create,
  refusing,
  withMethods,
} from "./client-fixture.ts";

describe("submitting", () => {
  it.each([
    ["fetch and WebCrypto", { sender: fetchSender(), crypto: {} }],
    ["node:http and the nodes' library", {}],
  ] satisfies [string, ClientPatch][])("believes proved outcomes, over %s (A12)", async (_, patch) => {
    const client = clientOf(await cluster(), patch);
    const outcome = await client.submit(create("wjm"));
    expect(outcome).toMatchObject({ status: "ok", index: 2, receipt: { status: "ok", id: outcome.id } });
    const again = await client.submit(create("wjm"));
    expect(again).toMatchObject({
      status: "failed",
      receipt: { actions: [{ error: { name: "AlreadyOpen" } }] },
    });
    expect(await client.fate(outcome.id)).toMatchObject({ state: "final", outcome: { index: 2 } });
    expect(await client.fate("00".repeat(32))).toEqual({ state: "unknown" });
  });

  it("sends what is submitted at once in few requests, each command signed by its own client", async () => {
    const of = await cluster();
    const sender = counting(nodeSender(http));
    const client = clientOf(of, { sender, limits: { requestsMax: 2, batchMax: 16 } });
    const outcomes = await Promise.all(
      CLIENTS.map((name) => client.submit(create(name), { signers: [signerNamed(name)] })),
    );
    expect(outcomes.every(({ status }) => status === "ok")).toBe(true);
    expect(new Set(outcomes.map(({ index }) => index)).size).toBe(CLIENTS.length);
    expect([...sender.counts.values()].reduce((sum, count) => sum + count)).toBe(3);
  });

  it("puts many actions under one signature, each with its own receipt, or all as one", async () => {
    const client = clientOf(await cluster());
    const names = ["a", "b", "b", "c"];
    const batch = await client.submit(names.map(create));
    expect(batch.receipt.actions.map(({ status }) => status)).toEqual(["ok", "ok", "failed", "ok"]);
    const atomic = await client.submit(["d", "d"].map(create), { atomic: true });
    expect(atomic.receipt.actions).toMatchObject([{ status: "failed", at: 1 }]);
  });

  it("answers a command that is sent again with its first outcome (A4)", async () => {
    const of = await cluster();
    const client = clientOf(of);
    const prepared = await client.prepare(create("wjm"));
    const first = await client.send(prepared);
    const kept = client.prepared(prepared.signed, prepared.expiresMs);
    expect(await client.send(kept)).toEqual(first);
    expect(of.backend.chain.entries).toHaveLength(2);
  });

  it("keeps a bad command from taking the others of its request with it", async () => {
    const of = await cluster();
    const client = clientOf(of);
    const prepared = await Promise.all(["good", "bad", "other"].map((name) => client.prepare(create(name))));
    const [good, bad, other] = await Promise.allSettled(
      prepared.map((command, at) =>
        client.send(at === 1 ? { ...command, json: command.json.replace('"payload"', '"load"') } : command),
      ),
    );
    expect(good).toMatchObject({ value: { status: "ok" } });
    expect(other).toMatchObject({ value: { status: "ok" } });
    expect(bad).toMatchObject({ reason: { code: "malformed", outcome: "not_submitted" } });
  });

  it("takes no more commands than it may, and says so", async () => {
    const of = await cluster({ backend: { commitsAtOnce: false } });
    const client = clientOf(of, { limits: { commandsMax: 1, waitMs: 50 } });
    const first = client.submit(create("wjm"));
    await expect(client.submit(create("stu"))).rejects.toMatchObject({ code: "busy" });
    await expect.poll(() => of.backend.status().pending.commands).toBe(1);
    of.backend.commit();
    expect(await first).toMatchObject({ status: "ok" });
  });
});

describe("nodes that fail", () => {
  it("sends the same command to another node when one is gone or refuses for now (A11)", async () => {
    const of = await cluster({
      disguise: (backend, id) => {
        if (id === 3) return withMethods(backend, { submit: refusing("busy") });
        return id === 4 ? withMethods(backend, { submit: refusing("no_quorum") }) : backend;
      },
    });
    await of.servers[0]!.close();
    const client = clientOf(of);
    for (const name of ["a", "b", "c", "d", "e"]) {
      expect(await client.submit(create(name))).toMatchObject({ status: "ok" });
    }
    expect(of.backend.chain.entries).toHaveLength(6);
  });

  it("sends it again when a node accepted it and forgot it, and it takes effect once (A4, A11)", async () => {
    let forgetful = 0;
    const of = await cluster({
      disguise: (backend) =>
        withMethods(backend, {
          submit: async (commands) => {
            forgetful += 1;
            if (forgetful > 2) return backend.submit(commands);
            return commands.map(({ payload }) => ({
              kind: "accepted",
              id: sha256(payload),
              state: { kind: "pending" },
            }));
          },
        }),
    });
    const client = clientOf(of, { limits: { waitMs: 20 } });
    expect(await client.submit(create("wjm"))).toMatchObject({ status: "ok", index: 2 });
    expect(forgetful).toBe(3);
    expect(client.resent).toBe(2);
    expect(of.backend.chain.entries).toHaveLength(2);
  });

  it("gives up when the command has expired, and says that its outcome is unknown (A11)", async () => {
    const of = await cluster({ backend: { commitsAtOnce: false } });
    const client = clientOf(of, { limits: { waitMs: 20, afterExpiryMs: 100 } });
    // Long enough to reach a node, however busy this machine is.
    const failure = client.submit(create("wjm"), { expiresInMs: 3_000 });
    await expect(failure).rejects.toMatchObject({ code: "outcome_unknown", outcome: "unknown" });
  });

  it("says that nothing was submitted when every node refused to take it (A10)", async () => {
    const of = await cluster({
      disguise: (backend) => withMethods(backend, { submit: refusing("read_only") }),
    });
    const client = clientOf(of, { limits: { afterExpiryMs: 0 } });
    const failure = client.submit(create("wjm"), { expiresInMs: 50 });
    await expect(failure).rejects.toMatchObject({ code: "read_only", outcome: "not_submitted" });
  });

  it("ends what is under way when it is closed, with what is known", async () => {
    const of = await cluster({ backend: { commitsAtOnce: false } });
    const client = clientOf(of, { limits: { requestsMax: 1, batchMax: 1, waitMs: 50 } });
    const [sent, queued] = [client.submit(create("a")), client.submit(create("b"))];
    const settled = Promise.allSettled([sent, queued]);
    await expect.poll(() => of.backend.status().pending.commands).toBe(1);
    client.close();
    expect(await settled).toMatchObject([
      { reason: { code: "outcome_unknown", outcome: "unknown" } },
      { reason: { code: "closed", outcome: "not_submitted" } },
    ]);
  });
});

describe("reading", () => {
  it("asks for queries, rows, history, modules, entries, proofs and status", async () => {
    const of = await cluster();
    const client = clientOf(of);
    const { id } = await client.submit(create("wjm"));
    const query = { module: ACCOUNTS, query: "balance", args: { name: "wjm" } };
    for (const consistency of ["local", "linearizable"] as const) {
      expect(await client.query(query, { consistency })).toMatchObject({ index: 2, result: "0.00 USD" });
    }
    const table = { module: ACCOUNTS, table: "accounts" };
    expect(await client.rows(table, { prefix: "w" })).toMatchObject({ rows: [{ key: "wjm" }] });
    expect(await client.history({ ...table, key: "wjm" })).toMatchObject({
      changes: [{ index: 2, commandId: id }],
    });
    expect(await client.modules()).toMatchObject({ modules: [{ name: ACCOUNTS }] });
    expect((await client.entries()).entries.map(({ entry }) => entry.kind)).toEqual(["election", "command"]);
    expect((await client.entryProof(2))?.header.index).toBe(2);
    expect(await client.simulate([create("stu")])).toMatchObject({ receipt: { status: "ok" } });
    expect(await client.status(of.urls[2])).toMatchObject({ node: 3, applied: { index: 2 } });
  });

  it("asks the next node when one cannot answer, and says at once what all would say", async () => {
    const of = await cluster({
      disguise: (backend, id) =>
        id === 4 ? backend : withMethods(backend, { query: async () => ({ ok: false, error: NOT_NOW }) }),
    });
    const client = clientOf(of);
    expect(await client.query({ module: ACCOUNTS, query: "list" })).toMatchObject({ result: [] });
    const unknown = client.query({ module: "nothing", query: "list" });
    await expect(unknown).rejects.toMatchObject({ code: "module_unknown" });
    await expect(unknown).rejects.toBeInstanceOf(JunoError);
  });
});

const NOT_NOW = { code: "timed_out", detail: "No quorum answered in time." };

describe("following the log", () => {
  it("goes on at another node where one ended, without gap or repetition (A19)", async () => {
    const of = await cluster();
    const client = clientOf(of);
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const event of client.stream({ from: 1, signal: stop.signal })) {
        if (event.kind === "entry") seen.push(event.index);
      }
    })();
    for (const [round, id] of [1, 2, 3, 4].entries()) {
      await Promise.all(Array.from({ length: 20 }, (_, i) => client.submit(create(`r${round}n${i}`))));
      await expect.poll(() => seen.at(-1)).toBe(of.backend.chain.index);
      await of.servers[id - 1]!.close();
      await of.restart(id);
    }
    stop.abort();
    await following;
    expect(seen).toEqual(Array.from({ length: 81 }, (_, i) => i + 1));
  });
});
