// Transports of a few nodes on 127.0.0.1, on ports that the system chooses: each node learns the
// others' ports as they open, which also shows that a changed address counts from the next dial.

import { NodeId } from "@juno/base";
import { vi } from "vitest";
import { createNodeKeys, fixedKeys, type NodeKeys } from "../../src/keys/node-keys.ts";
import { type Address, WIRE_VERSIONS, type WireVersions } from "../../src/transport/handshake.ts";
import {
  type TlsTransport,
  type TlsTransportOptions,
  type TransportLimits,
  tlsTransport,
} from "../../src/transport/tls-transport.ts";

export const HOST = "127.0.0.1";
export const PATIENCE = { timeout: 20_000, interval: 5 };
/** Nothing listens there; a dial fails at once. */
const NO_PORT = 1;

const keysOf = new Map<number, Promise<NodeKeys>>();

/** The keys of node `id`, the same in every test of a file. */
export function nodeKeys(id: number): Promise<NodeKeys> {
  let keys = keysOf.get(id);
  if (keys === undefined) {
    keys = createNodeKeys(NodeId(id));
    keysOf.set(id, keys);
  }
  return keys;
}

export type TestNode = {
  readonly id: NodeId;
  readonly keys: NodeKeys;
  readonly transport: TlsTransport;
  /** Where this node looks for the others; a test may send it elsewhere. */
  readonly addresses: Map<NodeId, Address>;
  open(): Promise<void>;
};

/** As in an epoch whose members these are. */
export const admissionOf = (own: NodeKeys, others: readonly NodeKeys[]) => ({
  own: own.transportKey,
  peers: others.map(({ id, transportKey }) => ({ id, transportKeys: [transportKey], address: undefined })),
});

export type NodeOptions = Partial<TransportLimits> &
  Pick<TlsTransportOptions, "onFrameHandedToSocket" | "onStranger"> & {
    /** Of each node in turn; of this program where there is none. */
    readonly versions?: readonly WireVersions[];
  };

export class TestNetwork {
  readonly nodes: TestNode[] = [];

  /** Nodes that know each other, not open. */
  async add(ids: readonly number[], options: NodeOptions = {}): Promise<readonly TestNode[]> {
    const { onFrameHandedToSocket: hook, onStranger = () => undefined, versions = [], ...limits } = options;
    const keys = await Promise.all(ids.map(nodeKeys));
    for (const [at, own] of keys.entries()) {
      const others = keys.filter(({ id }) => id !== own.id);
      const addresses = new Map<NodeId, Address>(others.map(({ id }) => [id, { host: HOST, port: NO_PORT }]));
      const transport = tlsTransport({
        ...this.#options(own, addresses),
        ...{ limits, onStranger },
        versions: versions[at] ?? WIRE_VERSIONS,
        ...(hook === undefined ? {} : { onFrameHandedToSocket: hook }),
      });
      transport.admit(admissionOf(own, others));
      const open = async () => {
        await transport.open();
        for (const node of this.nodes) node.addresses.get(own.id) && this.point(node, own.id, transport.port);
      };
      this.nodes.push({ id: own.id, keys: own, transport, addresses, open });
    }
    return this.nodes;
  }

  #options(keys: NodeKeys, addresses: Map<NodeId, Address>): TlsTransportOptions {
    const clock = { monotonicMs: () => performance.now() };
    return { self: keys.id, keys: fixedKeys(keys), listen: { host: HOST, port: 0 }, addresses, clock };
  }

  /** Another transport of the same node that listens elsewhere. */
  withListen({ keys, addresses }: TestNode, listen: TlsTransportOptions["listen"]): TlsTransport {
    return tlsTransport({ ...this.#options(keys, addresses), listen });
  }

  /** Lets `node` look for node `to` on another port. */
  point(node: TestNode, to: NodeId, port: number): void {
    node.addresses.set(to, { ...node.addresses.get(to)!, port });
  }

  /** Opens all nodes and waits until each is connected with each. */
  async connect(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.open()));
    await vi.waitUntil(
      () => this.nodes.every(({ transport }) => transport.peers().every(({ connected }) => connected)),
      PATIENCE,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map(({ transport }) => transport.close()));
    this.nodes.length = 0;
  }
}
