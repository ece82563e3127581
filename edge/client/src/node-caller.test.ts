// What is made of a reply that its node has signed: no more than any honest reply holds, whatever else it says.

import { NONCE_HEADER, problemOf, READER_HEADER, requestDigest } from "@juno/api";
import { Hash, NodeId, utf8 } from "@juno/base";
import { Epochs, firstEpoch, keyPolicy, parseSignedRead, signedReadBytes } from "@juno/proof";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultCrypto, portableSha256, type Signer, signerFromSeed } from "./client-crypto.ts";
import { EpochLearner } from "./epoch-learner.ts";
import { NodeCaller } from "./node-caller.ts";
import { NodeExchange } from "./node-exchange.ts";
import { NodeSet } from "./node-set.ts";
import type { SenderRequest } from "./sender.ts";
import { verifySignature } from "./verify-signature.ts";

const nodes = new NodeSet(["http://one"], () => 0);
const key = new Uint8Array(32);
const voters = [1, 2].map((id) => ({ id: NodeId(id), signKey: key, transportKey: key }));
const policies = { admin: keyPolicy("00".repeat(32)), operator: keyPolicy("01".repeat(32)) };
const first = firstEpoch({ network: Hash(key), voters, policies } as never);

async function* chunksOf(): AsyncGenerator<Uint8Array> {}

/** Asks a node that answers so, under a signature that is good. */
const told = (text: string) => {
  const header = () => `1:${"00".repeat(64)}`;
  const sender = {
    send: async () => ({ status: 200, header, body: utf8(text) }),
    open: () => Promise.reject(new Error("nothing is opened")),
    close: () => undefined,
  };
  const crypto = { ...defaultCrypto(), verify: async () => true };
  const exchange = new NodeExchange(sender, crypto, {
    network: Hash(key),
    reader: undefined,
    clock: () => 0,
  });
  const learner = new EpochLearner({
    ...{ epochs: new Epochs(first), exchange, nodes, context: crypto, now: () => 0 },
  });
  const caller = new NodeCaller({ sender, crypto, exchange, learner, nodes });
  return caller.call(nodes.pick(), { method: "GET", path: "/status", timeoutMs: 1 });
};

afterEach(() => vi.restoreAllMocks());

describe("a signed reply", () => {
  it("is taken as it is", async () => {
    expect(await told('{"a":[1,",[{"]}')).toMatchObject({ kind: "answer", json: { a: [1, ",[{"] }, by: 1 });
  });

  it("of more members and items than any has is none, and nothing is made of it", async () => {
    const parse = vi.spyOn(JSON, "parse");
    for (const part of ["[", "1,", "{},"])
      await expect(told(`[${part.repeat(600_000)}`)).rejects.toMatchObject({ code: "bad_reply" });
    expect(parse).not.toHaveBeenCalled();
  });
});

describe("a read that takes a signature (A41, A42)", () => {
  const reader = signerFromSeed(new Uint8Array(32).fill(7));

  /** Whether a request is signed by its reader for that node. */
  function readFor({ method, target, headers }: SenderRequest, node: number): boolean {
    const { time, signature } = parseSignedRead(headers[READER_HEADER]!)!;
    const nonce = headers[NONCE_HEADER]!;
    const digest = requestDigest(portableSha256, { method, target, nonce, body: new Uint8Array() });
    const message = signedReadBytes(Hash(key), { node: NodeId(node), time, requestDigest: digest });
    return time === 1_234 && verifySignature({ key: reader.key, message, signature });
  }

  /** A node that wants to know who reads what stands in tables, and who the stream. */
  function guarding(reader?: Signer) {
    const requests: SenderRequest[] = [];
    const at = { node: 1, isGenuine: true };
    const header = () => `${at.node}:${"00".repeat(64)}`;
    /** The code of the refusal. */
    const refused = ({ headers, target }: SenderRequest) => {
      if (!/tables|stream/.test(target)) return undefined;
      if (headers[READER_HEADER] === undefined) return "read_unsigned";
      return readFor(requests.at(-1)!, at.node) ? undefined : "read_forged";
    };
    const sender = {
      send: async (request: SenderRequest) => {
        requests.push(request);
        const code = refused(request);
        return code === undefined
          ? { status: 200, header, body: utf8("{}") }
          : { status: 401, header, body: utf8(JSON.stringify(problemOf(code))) };
      },
      open: async (request: SenderRequest) => {
        requests.push(request);
        const status = refused(request) === undefined ? 200 : 401;
        return { status, header, chunks: chunksOf(), close: () => undefined };
      },
      close: () => undefined,
    };
    const crypto = { ...defaultCrypto(), verify: async () => at.isGenuine };
    const exchange = new NodeExchange(sender, crypto, { network: Hash(key), reader, clock: () => 1_234 });
    const learner = new EpochLearner({
      ...{ epochs: new Epochs(first), exchange, nodes, context: crypto, now: () => 0 },
    });
    const caller = new NodeCaller({ sender, crypto, exchange, learner, nodes });
    const get = (path: string) => caller.call(nodes.pick(), { method: "GET", path, timeoutMs: 1 });
    const stream = () => caller.open(nodes.pick(), { method: "GET", path: "/stream?from=1", timeoutMs: 1 });
    return {
      at,
      get,
      stream,
      requests,
      signed: () => requests.map(({ headers }) => READER_HEADER in headers),
    };
  }

  it("is signed when a node says so, and from then on at once; nothing else is", async () => {
    const { get, requests, signed } = guarding(reader);
    expect(await get("/status")).toMatchObject({ kind: "answer" });
    expect(await get("/tables/a/b")).toMatchObject({ kind: "answer" });
    expect(await get("/tables/a/c?limit=1")).toMatchObject({ kind: "answer" });
    expect(await get("/modules")).toMatchObject({ kind: "answer" });
    expect(signed()).toEqual([false, false, true, true, false]);
    expect([readFor(requests[3]!, 1), readFor(requests[3]!, 2)]).toEqual([true, false]);
  });

  it("is signed anew for another member that has come to the address", async () => {
    const { at, get, stream, requests, signed } = guarding(reader);
    await get("/tables/a/b");
    at.node = 2;
    expect(await get("/tables/a/c")).toMatchObject({ kind: "answer", by: 2 });
    expect((await stream()).status).toBe(200);
    // The stream's first refusal says nothing of its node, so it is asked who it is.
    expect(signed()).toEqual([false, true, true, true, false, false, true]);
    expect(requests.slice(1, 4).map((request) => readFor(request, 2))).toEqual([false, false, true]);
    at.node = 1;
    expect((await stream()).status).toBe(200);
    expect(readFor(requests.at(-1)!, 1)).toBe(true);
  });

  it("is not signed for whoever does not show that it is a member", async () => {
    const { at, get, stream, signed } = guarding(reader);
    at.isGenuine = false;
    await expect(get("/tables/a/b")).rejects.toMatchObject({ code: "unsigned_reply" });
    await expect(stream()).rejects.toMatchObject({ code: "unsigned_reply" });
    expect(signed()).not.toContain(true);
  });

  it("is refused where nobody says who reads", async () => {
    const { get, signed } = guarding();
    const said = await get("/tables/a/b");
    expect(said).toMatchObject({ kind: "refusal", error: { code: "read_unsigned" } });
    expect(signed()).toEqual([false]);
  });
});
