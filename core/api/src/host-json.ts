// What a node's machine does to it, and what waits at its doors (A37): measured once in some seconds, for whoever asks why it is
// slow. None of it says anything about the ledger.

import { type Static, Type } from "typebox";
import { Strict, wholeNumber } from "./scalars.ts";

export const HostSchema = Type.Object(
  {
    diskFreeBytes: wholeNumber("Free for this program on the disk of the node's folder"),
    diskBytes: wholeNumber("The size of that disk"),
    logBytes: wholeNumber("log.db, with its write-ahead log"),
    stateBytes: wholeNumber("state.db, with its write-ahead log"),
    commits: Type.Object(
      {
        count: wholeNumber("How many"),
        meanMicros: wholeNumber("Until one is durable, on average"),
        slowestMicros: wholeNumber("Until the slowest was durable"),
      },
      { ...Strict, description: "Group commits of the log in the last seconds" },
    ),
    eventLoop: Type.Object(
      {
        p99Micros: wholeNumber("What came was delayed by less, 99 times of 100"),
        slowestMicros: wholeNumber("The longest delay"),
      },
      { ...Strict, description: "How late the main thread was in the last seconds" },
    ),
    verifierChecks: wholeNumber("Signatures that wait to be checked"),
    memoryBytes: wholeNumber("Memory of the process that is resident"),
  },
  { ...Strict, description: "What the node's machine does to it" },
);
export type HostJson = Static<typeof HostSchema>;

export const QueuesSchema = Type.Object(
  {
    frames: wholeNumber("Messages of other nodes that wait to be opened or verified"),
    clients: wholeNumber("Commands whose outcome somebody waits for"),
    requests: wholeNumber("HTTP requests under way"),
    streams: wholeNumber("Streams that are open"),
  },
  { ...Strict, description: "What waits at this node" },
);
