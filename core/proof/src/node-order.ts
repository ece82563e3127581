// Orders (A32): what the operator of a node tells that one node to do, without asking any other. A document that a key of its
// operator signs; it names network, node and the moment it was made, so that it says nothing to another node or at another time.

import {
  canonicalText,
  Hash,
  hex,
  jsonObject,
  NodeId,
  parseJson,
  type Refusal,
  type Result,
  readJson,
  type SignatureCheck,
  signedBytes,
  utf8,
} from "@juno/base";

const KINDS = ["halt", "resume", "drain"] as const;
export type NodeOrderKind = (typeof KINDS)[number];

export type NodeOrder = {
  readonly network: Hash;
  readonly node: NodeId;
  readonly order: NodeOrderKind;
  /** Milliseconds since 1970, by the clock of whoever signs. */
  readonly issued: number;
  /** For people. */
  readonly reason: string;
};

export const NODE_ORDER_BYTES_MAX = 4 * 1024;
const REASON_BYTES_MAX = 1_000;

/** The document that is signed. */
export function nodeOrderDocument({ network, node, order, issued, reason }: NodeOrder): string {
  return canonicalText(jsonObject({ format: 1, network: hex(network), node, order, issued, reason }));
}

export function parseNodeOrder(document: Uint8Array): Result<NodeOrder, Refusal> {
  const json = parseJson(document, { bytesMax: NODE_ORDER_BYTES_MAX });
  if (!json.ok) return json;
  return readJson(json.value, "malformed", (field) => {
    const fields = field.object(["format", "network", "node", "order", "issued", "reason"]);
    if (fields.format.json !== 1) fields.format.fail("this program reads format 1");
    const reason = fields.reason.text();
    const { length } = utf8(reason);
    if (length === 0 || length > REASON_BYTES_MAX)
      fields.reason.fail(`1 to ${REASON_BYTES_MAX} bytes expected`);
    return {
      network: Hash(fields.network.hexBytes(32)),
      node: NodeId(fields.node.integer({ min: 1, max: 999_999_999 })),
      order:
        KINDS.find((known) => known === fields.order.json) ??
        fields.order.fail(`${KINDS.join(", ")} expected`),
      issued: fields.issued.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      reason,
    };
  });
}

/** What is signed (E7), verbatim. */
export const nodeOrderBytes = (network: Hash, document: Uint8Array): Uint8Array<ArrayBuffer> =>
  signedBytes({ tag: "node-order", network, body: document });

export const nodeOrderCheck = (
  network: Hash,
  signed: { readonly document: Uint8Array; readonly key: Uint8Array; readonly signature: Uint8Array },
): SignatureCheck => ({
  key: signed.key,
  message: nodeOrderBytes(network, signed.document),
  signature: signed.signature,
});
