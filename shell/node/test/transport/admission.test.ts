// Nodes that come, go, and get other keys while the transport runs.

import { NodeId } from "@juno/base";
import { afterEach, expect, it, vi } from "vitest";
import { createNodeKeys, fixedKeys } from "../../src/keys/node-keys.ts";
import { tlsTransport } from "../../src/transport/tls-transport.ts";
import { admissionOf, HOST, nodeKeys, PATIENCE, TestNetwork } from "./nodes.ts";

const network = new TestNetwork();
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await network.close();
  for (const each of open.splice(0)) await each.close();
});

const clock = { monotonicMs: () => performance.now() };

it("a node that is admitted later is dialled and heard", async () => {
  const [one] = await network.add([1]);
  await one!.open();
  const three = await nodeKeys(3);
  const late = tlsTransport({
    ...{ self: three.id, keys: fixedKeys(three), listen: { host: HOST, port: 0 }, clock },
    addresses: new Map([[NodeId(1), { host: HOST, port: one!.transport.port }]]),
  });
  open.push(late);
  late.admit(admissionOf(three, [one!.keys]));
  await late.open();
  await vi.waitUntil(() => one!.transport.traffic.refused.unknown_key > 0, PATIENCE);
  const heard: number[] = [];
  one!.transport.onFrame((from) => heard.push(from));
  const address = `${HOST}:${late.port}`;
  one!.transport.admit({
    own: undefined,
    peers: [{ id: NodeId(3), transportKeys: [three.transportKey], address }],
  });
  const transports = [one!.transport, late];
  await vi.waitUntil(() => transports.every((each) => each.peers()[0]?.connected === true), PATIENCE);
  late.send(NodeId(1), Uint8Array.of(7));
  await vi.waitUntil(() => heard.length > 0, PATIENCE);
  expect(heard).toEqual([3]);
});

it("a node under a new key is let in as soon as that one counts, and under the old one no more", async () => {
  const [first, second] = [await nodeKeys(2), await createNodeKeys(NodeId(2))];
  const [one] = await network.add([1]);
  const at = { listen: { host: HOST, port: 0 }, clock };
  await one!.open();
  const toOne = new Map([[NodeId(1), { host: HOST, port: one!.transport.port }]]);
  const two = tlsTransport({ self: first.id, keys: fixedKeys(first, second), addresses: toOne, ...at });
  open.push(two);
  two.admit(admissionOf(first, [one!.keys]));
  await two.open();
  const peer = (...keys: Uint8Array[]) => {
    one!.transport.admit({
      own: undefined,
      peers: [{ id: NodeId(2), transportKeys: keys, address: `${HOST}:${two.port}` }],
    });
  };
  const isConnected = () =>
    one!.transport.peers()[0]?.connected === true && two.peers()[0]?.connected === true;
  peer(first.transportKey);
  await vi.waitUntil(isConnected, PATIENCE);
  // Node 1 goes on first; node 2 finds out by itself that its other key is wanted, and then goes on too.
  peer(second.transportKey);
  await vi.waitUntil(() => two.peers()[0]?.problem === undefined && !isConnected(), PATIENCE);
  two.admit(admissionOf(second, [one!.keys]));
  await vi.waitUntil(isConnected, PATIENCE);
  const thief = tlsTransport({ self: first.id, keys: fixedKeys(first), addresses: toOne, ...at });
  open.push(thief);
  thief.admit(admissionOf(first, [one!.keys]));
  const before = one!.transport.traffic.refused.unknown_key;
  await thief.open();
  await vi.waitUntil(() => one!.transport.traffic.refused.unknown_key > before, PATIENCE);
  expect(thief.peers()[0]).toMatchObject({ connected: false });
});
