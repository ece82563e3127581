// The routes by which snapshots are fetched: by nodes that are behind, by auditors, by archives.

import { Type } from "typebox";
import type { Route } from "./route.ts";
import { LogIndexNumber, Strict, wholeNumber } from "./scalars.ts";
import { SnapshotChunkSchema, SnapshotListSchema, SnapshotManifestSchema } from "./snapshot-json.ts";

export const SNAPSHOT_ROUTES = {
  snapshots: {
    method: "GET",
    path: "/snapshots",
    tag: "snapshots",
    shows: "everything",
    summary: "The snapshots this node has, with their certificates",
    replies: { 200: { description: "Ascending by index", schema: SnapshotListSchema } },
    errors: [],
  },
  snapshotManifest: {
    method: "GET",
    path: "/snapshots/{index}",
    tag: "snapshots",
    shows: "everything",
    summary: "A snapshot's manifest: what its chunks hash to, and what it leads on from",
    params: Type.Object({ index: LogIndexNumber }, Strict),
    replies: { 200: { description: "Its exact bytes", schema: SnapshotManifestSchema } },
    errors: ["snapshot_unknown"],
  },
  snapshotChunk: {
    method: "GET",
    path: "/snapshots/{index}/chunks/{chunk}",
    tag: "snapshots",
    shows: "everything",
    summary: "A chunk of a snapshot",
    params: Type.Object({ index: LogIndexNumber, chunk: wholeNumber("Counted from 0") }, Strict),
    replies: { 200: { description: "Its exact bytes", schema: SnapshotChunkSchema } },
    errors: ["snapshot_unknown"],
  },
} as const satisfies Readonly<Record<string, Route>>;
