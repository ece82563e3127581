// The one verifier against RFC 8032 and the edge vectors (E8), and the other functions of the adapter.

import { readFileSync } from "node:fs";
import { hex, parseHex, utf8 } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyPair, publicKeyOf, sha256, signerFrom, verifySignature } from "./sodium.ts";

type Vector = {
  group: string;
  name: string;
  secret?: string;
  key: string;
  message: string;
  signature: string;
  valid: boolean;
};

const file = new URL("../../../../spec/vectors/ed25519.json", import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Vector[] };
const bytes = (text: string): Uint8Array => parseHex(text)!;

describe("E8: the verdict on every vector", () => {
  for (const vector of vectors) {
    it(`${vector.group}: ${vector.name} is ${vector.valid ? "accepted" : "rejected"}`, () => {
      const { key, message, signature } = vector;
      expect(verifySignature({ key: bytes(key), message: bytes(message), signature: bytes(signature) })).toBe(
        vector.valid,
      );
    });
  }

  it("covers both verdicts and all groups", () => {
    expect(vectors.filter((vector) => vector.valid)).toHaveLength(12);
    expect([...new Set(vectors.map((vector) => vector.group))]).toEqual([
      "rfc8032",
      "altered",
      "small-order key",
      "small-order R",
      "non-canonical",
      "not on the curve",
      "range of S",
      "mixed order",
      "lengths",
    ]);
  });
});

describe("signing", () => {
  for (const vector of vectors.filter(({ secret }) => secret !== undefined)) {
    it(`makes the key and signature of ${vector.name}`, () => {
      const secret = bytes(vector.secret!);
      expect(hex(publicKeyOf(secret))).toBe(vector.key);
      expect(hex(signerFrom(secret)(bytes(vector.message)))).toBe(vector.signature);
    });
  }

  it("signs what the pair's key verifies, and nothing else", () => {
    const pair = createKeyPair();
    const sign = signerFrom(pair.secret);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (message, other) => {
        const signature = sign(message);
        expect(verifySignature({ key: pair.key, message, signature })).toBe(true);
        const same = hex(message) === hex(other);
        expect(verifySignature({ key: pair.key, message: other, signature })).toBe(same);
      }),
      { numRuns: 50 },
    );
  });

  it("makes a different pair each time", () => {
    expect(hex(createKeyPair().key)).not.toBe(hex(createKeyPair().key));
  });

  it("reads views into larger buffers at their place", () => {
    const pair = createKeyPair();
    const message = utf8("a view");
    const whole = new Uint8Array(300);
    whole.set(pair.key, 3);
    whole.set(message, 40);
    whole.set(signerFrom(pair.secret)(message), 101);
    const check = {
      key: whole.subarray(3, 35),
      message: whole.subarray(40, 46),
      signature: whole.subarray(101, 165),
    };
    expect(verifySignature(check)).toBe(true);
  });
});

describe("sha256", () => {
  it("hashes as FIPS 180-4 says, into bytes of its own", () => {
    const digest = sha256(utf8("abc"));
    expect(hex(digest)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype);
    expect(digest.buffer.byteLength).toBe(32);
    expect(hex(sha256(new Uint8Array(0)))).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
  });
});
