// Every frame is opened and verified once, not once per receiver: all voters of a cluster judge a
// frame alike, because a verdict depends on the bytes, the channel and the electorate only.

import type { NodeId, Refusal, Result } from "@juno/base";
import { type Message, type Verified, VerifiedCache, type VerifyContext, verifyNow } from "@juno/consensus";
import type { Epochs } from "@juno/proof";
import { verifySignature } from "./crypto.ts";

type Verdict = { readonly channel: NodeId; readonly result: Result<Verified<Message>, Refusal> };

export class Verdicts {
  readonly #context: VerifyContext;
  readonly #cache = new VerifiedCache();
  readonly #known = new WeakMap<Uint8Array, Verdict>();

  constructor(context: VerifyContext) {
    this.#context = context;
  }

  of(channel: NodeId, bytes: Uint8Array): Result<Verified<Message>, Refusal> {
    const known = this.#known.get(bytes);
    if (known?.channel === channel) return known.result;
    const result = verifyNow({ ...this.#context, verify: verifySignature }, this.#cache, { channel, bytes });
    this.#known.set(bytes, { channel, result });
    return result;
  }

  /** Links say something else to each node, depending on what it knows. */
  ofLinks(epochs: Epochs, channel: NodeId, bytes: Uint8Array): Result<Verified<Message>, Refusal> {
    const context = { ...this.#context, epochs, verify: verifySignature };
    return verifyNow(context, this.#cache, { channel, bytes });
  }
}
