// What a node is fetching (5.6), as data: one target at a time, what is gathered of it backwards,
// and what is gathered forwards beside the log.

import type { NodeId } from "@juno/base";
import type { Certificate, CommitProof, Point } from "@juno/proof";
import type { Floor, LogEntry } from "./log.ts";

export type Target = {
  readonly point: Point;
  /** Undefined: the leader of the current term signed the point. */
  readonly certificate: Certificate | undefined;
};

/** Committed entries gathered beside the log, from right above `start` to `end`. */
export type Buffered = { readonly start: Point; readonly end: Floor; readonly proof: CommitProof };

export type Fetching = {
  readonly target: Target;
  /** Gathered backwards; the first follows `tip`, the last is the target. */
  tail: LogEntry[];
  tip: Point;
  asked: NodeId | undefined;
  askedMs: number;
  buffered: Buffered | undefined;
};
