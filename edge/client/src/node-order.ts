// What the operator of a node has it do (A32): signed here, given to that node alone, answered under the node's own signature.

import { checkShape, type OrderReplyJson, OrderReplySchema, StatusSchema } from "@juno/api";
import { type Hash, hex, NodeId, utf8 } from "@juno/base";
import { type NodeOrderKind, nodeOrderBytes, nodeOrderDocument } from "@juno/proof";
import type { Signer } from "./client-crypto.ts";
import type { NodeCaller } from "./node-caller.ts";
import { badReply } from "./node-exchange.ts";
import { below, type NodeReads } from "./node-reads.ts";
import type { NodeState } from "./node-set.ts";

export type OrderContext = {
  readonly caller: NodeCaller;
  readonly reads: NodeReads;
  readonly network: Hash;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
};

export type OrderWish = { readonly order: NodeOrderKind; readonly reason: string; readonly signer: Signer };

const TIMEOUT_MS = 10_000;

/** Which node it is for, the node itself says. Rejects with a JunoError that says why it is not obeyed. */
export async function giveOrder(
  { caller, reads, network, clock }: OrderContext,
  at: NodeState,
  { order, reason, signer }: OrderWish,
): Promise<OrderReplyJson> {
  const { node } = await reads.readFrom(at, StatusSchema, "status");
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
  return reply.value;
}
