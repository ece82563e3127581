// Catch-up (5.6) where a story would need to count frames: over slow links, at the edge of the window,
// and when nobody has what is asked for.

import { Epoch, LogIndex, NodeId } from "@juno/base";
import { decodeFrame, encodeFetchBody, encodeFrame, type Limits } from "@juno/consensus";
import { decodeAck } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { badFetch } from "../src/byzantine/bad-fetch.ts";
import { signedFrame } from "../src/byzantine/liar.ts";
import { CALM, Cluster } from "../src/cluster.ts";

const EVEN = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };

const kindOf = (bytes: Uint8Array): string => {
  const frame = decodeFrame(bytes);
  return frame.ok ? frame.value.kind : "?";
};

/** What an Ack reports as certified; undefined for other frames. */
function certifiedBy(bytes: Uint8Array): number | undefined {
  const frame = decodeFrame(bytes);
  const ack = frame.ok && frame.value.kind === "ack" ? decodeAck(frame.value.body) : undefined;
  return ack?.ok ? ack.value.certified.index : undefined;
}

function started(limits: Partial<Limits> = {}): Cluster {
  const cluster = new Cluster({ seed: 1, nodes: 4, limits });
  cluster.faults = EVEN;
  cluster.startAll();
  cluster.run(100);
  return cluster;
}

const reached = (cluster: Cluster) => cluster.nodes.map(({ state }) => state?.committed.index ?? -1);

describe("catch-up", () => {
  it("asks again now and then, not as fast as others answer that they have nothing", () => {
    const cluster = started();
    cluster.passes = (_from, to) => to !== 1;
    for (let i = 0; i < 5; i++) cluster.submit(2);
    cluster.run(100);
    // Node 1 hears of the certificate, but everybody claims not to have its entries.
    for (const id of [2, 3, 4]) cluster.corrupt(id, badFetch("nothing"));
    cluster.passes = (_from, to, bytes) => to !== 1 || ["ack", "fetch-reply"].includes(kindOf(bytes));
    const before = cluster.counts.get("fetch") ?? 0;
    cluster.run(2000);
    const asked = (cluster.counts.get("fetch") ?? 0) - before;
    expect(asked).toBeGreaterThan(2);
    expect(asked).toBeLessThan(40);
  });

  it("is left to a snapshot for a while when much is lacking, then entries are asked for (V8)", () => {
    const askedAtOnce = (farEntries: number): number => {
      const cluster = started({ farEntries });
      cluster.passes = (from, to) => from !== 4 && to !== 4;
      for (let i = 0; i < 40; i++) cluster.submit(2);
      cluster.run(500);
      const wanted = cluster.committedOf(2);
      cluster.passes = () => true;
      const before = cluster.counts.get("fetch") ?? 0;
      cluster.run(400);
      const asked = (cluster.counts.get("fetch") ?? 0) - before;
      expect(cluster.run(5_000, () => Math.min(...reached(cluster)) >= wanted)).toBe(true);
      return asked;
    };
    expect(askedAtOnce(100)).toBeGreaterThan(0);
    expect(askedAtOnce(20)).toBe(0);
  });

  it("answers a question about entries that cannot exist without reading its log", () => {
    const cluster = started();
    const served: number[] = [];
    cluster.onEffect = (_node, effect) => {
      if (effect.kind === "serve") served.push(effect.fetch.point.index);
    };
    const liar = cluster.node(4);
    const replies = cluster.counts.get("fetch-reply") ?? 0;
    for (const index of [1, 2, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
      for (const direction of ["back", "forward"] as const) {
        const point = { index: LogIndex(index), hash: cluster.network };
        const body = encodeFetchBody({
          epoch: Epoch(0),
          from: liar.id,
          direction,
          certified: true,
          point,
          entriesMax: 256,
          bytesMax: 2 ** 32 - 1,
        });
        cluster.post(liar.id, NodeId(1), encodeFrame(signedFrame(liar, { kind: "fetch", body })));
      }
    }
    cluster.run(50);
    expect(served).toEqual([1]);
    expect((cluster.counts.get("fetch-reply") ?? 0) - replies).toBe(8);
  });

  it("gets on over links that are slower than its patience", () => {
    const cluster = started();
    cluster.passes = (from, to) => from !== 4 && to !== 4;
    for (let i = 0; i < 40; i++) cluster.submit(2);
    cluster.run(500);
    const wanted = cluster.committedOf(2);
    expect(wanted).toBeGreaterThan(30);
    cluster.passes = () => true;
    cluster.faults = { ...EVEN, delayMsMin: 500, delayMsMax: 500 };
    const isDone = () => Math.min(...reached(cluster)) >= wanted;
    expect(cluster.run(15_000, isDone)).toBe(true);
  });

  it("goes backwards when no commit proof leads on, though more than a window is lacking", () => {
    const cluster = started({ pipelineMax: 100 });
    cluster.node(4).crash();
    // Window full: all is stored and certified, but no Ack that reports the certificate arrives.
    cluster.passes = (_from, _to, bytes) => (certifiedBy(bytes) ?? 1) <= 1;
    for (let i = 0; i < 70; i++) cluster.submit(2);
    cluster.run(300);
    // Leader(2), node 3, has its election entry certified and then keeps the proof of commit to itself.
    cluster.passes = (from, to, bytes) => {
      if (from === 2 && kindOf(bytes) === "append-entries") return false;
      if (from === 3 && kindOf(bytes) === "proofs") return false;
      return certifiedBy(bytes) === undefined || to === 3;
    };
    cluster.run(8000);
    const certified = [1, 2].map((id) => cluster.node(id).state?.certified.position);
    expect(certified).toMatchObject([
      { term: 2, index: 66 },
      { term: 2, index: 66 },
    ]);
    expect([1, 2].map((id) => cluster.committedOf(id))).toEqual([1, 1]);
    cluster.corrupt(3, undefined);
    cluster.node(3).crash();
    cluster.passes = () => true;
    cluster.node(4).start();
    const isDone = () => [1, 2, 4].every((id) => cluster.committedOf(id) >= 66);
    expect(cluster.run(10_000, isDone)).toBe(true);
  });

  it("gathers no more than a few windows of what is certified but not committed", () => {
    const cluster = started();
    // Node 4 hears of nobody but the leader, a liar that never proves a commit.
    cluster.corrupt(2, badFetch("unproved"));
    const isFar = (id: number) => id === 1 || id === 3;
    cluster.passes = (from, to) => !(from === 4 && isFar(to)) && !(to === 4 && isFar(from));
    const suffix = () => {
      const { log, committed } = cluster.node(4).state!;
      return log.last.index - committed.index;
    };
    for (let i = 0; i < 400; i++) {
      cluster.submit(1);
      cluster.run(20);
    }
    expect(cluster.committedOf(1)).toBeGreaterThan(390);
    expect(suffix()).toBeGreaterThan(64);
    expect(suffix()).toBeLessThanOrEqual(4 * 64);
    // It can be started again, and gets on as soon as it hears of others.
    cluster.node(4).crash();
    cluster.node(4).start();
    cluster.run(500);
    cluster.passes = () => true;
    const wanted = cluster.committedOf(1);
    expect(cluster.run(10_000, () => cluster.committedOf(4) >= wanted)).toBe(true);
  });
});
