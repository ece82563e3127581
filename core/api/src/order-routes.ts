// The route by which its operator orders one node (A32).

import { OrderBodySchema, OrderReplySchema } from "./order-json.ts";
import type { Route } from "./route.ts";

export const ORDER_ROUTES = {
  order: {
    method: "POST",
    path: "/orders",
    tag: "node",
    summary: "Order this node alone to halt, to resume or to drain, signed by a key of its operator",
    body: OrderBodySchema,
    replies: { 200: { description: "It is done, durably", schema: OrderReplySchema } },
    errors: ["body_too_large", "unsupported_media_type", "order_refused", "busy"],
  },
} as const satisfies Readonly<Record<string, Route>>;
