import type { SignatureCheck } from "@juno/base";
import { describe, expect, it } from "vitest";
import { rememberingVerify } from "./verdict-cache.ts";

const checkOf = (signature: number, message = 0, key = 0): SignatureCheck => ({
  key: new Uint8Array(32).fill(key),
  message: new Uint8Array([message]),
  signature: new Uint8Array(64).fill(signature),
});

function counting(verdict: (check: SignatureCheck) => boolean) {
  const seen: SignatureCheck[] = [];
  const verify = (check: SignatureCheck) => {
    seen.push(check);
    return verdict(check);
  };
  return { seen, verify };
}

describe("remembered verdicts", () => {
  it("spare what verified before, and only the very same check", () => {
    const { seen, verify } = counting(() => true);
    const remembering = rememberingVerify(verify);
    for (const check of [checkOf(1), checkOf(1), checkOf(1, 9), checkOf(1, 0, 9), checkOf(2), checkOf(2)]) {
      expect(remembering(check)).toBe(true);
    }
    expect(seen).toHaveLength(4);
  });

  it("never make a bad signature good", async () => {
    const { seen, verify } = counting((check) => check.message[0] === 0);
    const remembering = rememberingVerify(verify);
    expect([checkOf(1), checkOf(1, 5), checkOf(1, 5)].map(remembering)).toEqual([true, false, false]);
    expect(seen).toHaveLength(3);
    const slow = rememberingVerify(async (check) => check.message[0] === 0);
    expect(await Promise.all([checkOf(1), checkOf(1, 5)].map(slow))).toEqual([true, false]);
    expect(slow(checkOf(1))).toBe(true);
  });

  it("are forgotten, the oldest first, beyond their number", () => {
    const { seen, verify } = counting(() => true);
    const remembering = rememberingVerify(verify, 2);
    for (const signature of [1, 2, 3, 3, 2, 1]) remembering(checkOf(signature));
    expect(seen.map(({ signature }) => signature[0])).toEqual([1, 2, 3, 1]);
  });
});
