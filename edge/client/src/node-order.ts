// What the operator of a node has it do (A32): signed here, given to that node alone, answered under the node's own signature.

import { checkShape, type OrderReplyJson, OrderReplySchema } from "@juno/api";
import { type Hash, hex, NodeId, utf8 } from "@juno/base";
import { type NodeOrderKind, nodeOrderBytes, nodeOrderDocument } from "@juno/proof";
import type { Signer } from "./client-crypto.ts";
import { JunoError } from "./juno-error.ts";
import type { NodeCaller } from "./node-caller.ts";
import { badReply } from "./node-exchange.ts";
import { below } from "./node-reads.ts";
import type { NodeState } from "./node-set.ts";
import { statusOf } from "./node-status.ts";

export type OrderContext = {
  readonly caller: NodeCaller;
  readonly network: Hash;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
};

export type OrderWish = {
  readonly order: NodeOrderKind;
  readonly reason: string;
  readonly signer: Signer;
  /** The node that is meant, if it is known who that must be. */
  readonly node?: number;
};

const TIMEOUT_MS = 10_000;

/**
 * Which node it is for, the node itself says, under its signature; who has to say so may be told. Rejects with a JunoError that says why
 * it is not obeyed.
 */
export async function giveOrder(
  { caller, network, clock }: OrderContext,
  at: NodeState,
  { order, reason, signer, node: meant }: OrderWish,
): Promise<OrderReplyJson> {
  const node = await nodeAt(caller, at);
  if (meant !== undefined && node !== meant)
    throw new JunoError("bad_reply", `${at.url} is node ${node}, and node ${meant} is meant.`);
  const document = nodeOrderDocument({ network, node: NodeId(node), order, issued: clock(), reason });
  const signature = await signer.sign(nodeOrderBytes(network, utf8(document)));
  const said = await caller.call(at, {
    method: "POST",
    path: below("order"),
    body: JSON.stringify({ order: document, key: hex(signer.key), signature: hex(signature) }),
    timeoutMs: TIMEOUT_MS,
  });
  if (said.kind === "refusal") throw said.error;
  const reply = checkShape(OrderReplySchema, said.json);
  if (!reply.ok) throw badReply(at, reply.error.detail);
  if (said.by !== node || reply.value.node !== node || reply.value.order !== order)
    throw badReply(at, "it answers another order than was given");
  return reply.value;
}

/** Who answers there: whose signature it is, and who the status says that it is, must be one. */
async function nodeAt(caller: NodeCaller, at: NodeState): Promise<number> {
  const said = await caller.call(at, { method: "GET", path: below("status"), timeoutMs: TIMEOUT_MS });
  if (said.kind === "refusal") throw said.error;
  return statusOf(said).node;
}
