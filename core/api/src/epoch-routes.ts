// The route by which epochs are learned: by clients, auditors, and nodes that were away while voters changed.

import { Type } from "typebox";
import { EpochPageSchema } from "./epochs-json.ts";
import type { Route } from "./route.ts";
import { EpochNumber, limitField, Strict } from "./scalars.ts";

export const EPOCH_ROUTES = {
  epochs: {
    method: "GET",
    path: "/epochs",
    tag: "log",
    summary: "Who votes when: the epochs of the log, each with the link that proves it",
    query: Type.Object({ from: Type.Optional(EpochNumber), ...limitField }, Strict),
    replies: {
      200: { description: "A page; empty if the node knows no such epoch", schema: EpochPageSchema },
    },
    errors: [],
  },
} as const satisfies Readonly<Record<string, Route>>;
