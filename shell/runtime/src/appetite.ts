// Which messages a node wants to read at all, before it spends any work on them: fetched entries only of
// whom it asked, and of what honest nodes say rarely only so much. It knows kinds and times, no contents.

import type { NodeId } from "@juno/base";
import type { MessageKind } from "@juno/consensus";
import type { Clock } from "./ports/clock.ts";

/** Evidence is told once a term, and takes long to judge. */
const EVIDENCE_EVERY_MS = 1000;

export class Appetite {
  readonly #clock: Pick<Clock, "monotonicMs">;
  /** Whether this node waits for entries of a peer. */
  readonly #isAsked: (peer: NodeId) => boolean;
  readonly #evidenceMs = new Map<NodeId, number>();

  constructor(clock: Pick<Clock, "monotonicMs">, isAsked: (peer: NodeId) => boolean) {
    this.#clock = clock;
    this.#isAsked = isAsked;
  }

  /** The code of the refusal, or undefined if the message is wanted. */
  refusal(from: NodeId, kind: MessageKind | undefined): string | undefined {
    if (kind === "fetch-reply") return this.#isAsked(from) ? undefined : "unasked";
    if (kind !== "evidence") return undefined;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - (this.#evidenceMs.get(from) ?? Number.NEGATIVE_INFINITY) < EVIDENCE_EVERY_MS)
      return "too_often";
    this.#evidenceMs.set(from, nowMs);
    return undefined;
  }
}
