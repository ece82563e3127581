// What the operator of a node orders it (A32), and what it answers.

import { NODE_ORDER_BYTES_MAX } from "@juno/proof";
import { type Static, Type } from "typebox";
import { KeyHex, NodeNumber, SignatureHex, Strict } from "./scalars.ts";
import { NODE_STATES } from "./status-json.ts";

export const OrderBodySchema = Type.Object(
  {
    order: Type.String({ maxLength: NODE_ORDER_BYTES_MAX, description: "The document, verbatim" }),
    key: KeyHex,
    signature: SignatureHex,
  },
  Strict,
);
export type OrderBodyJson = Static<typeof OrderBodySchema>;

export const OrderReplySchema = Type.Object(
  {
    node: NodeNumber,
    order: Type.Enum(["halt", "resume", "drain"], { description: "What was done" }),
    state: Type.Enum(NODE_STATES, { description: "What the node is now" }),
  },
  Strict,
);
export type OrderReplyJson = Static<typeof OrderReplySchema>;
