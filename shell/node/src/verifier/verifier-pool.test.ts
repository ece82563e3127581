// The pool keeps the Verifier's promises on its threads and on the calling one, never grows beyond its
// bounds, and a dead thread is told at once.

import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { SignatureCheck } from "@juno/base";
import type { Verifier } from "@juno/runtime";
import { verifierSuite } from "@juno/runtime/suites";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeyPair, signerFrom, verifySignature } from "../crypto/sodium.ts";
import { packChecks, unpackChecks } from "./packed-checks.ts";
import { type VerifierPoolOptions, verifierPool } from "./verifier-pool.ts";

let verifier: Verifier;

function suite(name: string, options: VerifierPoolOptions): void {
  verifierSuite(name, {
    async setup() {
      verifier = verifierPool(options);
      const { key, secret } = createKeyPair();
      return { verifier, key, sign: signerFrom(secret) };
    },
    teardown: () => verifier.close(),
  });
}

suite("the verifier pool", {});
suite("a pool of two that verifies nothing inline", { workers: 2, inlineBelow: 0 });

describe("lanes", () => {
  it("are taken in turn: a flood in one delays the next one's check by no more than is under way", async () => {
    verifier = verifierPool({ inlineBelow: 0 });
    const { key, secret } = createKeyPair();
    const message = new Uint8Array(5);
    const good = { key, message, signature: signerFrom(secret)(message) };
    const order: string[] = [];
    const flood = Array.from({ length: 50 }, async (_, i) => {
      await verifier.verify(Array(100).fill(good), "flood");
      order.push(`flood ${i}`);
    });
    const peer = verifier.verify([good], "peer").then(() => order.push("peer"));
    await Promise.all([...flood, peer]);
    // Two batches of 256 are under way before the peer's turn comes, as one of 64 each has gone before.
    expect(order.indexOf("peer")).toBeLessThan(7);
    expect(order.filter((name) => name !== "peer")).toEqual(flood.map((_, i) => `flood ${i}`));
    await verifier.close();
  });
});

describe("packed checks", () => {
  it("come out as they went in", () => {
    const check = fc.record({
      key: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      message: fc.uint8Array({ maxLength: 100 }),
      signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
    });
    fc.assert(
      fc.property(fc.array(check, { maxLength: 20 }), (checks) => {
        expect([...unpackChecks(packChecks(checks))]).toEqual(checks);
      }),
    );
  });

  it("E8: turn keys and signatures of a wrong length into ones that never verify", () => {
    const { key, secret } = createKeyPair();
    const message = new Uint8Array(5);
    const signature = signerFrom(secret)(message);
    const checks: SignatureCheck[] = [
      { key: key.slice(1), message, signature },
      { key, message, signature: new Uint8Array(65) },
      { key, message, signature },
    ];
    expect([...unpackChecks(packChecks(checks))].map(verifySignature)).toEqual([false, false, true]);
  });
});

describe("a broken verifier thread", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "juno-verifier-"));
  });

  afterEach(async () => {
    await verifier.close();
    await rm(folder, { recursive: true });
  });

  function poolOf(program: string): Verifier {
    const file = join(folder, "worker.mjs");
    writeFileSync(file, `import { parentPort } from "node:worker_threads";\n${program}\n`);
    return verifierPool({ entry: pathToFileURL(file), inlineBelow: 0 });
  }

  const checks: SignatureCheck[] = [
    { key: new Uint8Array(32), message: new Uint8Array(1), signature: new Uint8Array(64) },
  ];

  for (const [how, program] of [
    ["throws", `parentPort.on("message", () => { throw new Error("out of memory"); });`],
    ["exits", `parentPort.on("message", () => process.exit(3));`],
    ["cannot be loaded", `import "./missing.mjs";`],
  ] as const) {
    it(`rejects what is under way, waiting and yet to come if it ${how}`, async () => {
      verifier = poolOf(program);
      const calls = Array.from({ length: 600 }, () => verifier.verify(checks));
      for (const outcome of await Promise.allSettled(calls))
        expect(outcome).toMatchObject({ status: "rejected", reason: { code: "verifier_failed" } });
      await expect(verifier.verify(checks)).rejects.toMatchObject({ code: "verifier_failed" });
    });
  }

  it("is not started for what is verified in the time that its start takes", async () => {
    const file = join(folder, "worker.mjs");
    verifier = verifierPool({ entry: pathToFileURL(file) });
    const many = (count: number) => verifier.verify(Array(count).fill(checks[0]));
    expect(await many(15)).toEqual(Array(15).fill(false));
    await expect(many(16)).rejects.toMatchObject({ code: "verifier_failed" });
  });

  it("rejects what is under way when it is closed", async () => {
    verifier = poolOf(`parentPort.on("message", () => undefined);`);
    const call = verifier.verify(checks);
    const settled = Promise.allSettled([call]);
    await verifier.close();
    expect(await settled).toMatchObject([{ status: "rejected", reason: { code: "verifier_failed" } }]);
  });
});
