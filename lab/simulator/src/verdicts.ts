// Every frame is opened and verified once, not once per receiver: all voters of a cluster judge a frame alike, because a
// verdict depends on the bytes, the channel and the epochs that are known. Whatever an epoch is known to anybody, its
// words mean nothing to who has not been shown a link to it.

import { type NodeId, type Refusal, type Result, refuse } from "@juno/base";
import {
  kindOfFrame,
  type Message,
  type Verified,
  VerifiedCache,
  type VerifyContext,
  verifyNow,
} from "@juno/consensus";
import { checkEpochLink, type EpochLink, type Epochs } from "@juno/proof";
import { sha256, verifySignature } from "./crypto.ts";

type Verdict = { readonly channel: NodeId; readonly result: Result<Verified<Message>, Refusal> };

export class Verdicts {
  /** Its epochs are all that anybody has been shown. */
  readonly #context: VerifyContext;
  readonly #cache = new VerifiedCache();
  readonly #known = new WeakMap<Uint8Array, Verdict>();

  constructor(context: VerifyContext) {
    this.#context = context;
  }

  /** The verdict of a node that knows these epochs. */
  of(epochs: Epochs, channel: NodeId, bytes: Uint8Array): Result<Verified<Message>, Refusal> {
    // Links say something else to each node.
    if (kindOfFrame(bytes) === "epochs") return this.#verified({ ...this.#context, epochs }, channel, bytes);
    const known = this.#known.get(bytes);
    const result = known?.channel === channel ? known.result : this.#verified(this.#context, channel, bytes);
    if (known?.channel !== channel && !isTooEarly(result)) this.#known.set(bytes, { channel, result });
    if (!result.ok || epochs.of(result.value.epoch) !== undefined) return result;
    return refuse("unknown_epoch", "an epoch that this node has not been shown");
  }

  #verified(context: VerifyContext, channel: NodeId, bytes: Uint8Array): Result<Verified<Message>, Refusal> {
    return verifyNow({ ...context, verify: verifySignature }, this.#cache, { channel, bytes });
  }

  /** A link that a node believes lets words of the next epoch be judged. */
  learn(link: EpochLink): void {
    const { epochs } = this.#context;
    if (link.entry.epoch !== epochs.last.electorate.epoch) return;
    const checked = checkEpochLink(sha256, epochs.last, link);
    if (checked.ok) epochs.add(checked.value.facts);
  }
}

const isTooEarly = (result: Result<unknown, Refusal>): boolean =>
  !result.ok && result.error.code === "unknown_epoch";
