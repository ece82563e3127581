// The queue tells each refusal once, bounds what is under way, and never takes a broken verifier for a
// verdict.

import type { SignatureCheck } from "@juno/base";
import type { Verifier } from "@juno/runtime";
import { expect, it } from "vitest";
import { SignatureQueue } from "./signature-queue.ts";

const checkOf = (isGood: boolean): SignatureCheck => ({
  key: new Uint8Array(32),
  message: Uint8Array.of(isGood ? 1 : 0),
  signature: new Uint8Array(64),
});

type Call = { readonly checks: readonly SignatureCheck[]; answer(): void };

/** A verifier that answers when it is told to. */
class SlowVerifier implements Verifier {
  readonly calls: Call[] = [];

  verify(checks: readonly SignatureCheck[]): Promise<readonly boolean[]> {
    return new Promise((resolve) => {
      this.calls.push({ checks, answer: () => resolve(checks.map(({ message }) => message[0] === 1)) });
    });
  }

  async close(): Promise<void> {}
}

it("counts good signatures and tells a refusal once", async () => {
  const verifier = new SlowVerifier();
  const queue = new SignatureQueue(verifier);
  const refused: string[] = [];
  queue.add([checkOf(true), checkOf(false), checkOf(false)], () => refused.push("a"));
  queue.add([checkOf(true)], () => refused.push("b"));
  queue.add([checkOf(false)], () => refused.push("c"));
  const end = queue.end();
  for (const { answer } of verifier.calls) answer();
  await end;
  expect(queue.verified).toBe(2);
  expect(refused).toEqual(["a", "c"]);
});

it("pauses while too much is under way, and goes on when some is answered", async () => {
  const verifier = new SlowVerifier();
  const queue = new SignatureQueue(verifier);
  queue.add(
    Array.from({ length: 10_000 }, () => checkOf(true)),
    () => undefined,
  );
  let isPaused = true;
  const paused = queue.pause().then(() => {
    isPaused = false;
  });
  const underWay = verifier.calls.length;
  expect(isPaused).toBe(true);
  for (let i = 0; isPaused && i < 100; i++) {
    for (const { answer } of verifier.calls) answer();
    await Promise.resolve();
    await new Promise(setImmediate);
  }
  await paused;
  expect(verifier.calls.length).toBeGreaterThan(underWay);
  for (const { checks } of verifier.calls) expect(checks.length).toBeLessThanOrEqual(1_000);
  const end = queue.end();
  for (const { answer } of verifier.calls) answer();
  await end;
  expect(queue.verified).toBe(10_000);
});

it("rejects with what the verifier rejects with, and refuses nothing", async () => {
  const broken: Verifier = {
    verify: () => Promise.reject(new Error("the pool is gone")),
    close: async () => undefined,
  };
  const queue = new SignatureQueue(broken);
  queue.add([checkOf(true)], () => expect.fail("nothing was judged"));
  await expect(queue.end()).rejects.toThrow("the pool is gone");
  await expect(queue.pause()).rejects.toThrow("the pool is gone");
});
