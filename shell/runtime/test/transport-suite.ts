// What every Transport promises its callers, shown on a small network of them.

import { NodeId } from "@juno/base";
import { describe, expect, it, vi } from "vitest";
import type { Transport } from "../src/ports/transport.ts";

/** The transports of nodes 1…n, not opened yet. */
export type TransportCluster = readonly Transport[];

export type TransportSetup = {
  readonly setup: (wanted: { nodes: number; queueFramesMax?: number }) => Promise<TransportCluster>;
  readonly teardown: () => Promise<void>;
};

const PATIENCE = { timeout: 20_000, interval: 5 };

type Frame = { readonly at: number; readonly from: number; readonly bytes: Uint8Array };

/** All that arrives anywhere, in order of arrival. */
function record(cluster: TransportCluster): Frame[] {
  const frames: Frame[] = [];
  for (const [i, transport] of cluster.entries())
    transport.onFrame((from, bytes) => frames.push({ at: i + 1, from, bytes }));
  return frames;
}

async function openAll(cluster: TransportCluster): Promise<void> {
  await Promise.all(cluster.map((transport) => transport.open()));
  const states = () => cluster.flatMap((transport) => transport.peers());
  await vi.waitUntil(() => states().every(({ connected }) => connected), PATIENCE);
}

const numbered = (number: number, length = 4): Uint8Array => {
  const frame = new Uint8Array(length);
  new DataView(frame.buffer).setUint32(0, number);
  return frame;
};
const numberOf = ({ bytes }: Frame): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);

export function transportSuite(name: string, { setup, teardown }: TransportSetup): void {
  type Wanted = Parameters<typeof setup>[0];
  const transportTest = (title: string, wanted: Wanted, body: (cluster: TransportCluster) => Promise<void>) =>
    it(title, async () => {
      try {
        await body(await setup(wanted));
      } finally {
        await teardown();
      }
    });

  describe(`${name} as a transport`, () => {
    transportTest(
      "lists the other nodes, ascending, with a problem until connected",
      { nodes: 4 },
      async (cluster) => {
        const before = cluster[1]!.peers();
        expect(before.map(({ id }) => id)).toEqual([1, 3, 4]);
        for (const { connected, problem } of before) {
          expect(connected).toBe(false);
          expect(problem).toBeTypeOf("string");
        }
        await openAll(cluster);
        for (const state of cluster[1]!.peers())
          expect(state).toMatchObject({
            connected: true,
            problem: undefined,
            queuedBytes: 0,
            lastFrameMs: undefined,
          });
      },
    );

    transportTest(
      "carries a frame whole, to the one it is for, and tells who sent it",
      { nodes: 3 },
      async (cluster) => {
        await openAll(cluster);
        const frames = record(cluster);
        const sent = Uint8Array.of(1, 2, 3, 250);
        cluster[0]!.send(NodeId(3), sent);
        expect(frames).toEqual([]);
        await vi.waitUntil(() => frames.length > 0, PATIENCE);
        expect(frames).toEqual([{ at: 3, from: 1, bytes: Uint8Array.of(1, 2, 3, 250) }]);
        expect(cluster[2]!.peers()[0]!.lastFrameMs).toBeTypeOf("number");
        expect(cluster[2]!.peers()[1]!.lastFrameMs).toBeUndefined();
      },
    );

    transportTest("gives each receiver bytes of its own", { nodes: 3 }, async (cluster) => {
      await openAll(cluster);
      const frames = record(cluster);
      const sent = Uint8Array.of(7, 7, 7, 7);
      cluster[0]!.send(NodeId(2), sent);
      cluster[0]!.send(NodeId(3), sent);
      await vi.waitUntil(() => frames.length === 2, PATIENCE);
      frames[0]!.bytes.fill(0);
      expect(frames[1]!.bytes).toEqual(Uint8Array.of(7, 7, 7, 7));
      expect(sent).toEqual(Uint8Array.of(7, 7, 7, 7));
    });

    transportTest(
      "keeps the order of each sender's frames, small and large",
      { nodes: 3 },
      async (cluster) => {
        await openAll(cluster);
        const frames = record(cluster);
        const lengths = [4, 100, 16_000, 16_384, 70_000, 5, 1_000_000, 4];
        for (let i = 0; i < 200; i++) {
          cluster[0]!.send(NodeId(2), numbered(i, lengths[i % lengths.length]!));
          cluster[2]!.send(NodeId(2), numbered(1000 + i));
        }
        await vi.waitUntil(() => frames.length === 400, PATIENCE);
        const from = (id: number) => frames.filter((frame) => frame.from === id);
        expect(from(1).map(numberOf)).toEqual(Array.from({ length: 200 }, (_, i) => i));
        expect(from(1).map(({ bytes }) => bytes.length)).toEqual(
          Array.from({ length: 200 }, (_, i) => lengths[i % lengths.length]),
        );
        expect(from(3).map(numberOf)).toEqual(Array.from({ length: 200 }, (_, i) => 1000 + i));
      },
    );

    transportTest(
      "holds back a paused peer, and no other, until it is resumed",
      { nodes: 3 },
      async (cluster) => {
        await openAll(cluster);
        const frames = record(cluster);
        const [first, second, third] = cluster as [Transport, Transport, Transport];
        second.pause(NodeId(1));
        second.pause(NodeId(1));
        first.send(NodeId(2), numbered(1));
        first.send(NodeId(3), numbered(2));
        third.send(NodeId(2), numbered(3));
        await vi.waitUntil(() => frames.length === 2, PATIENCE);
        // Everything that could come has come once a later frame of another peer is there.
        third.send(NodeId(2), numbered(4));
        await vi.waitUntil(() => frames.length === 3, PATIENCE);
        expect(frames.map(numberOf).sort()).toEqual([2, 3, 4]);
        first.send(NodeId(2), numbered(5));
        second.resume(NodeId(1));
        second.resume(NodeId(1));
        first.send(NodeId(2), numbered(6));
        await vi.waitUntil(() => frames.length === 6, PATIENCE);
        expect(frames.slice(3).map(numberOf)).toEqual([1, 5, 6]);
      },
    );

    transportTest(
      "drops and counts what a full queue cannot hold",
      { nodes: 2, queueFramesMax: 50 },
      async (cluster) => {
        await openAll(cluster);
        const frames = record(cluster);
        for (let i = 0; i < 500; i++) cluster[0]!.send(NodeId(2), numbered(i));
        const dropped = cluster[0]!.peers()[0]!.droppedFrames;
        expect(dropped).toBe(450);
        await vi.waitUntil(() => frames.length === 50, PATIENCE);
        expect(frames.map(numberOf)).toEqual(Array.from({ length: 50 }, (_, i) => i));
        cluster[0]!.send(NodeId(2), numbered(500));
        await vi.waitUntil(() => frames.length === 51, PATIENCE);
        expect(numberOf(frames[50]!)).toBe(500);
        expect(cluster[0]!.peers()[0]!).toMatchObject({ droppedFrames: dropped, queuedBytes: 0 });
      },
    );

    transportTest(
      "tells when a peer is gone, and drops what is sent to it",
      { nodes: 2 },
      async (cluster) => {
        await openAll(cluster);
        await cluster[1]!.close();
        await cluster[1]!.close();
        const state = () => cluster[0]!.peers()[0]!;
        await vi.waitUntil(() => !state().connected, PATIENCE);
        expect(state().problem).toBeTypeOf("string");
        const { droppedFrames } = state();
        cluster[0]!.send(NodeId(2), numbered(1));
        await vi.waitUntil(() => state().droppedFrames === droppedFrames + 1, PATIENCE);
      },
    );

    transportTest("sends nothing to a stranger or to itself", { nodes: 2 }, async (cluster) => {
      await openAll(cluster);
      const frames = record(cluster);
      cluster[0]!.send(NodeId(1), numbered(1));
      cluster[0]!.send(NodeId(9), numbered(2));
      cluster[0]!.send(NodeId(2), numbered(3));
      await vi.waitUntil(() => frames.length > 0, PATIENCE);
      expect(frames.map(numberOf)).toEqual([3]);
    });

    transportTest("talks to nobody any more whom it does not admit", { nodes: 3 }, async (cluster) => {
      await openAll(cluster);
      const frames = record(cluster);
      cluster[0]!.admit({ own: undefined, peers: [] });
      expect(cluster[0]!.peers()).toEqual([]);
      cluster[0]!.send(NodeId(2), numbered(1));
      cluster[1]!.send(NodeId(1), numbered(2));
      cluster[1]!.send(NodeId(3), numbered(3));
      await vi.waitUntil(() => frames.length > 0, PATIENCE);
      expect(frames.map((frame) => [frame.at, frame.from, numberOf(frame)])).toEqual([[3, 2, 3]]);
    });
  });
}
