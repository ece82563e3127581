// A node's transport alone in a process, for tests that kill it: it opens with the keys and addresses
// that its parent sends, tells its port, and returns every frame to its sender.

import { NodeId, parseHex } from "@juno/base";
import { publicKeyOf } from "../../src/crypto/sodium.ts";
import { fixedKeys } from "../../src/keys/node-keys.ts";
import { tlsTransport } from "../../src/transport/tls-transport.ts";

/** Keys are hex. */
export type PeerOrder = {
  readonly id: number;
  readonly transportSecret: string;
  readonly transportCertificate: string;
  readonly host: string;
  readonly port: number;
  readonly peer: { readonly id: number; readonly port: number; readonly transportKey: string };
};

process.once(
  "message",
  async ({ id, transportSecret, transportCertificate, host, port, peer }: PeerOrder) => {
    const transport = tlsTransport({
      self: NodeId(id),
      keys: fixedKeys({
        ...{
          transportKey: publicKeyOf(parseHex(transportSecret)!),
          transportSecret: parseHex(transportSecret)!,
        },
        transportCertificate,
      }),
      listen: { host, port },
      addresses: new Map([[NodeId(peer.id), { host, port: peer.port }]]),
      clock: { monotonicMs: () => performance.now() },
    });
    const transportKeys = [parseHex(peer.transportKey)!];
    transport.admit({ own: undefined, peers: [{ id: NodeId(peer.id), transportKeys, address: undefined }] });
    transport.onFrame((from, frame) => transport.send(from, frame));
    await transport.open();
    process.send?.(transport.port);
  },
);
