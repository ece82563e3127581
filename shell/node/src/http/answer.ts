// What a handler answers, before it becomes an HTTP reply: status, media type, exact body. Handlers
// are functions from a validated request to an Answer; they touch neither sockets nor frameworks.

import {
  type ErrorCode,
  PROBLEM_MEDIA_TYPE,
  type ProblemFacts,
  problemOf,
  type ROUTES,
  type RouteName,
  type Static,
  type TSchema,
} from "@juno/api";
import type { Reader } from "@juno/runtime";

export type Answer = {
  readonly status: number;
  readonly mediaType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set if the body is a problem document. */
  readonly problemCode?: ErrorCode;
};

export const JSON_MEDIA_TYPE = "application/json; charset=utf-8";

/** `body` is JSON text. */
export const jsonText = (status: number, body: string, headers?: Answer["headers"]): Answer => ({
  status,
  mediaType: JSON_MEDIA_TYPE,
  body,
  ...(headers === undefined ? {} : { headers }),
});

export const json = (status: number, value: unknown, headers?: Answer["headers"]): Answer =>
  jsonText(status, JSON.stringify(value), headers);

/** Whole seconds, rounded up, as Retry-After counts. */
const retryAfter = (retryAfterMs: number): Record<string, string> => ({
  "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1000))),
});

/** How long to wait where nobody knows better. */
const RETRY_AFTER_MS = 1_000;

/** A10: back-pressure and unavailability always say when to come back. */
export function problem(code: ErrorCode, facts: ProblemFacts = {}): Answer {
  const plain = problemOf(code, facts);
  const waits = plain.status === 429 || plain.status === 503;
  const waitMs = plain.retryAfterMs ?? (waits ? RETRY_AFTER_MS : undefined);
  const document = waitMs === undefined ? plain : { ...plain, retryAfterMs: waitMs };
  return {
    status: plain.status,
    mediaType: `${PROBLEM_MEDIA_TYPE}; charset=utf-8`,
    body: JSON.stringify(document),
    problemCode: code,
    ...(waitMs === undefined ? {} : { headers: retryAfter(waitMs) }),
  };
}

/** Not there yet: ask again shortly. */
export const notYet = (value: unknown): Answer => json(202, value, retryAfter(RETRY_AFTER_MS));

type Part<R, K extends string> = R extends { readonly [P in K]: infer S }
  ? S extends TSchema
    ? Static<S>
    : undefined
  : undefined;

/** A request to a route after validation. */
export type RouteRequest<N extends RouteName> = {
  readonly params: Part<(typeof ROUTES)[N], "params">;
  readonly query: Part<(typeof ROUTES)[N], "query">;
  readonly body: Part<(typeof ROUTES)[N], "body">;
  /** Who asks; of an open route, anybody. */
  readonly reader: Reader;
};

export type Handler<N extends RouteName> = (request: RouteRequest<N>) => Answer | Promise<Answer>;

/** All routes but the stream, which is no single answer. */
export type Handlers = { readonly [N in Exclude<RouteName, "stream">]: Handler<N> };
