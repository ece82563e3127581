// What the operator of this node alone orders (A32): halt, resume, drain. Obeyed only if a key of its configuration signed it, for
// this network and node, lately, and after the last order that was carried out. Invariant: that the node is halted is durable
// before it is answered, and that it goes on is durable before it does.

import { type Hash, hex, type NodeId, ok, type Refusal, type Result, refuse } from "@juno/base";
import { type NodeOrder, type NodeOrderKind, nodeOrderCheck, parseNodeOrder } from "@juno/proof";
import type { Facts } from "./announcer.ts";
import type { SignedOrder } from "./ports/backend.ts";
import type { Clock } from "./ports/clock.ts";
import type { Held, KeptOrders, OrderStore } from "./ports/order-store.ts";
import type { Verifier } from "./ports/verifier.ts";

/** How far the clocks of operator and node may be apart, and how long an order is good. */
const ORDER_AGE_MS_MAX = 5 * 60_000;

export type OrderParts = {
  readonly network: Hash;
  readonly self: NodeId;
  /** Keys of the node's operators, lower-case hex; of nobody, nothing is obeyed. */
  readonly operators: ReadonlySet<string>;
  readonly store: OrderStore;
  readonly verifier: Verifier;
  readonly clock: Pick<Clock, "wallMs">;
  hold(): void;
  release(): void;
  drain(): void;
  notice(code: string, facts: Facts): void;
  /** What was ordered cannot be kept: the node must stop. */
  failed(cause: Error): void;
};

export class NodeOrders {
  readonly #parts: OrderParts;
  #kept: KeptOrders;
  #isBusy = false;

  constructor(parts: OrderParts, kept: KeptOrders | undefined) {
    this.#parts = parts;
    this.#kept = kept ?? { issued: 0, held: undefined };
  }

  /** Undefined unless the operator has halted the node. */
  get held(): Held | undefined {
    return this.#kept.held;
  }

  /** Resolves when it is done, with what was done. Whoever is refused may be anybody. */
  async obey(signed: SignedOrder): Promise<Result<NodeOrderKind, Refusal>> {
    // Outside of the turn of those who are obeyed: whoever forges orders keeps nobody waiting.
    const judged = await this.#judge(signed);
    if (!judged.ok) {
      const { detail } = judged.error;
      this.#parts.notice("order_refused", { key: hex(signed.key), detail });
      return judged;
    }
    const { issued, order } = judged.value;
    if (this.#isBusy) return refuse("busy", "another order is being carried out");
    if (issued <= this.#kept.issued) return TOO_LATE;
    this.#isBusy = true;
    try {
      await this.#carryOut(judged.value, hex(signed.key));
      return ok(order);
    } finally {
      this.#isBusy = false;
    }
  }

  async #judge(signed: SignedOrder): Promise<Result<NodeOrder, Refusal>> {
    const { operators, network, self, verifier, clock } = this.#parts;
    const order = parseNodeOrder(signed.document);
    if (!order.ok) return refuse("malformed", order.error.detail);
    const { value } = order;
    if (operators.size === 0) return notObeyed("no operator's key stands in the node's config.json");
    if (!operators.has(hex(signed.key))) return notObeyed("the key is of none of the node's operators");
    if (hex(value.network) !== hex(network)) return notObeyed("it is for another network");
    if (value.node !== self) return notObeyed(`it is for node ${value.node}; this is node ${self}`);
    const ageMs = clock.wallMs() - value.issued;
    if (Math.abs(ageMs) > ORDER_AGE_MS_MAX)
      return notObeyed("it was not made within five minutes of now, by the clock of the node");
    if (value.issued <= this.#kept.issued) return TOO_LATE;
    const [isGenuine] = await verifier.verify([nodeOrderCheck(network, signed)]);
    return isGenuine === true ? order : notObeyed("its signature does not verify");
  }

  async #carryOut({ order, issued, reason }: NodeOrder, key: string): Promise<void> {
    const { clock, notice } = this.#parts;
    const { held } = this.#kept;
    if (order === "halt") {
      // At once; it is only not said before it is kept.
      this.#parts.hold();
      await this.#keep({ issued, held: held ?? { key, since: clock.wallMs(), reason } });
      return notice("operator_halted", { key, reason });
    }
    await this.#keep({ issued, held: order === "resume" ? undefined : held });
    if (order === "drain") {
      this.#parts.drain();
      return notice("operator_drains", { key, reason });
    }
    this.#parts.release();
    notice("operator_resumed", { key, reason });
  }

  async #keep(kept: KeptOrders): Promise<void> {
    try {
      await this.#parts.store.save(kept);
    } catch (cause) {
      this.#parts.failed(cause instanceof Error ? cause : new Error(String(cause)));
      throw cause;
    }
    this.#kept = kept;
  }
}

const notObeyed = (detail: string) => refuse("order_refused", detail);
const TOO_LATE = notObeyed("it, or one that was made later, has been carried out already");
