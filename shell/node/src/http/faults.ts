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

export function installFaults(app: HttpApp, report: (failure: { at: string; cause: unknown }) => void): void {
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply) =>
    sendAnswer(
      reply,
      faultOf(error, (cause) => report({ at: `${request.method} ${request.url}`, cause })),
    ),
  );
  app.setNotFoundHandler((_request, reply) => sendAnswer(reply, problem("not_found")));
}
