// Problem details (RFC 9457) with Juno's members (A10). Whatever a client must act on stands in the
// body, because the body is signed and headers are not.

import { type Static, Type } from "typebox";
import { ERRORS, type ErrorCode, errorEntry } from "./errors.ts";
import { NodeNumber, Strict, wholeNumber } from "./scalars.ts";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

export const LeaderHintSchema = Type.Object(
  { node: NodeNumber, url: Type.Optional(Type.String({ description: "Base URL of its API, if known" })) },
  { ...Strict, description: "Which node leads, as far as this one knows: a hint, not a promise" },
);
export type LeaderHintJson = Static<typeof LeaderHintSchema>;

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: "Where the code is explained, relative to the node" }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: "What is wrong with this request, for people" }),
    code: Type.Enum(Object.keys(ERRORS), { description: "Stable; the error table explains each" }),
    retryable: Type.Boolean({ description: "Whether the same request may succeed later" }),
    outcome: Type.Enum(["not_submitted", "unknown", "rejected"], {
      description: "What this request did to its command",
    }),
    retryAfterMs: Type.Optional(wholeNumber("How long to wait before the same request")),
    leader: Type.Optional(LeaderHintSchema),
  },
  { ...Strict, $id: "Problem", description: "RFC 9457 problem details" },
);

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly outcome: "not_submitted" | "unknown" | "rejected";
  readonly retryAfterMs?: number;
  readonly leader?: LeaderHintJson;
};

export type ProblemFacts = {
  readonly detail?: string;
  readonly retryAfterMs?: number | undefined;
  readonly leader?: LeaderHintJson | undefined;
};

/** The problem document of a code; `detail` defaults to the code's advice. */
export function problemOf(code: ErrorCode, facts: ProblemFacts = {}): Problem {
  const { status, title, retryable, outcome, advice } = errorEntry(code);
  return {
    type: `/api/v1/docs#error-${code}`,
    title,
    status,
    detail: facts.detail ?? advice,
    code,
    retryable,
    outcome,
    ...(facts.retryAfterMs === undefined ? {} : { retryAfterMs: facts.retryAfterMs }),
    ...(facts.leader === undefined ? {} : { leader: facts.leader }),
  };
}
