// What is made of a reply that its node has signed: no more than any honest reply holds, whatever else it says.

import { Hash, NodeId, utf8 } from "@juno/base";
import { Epochs, firstEpoch, keyPolicy } from "@juno/proof";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultCrypto } from "./client-crypto.ts";
import { EpochLearner } from "./epoch-learner.ts";
import { NodeCaller } from "./node-caller.ts";
import { NodeExchange } from "./node-exchange.ts";
import { NodeSet } from "./node-set.ts";

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
  const exchange = new NodeExchange(sender, crypto);
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
