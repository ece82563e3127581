import { hash } from "node:crypto";
import { Hash, hex, NodeId, utf8 } from "@juno/base";
import { describe, expect, it } from "vitest";
import {
  eventStatement,
  parseSignature,
  renderSignature,
  replyStatement,
  requestDigest,
  signatureCheck,
} from "./reply-signature.ts";

const sha256 = (bytes: Uint8Array) => Hash(new Uint8Array(hash("sha256", bytes, "buffer")));
const network = sha256(utf8("a network"));
const request = { method: "POST", target: "/api/v1/query", nonce: "00aa", body: utf8("{}") };

describe("what a node signs", () => {
  it("is for a reply: request digest, status, body hash under the tag reply (A16)", () => {
    const digest = requestDigest(sha256, request);
    expect(hex(digest)).toBe(hash("sha256", "POST /api/v1/query\n00aa\n{}"));
    const bodyHash = sha256(utf8("reply"));
    const expected = Buffer.concat([
      Buffer.from("juno/v1/reply\0"),
      network,
      digest,
      Buffer.from([0x01, 0x99]),
      bodyHash,
    ]);
    expect(hex(replyStatement(network, { requestDigest: digest, status: 409, bodyHash }))).toBe(
      hex(expected),
    );
  });

  it("differs for every part of the request (A16)", () => {
    const others = [
      { ...request, method: "GET" },
      { ...request, target: "/api/v1/query?" },
      { ...request, nonce: "" },
      { ...request, body: utf8("{} ") },
      { ...request, nonce: "00aa\n{}", body: utf8("") },
    ];
    const digests = [request, ...others].map((parts) => hex(requestDigest(sha256, parts)));
    // A nonce is hex, so only a request nobody accepts can be taken for another one.
    expect(new Set(digests).size).toBe(digests.length);
  });

  it("is for an event: name, id and data under the tag event (A17)", () => {
    const event = { name: "entry", id: 12, data: '{"index":12}' };
    const digest = Buffer.from(hash("sha256", 'entry\n12\n{"index":12}'), "hex");
    const expected = Buffer.concat([Buffer.from("juno/v1/event\0"), network, digest]);
    expect(hex(eventStatement({ network, sha256 }, event))).toBe(hex(expected));
    const withoutId = eventStatement({ network, sha256 }, { ...event, id: undefined });
    expect(hex(withoutId)).not.toBe(hex(expected));
  });
});

describe("a signature's text", () => {
  const signature = new Uint8Array(64).fill(0xab);
  const text = renderSignature({ node: NodeId(7), sign: () => signature, hex })(utf8("x"));

  it("names the node and can be checked against its key", () => {
    expect(text).toBe(`7:${"ab".repeat(64)}`);
    expect(parseSignature(text)).toEqual({ node: 7, signature });
    const key = new Uint8Array(32);
    const found = signatureCheck(text, utf8("x"), new Map([[NodeId(7), key]]));
    expect(found).toEqual({ node: 7, check: { key, message: utf8("x"), signature } });
    expect(signatureCheck(text, utf8("x"), new Map([[NodeId(8), key]]))).toBeUndefined();
  });

  it("has one spelling", () => {
    for (const other of [
      "",
      text.toUpperCase(),
      `0${text}`,
      ` ${text}`,
      text.slice(0, -1),
      `${text}0`,
      "7",
      `5000000000${text.slice(1)}`,
    ]) {
      expect(parseSignature(other), other).toBeUndefined();
    }
  });
});
