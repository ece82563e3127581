// Programs of different versions (A34): they speak the newest version that both know, and where there is none, each says what
// the other one speaks.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { afterEach, expect, it, vi } from "vitest";
import { transportKeyPem } from "../../src/keys/transport-certificate.ts";
import { WELCOME } from "../../src/transport/handshake.ts";
import { HOST, PATIENCE, TestNetwork } from "./nodes.ts";

const network = new TestNetwork();
afterEach(() => network.close());

const peerOf = (at: number) => network.nodes[at]!.transport.peers()[0]!;

it("speak the newest version that both know", async () => {
  await network.add([1, 2], {
    versions: [
      { oldest: 1, newest: 2 },
      { oldest: 2, newest: 4 },
    ],
  });
  await network.connect();
  expect([peerOf(0), peerOf(1)]).toMatchObject([{ wireVersion: 2 }, { wireVersion: 2 }]);
});

it("that know none in common say so, each naming both", async () => {
  const versions = [
    { oldest: 1, newest: 1 },
    { oldest: 2, newest: 3 },
  ];
  await network.add([1, 2], { versions });
  const [old, later] = network.nodes;
  await Promise.all([old!.open(), later!.open()]);
  const place = (at: number) => `${HOST}:${network.nodes[at]!.transport.port} refuses this node`;
  await vi.waitFor(() => {
    expect(peerOf(0).problem).toBe(
      `${place(1)}: it speaks versions 2 to 3 of the nodes' protocol, this node version 1: this node's program is the older one, upgrade it`,
    );
    expect(peerOf(1).problem).toBe(
      `${place(0)}: it speaks version 1 of the nodes' protocol, this node versions 2 to 3: its program is the older one, upgrade it`,
    );
  }, PATIENCE);
  expect([peerOf(0), peerOf(1)]).toMatchObject([{ connected: false }, { connected: false }]);
  expect(old!.transport.traffic.refused.no_common_version).toBeGreaterThan(0);
  expect(later!.transport.traffic.dialFailures.protocol).toBeGreaterThan(0);
});

it("that agree on none, as the other one speaks no versions, do not talk", async () => {
  const [one, two] = await network.add([1, 2]);
  const { transportSecret, transportCertificate: cert } = two!.keys;
  const server = createServer({ key: transportKeyPem(transportSecret), cert }, (socket) => {
    socket.on("error", () => undefined);
    socket.write(Uint8Array.of(WELCOME));
  });
  server.listen(0, HOST);
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    network.point(one!, two!.id, port);
    await one!.open();
    await vi.waitUntil(() => one!.transport.traffic.dialFailures.protocol > 0, PATIENCE);
    expect(peerOf(0)).toMatchObject({ connected: false, wireVersion: undefined });
    expect(peerOf(0).problem).toContain(`${HOST}:${port} agrees on no version of the nodes' protocol`);
  } finally {
    await one!.transport.close();
    server.close();
  }
});
