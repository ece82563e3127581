// The route table: every path of the contract with its parameters, bodies, replies and error codes,
// as data. The server registers from it, the published OpenAPI document is made from it, the client
// is typed by it. A route that is not here does not exist.

import { Type } from "typebox";
import { CommandStateSchema, SubmitBodySchema, SubmitReplySchema } from "./command-json.ts";
import { EPOCH_ROUTES } from "./epoch-routes.ts";
import type { ErrorCode } from "./errors.ts";
import { EvidencePageSchema } from "./evidence-json.ts";
import {
  HistorySchema,
  ModuleListSchema,
  ModuleSchema,
  QueryBodySchema,
  QueryReplySchema,
  RowPageSchema,
  SimulateBodySchema,
  SimulateReplySchema,
} from "./ledger-json.ts";
import { NAME_CHARS_MAX, ROW_KEY_CHARS_MAX, WAIT_MS_DEFAULT, WAIT_MS_MAX } from "./limits.ts";
import { LOG_ROUTES } from "./log-routes.ts";
import { ORDER_ROUTES } from "./order-routes.ts";
import { OutcomeProofSchema } from "./outcome-json.ts";
import { ReadyBodySchema, ReadyReplySchema } from "./ready-json.ts";
import type { Route } from "./route.ts";
import { ProvenRowSchema } from "./row-json.ts";
import { CommandIdHex, LogIndexNumber, limitField, Strict, wholeNumber } from "./scalars.ts";
import { SNAPSHOT_ROUTES } from "./snapshot-routes.ts";
import { LiveSchema, ReadySchema, StatusSchema } from "./status-json.ts";

export const API_PREFIX = "/api/v1";

/** What any request may be answered. */
export const ERRORS_ANYWHERE: readonly ErrorCode[] = [
  "malformed",
  "not_found",
  "method_not_allowed",
  "request_too_slow",
  "headers_too_large",
  "too_many_requests",
  "stopping",
  "internal",
];

/** What routes may answer that show what is guarded (A41, A42). */
export const READ_ERRORS: readonly ErrorCode[] = [
  "read_unsigned",
  "read_expired",
  "read_forged",
  "reader_unknown",
  "not_permitted",
  "busy",
];

const BODY_ERRORS = ["body_too_large", "unsupported_media_type"] as const;

const PAYLOAD_ERRORS = ["command_malformed", "wrong_network", "command_too_large"] as const;

const Name = Type.String({ minLength: 1, maxLength: NAME_CHARS_MAX });
const RowKey = Type.String({ maxLength: ROW_KEY_CHARS_MAX });

const waitFields = {
  wait: Type.Optional(
    Type.Enum(["accepted", "committed"], {
      description: "`accepted` (default) answers at once, `committed` when the outcome is proved",
    }),
  ),
  timeout: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: WAIT_MS_MAX,
      description: `Milliseconds to wait at most; ${WAIT_MS_DEFAULT} if absent`,
    }),
  ),
};

const RowReplySchema = Type.Union([RowPageSchema, ProvenRowSchema]);

const CommandParams = Type.Object({ id: CommandIdHex }, Strict);

export const ROUTES = {
  submit: {
    method: "POST",
    path: "/commands",
    tag: "commands",
    summary: "Submit one signed command, or an array of them, each accepted or refused by itself",
    query: Type.Object(waitFields, Strict),
    body: SubmitBodySchema,
    replies: {
      200: {
        description: "Every outcome is final (or, of an array's elements, refused)",
        schema: SubmitReplySchema,
      },
      202: {
        description: "Accepted; `Location` names where to ask for one command",
        schema: SubmitReplySchema,
      },
    },
    errors: [
      ...BODY_ERRORS,
      ...PAYLOAD_ERRORS,
      "expires_too_late",
      "command_expired",
      "signature_invalid",
      "signers_mismatch",
      "client_unknown",
      "not_permitted",
      "quota_exceeded",
      "ledger_halted",
      "busy",
      "no_quorum",
      "read_only",
      "halted",
      "node_halted",
      "draining",
      "starting",
    ],
  },
  command: {
    method: "GET",
    path: "/commands/{id}",
    tag: "commands",
    shows: "command",
    summary: "The state of a command",
    params: CommandParams,
    query: Type.Object(waitFields, Strict),
    replies: { 200: { description: "What this node knows of it", schema: CommandStateSchema } },
    errors: ["read_only", "halted", "starting"],
  },
  receipt: {
    method: "GET",
    path: "/commands/{id}/receipt",
    tag: "commands",
    shows: "command",
    summary: "The outcome of a command with its proof",
    params: CommandParams,
    replies: {
      200: { description: "The proof", schema: OutcomeProofSchema },
      202: {
        description: "Not proved yet; `Retry-After` says when to ask again",
        schema: CommandStateSchema,
      },
    },
    errors: ["command_unknown", "pruned", "read_only", "halted", "starting"],
  },
  query: {
    method: "POST",
    path: "/query",
    tag: "ledger",
    shows: "rows",
    summary: "Run a query of a module",
    body: QueryBodySchema,
    replies: { 200: { description: "The result and the state it reflects", schema: QueryReplySchema } },
    errors: [
      ...BODY_ERRORS,
      "module_unknown",
      "query_unknown",
      "query_failed",
      "no_quorum",
      "timed_out",
      "read_only",
      "halted",
      "node_halted",
      "starting",
    ],
  },
  simulate: {
    method: "POST",
    path: "/simulate",
    tag: "ledger",
    shows: "simulation",
    summary: "Run a command against the current state and commit nothing",
    body: SimulateBodySchema,
    replies: { 200: { description: "The receipt it would have", schema: SimulateReplySchema } },
    errors: [...BODY_ERRORS, ...PAYLOAD_ERRORS, "read_only", "halted", "starting"],
  },
  readiness: {
    method: "POST",
    path: "/ready",
    tag: "node",
    summary: "Ask whether this node is ready for a proposed configuration, or for later versions",
    body: ReadyBodySchema,
    replies: { 200: { description: "It is, and signs that it is", schema: ReadyReplySchema } },
    errors: [...BODY_ERRORS, "not_ready"],
  },
  modules: {
    method: "GET",
    path: "/modules",
    tag: "ledger",
    shows: "program",
    summary: "The modules there are",
    replies: { 200: { description: "By name", schema: ModuleListSchema } },
    errors: ["read_only", "halted", "starting"],
  },
  module: {
    method: "GET",
    path: "/modules/{name}",
    tag: "ledger",
    shows: "program",
    summary: "One module: its source and what it offers",
    params: Type.Object({ name: Name }, Strict),
    replies: { 200: { description: "The module", schema: ModuleSchema } },
    errors: ["module_unknown", "read_only", "halted", "starting"],
  },
  rows: {
    method: "GET",
    path: "/tables/{module}/{table}",
    tag: "ledger",
    shows: "rows",
    summary:
      "Rows of a table, by key; with `at` as they were after that entry; with `proof=1` and a `key` one row, proved as of the last checkpoint",
    params: Type.Object({ module: Name, table: Name }, Strict),
    query: Type.Object(
      {
        prefix: Type.Optional(RowKey),
        after: Type.Optional(RowKey),
        ...limitField,
        key: Type.Optional(RowKey),
        proof: Type.Optional(Type.Literal("1")),
        at: Type.Optional(LogIndexNumber),
      },
      Strict,
    ),
    replies: {
      200: { description: "A page of rows, or the proven row", schema: RowReplySchema },
      202: { description: "No checkpoint is attested yet; `Retry-After` says when to ask again" },
    },
    errors: ["module_unknown", "table_unknown", "entry_unknown", "pruned", "read_only", "halted", "starting"],
  },
  history: {
    method: "GET",
    path: "/history",
    tag: "ledger",
    shows: "rows",
    summary: "Every change of a row, with the command that made it",
    query: Type.Object(
      { module: Name, table: Name, key: RowKey, from: Type.Optional(LogIndexNumber), ...limitField },
      Strict,
    ),
    replies: { 200: { description: "Changes in log order", schema: HistorySchema } },
    errors: ["module_unknown", "table_unknown", "pruned", "read_only", "halted", "starting"],
  },
  ...LOG_ROUTES,
  ...SNAPSHOT_ROUTES,
  ...EPOCH_ROUTES,
  status: {
    method: "GET",
    path: "/status",
    tag: "node",
    summary: "What the node is doing, whom it hears, and what a stalled quorum lacks",
    replies: { 200: { description: "The status", schema: StatusSchema } },
    errors: [],
  },
  ...ORDER_ROUTES,
  evidence: {
    method: "GET",
    path: "/evidence",
    tag: "node",
    shows: "everything",
    summary: "What voters are proved to have lied about, each with its proof, in the order it was found",
    query: Type.Object(
      { from: Type.Optional(wholeNumber("The first number wanted; 1 if absent")), ...limitField },
      Strict,
    ),
    replies: { 200: { description: "A page", schema: EvidencePageSchema } },
    errors: [],
  },
  live: {
    method: "GET",
    path: "/livez",
    tag: "node",
    summary: "Whether the process is alive",
    replies: { 200: { description: "It is", schema: LiveSchema } },
    errors: [],
  },
  ready: {
    method: "GET",
    path: "/readyz",
    tag: "node",
    summary: "Whether the node can serve clients, and if not, why",
    replies: {
      200: { description: "It can", schema: ReadySchema },
      503: { description: "It cannot; the reasons stand in the body", schema: ReadySchema },
    },
    errors: [],
  },
  metrics: {
    method: "GET",
    path: "/metrics",
    tag: "node",
    summary: "Metrics for Prometheus",
    replies: {
      200: { description: "Text format 0.0.4", mediaType: "text/plain; version=0.0.4; charset=utf-8" },
    },
    errors: [],
  },
  openapi: {
    method: "GET",
    path: "/openapi.json",
    tag: "contract",
    summary: "This contract as OpenAPI 3.1",
    replies: { 200: { description: "The document", mediaType: "application/json" } },
    errors: [],
  },
  docs: {
    method: "GET",
    path: "/docs",
    tag: "contract",
    summary: "This contract for people",
    replies: { 200: { description: "A page", mediaType: "text/html; charset=utf-8" } },
    errors: [],
  },
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof ROUTES;

/** The path with its parameters filled in. */
export function pathOf(name: RouteName, params: Readonly<Record<string, string | number>> = {}): string {
  const { path } = ROUTES[name];
  return API_PREFIX + path.replace(/\{(\w+)\}/g, (_, param) => encodeURIComponent(String(params[param])));
}
