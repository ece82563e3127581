// Asks a server under test and believes nothing: every reply must be signed for exactly this request
// (A16) and have the shape that the contract publishes for its status.

import {
  checkShape,
  NONCE_HEADER,
  type Problem,
  ProblemSchema,
  ROUTES,
  type Route,
  type RouteName,
  replyStatement,
  requestDigest,
  SIGNATURE_HEADER,
  signatureCheck,
} from "@juno/api";
import { type Hash, utf8 } from "@juno/base";
import { expect } from "vitest";
import { sha256, verifySignature } from "../../src/crypto/sodium.ts";
import { keyOf, type PretendNetwork } from "./pretend-network.ts";

export type Question = {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly url: string;
  /** JSON, or text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Of JSON replies. */
  readonly json: unknown;
};

const VOTER_KEYS = new Map([1, 2, 3, 4].map((id) => [id, keyOf(`voter ${id}`)]));

/** Whether a reply's signature is node 1's, for this request and this reply. */
export function isSigned(network: Hash, question: Question, reply: Omit<Reply, "json">): boolean {
  const body = question.body === undefined ? "" : bodyText(question.body);
  // A16: a refusal may come before the body was read, then it is signed for an empty one.
  const bodies = reply.status < 400 ? [body] : [body, ""];
  return bodies.some((read) => isSignedFor(network, { ...question, body: read }, reply));
}

function isSignedFor(
  network: Hash,
  question: Question & { readonly body: string },
  reply: Omit<Reply, "json">,
): boolean {
  const statement = replyStatement(network, {
    requestDigest: requestDigest(sha256, {
      method: question.method ?? "GET",
      target: question.url,
      nonce: question.headers?.[NONCE_HEADER] ?? "",
      body: utf8(question.body),
    }),
    status: reply.status,
    bodyHash: sha256(utf8(reply.text)),
  });
  const found = signatureCheck(String(reply.headers[SIGNATURE_HEADER]), statement, VOTER_KEYS as never);
  return found !== undefined && found.node === 1 && verifySignature(found.check);
}

const bodyText = (body: unknown): string => (typeof body === "string" ? body : JSON.stringify(body));

/** The schema the contract gives for a reply of this route. */
export function expectShape(name: RouteName, reply: Reply): void {
  const route: Route = ROUTES[name];
  const schema = reply.status < 400 ? route.replies[reply.status]?.schema : ProblemSchema;
  if (schema === undefined) return;
  expect(checkShape(schema, reply.json)).toMatchObject({ ok: true });
}

export async function ask(under: PretendNetwork, question: Question): Promise<Reply> {
  const { method = "GET", url, body, headers } = question;
  const response = await under.server.app.inject({
    method,
    url,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { payload: bodyText(body) }),
  });
  const isJson = /^application\/(?:problem\+)?json/.test(String(response.headers["content-type"]));
  const reply = {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json: isJson ? JSON.parse(response.body) : undefined,
  };
  expect(isSigned(under.network, question, reply), `${method} ${url} is signed`).toBe(true);
  return reply;
}

/** The problem document of a refused request. */
export async function askProblem(under: PretendNetwork, question: Question): Promise<Problem> {
  const reply = await ask(under, question);
  expect(reply.status, reply.text).toBeGreaterThanOrEqual(400);
  expect(checkShape(ProblemSchema, reply.json)).toMatchObject({ ok: true });
  const problem = reply.json as Problem;
  expect(problem.status).toBe(reply.status);
  return problem;
}
