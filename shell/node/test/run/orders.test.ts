// A32: a node obeys its operator alone, at once and durably, and nobody else: each attempt of another is refused and told.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hash, hex, NodeId, utf8 } from "@juno/base";
import { type NodeOrder, nodeOrderBytes, nodeOrderDocument } from "@juno/proof";
import { memoryVerifier, NodeOrders, type SignedOrder } from "@juno/runtime";
import { orderStoreSuite } from "@juno/runtime/suites";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeyPair, sha256, signerFrom, verifySignature } from "../../src/crypto/sodium.ts";
import { OrderFile } from "../../src/store/order-file.ts";

const network: Hash = sha256(utf8("a network"));
const operator = createKeyPair();
const stranger = createKeyPair();
const NOW = Date.UTC(2026, 10, 27);
const MINUTE_MS = 60_000;

let folder: string;
let nowMs: number;
let done: string[];
let noted: [string, string][];
let orders: NodeOrders;

const path = () => join(folder, "orders.json");
const kept = () => JSON.parse(readFileSync(path(), "utf8"));

/** The node as it comes up. */
async function start(operators: readonly string[] = [hex(operator.key)]): Promise<NodeOrders> {
  const store = new OrderFile(path());
  const verifier = memoryVerifier(verifySignature);
  const parts = {
    ...{
      network,
      self: NodeId(2),
      operators: new Set(operators),
      store,
      verifier: {
        ...verifier,
        verify: async (checks: Parameters<typeof verifier.verify>[0]) => {
          await held.shift();
          return await verifier.verify(checks);
        },
      },
    },
    clock: { wallMs: () => nowMs },
    hold: () => done.push("hold"),
    release: () => done.push("release"),
    drain: () => done.push("drain"),
    failed: (cause: Error) => done.push(`failed: ${cause.message}`),
    notice: (code: string, { detail = "" }: Readonly<Record<string, unknown>>) =>
      noted.push([code, String(detail)]),
  };
  return new NodeOrders(parts, await store.load());
}

function signed(patch: Partial<NodeOrder> = {}, pair = operator): SignedOrder {
  const whole: NodeOrder = {
    network,
    node: NodeId(2),
    order: "halt",
    issued: nowMs,
    reason: "a test",
    ...patch,
  };
  const document = utf8(nodeOrderDocument(whole));
  const signature = signerFrom(pair.secret)(nodeOrderBytes(whole.network, document));
  return { document, key: pair.key, signature };
}

/** What the verifications to come wait for, each for one. */
let held: Promise<void>[];

beforeEach(async () => {
  held = [];
  folder = mkdtempSync(join(tmpdir(), "juno-orders-"));
  [nowMs, done, noted] = [NOW, [], []];
  orders = await start();
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the file of orders", () => {
  orderStoreSuite(() => {
    const place = mkdtempSync(join(tmpdir(), "juno-orders-"));
    return {
      open: () => new OrderFile(join(place, "orders.json")),
      end: () => rmSync(place, { recursive: true }),
    };
  });

  it("is refused if it is damaged: it may have said that the node is halted", async () => {
    for (const text of ["{", '{"issued":1,"held":{}}', '{"issued":-1}']) {
      writeFileSync(path(), text);
      await expect(new OrderFile(path()).load()).rejects.toMatchObject({ code: "store_damaged" });
    }
  });
});

describe("a node", () => {
  it("is halted by its operator, at once, durably and for its next life, and resumed by a later order alone", async () => {
    const halt = signed();
    expect(await orders.obey(halt)).toEqual({ ok: true, value: "halt" });
    const held = { key: hex(operator.key), since: NOW, reason: "a test" };
    expect([done, orders.held, kept()]).toEqual([["hold"], held, { issued: NOW, held }]);
    orders = await start();
    expect(orders.held).toEqual(held);
    nowMs += MINUTE_MS;
    expect(await orders.obey(signed({ order: "resume" }))).toEqual({ ok: true, value: "resume" });
    expect([done, orders.held, kept()]).toEqual([["hold", "release"], undefined, { issued: nowMs }]);
    // The order to halt is good for some minutes yet; it was carried out.
    expect(await orders.obey(halt)).toMatchObject({ ok: false, error: { code: "order_refused" } });
    expect(await (await start()).obey(halt)).toMatchObject({ ok: false, error: { code: "order_refused" } });
    expect(done).toEqual(["hold", "release"]);
    expect(noted.map(([code]) => code)).toEqual([
      "operator_halted",
      "operator_resumed",
      "order_refused",
      "order_refused",
    ]);
  });

  it("stays halted by who halted it first, whoever orders it again, and drains without forgetting it", async () => {
    await orders.obey(signed());
    nowMs += 1;
    expect(await orders.obey(signed({ reason: "again" }))).toEqual({ ok: true, value: "halt" });
    nowMs += 1;
    expect(await orders.obey(signed({ order: "drain" }))).toEqual({ ok: true, value: "drain" });
    expect(kept().held).toMatchObject({ since: NOW, reason: "a test" });
    expect(done).toEqual(["hold", "hold", "drain"]);
  });

  it.each<[string, () => SignedOrder, RegExp]>([
    ["another key", () => signed({}, stranger), /none of the node's operators/],
    ["another network", () => signed({ network: sha256(utf8("another")) }), /another network/],
    ["another node", () => signed({ node: NodeId(3) }), /for node 3; this is node 2/],
    ["an earlier time", () => signed({ issued: NOW - 6 * MINUTE_MS }), /within five minutes/],
    ["a later time", () => signed({ issued: NOW + 6 * MINUTE_MS }), /within five minutes/],
    [
      "another document",
      () => ({ ...signed(), document: signed({ reason: "x" }).document }),
      /does not verify/,
    ],
    ["a stranger under its key", () => ({ ...signed({}, stranger), key: operator.key }), /does not verify/],
    ["no document", () => ({ ...signed(), document: utf8("{}") }), /format/],
  ])("refuses an order of %s, and says so", async (_, make, why) => {
    const refused = await orders.obey(make());
    expect(refused).toMatchObject({ ok: false, error: { detail: expect.stringMatching(why) } });
    expect(noted).toEqual([["order_refused", expect.stringMatching(why)]]);
    expect([done, orders.held]).toEqual([[], undefined]);
  });

  it("keeps its operator waiting for nobody who forges orders, and carries each out once", async () => {
    const forged = Array.from({ length: 20 }, () => ({ ...signed({}, stranger), key: operator.key }));
    const [answers, obeyed, again] = await Promise.all([
      Promise.all(forged.map((order) => orders.obey(order))),
      orders.obey(signed()),
      orders.obey(signed()),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ error: { code: "order_refused" } });
    expect(obeyed).toEqual({ ok: true, value: "halt" });
    expect(again).toMatchObject({ ok: false });
    expect(done).toEqual(["hold"]);
  });

  it("obeys none whose signature was verified only when a later one had been carried out", async () => {
    const late = Promise.withResolvers<void>();
    held.push(late.promise);
    const earlier = orders.obey(signed());
    nowMs += 1;
    expect(await orders.obey(signed({ order: "resume" }))).toEqual({ ok: true, value: "resume" });
    late.resolve();
    expect(await earlier).toMatchObject({ ok: false, error: { code: "order_refused" } });
    expect(done).toEqual(["release"]);
  });

  it("that has no operator obeys nobody", async () => {
    orders = await start([]);
    expect(await orders.obey(signed())).toMatchObject({
      error: { detail: expect.stringMatching(/config\.json/) },
    });
  });

  it("answers no order that it could not keep, and stops", async () => {
    rmSync(folder, { recursive: true });
    await expect(orders.obey(signed())).rejects.toThrow("ENOENT");
    expect(done).toEqual(["hold", expect.stringMatching(/^failed: ENOENT/)]);
    expect(orders.held).toBeUndefined();
    folder = mkdtempSync(join(tmpdir(), "juno-orders-"));
  });
});
