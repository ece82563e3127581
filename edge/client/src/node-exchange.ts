// One request to one node and the reply as it comes: whose word it is, and whether it is true, is judged elsewhere. Who reads says so
// where it was told that this takes a signature (A42), and from then on at once, for the node that has said so at the address; where
// nobody asks, nothing is signed.

import { API_PREFIX, hasParts, NONCE_HEADER, READER_HEADER, REPLY_PARTS_MAX, requestDigest } from "@juno/api";
import { type Hash, hex, type NodeId, parseUtf8, utf8 } from "@juno/base";
import { renderSignedRead, signedReadBytes } from "@juno/proof";
import type { ClientCrypto, Signer } from "./client-crypto.ts";
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

export type NoncedRequest = SenderRequest & {
  readonly nonce: string;
  /** For which node it is signed by its reader. */
  readonly signedFor?: NodeId;
};

const NONCE_BYTES = 16;
const NO_BYTES = new Uint8Array(0);

/** Who reads, and by which clock. */
export type Reading = {
  readonly network: Hash;
  /** Undefined: nobody who could say so. */
  readonly reader: Signer | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
};

/** Requests that are guarded alike. */
const kindOf = ({ method, target }: SenderRequest): string =>
  `${method} ${/^[/]\w+/.exec(target.slice(API_PREFIX.length))?.[0]}`;

export class NodeExchange {
  readonly #sender: Sender;
  readonly #crypto: Pick<ClientCrypto, "randomBytes" | "sha256">;
  readonly #reading: Reading;
  readonly #guarded = new Set<string>();
  /** Which node answered last at an address, where that mattered. */
  readonly #named = new Map<string, NodeId>();

  constructor(sender: Sender, crypto: Pick<ClientCrypto, "randomBytes" | "sha256">, reading: Reading) {
    this.#sender = sender;
    this.#crypto = crypto;
    this.#reading = reading;
  }

  /** As `request`, signed if one like it was found to be guarded. */
  async readRequest(node: NodeState, call: Call): Promise<NoncedRequest> {
    const request = this.request(node, call);
    const named = this.#named.get(node.url);
    if (named === undefined || !this.#guarded.has(kindOf(request))) return request;
    return (await this.signed(request, named)) ?? request;
  }

  /** A42: the same request, and who asks, for the node that is known to answer there; undefined if nobody is known who could. */
  async signed(request: NoncedRequest, node: NodeId): Promise<NoncedRequest | undefined> {
    const { network, reader, clock } = this.#reading;
    if (reader === undefined) return undefined;
    this.#guarded.add(kindOf(request));
    this.#named.set(request.node, node);
    const { method, target, nonce, body = NO_BYTES } = request;
    const time = clock();
    const digest = requestDigest(this.#crypto.sha256, { method, target, nonce, body });
    const signature = await reader.sign(signedReadBytes(network, { node, time, requestDigest: digest }));
    const header = renderSignedRead({ key: reader.key, time, signature });
    return { ...request, signedFor: node, headers: { ...request.headers, [READER_HEADER]: header } };
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
