// A node's word that it is ready is believed only under the key that the act names for it (A29), whoever answers.

import { problemOf } from "@juno/api";
import { Hash, hex, parseUtf8, utf8 } from "@juno/base";
import { actId, parseConfigurationAct, readinessBytes } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { portableSha256, signerFromSeed } from "./client-crypto.ts";
import { NodeExchange } from "./node-exchange.ts";
import { NodeSet } from "./node-set.ts";
import { askReadiness } from "./readiness.ts";
import type { SenderRequest } from "./sender.ts";
import { verifySignature } from "./verify-signature.ts";

const NETWORK = Hash(new Uint8Array(32).fill(7));
const voter = signerFromSeed(new Uint8Array(32).fill(1));
const other = signerFromSeed(new Uint8Array(32).fill(2));
const keys = (fill: number) => ({
  signKey: "00".repeat(32),
  transportKey: hex(new Uint8Array(32).fill(fill)),
});

const ACT = JSON.stringify({
  format: 1,
  kind: "configure",
  nonce: "00".repeat(16),
  expires: 1_000,
  reason: "a test",
  content: {
    epoch: 1,
    nodes: [
      { id: 5, role: "voter", ...keys(3), signKey: hex(voter.key) },
      { id: 6, role: "observer", ...keys(4), signKey: hex(other.key) },
    ],
    policies: { admin: { key: "ab".repeat(32) } },
  },
});

function readiness(act: string, network = NETWORK): Uint8Array {
  return readinessBytes(network, actId(portableSha256, utf8(act)));
}

function configurationOf(act: string) {
  const read = parseConfigurationAct(portableSha256, utf8(act));
  if (!read.ok) throw new Error(read.error.detail);
  return read;
}

const { content: _, ...HEAD } = JSON.parse(ACT) as { content: unknown };
const ACTIVATION = JSON.stringify({
  ...{ ...HEAD, kind: "activate" },
  content: { at: 9, ledger: 2, language: 1 },
});

/** What a node answers, and what it was asked. */
async function asked(status: number, body: unknown, act = ACT) {
  const requests: SenderRequest[] = [];
  const sender = {
    send: async (request: SenderRequest) => {
      requests.push(request);
      return { status, header: () => undefined, body: utf8(JSON.stringify(body)) };
    },
    open: () => Promise.reject(new Error("nothing is streamed")),
    close: () => undefined,
  };
  const crypto = {
    sha256: portableSha256,
    verify: verifySignature,
    randomBytes: (n: number) => new Uint8Array(n),
  };
  const { value: configuration } = configurationOf(ACT);
  const reading = { network: NETWORK, reader: undefined, clock: () => 0 };
  const context = {
    exchange: new NodeExchange(sender, crypto, reading),
    crypto,
    network: NETWORK,
    configuration,
  };
  const at = new NodeSet(["http://node"], () => 0).pick();
  const answer = askReadiness(context, at, act);
  return { answer, requests };
}

const said = async (node: number, signer: typeof voter, message: Uint8Array) => ({
  node,
  signature: hex(await signer.sign(message)),
});

describe("a node that is asked whether it is ready", () => {
  it("is given the act, and believed under the key that stands there for it", async () => {
    const word = await said(5, voter, readiness(ACT));
    const { answer, requests } = await asked(200, word);
    expect(await answer).toEqual(word);
    expect(requests).toMatchObject([{ method: "POST", target: "/api/v1/ready" }]);
    expect(JSON.parse(parseUtf8(requests[0]!.body!)!)).toEqual({ act: ACT });
  });

  it.each([
    ["another's key", 5, other, readiness(ACT)],
    ["another network", 5, voter, readiness(ACT, Hash(new Uint8Array(32)))],
    ["another act", 5, voter, readiness(ACT.replace("a test", "another"))],
    ["an observer's", 6, other, readiness(ACT)],
    ["a stranger's", 9, voter, readiness(ACT)],
  ])("is not believed with %s", async (_, node, signer, message) => {
    const { answer } = await asked(200, await said(node, signer, message));
    await expect(answer).rejects.toMatchObject({ code: "bad_proof" });
  });

  it("is believed about versions under the key that it votes with, which its word then names (C38)", async () => {
    const word = await said(5, voter, readiness(ACTIVATION));
    const { answer } = await asked(200, word, ACTIVATION);
    expect(await answer).toEqual({ ...word, key: hex(voter.key) });
    const false_ = await asked(200, await said(6, other, readiness(ACTIVATION)), ACTIVATION);
    await expect(false_.answer).rejects.toMatchObject({ code: "bad_proof" });
  });

  it("says why it is not", async () => {
    const { answer } = await asked(409, problemOf("not_ready", { detail: "it has not caught up" }));
    await expect(answer).rejects.toMatchObject({
      code: "not_ready",
      message: expect.stringContaining("it has not caught up"),
    });
  });

  it("is not understood when it answers with something else", async () => {
    for (const [status, body] of [
      [200, { node: 5 }],
      [404, "no"],
    ] as const) {
      const { answer } = await asked(status, body);
      await expect(answer).rejects.toMatchObject({ code: "bad_reply" });
    }
  });
});
