// What a node is fetching (5.6), as data: one target at a time, what is gathered of it backwards,
// and what is gathered forwards beside the log.

import type { LogIndex, NodeId } from "@juno/base";
import type { Certificate, CommitProof, Point } from "@juno/proof";
import type { Floor, LogEntry } from "./log.ts";

export type Target = {
  readonly point: Point;
  /** Undefined: the leader of the current term signed the point. */
  readonly certificate: Certificate | undefined;
  /** Who showed it; if honest, it holds the entries (S7). */
  readonly shownBy: NodeId;
};

/**
 * Committed entries gathered beside the log, up to `end`. They lead on from the committed index, or from the
 * point of a snapshot, which is then the log's new floor.
 */
export type Buffered = {
  readonly end: Floor;
  readonly proof: CommitProof;
  readonly floor: Floor | undefined;
};

/** `proof`, if there is one, is of the commit of exactly this entry; its signatures are verified. */
export type StagedSnapshot = { readonly floor: Floor; readonly proof: CommitProof | undefined };

/** Whom a node without a vote asks for what is committed next, and when it did, if no answer has come yet. */
export type Following = {
  readonly peer: NodeId;
  readonly askedMs: number | undefined;
  /** When a voter had nothing more. */
  readonly upToDateMs: number | undefined;
  /** Up to where that peer has no entries any more, or not whole, if what was asked for lies below. */
  readonly prunedThrough: LogIndex | undefined;
  /** The voter that was asked last, when, and when it gave something last, or was first asked. */
  readonly voter: NodeId | undefined;
  readonly voterMs: number | undefined;
  readonly gaveMs: number | undefined;
};

export type Fetching = {
  target: Target;
  direction: "back" | "forward";
  /** Gathered backwards; the first follows `tip`, the last is the target. */
  tail: LogEntry[];
  tip: Point;
  buffered: Buffered | undefined;
  /** Who was asked since the last chunk that helped, who has not answered, who is still to be asked. */
  readonly asked: Set<NodeId>;
  readonly unanswered: Set<NodeId>;
  untried: NodeId[] | undefined;
  /** When somebody was asked last, or when the wait for the leader's own message began. */
  askedMs: number;
  /** Where the own log ended then. */
  readonly lastIndex: LogIndex;
  /** Nobody asked had it, so another target may take its place. */
  isBarren: boolean;
  lastHelper: NodeId | undefined;
};
