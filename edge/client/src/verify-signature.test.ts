// E8 outside the nodes: the portable verifier gives the pinned verdict on every vector, and so does
// any cofactorless verifier of the host once the rule of core/proof is asked first.

import { createPublicKey, verify as hostVerify } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseHex, type SignatureCheck } from "@juno/base";
import { admissibleSignature } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { verifySignature } from "./verify-signature.ts";

type Vector = {
  group: string;
  name: string;
  key: string;
  message: string;
  signature: string;
  valid: boolean;
};

const file = new URL("../../../spec/vectors/ed25519.json", import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Vector[] };

function checkOf(vector: Vector): SignatureCheck {
  return {
    key: parseHex(vector.key)!,
    message: parseHex(vector.message)!,
    signature: parseHex(vector.signature)!,
  };
}

const SPKI_HEAD = parseHex("302a300506032b6570032100")!;

function hostVerdict({ key, message, signature }: SignatureCheck): boolean {
  const spki = Buffer.concat([SPKI_HEAD, key]);
  return hostVerify(null, message, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
}

async function webVerdict({ key, message, signature }: SignatureCheck): Promise<boolean> {
  const imported = await crypto.subtle.importKey("raw", Buffer.from(key), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, Buffer.from(signature), Buffer.from(message));
}

describe("E8 on hosts without libsodium", () => {
  for (const vector of vectors) {
    it(`${vector.group}: ${vector.name}`, async () => {
      const check = checkOf(vector);
      expect(verifySignature(check)).toBe(vector.valid);
      const admissible = admissibleSignature(check);
      expect(admissible && hostVerdict(check)).toBe(vector.valid);
      expect(admissible && (await webVerdict(check))).toBe(vector.valid);
    });
  }
});

describe("E8: what needs no arithmetic", () => {
  it("refuses every vector whose fault is in its form, and none of the others", () => {
    const formal = new Set(["small-order key", "small-order R", "range of S", "lengths"]);
    for (const vector of vectors) {
      const isKeyBeyondPrime = vector.group === "non-canonical" && vector.name.startsWith("key");
      const expected = vector.valid || !(formal.has(vector.group) || isKeyBeyondPrime);
      expect([vector.name, admissibleSignature(checkOf(vector))]).toEqual([vector.name, expected]);
    }
  });
});
