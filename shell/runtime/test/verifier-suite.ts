// What every Verifier promises its callers.

import type { Sign, SignatureCheck } from "@juno/base";
import { Failure } from "@juno/failure";
import { describe, expect, it } from "vitest";
import type { Verifier } from "../src/ports/verifier.ts";

export type VerifierSetup = {
  /** A verifier, and a key with its signer under the verifier's scheme. */
  readonly setup: () => Promise<{ verifier: Verifier; key: Uint8Array; sign: Sign }>;
  readonly teardown: () => Promise<void>;
};

/** Every third check of `count` is forged, beginning with the third. */
function checksOf(signer: { key: Uint8Array; sign: Sign }, count: number): SignatureCheck[] {
  return Array.from({ length: count }, (_, i) => {
    const message = Uint8Array.of(i >> 8, i & 0xff, ...new Uint8Array(i % 50));
    const signature = signer.sign(message);
    if (isForged(i)) signature[i % 64]! ^= 1;
    return { key: signer.key, message, signature };
  });
}

const isForged = (i: number): boolean => i % 3 === 2;
const verdictsOf = (count: number): boolean[] => Array.from({ length: count }, (_, i) => !isForged(i));

export function verifierSuite(name: string, { setup, teardown }: VerifierSetup): void {
  const verifierTest = (title: string, body: (given: Awaited<ReturnType<typeof setup>>) => Promise<void>) =>
    it(title, async () => {
      try {
        await body(await setup());
      } finally {
        await teardown();
      }
    });

  describe(`${name} as a verifier`, () => {
    verifierTest(
      "answers in the order of the checks, whatever their number",
      async ({ verifier, ...signer }) => {
        for (const count of [0, 1, 3, 4, 64, 65, 700])
          expect(await verifier.verify(checksOf(signer, count))).toEqual(verdictsOf(count));
      },
    );

    verifierTest(
      "answers each of many calls under way with its own verdicts",
      async ({ verifier, ...signer }) => {
        const checks = checksOf(signer, 300);
        const slices = Array.from({ length: 200 }, (_, i) => [i, i + (i % 7)] as const);
        const answers = await Promise.all(
          slices.map(([from, to]) => verifier.verify(checks.slice(from, to))),
        );
        const verdicts = verdictsOf(300);
        expect(answers).toEqual(slices.map(([from, to]) => verdicts.slice(from, to)));
      },
    );

    verifierTest(
      "rejects keys and signatures of a wrong length by a verdict",
      async ({ verifier, ...signer }) => {
        const [good] = checksOf(signer, 1);
        const { key, message, signature } = good!;
        const bad = [
          { key: key.slice(1), message, signature },
          { key, message, signature: signature.slice(1) },
          { key: new Uint8Array(33), message, signature },
          { key, message, signature: new Uint8Array(65) },
          { key: new Uint8Array(0), message, signature: new Uint8Array(0) },
        ];
        expect(await verifier.verify([good!, ...bad, good!])).toEqual([true, ...bad.map(() => false), true]);
      },
    );

    verifierTest("leaves the caller's bytes as they were", async ({ verifier, ...signer }) => {
      const checks = checksOf(signer, 80);
      await verifier.verify(checks);
      expect(checks).toEqual(checksOf(signer, 80));
    });

    verifierTest("rejects calls once it is closed", async ({ verifier, ...signer }) => {
      await verifier.close();
      await verifier.close();
      const late = verifier.verify(checksOf(signer, 1));
      await expect(late).rejects.toBeInstanceOf(Failure);
      await expect(late).rejects.toMatchObject({ code: "verifier_failed" });
    });
  });
}
