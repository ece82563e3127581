// The golden vectors of spec/vectors/state.json for what voters ask and tell each other of their own words
// (E52, E53): read, verified with the host's own Ed25519, and written again byte for byte.

import { createHash, createPublicKey, verify as hostVerify } from "node:crypto";
import { readFileSync } from "node:fs";
import { decodeWith, Epoch, Hash, hex, NodeId, parseHex, signedBytes, Writer } from "@juno/base";
import { describe, expect, it } from "vitest";
import { sha256 } from "../test/frames.ts";
import { bulk, decodeBulkBody, decodeProbeBody, encodeProbeBody } from "./message.ts";
import { readRecollection, readWord, type WordTag, writeRecollection } from "./word.ts";

type Vectors = {
  network: { id: string };
  voters: { id: number; key: string }[];
  recall: { fields: { epoch: number; from: number; nonce: number }; body: string; signature: string };
  recollection: {
    nonce: number;
    words: { tag: WordTag; voter: number; body: string; signature: string }[];
    attachment: string;
    from: number;
    body: string;
    signature: string;
  };
};

const read = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../../spec/vectors/${name}.json`, import.meta.url), "utf8"));
const { network, voters, recall, recollection } = { ...read("encoding"), ...read("state") } as Vectors;
const bytes = (text: string) => parseHex(text)!;

/** E7 */
function isSigned(voter: number, tag: string, body: string, signature: string): boolean {
  const message = signedBytes({ tag, network: Hash(bytes(network.id)), body: bytes(body) });
  const key = bytes(voters.find(({ id }) => id === voter)!.key);
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  return hostVerify(null, message, publicKey, bytes(signature));
}

describe("a recall (E52)", () => {
  const { fields, body, signature } = recall;

  it("is its nonce, behind who asks", () => {
    const asked = { epoch: Epoch(fields.epoch), from: NodeId(fields.from), nonce: fields.nonce };
    expect(hex(encodeProbeBody(asked))).toBe(body);
    expect(decodeProbeBody(bytes(body))).toEqual({ ok: true, value: asked });
    expect(isSigned(fields.from, "recall", body, signature)).toBe(true);
  });
});

describe("a recollection (E53)", () => {
  const { nonce, attachment, from, body, signature } = recollection;
  const words = recollection.words.map(({ tag, voter, ...signed }) => ({
    tag,
    statement: { voter: NodeId(voter), body: bytes(signed.body), signature: bytes(signed.signature) },
  }));

  it("is the nonce and the words, each as it was signed", () => {
    expect(hex(writeRecollection(new Writer(), { nonce, words }).finish())).toBe(attachment);
    expect(decodeWith(bytes(attachment), readRecollection)).toEqual({ ok: true, value: { nonce, words } });
    expect(words.map((word) => readWord(word)?.tag)).toEqual(["prevote", "vote", "ack"]);
    for (const { tag, voter, ...signed } of recollection.words) {
      expect(isSigned(voter, tag, signed.body, signed.signature), tag).toBe(true);
    }
  });

  it("is signed by who tells it, by its hash", () => {
    const identity = { epoch: Epoch(0), from: NodeId(from), sha256 };
    const content = bulk(identity, (w) => writeRecollection(w, { nonce, words }));
    expect([hex(content.body), hex(content.attachment)]).toEqual([body, attachment]);
    const digest = createHash("sha256").update(bytes(attachment)).digest("hex");
    expect(body.endsWith(digest)).toBe(true);
    expect(decodeBulkBody(bytes(body))).toMatchObject({ ok: true, value: { from } });
    expect(isSigned(from, "recollection", body, signature)).toBe(true);
  });
});
