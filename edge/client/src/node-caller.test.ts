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
const voters = [{ id: NodeId(1), signKey: key, transportKey: key }];
const policies = { admin: keyPolicy("00".repeat(32)), operator: keyPolicy("01".repeat(32)) };
const first = firstEpoch({ network: Hash(key), voters, policies } as never);

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
  const refusal = JSON.stringify({ ...problemOf("read_unsigned") });
  const seed = new Uint8Array(32).fill(7);

  /** A node that wants to know who reads what stands in tables. */
  function guarding(reader?: Signer) {
    const requests: SenderRequest[] = [];
    const header = () => `1:${"00".repeat(64)}`;
    const isRefused = ({ headers, target }: SenderRequest) =>
      target.includes("/tables/") && headers[READER_HEADER] === undefined;
    const sender = {
      send: async (request: SenderRequest) => {
        requests.push(request);
        return isRefused(request)
          ? { status: 401, header, body: utf8(refusal) }
          : { status: 200, header, body: utf8("{}") };
      },
      open: () => Promise.reject(new Error("nothing is opened")),
      close: () => undefined,
    };
    const crypto = { ...defaultCrypto(), verify: async () => true };
    const exchange = new NodeExchange(sender, crypto, { network: Hash(key), reader, clock: () => 1_234 });
    const learner = new EpochLearner({
      ...{ epochs: new Epochs(first), exchange, nodes, context: crypto, now: () => 0 },
    });
    const caller = new NodeCaller({ sender, crypto, exchange, learner, nodes });
    const get = (path: string) => caller.call(nodes.pick(), { method: "GET", path, timeoutMs: 1 });
    return { get, requests, signed: () => requests.map(({ headers }) => READER_HEADER in headers) };
  }

  it("is signed when a node says so, and from then on at once; nothing else is", async () => {
    const { get, requests, signed } = guarding(signerFromSeed(seed));
    expect(await get("/status")).toMatchObject({ kind: "answer" });
    expect(await get("/tables/a/b")).toMatchObject({ kind: "answer" });
    expect(await get("/tables/a/c?limit=1")).toMatchObject({ kind: "answer" });
    expect(await get("/modules")).toMatchObject({ kind: "answer" });
    expect(signed()).toEqual([false, false, true, true, false]);
    const { method, target, headers } = requests[3]!;
    const read = parseSignedRead(headers[READER_HEADER]!)!;
    const nonce = headers[NONCE_HEADER]!;
    const digest = requestDigest(portableSha256, { method, target, nonce, body: new Uint8Array() });
    const message = signedReadBytes(Hash(key), { time: 1_234, requestDigest: digest });
    expect(read.time).toBe(1_234);
    expect(verifySignature({ key: signerFromSeed(seed).key, message, signature: read.signature })).toBe(true);
  });

  it("is refused where nobody says who reads", async () => {
    const { get, signed } = guarding();
    const said = await get("/tables/a/b");
    expect(said).toMatchObject({ kind: "refusal", error: { code: "read_unsigned" } });
    expect(signed()).toEqual([false]);
  });
});
