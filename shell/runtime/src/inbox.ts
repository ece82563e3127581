// Frames in, verified messages out, in each sender's order. The signatures of all frames that came in
// one turn go to the verifier together. A sender that is faster than its frames are verified loses
// frames, as on a lossy network; nobody else does.

import type { NodeId } from "@juno/base";
import {
  confirm,
  type Message,
  type Opened,
  open,
  type Verified,
  type VerifiedCache,
  type VerifyContext,
} from "@juno/consensus";
import type { Clock } from "./ports/clock.ts";
import type { Verifier } from "./ports/verifier.ts";

type Waiting = { readonly opened: Opened; readonly bytes: number; answers: readonly boolean[] | undefined };
type Lane = { readonly waiting: Waiting[]; bytes: number };

const LANE_FRAMES_MAX = 8192;
const LANE_BYTES_MAX = 64 * 1024 * 1024;

export type InboxOptions = {
  readonly context: VerifyContext;
  readonly cache: VerifiedCache;
  readonly verifier: Verifier;
  readonly clock: Clock;
  deliver(message: Verified<Message>): void;
  refused(from: NodeId, code: string): void;
  failed(cause: Error): void;
};

export class Inbox {
  readonly #options: InboxOptions;
  readonly #lanes = new Map<NodeId, Lane>();
  /** Opened in this turn, with signatures to check. */
  #batch: { readonly lane: Lane; readonly item: Waiting }[] = [];
  #isScheduled = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  receive(from: NodeId, frame: Uint8Array): void {
    const { context, cache, refused } = this.#options;
    const lane = this.#lanes.get(from) ?? { waiting: [], bytes: 0 };
    this.#lanes.set(from, lane);
    if (lane.waiting.length >= LANE_FRAMES_MAX || lane.bytes + frame.length > LANE_BYTES_MAX) {
      return refused(from, "inbox_full");
    }
    const opened = open(context, cache, { channel: from, bytes: frame });
    if (!opened.ok) return refused(from, opened.error.code);
    const isSettled = opened.value.checks.length === 0;
    const item: Waiting = { opened: opened.value, bytes: frame.length, answers: isSettled ? [] : undefined };
    lane.waiting.push(item);
    lane.bytes += item.bytes;
    if (isSettled) return this.#drain(from, lane);
    this.#batch.push({ lane, item });
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.clock.afterInputs(() => this.#verifyBatch());
  }

  #verifyBatch(): void {
    this.#isScheduled = false;
    const batch = this.#batch;
    this.#batch = [];
    this.#options.verifier.verify(batch.flatMap(({ item }) => item.opened.checks)).then(
      (answers) => {
        let at = 0;
        for (const { item } of batch) {
          const { length } = item.opened.checks;
          item.answers = answers.slice(at, at + length);
          at += length;
        }
        for (const [from, lane] of this.#lanes) this.#drain(from, lane);
      },
      (cause: unknown) => this.#options.failed(cause instanceof Error ? cause : new Error(String(cause))),
    );
  }

  /** Delivers what is answered, as far as nothing earlier of the same sender is open. */
  #drain(from: NodeId, lane: Lane): void {
    const { cache, deliver, refused } = this.#options;
    let done = 0;
    for (const { opened, answers, bytes } of lane.waiting) {
      if (answers === undefined) break;
      done += 1;
      lane.bytes -= bytes;
      const verified = confirm(cache, opened, answers);
      if (verified.ok) deliver(verified.value);
      else refused(from, verified.error.code);
    }
    lane.waiting.splice(0, done);
  }
}
