// A client through epochs (A27): it begins at the genesis, learns by links that prove themselves who votes and signs
// now, takes no node's word for it, and believes nobody who is gone.

import { JunoClient, nodeSender, type Sender, type SenderReply } from "@juno/client";
import { sha256, verifySignature } from "@juno/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChangingNetwork, changingNetwork } from "./changing-network.ts";

const action = (name: string) => ({
  ...{ module: "demo.accounts", action: "create" },
  args: { name, owner: { key: "00".repeat(32) } },
});

let network: ChangingNetwork;
const clients: JunoClient[] = [];

beforeEach(async () => {
  network = await changingNetwork();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await network.close();
});

const http = () => nodeSender(process.getBuiltinModule("node:http"));

/** A client of these nodes; `change` is what a liar on the way makes of their replies. */
function clientOf(nodes: readonly number[], change?: (target: string, reply: SenderReply) => SenderReply) {
  const inner = http();
  const sender: Sender = {
    send: async (request) => {
      const reply = await inner.send(request);
      return change === undefined ? reply : change(request.target, reply);
    },
    open: (request) => inner.open(request),
    close: () => inner.close(),
  };
  const client = new JunoClient({
    genesis: network.genesis.bytes,
    nodes: nodes.map((id) => network.files.urls[id - 1]!),
    signers: [network.signer],
    ...{ sender, crypto: { sha256, verify: verifySignature } },
    limits: { afterExpiryMs: 0 },
  });
  clients.push(client);
  return client;
}

const epochOf = (client: JunoClient): number => client.epochs.last.electorate.epoch;

describe("a client that knows the genesis alone", () => {
  it("learns the voters of now when a proof names a later epoch", async () => {
    network.add();
    network.rotate();
    const client = clientOf([2, 3, 4]);
    const { proof } = await client.submit(action("wjm"));
    expect(proof.header.epoch).toBe(2);
    expect(epochOf(client)).toBe(2);
    expect(
      client.epochs.from({ from: 1, limit: 9 }).map(({ electorate }) => electorate.voters.length),
    ).toEqual([5, 4]);
  });

  it("goes on while the network changes under it", async () => {
    const client = clientOf([2, 3, 4]);
    const { id } = await client.submit(action("one"));
    network.add();
    await client.submit(action("two"));
    network.rotate();
    await client.submit(action("three"));
    expect(epochOf(client)).toBe(2);
    const fate = await client.fate(id);
    expect(fate).toMatchObject({ state: "final", outcome: { status: "ok" } });
    expect((await client.entryProof(3))?.commit.acks.length).toBeGreaterThan(2);
  });

  it("learns the key of a node that got another one from its reply", async () => {
    network.add();
    network.rotate();
    const client = clientOf([2]);
    expect(await client.status()).toMatchObject({ node: 2, epoch: 2 });
    expect(epochOf(client)).toBe(2);
  });

  it("learns from a status that names a later epoch", async () => {
    network.add();
    const client = clientOf([3]);
    await client.status();
    expect(epochOf(client)).toBe(1);
  });

  it("follows the stream from epoch to epoch", async () => {
    const client = clientOf([2]);
    const seen: number[] = [];
    network.add();
    for await (const event of client.stream({ from: 1 })) {
      if (event.kind !== "entry") continue;
      seen.push(event.applied.entry.epoch);
      if (seen.length === 3) network.rotate();
      if (seen.length === 5) break;
    }
    expect(seen).toEqual([0, 0, 1, 1, 2]);
    expect(epochOf(client)).toBe(2);
  });
});

describe("what a client does not believe", () => {
  it("a node that is gone", async () => {
    network.add();
    network.rotate();
    const client = clientOf([1]);
    await client.learnEpochs();
    await expect(client.status()).rejects.toMatchObject({ code: "unsigned_reply" });
  });

  it("the old key of a node that got another one", async () => {
    network.add();
    network.rotate();
    network.signing.set(2, network.members.two.sign);
    const client = clientOf([2]);
    // Who knows no later epoch than the genesis has no reason to doubt it; the reply itself tells of epoch 2.
    await client.status();
    await expect(client.status()).rejects.toMatchObject({ code: "unsigned_reply" });
  });

  it("links that do not prove themselves, whoever shows them", async () => {
    network.add();
    network.rotate();
    const forged = (target: string, reply: SenderReply): SenderReply => {
      if (!target.includes("/epochs")) return reply;
      const text = new TextDecoder().decode(reply.body);
      const body = new TextEncoder().encode(text.replace(/("link":"[0-9a-f]{700})../g, "$1ff"));
      return { ...reply, body };
    };
    const client = clientOf([2], forged);
    await expect(client.status()).rejects.toMatchObject({ code: "unsigned_reply" });
    expect(epochOf(client)).toBe(0);
  });

  it("a later epoch without the one before", async () => {
    network.add();
    network.rotate();
    const skipping = (target: string, reply: SenderReply): SenderReply => {
      if (!target.includes("/epochs")) return reply;
      const json = JSON.parse(new TextDecoder().decode(reply.body));
      const body = new TextEncoder().encode(JSON.stringify({ ...json, epochs: json.epochs.slice(1) }));
      return { ...reply, body };
    };
    const client = clientOf([3], skipping);
    await client.status();
    expect(epochOf(client)).toBe(0);
  });
});
