// What the node's operator orders it (A32): handed on as it came; who may order what is judged elsewhere.

import type { OrderReplyJson } from "@juno/api";
import { parseHex, utf8 } from "@juno/base";
import type { Backend } from "@juno/runtime";
import { type Handlers, json } from "./answer.ts";
import type { ReplySigner } from "./http-options.ts";
import type { Refusals } from "./refusals.ts";

export function orderRoutes(context: {
  readonly backend: Backend;
  readonly refusals: Refusals;
  readonly signer: Pick<ReplySigner, "node">;
}): Pick<Handlers, "order"> {
  const { backend, refusals, signer } = context;
  return {
    order: async ({ body }) => {
      const [key, signature] = [parseHex(body.key, 32)!, parseHex(body.signature, 64)!];
      const done = await backend.order({ document: utf8(body.order), key, signature });
      if (!done.ok) return refusals.answer(done.error);
      const reply: OrderReplyJson = { node: signer.node, ...done.value };
      return json(200, reply);
    },
  };
}
