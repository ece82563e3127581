// The dialling side: it speaks only to the node whose key it expects, says in words why it cannot, and
// finds its peer again after any loss.

import { once } from "node:events";
import { connect as connectTcp, createServer, type Server, type Socket } from "node:net";
import { Failure } from "@juno/failure";
import type { PeerState } from "@juno/runtime";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HOST, PATIENCE, TestNetwork, type TestNode } from "./nodes.ts";

const network = new TestNetwork();
const strangers = new TestNetwork();
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  await Promise.all([network.close(), strangers.close()]);
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
});

const stateOf = (node: TestNode): PeerState => node.transport.peers()[0]!;

async function waitForProblem(node: TestNode, words: string): Promise<void> {
  await vi.waitUntil(() => stateOf(node).problem?.includes(words), PATIENCE);
  expect(stateOf(node).connected).toBe(false);
}

async function expectTheyTalk([one, two]: readonly [TestNode, TestNode]): Promise<void> {
  await vi.waitUntil(() => stateOf(one).connected && stateOf(two).connected, PATIENCE);
  const heard = new Promise((resolve) => two.transport.onFrame((from, frame) => resolve([from, [...frame]])));
  one.transport.send(two.id, Uint8Array.of(42));
  expect(await heard).toEqual([one.id, [42]]);
}

async function pair(limits = {}): Promise<readonly [TestNode, TestNode]> {
  const [one, two] = await network.add([1, 2], limits);
  return [one!, two!];
}

/** A TCP server that is no node; the port it listens on. */
async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  server.listen(0, HOST);
  await once(server, "listening");
  return (server.address() as { port: number }).port;
}

describe("a wrong node", () => {
  it("gets nothing if it proves another key, and the right one is found afterwards", async () => {
    const [one, two] = await pair();
    // The stranger would welcome node 1.
    const [stranger] = await strangers.add([9, 1]);
    await stranger!.open();
    network.point(one, two.id, stranger!.transport.port);
    await one.open();
    await waitForProblem(one, "is not node 2: it proved the key");
    one.transport.send(two.id, Uint8Array.of(1));
    expect(stateOf(one).droppedFrames).toBe(1);
    expect(one.transport.traffic.dialFailures.wrong_key).toBeGreaterThan(0);
    expect(one.transport.traffic.framesSent).toBe(0);
    await two.open();
    await expectTheyTalk([one, two]);
    expect(stranger!.transport.traffic.framesReceived).toBe(0);
  });

  it("is not the node itself", async () => {
    const [one, two] = await pair();
    await one.open();
    network.point(one, two.id, one.transport.port);
    await waitForProblem(one, "is node 1: correct the address of node 2");
  });

  it("says so if it does not know this one", async () => {
    const [one, two] = await pair();
    const [elsewhere] = await strangers.add([2, 3]);
    await elsewhere!.open();
    network.point(one, two.id, elsewhere!.transport.port);
    await one.open();
    await waitForProblem(one, "does not know this node's transport key");
    expect(one.transport.traffic.dialFailures.refused).toBeGreaterThan(0);
    expect(elsewhere!.transport.traffic.refused.unknown_key).toBeGreaterThan(0);
  });

  it("is noticed if it speaks no TLS, or nothing at all", async () => {
    const [one, two] = await pair({ handshakeTimeoutMs: 100 });
    network.point(one, two.id, await listen((socket) => socket.end("SSH-2.0-server\r\n")));
    await one.open();
    await waitForProblem(one, "does not speak TLS 1.3");
    network.point(one, two.id, await listen(() => undefined));
    await waitForProblem(one, "did not answer within 100 ms");
  });
});

describe("an absent node", () => {
  it("is named with its address", async () => {
    const [one, two] = await pair();
    await one.open();
    await waitForProblem(one, `nothing listens on ${HOST}:1: is node 2 running?`);
    // An empty label: no resolver needs to ask anybody.
    one.addresses.set(two.id, { ...one.addresses.get(two.id)!, host: "node..two" });
    await waitForProblem(one, "the name node..two is unknown");
  });

  it("is heard of at once when it dials, whatever the back-off", async () => {
    const [one, two] = await pair({ retryMsMin: 600_000, retryMsMax: 600_000 });
    await one.open();
    await vi.waitUntil(() => one.transport.traffic.dialFailures.unreachable === 1, PATIENCE);
    await two.open();
    await expectTheyTalk([one, two]);
    await expectTheyTalk([two, one]);
  });
});

describe("a line that goes dead without a word", () => {
  /** Forwards to `port` until told to go dead: then it takes bytes and forwards none. */
  async function brokenLine(port: () => number): Promise<{ port: number; goDead(): void; lines(): number }> {
    let dead = () => undefined as undefined;
    let lines = 0;
    const listening = await listen((inner) => {
      lines++;
      const outer = connectTcp({ host: HOST, port: port() });
      sockets.add(outer);
      let forwards = true;
      dead = () => {
        forwards = false;
      };
      outer.on("error", () => undefined);
      inner.on("data", (bytes) => forwards && outer.write(bytes));
      outer.on("data", (bytes) => forwards && inner.write(bytes));
      inner.on("close", () => forwards && outer.destroy());
      outer.on("close", () => forwards && inner.destroy());
    });
    return { port: listening, goDead: () => dead(), lines: () => lines };
  }

  it("is given up by the dialler, and the listener takes the new one for the old", async () => {
    const [one, two] = await pair({ beatMs: 20, silenceMs: 200 });
    const line = await brokenLine(() => two.transport.port);
    await two.open();
    network.point(one, two.id, line.port);
    await one.open();
    await expectTheyTalk([one, two]);
    line.goDead();
    await vi.waitUntil(() => one.transport.traffic.dialFailures.silent === 1, PATIENCE);
    await expectTheyTalk([one, two]);
    expect(line.lines()).toBeGreaterThan(1);
    expect(two.transport.traffic.connectionsReplaced).toBe(1);
    expect(two.transport.peers()[0]!.connected).toBe(true);
  });
});

describe("opening", () => {
  it("fails in words if the port is taken, and may be closed all the same", async () => {
    const [one] = await pair();
    await one.open();
    const port = one.transport.port;
    const [late] = await strangers.add([3, 4], {});
    const taken = strangers.withListen(late!, { host: HOST, port });
    const failure = await taken.open().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: "address_in_use" });
    expect((failure as Failure).message).toContain(`another program listens on ${HOST}:${port} already`);
    await taken.close();
  });

  it("fails in words if the machine has no such address", async () => {
    const [one] = await pair();
    const nowhere = network.withListen(one, { host: "192.0.2.1", port: 0 });
    await expect(nowhere.open()).rejects.toMatchObject({ code: "config_invalid" });
    await nowhere.close();
  });
});

describe("closing", () => {
  it("ends strangers in mid-handshake and peers alike", async () => {
    const [one, two] = await pair({ handshakeTimeoutMs: 600_000, silenceMs: 600_000 });
    await network.connect();
    const stranger = connectTcp({ host: HOST, port: one.transport.port });
    sockets.add(stranger);
    await once(stranger, "connect");
    await one.transport.close();
    if (!stranger.destroyed) await once(stranger, "close");
    await vi.waitUntil(() => !stateOf(two).connected, PATIENCE);
  });
});
