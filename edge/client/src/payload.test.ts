import { createPublicKey, hash, verify } from "node:crypto";
import { hex, signedBytes, utf8 } from "@juno/base";
import { type Genesis, parseGenesis } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { defaultCrypto, portableSha256, signerFromSeed } from "./client-crypto.ts";
import { type Action, prepareCommand, preparedFrom } from "./payload.ts";

const signers = [1, 2].map((byte) => signerFromSeed(new Uint8Array(32).fill(byte)));
const keyOf = (byte: number) => hex(signerFromSeed(new Uint8Array(32).fill(byte)).key);

function genesis(): Genesis {
  const document = {
    format: 1,
    voters: [3, 4, 5, 6].map((byte) => ({ id: byte, signKey: keyOf(byte), transportKey: keyOf(byte + 10) })),
    policies: { admin: { key: keyOf(30) }, operator: { key: keyOf(31) } },
    clients: [{ name: "one", key: keyOf(1) }],
    startTime: 0,
  };
  const parsed = parseGenesis(portableSha256, utf8(JSON.stringify(document)));
  if (!parsed.ok) throw new Error(parsed.error.detail);
  return parsed.value;
}

const NOW = Date.UTC(2026, 0, 31, 12);
const context = { genesis: genesis(), crypto: defaultCrypto(), clock: () => NOW };
const action = { module: "demo.accounts", action: "create", args: { name: "wjm" } };

const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const hostKey = (key: Uint8Array) =>
  createPublicKey({ key: Buffer.concat([SPKI_HEAD, key]), format: "der", type: "spki" });

describe("making a command", () => {
  it("writes network, fresh nonce, expiry in five minutes, signers and calls (A2, A3)", async () => {
    const { signed, expiresMs } = await prepareCommand(context, [action], { signers });
    const payload: unknown = JSON.parse(new TextDecoder().decode(signed.payload));
    expect(payload).toEqual({
      network: hex(context.genesis.network),
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
      expires: "2026-01-31T12:05:00.000Z",
      gasLimit: expect.any(Number),
      signers: [{ key: keyOf(1) }, { key: keyOf(2) }],
      actions: [{ call: action }],
    });
    expect(expiresMs).toBe(NOW + 300_000);
    const atomic = await prepareCommand(context, [action, action], { signers, atomic: true, gasLimit: 7 });
    expect(JSON.parse(new TextDecoder().decode(atomic.signed.payload))).toMatchObject({
      atomic: true,
      gasLimit: 7,
    });
  });

  it("writes what is to be redacted, and asks for gas enough (C22)", async () => {
    const redact = { commands: [{ index: 7, id: "ab".repeat(32) }], reason: "a name in clear" };
    const { signed } = await prepareCommand(context, [{ redact }], { signers });
    const payload = JSON.parse(new TextDecoder().decode(signed.payload)) as { gasLimit: number };
    expect(payload).toMatchObject({ actions: [{ redact }] });
    expect(payload.gasLimit).toBeGreaterThan(350_000);
  });

  it("writes acts and approvals of them, and asks for gas enough to check and execute them (C24)", async () => {
    const approvals = [1, 2].map((n) => ({ key: keyOf(n), signature: "ab".repeat(64) }));
    const ready = [1, 2, 3].map((node) => ({ node, signature: "cd".repeat(64) }));
    const propose = { act: '{"format":1}', approvals, ready };
    const approve = { act: "ef".repeat(32), approvals };
    const gasOf = async (only: Action) => {
      const { signed } = await prepareCommand(context, [only], { signers });
      const payload = JSON.parse(new TextDecoder().decode(signed.payload)) as { gasLimit: number };
      expect(payload).toMatchObject({ actions: [only] });
      return payload.gasLimit;
    };
    expect(await gasOf({ propose })).toBeGreaterThan(1_500_000 + 7 * 7_000);
    expect(await gasOf({ approve })).toBeGreaterThan(1_500_000 + 4 * 7_000);
  });

  it("writes sources to be deployed, and what signers grant (A2, A3)", async () => {
    const grants = [{ capability: "demo.bank.Debit", fields: { account: "wjm", amount: "1.00 USD" } }];
    const [first, second] = signers as [(typeof signers)[0], (typeof signers)[0]];
    const granting = [first, { ...second, grants }];
    const { signed } = await prepareCommand(context, [{ deploy: ["module a\n"] }], { signers: granting });
    expect(JSON.parse(new TextDecoder().decode(signed.payload))).toMatchObject({
      signers: [{ key: keyOf(1) }, { key: keyOf(2), grants }],
      actions: [{ deploy: { modules: ["module a\n"] } }],
    });
  });

  it("signs the payload's exact bytes with every signer, and names it by their hash (A1)", async () => {
    const { id, signed, json } = await prepareCommand(context, [action], { signers });
    expect(id).toBe(hash("sha256", signed.payload));
    const message = signedBytes({ tag: "command", network: context.genesis.network, body: signed.payload });
    expect(signed.signatures).toHaveLength(2);
    for (const { key, signature } of signed.signatures) {
      expect(verify(null, message, hostKey(key), signature)).toBe(true);
    }
    expect(JSON.parse(json)).toMatchObject({ payload: new TextDecoder().decode(signed.payload) });
    expect(preparedFrom(context, signed, 5)).toMatchObject({ id, json, expiresMs: 5 });
  });

  it("never makes the same command twice (A2)", async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 1_000; i++) {
      const { randomBytes } = context.crypto;
      ids.add(hex(randomBytes(16)));
    }
    const made = await Promise.all([1, 2, 3].map(() => prepareCommand(context, [action], { signers })));
    expect(ids.size).toBe(1_000);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
  });

  it("asks for no more gas than the network permits", async () => {
    const actions = Array.from({ length: 2_000 }, () => action);
    const { signed } = await prepareCommand(context, actions, { signers });
    const { gasLimit } = JSON.parse(new TextDecoder().decode(signed.payload)) as { gasLimit: number };
    expect(gasLimit).toBe(context.genesis.limits.commandGasMax);
  });
});
