// Requests that never reach a handler: no such path, no JSON, too large.
// Each gets a problem document of the public table (A10).

import type { ErrorCode } from "@juno/api";
import type { FastifyError, FastifyRequest, HTTPMethods } from "fastify";
import { type Answer, problem } from "./answer.ts";
import type { HttpApp } from "./bare-server.ts";
import { MalformedBody } from "./request-hooks.ts";
import { sendAnswer } from "./send-answer.ts";
import { ShapeFault } from "./validation.ts";

export const METHODS_ELSEWHERE: readonly HTTPMethods[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

const FRAMEWORK_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "body_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "malformed",
  FST_ERR_CTP_EMPTY_JSON_BODY: "malformed",
  FST_ERR_BAD_URL: "malformed",
  FST_ERR_MAX_PARAM_LENGTH: "malformed",
  // The client was gone before its request was whole. No answer reaches it, and no fault is the node's.
  ECONNRESET: "malformed",
};

function faultOf(error: FastifyError | Error, report: (cause: unknown) => void): Answer {
  if (error instanceof ShapeFault || error instanceof MalformedBody) {
    return problem("malformed", { detail: error.message });
  }
  const code = "code" in error ? FRAMEWORK_CODES[error.code] : undefined;
  if (code === "malformed") return problem(code, { detail: error.message });
  if (code !== undefined) return problem(code);
  report(error);
  return problem("internal");
}

/** Of a body that is too large, so many times the limit are read and dropped, that its sender finds the answer. */
const DROPPED_BODIES = 8;

export function installFaults(
  app: HttpApp,
  context: {
    readonly requestBytesMax: number;
    report(failure: { at: string; cause: unknown }): void;
  },
): void {
  const { requestBytesMax, report } = context;
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply) => {
    const answer = faultOf(error, (cause) => report({ at: `${request.method} ${request.url}`, cause }));
    // The framework closes at once, which loses the answer for whoever is still sending.
    const declared = Number(request.headers["content-length"]);
    if (declared <= DROPPED_BODIES * requestBytesMax) reply.removeHeader("connection");
    return sendAnswer(reply, answer);
  });
  app.setNotFoundHandler((_request, reply) => sendAnswer(reply, problem("not_found")));
}
