// One request to one node, and what may be believed of the reply: that this node said it, in answer to
// exactly this request (A16). Whether it is true is judged elsewhere.

import {
  checkShape,
  errorEntry,
  type Problem,
  ProblemSchema,
  replyStatement,
  requestDigest,
  SIGNATURE_HEADER,
  signatureCheck,
} from "@juno/api";
import type { NodeId } from "@juno/base";
import type { ClientCrypto } from "./client-crypto.ts";
import type { EpochLearner } from "./epoch-learner.ts";
import { errorOfProblem, JunoError } from "./juno-error.ts";
import { badReply, type Call, jsonOf, type NodeExchange, type NoncedRequest } from "./node-exchange.ts";
import type { NodeSet, NodeState } from "./node-set.ts";
import type { Sender, SenderReply, SenderStream } from "./sender.ts";

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

/** Refusals after which a signature for the node that refused may be what was missing (A42). */
const WANTS_READER: ReadonlySet<string> = new Set(["read_unsigned", "read_forged"]);

const NO_BYTES = new Uint8Array(0);

export type CallerContext = {
  readonly sender: Sender;
  readonly crypto: ClientCrypto;
  readonly exchange: NodeExchange;
  readonly learner: EpochLearner;
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

  async #exchange(node: NodeState, call: Call): Promise<Said> {
    const { exchange } = this.#context;
    const request = await exchange.readRequest(node, call);
    const said = await this.#said(node, request);
    // Whose refusal it is has been shown; another node than the signature names may have come to the address.
    if (said.kind === "answer" || !WANTS_READER.has(said.error.code)) return said;
    if (request.signedFor === said.by) return said;
    const signed = await exchange.signed(request, said.by);
    return signed === undefined ? said : await this.#said(node, signed);
  }

  async #said(node: NodeState, request: NoncedRequest): Promise<Said> {
    const { exchange } = this.#context;
    const reply = await exchange.send(node, request);
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

  /** A16, A27: whose reply it is, by the keys of the newest configuration; an unknown one may be of a later. */
  async #authorOf(node: NodeState, request: NoncedRequest, reply: SenderReply): Promise<NodeId> {
    let by = await this.#signerOf(request, reply);
    while (by === undefined && (await this.#context.learner.learn()))
      by = await this.#signerOf(request, reply);
    if (by !== undefined) return by;
    throw new JunoError(
      "unsigned_reply",
      `The reply of ${node.url} is not signed by a node of this network for this request.`,
      { outcome: "unknown", retryable: true },
    );
  }

  async #signerOf(request: NoncedRequest, reply: SenderReply): Promise<NodeId | undefined> {
    const { crypto, learner } = this.#context;
    const { electorate, keyOf } = learner.epochs.last;
    const text = reply.header(SIGNATURE_HEADER);
    const bodyHash = crypto.sha256(reply.body);
    // A refusal may come before the body was read; then it is signed for an empty one.
    const bodies = [request.body ?? NO_BYTES, ...(reply.status < 400 ? [] : [NO_BYTES])];
    for (const body of text === undefined ? [] : bodies) {
      const { method, target, nonce } = request;
      const digest = requestDigest(crypto.sha256, { method, target, nonce, body });
      const facts = { requestDigest: digest, status: reply.status, bodyHash };
      const found = signatureCheck(text!, replyStatement(electorate.network, facts), keyOf);
      if (found !== undefined && (await crypto.verify(found.check))) return found.node;
    }
    return undefined;
  }

  /** Opens a stream; its events are signed one by one. */
  async open(node: NodeState, call: Call): Promise<SenderStream> {
    const { sender, exchange } = this.#context;
    const open = (request: NoncedRequest) =>
      sender.open(request).catch((cause: unknown) => {
        throw new JunoError("unreachable", `${node.url} does not answer.`, { retryable: true, cause });
      });
    const request = await exchange.readRequest(node, call);
    const stream = await open(request);
    if (stream.status !== errorEntry("read_unsigned").status) return stream;
    const signed = await this.#signedFor(node, request).catch((error: unknown) => {
      stream.close();
      throw error;
    });
    if (signed === undefined) return stream;
    stream.close();
    return await open(signed);
  }

  /** A bare refusal is nobody's word: whoever asks for a signature first shows which member it is (A42). */
  async #signedFor(node: NodeState, request: NoncedRequest): Promise<NoncedRequest | undefined> {
    const { exchange } = this.#context;
    const { timeoutMs } = request;
    const { by } = await this.#said(
      node,
      exchange.request(node, { method: "GET", path: "/status", timeoutMs }),
    );
    return request.signedFor === by ? undefined : await exchange.signed(request, by);
  }
}

/** Retry-After in whole seconds, the one form that nodes use. */
function wishOf(reply: SenderReply): number | undefined {
  const text = reply.header("retry-after") ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : undefined;
}
