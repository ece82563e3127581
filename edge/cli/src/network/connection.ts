// A client of a network whose files are at hand, with the nodes' own cryptography and kept connections.

import { JunoClient, type JunoClientOptions, nodeSender, type Signer } from "@juno/client";
import { sha256, verifySignature } from "@juno/node/light";
import type { Epochs } from "@juno/proof";
import type { Output } from "../output.ts";
import type { NetworkPlace } from "./network-folder.ts";
import { TellingClient } from "./telling-client.ts";

export type ConnectOptions = {
  readonly signers?: readonly Signer[];
  readonly readTimeoutMs?: number;
  /** What is known of them already. */
  readonly epochs?: Epochs;
  /** Where it is said that an outcome takes long. */
  readonly output?: Pick<Output, "remark">;
};

/** The caller closes it. */
export function connect(place: NetworkPlace, { output, ...options }: ConnectOptions = {}): JunoClient {
  const { reader, folder } = place;
  const parts: JunoClientOptions = {
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
  };
  return output === undefined
    ? new JunoClient(parts)
    : new TellingClient(parts, { remark: output.remark, folder });
}
