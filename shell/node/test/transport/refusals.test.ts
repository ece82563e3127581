// Who gets no hearing: strangers, copies, other protocols, noise and those who keep the door open. Each
// is refused for a counted reason, and the peers go on talking.

import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { hex } from "@juno/base";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { NodeKeys } from "../../src/keys/node-keys.ts";
import { transportKeyPem } from "../../src/keys/transport-certificate.ts";
import { REFUSALS, WELCOME, wireName } from "../../src/transport/handshake.ts";
import type { InboundRefusal } from "../../src/transport/traffic.ts";
import { HOST, nodeKeys, PATIENCE, TestNetwork, type TestNode } from "./nodes.ts";

const network = new TestNetwork();
const clients: Socket[] = [];
let target: TestNode;
let other: TestNode;
let strangers: { readonly key: string; readonly from: string }[];

beforeEach(async () => {
  strangers = [];
  await network.add([1, 2], {
    ...{ handshakeTimeoutMs: 500, strangersMax: 3, frameBytesMax: 10_000 },
    onStranger: (stranger) => strangers.push(stranger),
  });
  [target, other] = network.nodes as [TestNode, TestNode];
  await network.connect();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await network.close();
});

/** The reasons counted by the target so far, those at zero left out. */
function refused(): Partial<Record<InboundRefusal, number>> {
  const counted = Object.entries(target.transport.traffic.refused).filter(([, count]) => count > 0);
  return Object.fromEntries(counted);
}

function dialTcp(): Socket {
  const socket = connectTcp({ host: HOST, port: target.transport.port });
  socket.on("error", () => undefined);
  clients.push(socket);
  return socket;
}

function dialTls(options: ConnectionOptions): TLSSocket {
  const socket = connect({
    host: HOST,
    port: target.transport.port,
    rejectUnauthorized: false,
    ALPNProtocols: [wireName(1)],
    ...options,
  });
  socket.on("error", () => undefined);
  clients.push(socket);
  return socket;
}

const identity = (keys: NodeKeys): ConnectionOptions => ({
  key: transportKeyPem(keys.transportSecret),
  cert: keys.transportCertificate,
});

/** Unlike events.once, not cut short by an error, which comes before the close. */
async function closing(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once("close", () => resolve()));
}

/** All bytes that come until the connection is closed. */
async function bytesUntilClosed(socket: Socket): Promise<number[]> {
  const bytes: number[] = [];
  socket.on("data", (chunk: Uint8Array) => bytes.push(...chunk));
  await closing(socket);
  return bytes;
}

async function expectPeersStillTalk(): Promise<void> {
  const heard = new Promise((resolve) =>
    target.transport.onFrame((from, frame) => resolve([from, [...frame]])),
  );
  other.transport.send(target.id, Uint8Array.of(42));
  expect(await heard).toEqual([other.id, [42]]);
}

describe("after the TLS handshake", () => {
  it("refuses a stranger with a certificate of its own", async () => {
    const keys = await nodeKeys(9);
    const socket = dialTls(identity(keys));
    expect(await bytesUntilClosed(socket)).toEqual([REFUSALS.unknown_key]);
    expect(refused()).toEqual({ unknown_key: 1 });
    // A45: who is refused so is told of.
    expect(strangers).toEqual([{ key: hex(keys.transportKey), from: HOST }]);
    await expectPeersStillTalk();
  });

  it("refuses a certificate of another kind of key", async () => {
    const socket = dialTls(await ecdsaIdentity());
    expect(await bytesUntilClosed(socket)).toEqual([REFUSALS.unknown_key]);
    expect(refused()).toEqual({ unknown_key: 1 });
  });

  it("refuses who shows no certificate", async () => {
    expect(await bytesUntilClosed(dialTls({}))).toEqual([REFUSALS.no_certificate]);
    expect(refused()).toEqual({ no_certificate: 1 });
  });

  it("refuses who proves the node's own key", async () => {
    expect(await bytesUntilClosed(dialTls(identity(target.keys)))).toEqual([REFUSALS.own_key]);
    expect(refused()).toEqual({ own_key: 1 });
    await expectPeersStillTalk();
  });

  it("refuses a peer that names no protocol, and in TLS already one that names another", async () => {
    const nameless = connect({
      host: HOST,
      port: target.transport.port,
      rejectUnauthorized: false,
      ...identity(other.keys),
    });
    clients.push(nameless);
    expect(await bytesUntilClosed(nameless)).toEqual([REFUSALS.wrong_protocol]);
    expect(await bytesUntilClosed(dialTls({ ...identity(other.keys), ALPNProtocols: ["h2"] }))).toEqual([]);
    expect(refused()).toEqual({ wrong_protocol: 1, tls_failed: 1 });
    await expectPeersStillTalk();
  });

  it("closes a peer's older connection for its newer one", async () => {
    const older = dialTls(identity(other.keys));
    await once(older, "data");
    await once(dialTls(identity(other.keys)), "data");
    await closing(older);
    expect(target.transport.traffic.connectionsReplaced).toBeGreaterThanOrEqual(2);
    expect(refused()).toEqual({});
  });

  it("closes a peer's connection that announces an oversized frame, and counts it", async () => {
    const socket = dialTls(identity(other.keys));
    await once(socket, "data");
    const header = Buffer.alloc(4);
    header.writeUInt32BE(10_001);
    socket.write(header);
    await bytesUntilClosed(socket);
    expect(target.transport.traffic.framesOversized).toBe(1);
    expect(refused()).toEqual({});
  });
});

describe("before and during the TLS handshake", () => {
  it("refuses TLS 1.2", async () => {
    await bytesUntilClosed(dialTls({ ...identity(other.keys), maxVersion: "TLSv1.2" }));
    expect(refused()).toEqual({ tls_version: 1 });
    await expectPeersStillTalk();
  });

  it("refuses what is not TLS", async () => {
    for (const noise of ["GET / HTTP/1.1\r\nHost: node\r\n\r\n", "\0".repeat(100), "\x16\x03\x01\xff\xff"]) {
      const socket = dialTcp();
      socket.write(noise);
      await bytesUntilClosed(socket);
    }
    const { tls_failed = 0, handshake_timeout = 0 } = refused();
    expect(tls_failed + handshake_timeout).toBe(3);
    await expectPeersStillTalk();
  });

  it("gives up on who says nothing", async () => {
    expect(await bytesUntilClosed(dialTcp())).toEqual([]);
    expect(refused()).toEqual({ handshake_timeout: 1 });
  });

  it("counts who leaves in the middle", async () => {
    const socket = dialTcp();
    await once(socket, "connect");
    socket.write("\x16\x03\x01");
    socket.destroy();
    await vi.waitUntil(() => refused().tls_failed === 1, PATIENCE);
  });

  it("holds only so many strangers at a time, and its peers pass all the same", async () => {
    const waiting = Array.from({ length: 3 }, () => dialTcp());
    await Promise.all(waiting.map((socket) => once(socket, "connect")));
    const surplus = Array.from({ length: 5 }, () => dialTcp());
    await Promise.all(surplus.map(bytesUntilClosed));
    expect(refused().too_many).toBe(5);
    await expectPeersStillTalk();
    await Promise.all(waiting.map(closing));
    const peer = dialTls(identity(other.keys));
    const [first] = (await once(peer, "data")) as [Uint8Array];
    expect(first[0]).toBe(WELCOME);
  });
});

async function ecdsaIdentity(): Promise<ConnectionOptions> {
  await import("reflect-metadata");
  const { X509CertificateGenerator, PemConverter } = await import("@peculiar/x509");
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=stranger",
    keys,
    signingAlgorithm: algorithm,
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { key: PemConverter.encode(pkcs8, "PRIVATE KEY"), cert: certificate.toString("pem") };
}
