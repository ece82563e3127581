// What the client does not believe (A12, A16, A17, A19): one or more nodes lie, over real sockets.

import * as http from "node:http";
import { refuse } from "@juno/base";
import { nodeSender, type Sender } from "@juno/client";
import type { Attestation } from "@juno/proof";
import type { CommandState } from "@juno/runtime";
import { describe, expect, it } from "vitest";
import { signerNamed } from "../src/pretend-cluster.ts";
import { claiming, clientOf, cluster, counting, create, refusing, withMethods } from "./client-fixture.ts";

describe("nodes that lie", () => {
  it.each([
    ["one voter twice", (one: Attestation) => [one, one]],
    ["one voter", (one: Attestation) => [one]],
    [
      "a signature that is none",
      (one: Attestation, two: Attestation) => [
        one,
        { ...two, ack: { ...two.ack, signature: one.ack.signature } },
      ],
    ],
  ])("does not believe an outcome without f+1 attestations: %s (A12)", async (_, forge) => {
    const forged = (truth: CommandState): CommandState => {
      if (truth.kind !== "applied" || truth.proof === undefined) return truth;
      const [first, second] = truth.proof.attestations;
      return { ...truth, proof: { ...truth.proof, attestations: forge(first!, second!) } };
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

  it("believes a refusal only from f+1 nodes (A12)", async () => {
    const of = await cluster({
      disguise: (backend, id) =>
        id === 1 ? withMethods(backend, { submit: refusing("client_unknown") }) : backend,
    });
    const client = clientOf(of);
    for (const name of ["a", "b", "c", "d"]) {
      expect(await client.submit(create(name))).toMatchObject({ status: "ok" });
    }
    const stranger = client.submit(create("x"), { signers: [signerNamed("stranger")] });
    await expect(stranger).rejects.toMatchObject({ code: "client_unknown", outcome: "not_submitted" });
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

describe("streams that lie", () => {
  it("leaves a node whose events do not follow one another (A17, A19)", async () => {
    const of = await cluster({
      disguise: (backend, id) =>
        id === 1
          ? withMethods(backend, { entries: (range) => backend.entries({ ...range, from: 3 as never }) })
          : backend,
    });
    for (const name of ["a", "b", "c"]) await clientOf(of).submit(create(name));
    // A client that knows nothing yet begins with the first node, the liar.
    const client = clientOf(of, { nodes: of.urls.slice(0, 2) });
    const stop = new AbortController();
    const seen: [number, number][] = [];
    for await (const event of client.stream({ from: 1, signal: stop.signal })) {
      if (event.kind === "entry") seen.push([event.index, event.by]);
      if (seen.length === 4) stop.abort();
    }
    expect(seen.map(([index]) => index)).toEqual([1, 2, 3, 4]);
    expect(new Set(seen.map(([, by]) => by))).toEqual(new Set([2]));
  });

  it("asks every node where some have pruned what comes next, and says so where all have (A21)", async () => {
    const isWhole = { id: 4 };
    const of = await cluster({
      disguise: (backend, id) =>
        withMethods(backend, {
          entries: async (range) =>
            id === isWhole.id
              ? backend.entries(range)
              : refuse("pruned", "the log here begins after entry 9"),
        }),
    });
    for (const name of ["a", "b", "c"]) await clientOf(of).submit(create(name));
    const client = clientOf(of);
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const event of client.stream({ from: 1, signal: stop.signal })) {
      if (event.kind === "entry") seen.push(event.by);
      if (seen.length === 4) stop.abort();
    }
    expect(seen).toEqual([4, 4, 4, 4]);
    isWhole.id = 0;
    await expect(clientOf(of).stream({ from: 1 }).next()).rejects.toMatchObject({ code: "pruned" });
  });

  it("leaves a node whose events are not signed (A17)", async () => {
    const of = await cluster();
    for (const name of ["a", "b", "c"]) await clientOf(of).submit(create(name));
    const plain = nodeSender(http);
    const tampering: Sender = {
      ...plain,
      open: async (request) => {
        const stream = await plain.open(request);
        if (request.node !== of.urls[0]) return stream;
        return { ...stream, chunks: withOtherSignatures(stream.chunks) };
      },
    };
    const client = clientOf(of, { nodes: of.urls.slice(0, 2), sender: tampering });
    const stop = new AbortController();
    const seen: [number, number][] = [];
    for await (const event of client.stream({ from: 1, signal: stop.signal })) {
      if (event.kind === "entry") seen.push([event.index, event.by]);
      if (seen.length === 4) stop.abort();
    }
    expect(seen).toEqual([1, 2, 3, 4].map((index) => [index, 2]));
  });
});

/** The same events, each with one digit of its signature changed. */
async function* withOtherSignatures(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    const text = Buffer.from(chunk).toString();
    yield Buffer.from(
      text.replaceAll(
        /signature: (\d+):(.)/g,
        (_, node, digit) => `signature: ${node}:${digit === "0" ? 1 : 0}`,
      ),
    );
  }
}
