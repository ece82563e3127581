// The routes by which the log itself is read: applied entries, the proof that one is committed, and all of them as they come.

import { Type } from "typebox";
import { EntryPageSchema, EntryProofSchema, EntrySchema } from "./entry-json.ts";
import type { Route } from "./route.ts";
import { LogIndexNumber, limitField, Strict } from "./scalars.ts";
import { EVENT_STREAM_MEDIA_TYPE } from "./stream-event.ts";

const EntryParams = Type.Object({ index: LogIndexNumber }, Strict);

export const LOG_ROUTES = {
  entries: {
    method: "GET",
    path: "/entries",
    tag: "log",
    shows: "everything",
    summary: "Applied log entries, in order",
    query: Type.Object({ from: Type.Optional(LogIndexNumber), ...limitField }, Strict),
    replies: {
      200: { description: "A page; empty if the log does not reach `from` yet", schema: EntryPageSchema },
    },
    errors: ["pruned", "read_only", "halted", "starting"],
  },
  entry: {
    method: "GET",
    path: "/entries/{index}",
    tag: "log",
    shows: "everything",
    summary: "One applied log entry",
    params: EntryParams,
    replies: { 200: { description: "The entry", schema: EntrySchema } },
    errors: ["entry_unknown", "pruned", "read_only", "halted", "starting"],
  },
  entryProof: {
    method: "GET",
    path: "/entries/{index}/proof",
    tag: "log",
    shows: "everything",
    summary: "Shows that an entry is committed",
    params: EntryParams,
    replies: {
      200: { description: "The proof", schema: EntryProofSchema },
      202: { description: "No commit proof reaches it yet; `Retry-After` says when to ask again" },
    },
    errors: ["entry_unknown", "pruned", "read_only", "halted", "starting"],
  },
  stream: {
    method: "GET",
    path: "/stream",
    tag: "log",
    shows: "everything",
    summary: "Applied entries as Server-Sent Events, from an index on; `Last-Event-ID` resumes without a gap",
    query: Type.Object({ from: Type.Optional(LogIndexNumber) }, Strict),
    replies: { 200: { description: "Events `entry` and `node`", mediaType: EVENT_STREAM_MEDIA_TYPE } },
    errors: ["pruned", "read_only", "halted", "starting"],
  },
} as const satisfies Readonly<Record<string, Route>>;
