// A client of a network whose files are at hand, with the nodes' own cryptography and kept connections.

import { JunoClient, nodeSender, type Signer } from "@juno/client";
import { sha256, verifySignature } from "@juno/node/light";
import type { Epochs } from "@juno/proof";
import type { NetworkPlace } from "./network-folder.ts";

export type ConnectOptions = {
  readonly signers?: readonly Signer[];
  readonly readTimeoutMs?: number;
  /** What is known of them already. */
  readonly epochs?: Epochs;
};

/** The caller closes it. */
export function connect(place: NetworkPlace, options: ConnectOptions = {}): JunoClient {
  const { reader } = place;
  return new JunoClient({
    ...(reader === undefined ? {} : { reader }),
    ...options,
    genesis: place.genesis.bytes,
    nodes: place.nodes.map(({ url }) => url),
    // Imported it would evaluate every export of node:http, and with one of them load a web socket client.
    sender: nodeSender(process.getBuiltinModule("node:http"), {
      https: process.getBuiltinModule("node:https"),
      ca: place.ca,
    }),
    crypto: { sha256, verify: verifySignature },
  });
}
