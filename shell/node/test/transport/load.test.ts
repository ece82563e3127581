// Peers that die, stall or drown: nothing grows without bound, what arrives is in order, and what does
// not is counted.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { hex, NodeId } from "@juno/base";
import { afterEach, describe, expect, it, vi } from "vitest";
import { transportKeyPem } from "../../src/keys/transport-certificate.ts";
import { FrameReader } from "../../src/transport/frame-reader.ts";
import { WELCOME, wireName } from "../../src/transport/handshake.ts";
import { HOST, nodeKeys, PATIENCE, TestNetwork, type TestNode } from "./nodes.ts";
import type { PeerOrder } from "./peer-process.ts";

const network = new TestNetwork();
const children: ChildProcess[] = [];
const servers: Server[] = [];
const sockets: TLSSocket[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  await network.close();
});

const numbered = (number: number, length = 4): Uint8Array => {
  const frame = new Uint8Array(length);
  new DataView(frame.buffer).setUint32(0, number);
  return frame;
};
const numberOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset, 4).getUint32(0);

describe("a peer process that is killed", () => {
  async function startPeer(order: PeerOrder): Promise<{ child: ChildProcess; port: number }> {
    const child = fork(new URL("./peer-process.ts", import.meta.url));
    children.push(child);
    child.send(order);
    const [port] = (await once(child, "message")) as [number];
    return { child, port };
  }

  it("is noticed, and found again when it is back", async () => {
    const [one] = (await network.add([1, 2])) as [TestNode];
    await one.open();
    const keys = await nodeKeys(2);
    const order: PeerOrder = {
      id: 2,
      transportSecret: hex(keys.transportSecret),
      transportCertificate: keys.transportCertificate,
      host: HOST,
      port: 0,
      peer: { id: 1, port: one.transport.port, transportKey: hex(one.keys.transportKey) },
    };
    const state = () => one.transport.peers()[0]!;
    const returned: number[] = [];
    one.transport.onFrame((_, frame) => returned.push(numberOf(frame)));
    let port = 0;
    for (const round of [1, 2, 3]) {
      const peer = await startPeer({ ...order, port });
      // The same port again: the address of a node does not change by a restart.
      port = peer.port;
      network.point(one, keys.id, port);
      await vi.waitUntil(() => state().connected, PATIENCE);
      one.transport.send(keys.id, numbered(round));
      await vi.waitUntil(() => returned.length === round, PATIENCE);
      peer.child.kill("SIGKILL");
      await vi.waitUntil(() => !state().connected, PATIENCE);
      expect(state().problem).toBeTypeOf("string");
    }
    expect(returned).toEqual([1, 2, 3]);
  });
});

describe("a peer that stops reading", () => {
  /** Node 2 as a bare TLS server that welcomes, and reads only when told to. */
  async function stallingPeer(): Promise<{ port: number; read(): void; frames: number[] }> {
    const keys = await nodeKeys(2);
    const frames: number[] = [];
    const reader = new FrameReader(1_000_000, (frame) => frames.push(numberOf(frame)));
    const options = { key: transportKeyPem(keys.transportSecret), cert: keys.transportCertificate };
    const server = createServer({
      ...options,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: [wireName(1)],
    });
    server.on("secureConnection", (socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      socket.pause();
      socket.write(Uint8Array.of(WELCOME));
    });
    servers.push(server);
    server.listen(0, HOST);
    await once(server, "listening");
    const read = () => {
      for (const socket of sockets) socket.on("data", (bytes: Uint8Array) => reader.push(bytes)).resume();
    };
    return { port: (server.address() as { port: number }).port, read, frames };
  }

  it("costs no more than its queue, loses only what is counted, and gets the rest in order", async () => {
    const limits = { queueBytesMax: 1_000_000, queueFramesMax: 500, silenceMs: 60_000 };
    const [one] = (await network.add([1, 2], limits)) as [TestNode];
    const peer = await stallingPeer();
    network.point(one, NodeId(2), peer.port);
    await one.open();
    const state = () => one.transport.peers()[0]!;
    // There is no connection back from this peer, so only the problem tells that it welcomed us.
    await vi.waitUntil(() => state().problem === "node 2 has not connected to this node", PATIENCE);
    const dropped = new Set<number>();
    let sent = 0;
    const sendOne = () => {
      const before = state().droppedFrames;
      one.transport.send(NodeId(2), numbered(sent, 10_000));
      if (state().droppedFrames > before) dropped.add(sent);
      sent++;
      expect(state().queuedBytes).toBeLessThanOrEqual(1_000_000);
    };
    // First until the system's buffers are full and the queue as well, then well beyond.
    while (dropped.size < 1000) {
      for (let i = 0; i < 50; i++) sendOne();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(one.transport.traffic.framesDropped).toBe(dropped.size);
    peer.read();
    await vi.waitUntil(() => state().queuedBytes === 0, PATIENCE);
    sendOne();
    await vi.waitUntil(() => peer.frames.length === sent - dropped.size, PATIENCE);
    expect(peer.frames).toEqual(Array.from({ length: sent }, (_, i) => i).filter((i) => !dropped.has(i)));
    expect(one.transport.traffic.framesSent).toBe(peer.frames.length);
  });
});

describe("many small frames", () => {
  it("arrive all, in order, from several senders at once", async () => {
    const count = 50_000;
    const nodes = await network.add([1, 2, 3], { queueFramesMax: count });
    await network.connect();
    const received = new Map<number, number[]>([
      [1, []],
      [2, []],
    ]);
    nodes[2]!.transport.onFrame((from, frame) => received.get(from)!.push(numberOf(frame)));
    for (let i = 0; i < count; i++) {
      nodes[0]!.transport.send(NodeId(3), numbered(i, 4 + (i % 60)));
      nodes[1]!.transport.send(NodeId(3), numbered(i));
    }
    await vi.waitUntil(() => [...received.values()].every(({ length }) => length === count), PATIENCE);
    const expected = Array.from({ length: count }, (_, i) => i);
    expect(received.get(1)).toEqual(expected);
    expect(received.get(2)).toEqual(expected);
    const { traffic } = nodes[2]!.transport;
    expect(traffic.framesReceived).toBe(2 * count);
    expect(traffic.bytesReceived).toBe(
      nodes[0]!.transport.traffic.bytesSent + nodes[1]!.transport.traffic.bytesSent,
    );
  });
});

describe("the hook for durability tests", () => {
  it("sees every frame before it can leave, in order", async () => {
    const handed: string[] = [];
    const nodes = await network.add([1, 2], {
      onFrameHandedToSocket: (to, frame) => handed.push(`${to}:${numberOf(frame)}`),
    });
    await network.connect();
    const seen: string[][] = [];
    nodes[1]!.transport.onFrame(() => seen.push([...handed]));
    nodes[0]!.transport.send(NodeId(2), numbered(7));
    expect(handed).toEqual([]);
    await vi.waitUntil(() => seen.length === 1, PATIENCE);
    nodes[0]!.transport.send(NodeId(2), numbered(8));
    await vi.waitUntil(() => seen.length === 2, PATIENCE);
    expect(seen).toEqual([["2:7"], ["2:7", "2:8"]]);
  });
});
