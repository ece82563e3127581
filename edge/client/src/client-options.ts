// What a client is made from.

import type { Epochs } from "@juno/proof";
import type { ClientCrypto, Signer } from "./client-crypto.ts";
import type { Sender } from "./sender.ts";
import type { SubmitterLimits } from "./submitter.ts";

export type JunoClientOptions = {
  /** The genesis document's exact bytes. */
  readonly genesis: Uint8Array;
  /** Base URLs of nodes, such as http://10.0.0.1:8000; f+1 of them or more. */
  readonly nodes: readonly string[];
  /** Who signs unless a command says otherwise; the first is the registered client. */
  readonly signers?: readonly Signer[];
  /** Who reads, where that takes a signature (A41); the first signer unless told. */
  readonly reader?: Signer;
  readonly sender?: Sender;
  readonly crypto?: Partial<ClientCrypto>;
  readonly limits?: Partial<SubmitterLimits>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** What is known of epochs; the genesis alone unless told. It grows as links are learned. */
  readonly epochs?: Epochs;
  /** How long a read may take at one node. */
  readonly readTimeoutMs?: number;
};
