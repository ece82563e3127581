// From refusals of the node to problem documents. A code outside the public table is a fault of the
// node, not of the client.

import { type ErrorCode, isErrorCode, type Problem, problemOf } from "@juno/api";
import type { Refusal } from "@juno/base";
import type { Backend, Busy } from "@juno/runtime";
import { type Answer, problem } from "./answer.ts";

export type Refusals = {
  answer(refusal: Refusal | Busy): Answer;
  document(refusal: Busy): Problem;
};

export function refusalsOf(context: {
  readonly backend: Backend;
  readonly report: (failure: { at: string; cause: unknown }) => void;
}): Refusals {
  const facts = (code: ErrorCode, refusal: Busy) => {
    // A10: without a quorum, say at least who leads.
    const leader = code === "no_quorum" ? context.backend.status().leader : undefined;
    return {
      detail: refusal.detail,
      retryAfterMs: refusal.retryAfterMs,
      leader: leader && { node: leader.node, ...(leader.url === undefined ? {} : { url: leader.url }) },
    };
  };
  const codeOf = (refusal: Refusal): ErrorCode => {
    if (isErrorCode(refusal.code)) return refusal.code;
    context.report({ at: "refusal", cause: refusal });
    return "internal";
  };
  return {
    answer: (refusal) => {
      const code = codeOf(refusal);
      return code === "internal" ? problem(code) : problem(code, facts(code, refusal));
    },
    document: (refusal) => {
      const code = codeOf(refusal);
      return code === "internal" ? problemOf(code) : problemOf(code, facts(code, refusal));
    },
  };
}
