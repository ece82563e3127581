// Two of four nodes are gone, and nothing is wanted: the leader still leads, but there is nobody to decide
// with. It says so by itself, and refuses at once what it could not answer; when the others are back, it
// goes on.

import { API_PREFIX, EventReader } from "@juno/api";
import { hex } from "@juno/base";
import { beforeAll, describe, expect, it } from "vitest";
import { ACCOUNTS, callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { openCluster } from "./opened.ts";

let cluster: Cluster;
let leader: number;
let gone: number[];
let api: string;

const READ = { module: ACCOUNTS, query: "list", args: {} };

const post = (path: string, body: string) =>
  fetch(`${api}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body });

const read = (consistency: "local" | "linearizable") =>
  post("/query", JSON.stringify({ ...READ, consistency }));

/** What the node says of stalls on its stream, from now on. */
async function stallsOf(stream: Response, take: (detail: string) => boolean): Promise<void> {
  const reader = new EventReader();
  const decoder = new TextDecoder();
  for await (const chunk of stream.body!) {
    const events = reader.read(decoder.decode(chunk as Uint8Array, { stream: true })) ?? [];
    for (const { name, data } of events) {
      if (name !== "node") continue;
      const { what, detail } = JSON.parse(data) as { what: string; detail: string };
      if (what === "stall" && take(detail)) return;
    }
  }
}

beforeAll(async () => {
  cluster = await openCluster({ nodes: 4 });
  cluster.startAll();
  leader = (await cluster.leader()).id;
  gone = cluster.ids.filter((id) => id !== leader).slice(0, 2);
  api = `${cluster.url(leader)}${API_PREFIX}`;
  await cluster.caughtUp(...cluster.ids);
});

describe("a leader without a quorum", () => {
  const told: string[] = [];
  let ended: Promise<void>;

  it("says which voters it lacks, and that it is not ready", async () => {
    const stream = await fetch(`${api}/stream`);
    ended = stallsOf(stream, (detail) => told.push(detail) >= 2);
    await cluster.kill(...gone);
    const status = await cluster.until("the leader misses the others", async () => {
      const said = await cluster.status(leader);
      return said?.stall === undefined ? undefined : said;
    });
    expect(status.stall).toMatchObject({ waitingFor: "contact", lacks: gone, need: 3 });
    expect(status).toMatchObject({ ready: false, role: "leader" });
    expect(status.notReadyBecause.join()).toContain(`not from ${gone.join(", ")}`);
    expect((await fetch(`${api}/readyz`)).status).toBe(503);
    expect((await fetch(`${api}/livez`)).status).toBe(200);
  });

  it("refuses at once what takes a quorum, and answers what does not", async () => {
    const [signer] = cluster.clientSigners;
    const open = { name: "late", owner: { key: hex(signer!.key) } };
    const action = callAccounts("create", open);
    const command = await cluster.client().prepare(action, { signers: [signer!] });
    for (const reply of [await read("linearizable"), await post("/commands", command.json)]) {
      expect(reply.status).toBe(503);
      expect(await reply.json()).toMatchObject({ code: "no_quorum", retryable: true });
    }
    expect((await read("local")).status).toBe(200);
    const known = await fetch(`${api}/commands/${command.id}`);
    expect(await known.json()).toEqual({ id: command.id, state: "unknown" });
  });

  it("goes on when the others are back, and has told of both on its stream and in its log", async () => {
    for (const id of gone) cluster.start(id);
    await cluster.until("the leader is ready again", async () =>
      (await cluster.status(leader))?.ready === true ? true : undefined,
    );
    await ended;
    expect(told).toEqual([expect.stringContaining("needed for contact"), "a quorum is at work again"]);
    const said = cluster.process(leader).lines();
    expect(said.map(({ code }) => code)).toEqual(expect.arrayContaining(["stalled", "moving"]));
    expect((await read("linearizable")).status).toBe(200);
  });
});

describe("a node that was paused", () => {
  it("does not take its own sleep for the others' silence", async () => {
    const [sleeper = 0] = cluster.ids.filter((id) => id !== leader && !gone.includes(id));
    const stalls = () => {
      const said = cluster.process(sleeper).lines();
      return said.filter(({ code }) => code === "stalled").length;
    };
    const before = stalls();
    await cluster.process(sleeper).pause();
    await cluster.until("the leader has not heard from it for three seconds", async () => {
      const peer = (await cluster.status(leader))?.peers.find(({ node }) => node === sleeper);
      return (peer?.lastMessageAgeMs ?? 0) > 3_000 ? true : undefined;
    });
    await cluster.process(sleeper).resume();
    await cluster.caughtUp(...cluster.ids);
    expect(stalls()).toBe(before);
  });
});
