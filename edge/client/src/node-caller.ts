// One request to one node, and what may be believed of the reply: that this node said it, in answer to
// exactly this request (A16). Whether it is true is judged elsewhere.

import {
  API_PREFIX,
  checkShape,
  hasParts,
  NONCE_HEADER,
  type Problem,
  ProblemSchema,
  REPLY_PARTS_MAX,
  replyStatement,
  requestDigest,
  SIGNATURE_HEADER,
  signatureCheck,
} from "@juno/api";
import { hex, type NodeId, parseUtf8, utf8 } from "@juno/base";
import type { Electorate } from "@juno/proof";
import type { ClientCrypto } from "./client-crypto.ts";
import { errorOfProblem, JunoError } from "./juno-error.ts";
import type { NodeSet, NodeState } from "./node-set.ts";
import type { Sender, SenderReply, SenderRequest, SenderStream } from "./sender.ts";

export type Call = {
  readonly method: "GET" | "POST";
  /** Below the API's prefix, with the query. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};

/** What a node said: 2xx and 3xx as they are, refusals as the errors they stand for. */
export type Said =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly json: unknown;
      readonly by: NodeId;
      /** A wish that nobody signed: believe it within limits. */
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: "refusal"; readonly error: JunoError; readonly problem: Problem; readonly by: NodeId };

const NO_BYTES = new Uint8Array(0);
const NONCE_BYTES = 16;

export type CallerContext = {
  readonly sender: Sender;
  readonly crypto: ClientCrypto;
  readonly electorate: Electorate;
  readonly nodes: NodeSet;
};

export class NodeCaller {
  readonly #context: CallerContext;

  constructor(context: CallerContext) {
    this.#context = context;
  }

  /** Rejects with a JunoError when there is no reply, or none that can be believed to be the node's. */
  async call(node: NodeState, call: Call): Promise<Said> {
    const end = this.#context.nodes.begin(node);
    try {
      const said = await this.#exchange(node, call);
      end(said.kind === "refusal" && said.error.retryable ? "bad" : "good");
      return said;
    } catch (error) {
      end("bad");
      throw error;
    }
  }

  #request(node: NodeState, call: Call): SenderRequest & { readonly nonce: string } {
    const nonce = hex(this.#context.crypto.randomBytes(NONCE_BYTES));
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

  async #exchange(node: NodeState, call: Call): Promise<Said> {
    const request = this.#request(node, call);
    const reply = await this.#context.sender.send(request).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new JunoError("unreachable", `${node.url} does not answer: ${why}`, {
        outcome: "unknown",
        retryable: true,
        cause,
      });
    });
    const by = await this.#authorOf(node, request, reply);
    const json = jsonOf(node, reply);
    const answer = { kind: "answer", status: reply.status, json, by, retryAfterMs: wishOf(reply) } as const;
    if (reply.status < 400) return answer;
    const problem = checkShape(ProblemSchema, json);
    if (!problem.ok) {
      // A probe's answer is not a problem document.
      if (reply.status === 503) return answer;
      throw badReply(node, problem.error.detail);
    }
    const document = problem.value as Problem;
    return { kind: "refusal", error: errorOfProblem(document), problem: document, by };
  }

  /** A16: whose reply it is. */
  async #authorOf(
    node: NodeState,
    request: SenderRequest & { readonly nonce: string },
    reply: SenderReply,
  ): Promise<NodeId> {
    const { crypto, electorate } = this.#context;
    const text = reply.header(SIGNATURE_HEADER);
    const bodyHash = crypto.sha256(reply.body);
    // A refusal may come before the body was read; then it is signed for an empty one.
    const bodies = [request.body ?? NO_BYTES, ...(reply.status < 400 ? [] : [NO_BYTES])];
    for (const body of text === undefined ? [] : bodies) {
      const { method, target, nonce } = request;
      const digest = requestDigest(crypto.sha256, { method, target, nonce, body });
      const facts = { requestDigest: digest, status: reply.status, bodyHash };
      const statement = replyStatement(electorate.network, facts);
      const found = signatureCheck(text!, statement, electorate.keyOf);
      if (found !== undefined && (await crypto.verify(found.check))) return found.node;
    }
    throw new JunoError(
      "unsigned_reply",
      `The reply of ${node.url} is not signed by a node of this network for this request.`,
      { outcome: "unknown", retryable: true },
    );
  }

  /** Opens a stream; its events are signed one by one. */
  async open(node: NodeState, call: Call): Promise<SenderStream> {
    return await this.#context.sender.open(this.#request(node, call)).catch((cause: unknown) => {
      throw new JunoError("unreachable", `${node.url} does not answer.`, { retryable: true, cause });
    });
  }
}

export const badReply = (node: NodeState, detail: string): JunoError =>
  new JunoError("bad_reply", `The reply of ${node.url} is not of the contract: ${detail}`, {
    outcome: "unknown",
    retryable: true,
  });

/** Retry-After in whole seconds, the one form that nodes use. */
function wishOf(reply: SenderReply): number | undefined {
  const text = reply.header("retry-after") ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : undefined;
}

function jsonOf(node: NodeState, reply: SenderReply): unknown {
  if (!hasParts(reply.body, REPLY_PARTS_MAX)) throw badReply(node, "it has more members and items than any");
  const text = parseUtf8(reply.body);
  if (text === undefined) throw badReply(node, "it is not UTF-8");
  try {
    return JSON.parse(text);
  } catch {
    throw badReply(node, "it is not JSON");
  }
}
