// One request to one node and the reply as it comes: whose word it is, and whether it is true, is judged elsewhere.

import { API_PREFIX, hasParts, NONCE_HEADER, REPLY_PARTS_MAX } from "@juno/api";
import { hex, parseUtf8, utf8 } from "@juno/base";
import type { ClientCrypto } from "./client-crypto.ts";
import { JunoError } from "./juno-error.ts";
import type { NodeState } from "./node-set.ts";
import type { Sender, SenderReply, SenderRequest } from "./sender.ts";

export type Call = {
  readonly method: "GET" | "POST";
  /** Below the API's prefix, with the query. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};

export type NoncedRequest = SenderRequest & { readonly nonce: string };

const NONCE_BYTES = 16;

export class NodeExchange {
  readonly #sender: Sender;
  readonly #crypto: Pick<ClientCrypto, "randomBytes">;

  constructor(sender: Sender, crypto: Pick<ClientCrypto, "randomBytes">) {
    this.#sender = sender;
    this.#crypto = crypto;
  }

  request(node: NodeState, call: Call): NoncedRequest {
    const nonce = hex(this.#crypto.randomBytes(NONCE_BYTES));
    const json = call.body === undefined ? {} : { "content-type": "application/json" };
    return {
      method: call.method,
      node: node.url,
      target: API_PREFIX + call.path,
      headers: { ...json, [NONCE_HEADER]: nonce, ...call.headers },
      ...(call.body === undefined ? {} : { body: utf8(call.body) }),
      timeoutMs: call.timeoutMs,
      nonce,
    };
  }

  /** Rejects with a JunoError when there is no reply. */
  send(node: NodeState, request: NoncedRequest): Promise<SenderReply> {
    return this.#sender.send(request).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new JunoError("unreachable", `${node.url} does not answer: ${why}`, {
        outcome: "unknown",
        retryable: true,
        cause,
      });
    });
  }
}

export const badReply = (node: NodeState, detail: string): JunoError =>
  new JunoError("bad_reply", `The reply of ${node.url} is not of the contract: ${detail}`, {
    outcome: "unknown",
    retryable: true,
  });

export function jsonOf(node: NodeState, reply: SenderReply): unknown {
  if (!hasParts(reply.body, REPLY_PARTS_MAX)) throw badReply(node, "it has more members and items than any");
  const text = parseUtf8(reply.body);
  if (text === undefined) throw badReply(node, "it is not UTF-8");
  try {
    return JSON.parse(text);
  } catch {
    throw badReply(node, "it is not JSON");
  }
}
