// What a node says of itself: GET /status and /readyz, and the stream's `node` events. It is meant
// for the person on call: a stalled cluster must be explained by any one of its nodes.

import { type Static, Type } from "typebox";
import { EvidenceClaimSchema } from "./evidence-json.ts";
import { HostSchema, QueuesSchema } from "./host-json.ts";
import { LeaderHintSchema } from "./problem.ts";
import {
  EpochNumber,
  HashHex,
  KeyHex,
  LogIndexNumber,
  NodeNumber,
  Strict,
  TermNumber,
  TimeNumber,
  wholeNumber,
} from "./scalars.ts";
import { tolerant } from "./shape.ts";

export const PeerSchema = Type.Object(
  {
    node: NodeNumber,
    connected: Type.Boolean(),
    problem: Type.Optional(Type.String({ description: "Why there is no connection" })),
    term: Type.Optional(TermNumber),
    stored: Type.Optional(LogIndexNumber),
    certified: Type.Optional(LogIndexNumber),
    applied: Type.Optional(LogIndexNumber),
    lastMessageAgeMs: Type.Optional(wholeNumber("Since its last valid message; absent if there was none")),
    queuedBytes: wholeNumber("Waiting to be sent to it"),
    droppedFrames: wholeNumber("Not sent because its queue was full"),
  },
  { ...Strict, description: "What this node has last heard of another" },
);

export const StallSchema = Type.Object(
  {
    waitingFor: Type.Enum(["contact", "recollections", "prevotes", "votes", "stored"]),
    sinceMs: wholeNumber("For how long"),
    have: Type.Array(NodeNumber, { description: "Nodes whose signature is there" }),
    lacks: Type.Array(NodeNumber, { description: "Nodes whose signature would help" }),
    need: Type.Integer({ minimum: 0, description: "Signatures that are needed in all" }),
    detail: Type.String({ description: "The same in a sentence" }),
  },
  { ...Strict, description: "What a stalled quorum lacks" },
);

export const LedgerHaltSchema = Type.Object(
  {
    since: TimeNumber,
    index: LogIndexNumber,
    act: HashHex,
    by: Type.Array(
      Type.Object(
        { key: KeyHex, name: Type.Optional(Type.String({ description: "Whose it is, if that is known" })) },
        Strict,
      ),
      { description: "The keys that approved the act" },
    ),
    reason: Type.String(),
  },
  { ...Strict, description: "The ledger is halted: it takes nothing but decisions about itself" },
);

export const HaltedSchema = Type.Object(
  { key: KeyHex, since: TimeNumber, reason: Type.String() },
  { ...Strict, description: "The node's operator has halted it, alone: by which key, since when, and why" },
);

/** In this order the first that holds is the node's (A31). */
export const NODE_STATES = [
  "halted",
  "removed",
  "newcomer",
  "read-only",
  "draining",
  "starting",
  "amnesiac",
  "voter",
  "standby",
  "observer",
] as const;

const VersionsFields = {
  ledger: wholeNumber("Of the ledger's rules"),
  language: wholeNumber("Of the contract language"),
};

const VersionsSchema = Type.Object(
  {
    known: Type.Object(VersionsFields, {
      ...Strict,
      description: "The highest that this node's program knows",
    }),
    inForce: Type.Object(VersionsFields, { ...Strict, description: "By which the next entry is applied" }),
    next: Type.Optional(
      Type.Object(
        { index: LogIndexNumber, act: HashHex, ...VersionsFields },
        { ...Strict, description: "Decided, and in force from entry `index` on" },
      ),
    ),
    stopsBefore: Type.Optional(
      Type.Integer({ minimum: 1, description: "The first entry that this node is too old to apply" }),
    ),
  },
  { ...Strict, description: "Versions of the rules (C36)" },
);

export const StatusSchema = Type.Object(
  {
    node: NodeNumber,
    network: HashHex,
    version: Type.String(),
    state: Type.Enum(NODE_STATES, { description: "What the node is, in one word; the first that holds" }),
    mode: Type.Enum(["normal", "readOnly", "halted", "observer"]),
    modeReason: Type.Optional(
      Type.String({
        description: "Why it is in that mode; in the normal one, that it was once in another",
      }),
    ),
    role: Type.Enum(["leader", "follower", "candidate", "waiting", "observer"]),
    epoch: EpochNumber,
    term: TermNumber,
    leader: Type.Optional(LeaderHintSchema),
    time: TimeNumber,
    uptimeMs: wholeNumber("Since the node started"),
    stored: LogIndexNumber,
    certified: LogIndexNumber,
    committed: LogIndexNumber,
    applied: Type.Object({ index: LogIndexNumber, root: HashHex }, Strict),
    prunedThrough: Type.Integer({
      minimum: 0,
      description: "Entries up to here are not held by this node any more; 0 if all are",
    }),
    pending: Type.Object(
      { commands: wholeNumber("Commands under way"), bytes: wholeNumber("Bytes of their payloads") },
      Strict,
    ),
    redactions: Type.Object(
      {
        ordered: wholeNumber("Commands whose payloads were ordered out of the log"),
        pending: wholeNumber(
          "Those whose payload this node may still hold: no certified snapshot covers them",
        ),
      },
      Strict,
    ),
    queues: QueuesSchema,
    host: Type.Optional(HostSchema),
    peers: Type.Array(PeerSchema),
    stall: Type.Optional(StallSchema),
    halted: Type.Optional(HaltedSchema),
    ledgerHalt: Type.Optional(LedgerHaltSchema),
    versions: VersionsSchema,
    evidence: Type.Array(EvidenceClaimSchema, {
      description: "What voters are proved to have lied about; GET /evidence has the proofs",
    }),
    ready: Type.Boolean(),
    notReadyBecause: Type.Array(Type.String()),
    counters: Type.Record(Type.String(), Type.Number(), {
      description: "Counts since the start, refusals by code among them",
    }),
  },
  { ...Strict, $id: "Status" },
);
export type StatusJson = Static<typeof StatusSchema>;
/** As whoever asks reads it: nodes of several versions stand side by side while a network is upgraded. */
export const StatusReplySchema = tolerant(StatusSchema);

export const ReadySchema = Type.Object(
  { ready: Type.Boolean(), notReadyBecause: Type.Array(Type.String()) },
  { ...Strict, $id: "Ready" },
);
export type ReadyJson = Static<typeof ReadySchema>;

export const LiveSchema = Type.Object({ live: Type.Literal(true), node: NodeNumber }, Strict);
export type LiveJson = Static<typeof LiveSchema>;

/** An event of the stream that stands outside the log: it has no id and is not replayed. */
export const NodeEventSchema = Type.Object(
  {
    what: Type.Enum(["state", "role", "mode", "stall", "alarm"]),
    detail: Type.String(),
    time: TimeNumber,
    term: Type.Optional(TermNumber),
    leader: Type.Optional(NodeNumber),
  },
  Strict,
);
export type NodeEventJson = Static<typeof NodeEventSchema>;
