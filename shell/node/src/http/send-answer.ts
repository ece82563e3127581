// The one way from an Answer to the framework's reply. It notes which problem the reply tells of, so that
// problems are counted by their code; the signature is added on the way out.

import type { ErrorCode } from "@juno/api";
import type { FastifyReply } from "fastify";
import type { Answer } from "./answer.ts";

declare module "fastify" {
  interface FastifyReply {
    /** The code of the problem that was answered, if one was. */
    problemCode: ErrorCode | undefined;
  }
}

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.problemCode = answer.problemCode;
  return reply
    .code(answer.status)
    .headers({ ...answer.headers, "content-type": answer.mediaType })
    .send(answer.body);
}
