// What was seen of a network, and what is concluded from it: the readings of every node, twice, some time apart; and
// findings, each a sentence with what it means and what to do. No clock and no network here: both are data.

import type { StatusJson } from "@juno/api";

/** How an address answered. Whatever is not signed by a member of the network is no answer. */
export type Reading =
  | {
      readonly status: StatusJson;
      /** By this machine's clock, when it was asked; and how long the answer took. */
      readonly askedMs: number;
      readonly tookMs: number;
    }
  | { readonly problem: Problem };

export type ProblemKind = "refused" | "timeout" | "address" | "tls" | "connection" | "unsigned" | "reply";
export type Problem = { readonly kind: ProblemKind; readonly detail: string };

export type NodeSeen = {
  readonly url: string;
  /** The node's number if it was known without asking it. */
  readonly id?: number;
  readonly first: Reading;
  readonly second: Reading;
  /** Indexes of its certified snapshots, ascending; undefined if it did not say. */
  readonly certified?: readonly number[];
};

/** What administrators have proposed and what has not become of it yet: one node's word. */
export type OpenAct = {
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly status: "open" | "approved";
  readonly expires: number;
  readonly approvedBy: readonly string[];
  /** Whose approvals would decide it. */
  readonly lacking: string | undefined;
  /** Of another configuration: which voters say that they are not ready, and why. */
  readonly notReady: readonly string[];
};

export type Examination = {
  readonly nodes: readonly NodeSeen[];
  /** Between the two readings. */
  readonly gapMs: number;
  /** By this machine's clock. */
  readonly nowMs: number;
  /** Of the newest epoch that is proved. */
  readonly epoch: number;
  readonly voters: readonly number[];
  readonly members: readonly number[];
  readonly quorum: number;
  readonly driftMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly pendingCommandsMax: number;
  /** Every so many entries a snapshot is made. */
  readonly snapshotEntries: number;
  /** Undefined if no node told. */
  readonly acts: readonly OpenAct[] | undefined;
};

export type Severity = "critical" | "warning" | "info";

export type Finding = {
  /** Stable, for programs. */
  readonly code: string;
  readonly severity: Severity;
  /** Whom it concerns; none if it is the cluster. */
  readonly nodes: readonly number[];
  readonly what: string;
  /** For clients. */
  readonly means: string;
  readonly next: string;
  readonly evidence: Readonly<Record<string, string | number>>;
};

export type State = "at-work" | "impaired" | "halted" | "stalled" | "unknown";
export type Diagnosis = {
  readonly state: State;
  /** The first line: how the cluster is, and why. */
  readonly verdict: string;
  /** The gravest first. */
  readonly findings: readonly Finding[];
};
