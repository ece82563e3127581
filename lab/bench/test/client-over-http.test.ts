// The client against real servers over real sockets: what it believes, what it does when nodes refuse,
// lie, or go away (A10–A12, A17, A19). The ledger behind them is one, in memory.

import * as http from "node:http";
import { type Action, fetchSender, JunoClient, JunoError, nodeSender, type Sender } from "@juno/client";
import { sha256, verifySignature } from "@juno/node";
import type { Backend, CommandState } from "@juno/runtime";
import { afterEach, describe, expect, it } from "vitest";
import {
  openPretendCluster,
  type PretendCluster,
  type PretendClusterOptions,
  signerNamed,
} from "../src/pretend-cluster.ts";

const CLIENTS = Array.from({ length: 40 }, (_, i) => `client${i}`);

const open: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function cluster(options: Partial<PretendClusterOptions> = {}): Promise<PretendCluster> {
  const opened = await openPretendCluster({ clients: CLIENTS, ...options });
  open.push(() => opened.close());
  return opened;
}

type ClientPatch = Partial<ConstructorParameters<typeof JunoClient>[0]>;

function clientOf(of: PretendCluster, patch: ClientPatch = {}): JunoClient {
  const client = new JunoClient({
    genesis: of.genesis.bytes,
    nodes: of.urls,
    signers: [signerNamed("client0")],
    sender: nodeSender(http),
    crypto: { sha256, verify: verifySignature },
    ...patch,
  });
  open.push(() => client.close());
  return client;
}

const create = (name: string): Action => ({
  module: "accounts",
  action: "create",
  args: { name, owner: { key: Buffer.from(signerNamed("client0").key).toString("hex") } },
});

/** A backend in which some methods are another's. */
function withMethods(backend: Backend, methods: Partial<Backend>): Backend {
  return new Proxy(backend, {
    get: (target, name) => {
      const own: unknown = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Counts the requests of each node's URL. */
function counting(sender: Sender): Sender & { readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  return {
    ...sender,
    counts,
    send: (request) => {
      counts.set(request.node, (counts.get(request.node) ?? 0) + 1);
      return sender.send(request);
    },
  };
}

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
    const broken = await client.prepare(create("broken"));
    const unparsable = { ...broken, json: broken.json.replace('"signatures"', '"signatures!"') };
    const [good, bad, other] = await Promise.allSettled([
      client.submit(create("good")),
      client.send(unparsable),
      client.submit(create("other")),
    ]);
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
    expect(of.backend.chain.entries).toHaveLength(2);
  });

  it("gives up when the command has expired, and says that its outcome is unknown (A11)", async () => {
    const of = await cluster({ backend: { commitsAtOnce: false } });
    const client = clientOf(of, { limits: { waitMs: 20, afterExpiryMs: 100 } });
    const failure = client.submit(create("wjm"), { expiresInMs: 100 });
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

const refusing =
  (code: string): Backend["submit"] =>
  async (commands) =>
    commands.map(({ payload }) => ({
      kind: "refused",
      id: sha256(payload),
      refusal: { code, detail: "Not now.", retryAfterMs: 1 },
    }));

/** One node answers everything it is asked to wait for with this state. */
const claiming = (backend: Backend, state: (truth: CommandState) => CommandState): Backend =>
  withMethods(backend, {
    watchOutcome: (id, listener) => backend.watchOutcome(id, (truth) => listener(state(truth))),
    submit: async (commands) =>
      (await backend.submit(commands)).map((answer) =>
        answer.kind === "accepted" ? { ...answer, state: { kind: "pending" } } : answer,
      ),
  });

describe("nodes that lie", () => {
  it("does not believe an outcome without f+1 attestations (A12)", async () => {
    const forged = (truth: CommandState): CommandState => {
      if (truth.kind !== "applied" || truth.proof === undefined) return truth;
      const [first] = truth.proof.attestations;
      return { ...truth, proof: { ...truth.proof, attestations: [first!, first!] } };
    };
    const of = await cluster({ disguise: (backend, id) => (id < 4 ? claiming(backend, forged) : backend) });
    const sender = counting(nodeSender(http));
    const client = clientOf(of, { sender });
    expect(await client.submit(create("wjm"))).toMatchObject({
      status: "ok",
      proof: { attestations: [{}, {}] },
    });
    expect(sender.counts.get(of.urls[3]!)).toBe(1);
  });

  it("does not believe another command's proof, nor another receipt (A12)", async () => {
    let other: CommandState | undefined;
    const of = await cluster({
      disguise: (backend, id) => {
        if (id === 4) return backend;
        return claiming(backend, (truth) => {
          if (truth.kind !== "applied" || truth.proof === undefined) return truth;
          if (id === 1) return other ?? truth;
          const receipt = new TextEncoder().encode('{"actions":[],"gas":0,"status":"ok"}');
          return { ...truth, proof: { ...truth.proof, receipt } };
        });
      },
    });
    const honest = clientOf(of, { nodes: of.urls.slice(3) });
    const first = await honest.submit(create("first"));
    other = { kind: "applied", status: "ok", index: first.proof.header.index, proof: first.proof };
    const client = clientOf(of);
    expect(await client.submit(create("second"))).toMatchObject({ status: "ok", index: 3 });
  });

  it("believes a refusal for ever only from f+1 nodes (A12)", async () => {
    const of = await cluster({
      disguise: (backend, id) =>
        id === 1 ? withMethods(backend, { submit: refusing("client_unknown") }) : backend,
    });
    const client = clientOf(of);
    for (const name of ["a", "b", "c", "d"]) {
      expect(await client.submit(create(name))).toMatchObject({ status: "ok" });
    }
    const stranger = client.submit(create("x"), { signers: [signerNamed("stranger")] });
    await expect(stranger).rejects.toMatchObject({ code: "client_unknown", outcome: "rejected" });
  });

  it("believes that a command expired unseen only from f+1 nodes (A12)", async () => {
    const expired = (): CommandState => ({ kind: "expired", index: undefined, proof: undefined });
    const one = await cluster({
      disguise: (backend, id) => (id === 1 ? claiming(backend, expired) : backend),
    });
    const client = clientOf(one);
    for (const name of ["a", "b", "c", "d"]) {
      expect(await client.submit(create(name))).toMatchObject({ status: "ok" });
    }
    const two = await cluster({ disguise: (backend) => claiming(backend, expired) });
    const failure = clientOf(two).submit(create("a"));
    await expect(failure).rejects.toMatchObject({ code: "command_expired", outcome: "rejected" });
  });

  it("does not believe a reply that is not signed for its request (A16)", async () => {
    const of = await cluster();
    const plain = nodeSender(http);
    const seen: string[] = [];
    const replaying: Sender = {
      ...plain,
      send: async (request) => {
        const reply = await plain.send(request);
        if (request.node !== of.urls[0]) return reply;
        seen.push(request.target);
        // Still the same JSON; only the signature can tell.
        return { ...reply, body: Buffer.concat([reply.body, Buffer.from(" ")]) };
      },
    };
    const client = clientOf(of, { sender: replaying });
    for (const name of ["a", "b", "c", "d", "e"]) {
      expect(await client.submit(create(name))).toMatchObject({ status: "ok" });
    }
    expect(seen.length).toBeGreaterThan(0);
    await expect(client.status(of.urls[0])).rejects.toMatchObject({ code: "unsigned_reply" });
  });
});

describe("reading", () => {
  it("asks for queries, rows, history, modules, entries, proofs and status", async () => {
    const of = await cluster();
    const client = clientOf(of);
    const { id } = await client.submit(create("wjm"));
    const query = { module: "accounts", query: "balance", args: { name: "wjm" } };
    for (const consistency of ["local", "linearizable"] as const) {
      expect(await client.query(query, { consistency })).toMatchObject({ index: 2, result: "0.00 USD" });
    }
    const table = { module: "accounts", table: "accounts" };
    expect(await client.rows(table, { prefix: "w" })).toMatchObject({ rows: [{ key: "wjm" }] });
    expect(await client.history({ ...table, key: "wjm" })).toMatchObject({
      changes: [{ index: 2, commandId: id }],
    });
    expect(await client.modules()).toMatchObject({ modules: [{ name: "accounts" }] });
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
    expect(await client.query({ module: "accounts", query: "list" })).toMatchObject({ result: [] });
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

  it("leaves a node whose events do not follow one another (A17, A19)", async () => {
    const of = await cluster({
      disguise: (backend, id) =>
        id === 1
          ? withMethods(backend, { entries: (range) => backend.entries({ ...range, from: 3 as never }) })
          : backend,
    });
    const client = clientOf(of, { nodes: of.urls.slice(0, 2) });
    for (const name of ["a", "b", "c"]) await client.submit(create(name));
    const stop = new AbortController();
    const seen: [number, number][] = [];
    for await (const event of client.stream({ from: 1, signal: stop.signal })) {
      if (event.kind === "entry") seen.push([event.index, event.by]);
      if (seen.length === 4) stop.abort();
    }
    expect(seen.map(([index]) => index)).toEqual([1, 2, 3, 4]);
    expect(new Set(seen.map(([, by]) => by))).toEqual(new Set([2]));
  });
});
