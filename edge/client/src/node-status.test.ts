// What is believed of a status: a node speaks in its own name alone, and one of a newer version may say more (A38, A50).

import { NodeId } from "@juno/base";
import { describe, expect, it } from "vitest";
import { statusOf } from "./node-status.ts";

const STATUS = {
  ...{
    node: 3,
    network: "00".repeat(32),
    version: "9.0.0",
    state: "voter",
    mode: "normal",
    role: "follower",
  },
  ...{ epoch: 0, term: 1, time: 0, uptimeMs: 1, stored: 7, certified: 7, committed: 7, prunedThrough: 0 },
  applied: { index: 7, root: "ab".repeat(32) },
  pending: { commands: 0, bytes: 0 },
  redactions: { ordered: 0, pending: 0 },
  versions: { known: { ledger: 2, language: 1 }, inForce: { ledger: 1, language: 1 } },
  queues: { frames: 0, clients: 0, requests: 0, streams: 0 },
  peers: [{ node: 1, connected: true, queuedBytes: 0, droppedFrames: 0 }],
  ...{ evidence: [], ready: true, notReadyBecause: [], counters: { newer: 1 } },
};
const by = NodeId(3);

describe("a status", () => {
  it("of a newer version may have members that are not known here, at any depth (A50)", () => {
    const peers = STATUS.peers.map((peer) => ({ ...peer, newer: "x" }));
    const newer = { ...STATUS, newer: { a: 1 }, peers, queues: { ...STATUS.queues, newer: 2 } };
    expect(statusOf({ json: newer, by })).toEqual(newer);
  });

  it("has all that is known here, as it is known", () => {
    expect(() => statusOf({ json: { ...STATUS, term: "1" }, by })).toThrow("term must be integer");
    const { committed: _, ...without } = STATUS;
    expect(() => statusOf({ json: without, by })).toThrow("committed");
  });

  it("is of whoever has signed it, whatever it says (A38)", () => {
    expect(() => statusOf({ json: { ...STATUS, node: 2 }, by })).toThrow("node 3 says that it is node 2");
  });
});
