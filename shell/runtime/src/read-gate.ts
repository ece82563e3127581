// The one gate of all that a node tells of the ledger. A node that has left, or has halted since proof says that its log or its
// outcomes are not those of the others, tells nothing of it to anybody (V15, A33). Invariant: what was read while the gate
// closed is not told either, nor what was read of a state whose roles this thread does not know yet (A41).

import { err, type LogIndex, ok, type Refusal, type Result } from "@juno/base";
import { committedRank } from "@juno/consensus";
import { compareRank } from "@juno/proof";
import type { AsOf } from "./ports/backend.ts";
import type { LedgerReader } from "./ports/ledger-reader.ts";
import type { Replica } from "./replica.ts";

export const STOPPING: Refusal = { code: "stopping", detail: "the node is shutting down" };

/** S15 */
export const STARTING: Refusal = {
  code: "starting",
  detail: "the node waits for the others to tell what they have heard from it; it takes no part before",
};

const BEHIND: Refusal = {
  code: "starting",
  detail: "the node has not yet caught up with what it knew before it was restarted",
};

type GateParts = {
  readonly replica: Pick<Replica, "state" | "ownWords" | "isStopped" | "reads">;
  readonly reader: Pick<LedgerReader, "applied">;
  readonly isStopping: () => boolean;
};

export class ReadGate {
  readonly #replica: GateParts["replica"];
  readonly #reader: GateParts["reader"];
  readonly #isStopping: () => boolean;

  constructor(parts: GateParts) {
    this.#replica = parts.replica;
    this.#reader = parts.reader;
    this.#isStopping = parts.isStopping;
  }

  /** Why it tells nothing of the ledger. */
  left(): Refusal | undefined {
    const { mode, reason } = this.#replica.state;
    switch (mode) {
      case "readOnly":
        return {
          code: "read_only",
          detail: `the node has left, because its outcomes are contradicted: ${reason}`,
        };
      case "halted":
        return { code: "halted", detail: `the node has halted; an operator must look at it: ${reason}` };
      default:
        return undefined;
    }
  }

  /** 5.7: what was certified before the restart is committed and applied again. */
  get isCurrent(): boolean {
    const { state } = this.#replica;
    return compareRank(committedRank(state), state.restartCertified) >= 0;
  }

  /** Reads of the log, which a node answers while it catches up, too. */
  log<T>(read: () => Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> {
    return this.#pass(this.left(), read);
  }

  /**
   * Reads of the state, which must not fall behind what was acknowledged before a restart. The reader is a batch ahead at times:
   * `seen` says which state an answer is of. Where none does, and refusals tell of a state, too, the reader is asked.
   */
  state<T>(
    read: () => Promise<Result<T, Refusal>>,
    seen?: (found: T) => LogIndex,
  ): Promise<Result<T, Refusal>> {
    return this.#pass(this.#unreadable(), async () => {
      const result = await read();
      const index =
        result.ok && seen !== undefined ? seen(result.value) : (await this.#reader.applied()).index;
      return (await this.reached(index)) ? result : err(STOPPING);
    });
  }

  /** A41: whether this thread knows the roles as of an entry, once it does; false if the node stops before. */
  reached(index: LogIndex): Promise<boolean> {
    const { reads, state } = this.#replica;
    return reads.reached(index, state.applied.index);
  }

  /** A33: those that say as of when; held, a node does not hear of what the others commit. */
  async asOf<T extends AsOf>(read: () => Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> {
    const result = await this.state(read, ({ index }) => index);
    return result.ok && this.#replica.state.isHeld ? ok({ ...result.value, current: false }) : result;
  }

  async #pass<T>(
    closed: Refusal | undefined,
    read: () => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> {
    if (closed !== undefined) return err(closed);
    const result = await read();
    const left = this.left();
    return left === undefined ? result : err(left);
  }

  #unreadable(): Refusal | undefined {
    const { state, ownWords, isStopped } = this.#replica;
    if (this.#isStopping() || isStopped) return STOPPING;
    const left = this.left();
    if (left !== undefined) return left;
    if (state.isHeld) return undefined;
    if (!ownWords.isSettled) return STARTING;
    return this.isCurrent ? undefined : BEHIND;
  }
}
