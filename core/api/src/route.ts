// What a route is: data from which the server registers it, the OpenAPI document is made, and the
// client is typed.

import type { TObject, TSchema } from "typebox";
import type { ErrorCode } from "./errors.ts";

export type ReplyShape = {
  readonly description: string;
  readonly mediaType?: string;
  /** Of JSON replies. */
  readonly schema?: TSchema;
};

export type Route = {
  readonly method: "GET" | "POST";
  /** Below API_PREFIX; parameters in braces. */
  readonly path: string;
  readonly tag: "commands" | "ledger" | "log" | "snapshots" | "node" | "contract";
  readonly summary: string;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
  /** A43: what it shows, where reads are guarded; nothing that is guarded, unless said. */
  readonly shows?: "command" | "everything" | "program" | "rows" | "simulation";
  readonly replies: Readonly<Record<number, ReplyShape>>;
  /** Beyond those that any route may give (ERRORS_ANYWHERE). */
  readonly errors: readonly ErrorCode[];
};
