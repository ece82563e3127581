// What a healthy node says of itself, for tests; `patch` makes it say something else.

import type { StatusJson } from "@juno/api";

const PEERS = [1, 2, 3, 4];

export function pretendStatus(node: number, patch: Partial<StatusJson> = {}): StatusJson {
  return {
    node,
    network: "00".repeat(32),
    version: "0.0.0-test",
    state: "voter",
    mode: "normal",
    role: node === 2 ? "leader" : "follower",
    epoch: 0,
    term: 1,
    leader: { node: 2 },
    time: 0,
    uptimeMs: 1_000,
    stored: 7,
    certified: 7,
    committed: 7,
    applied: { index: 7, root: "ab".repeat(32) },
    prunedThrough: 0,
    pending: { commands: 0, bytes: 0 },
    redactions: { ordered: 0, pending: 0 },
    versions: { known: { ledger: 2, language: 1 }, inForce: { ledger: 1, language: 1 } },
    queues: { frames: 0, clients: 0, requests: 0, streams: 0 },
    peers: PEERS.filter((id) => id !== node).map((id) => {
      return { node: id, connected: true, queuedBytes: 0, droppedFrames: 0 };
    }),
    evidence: [],
    ready: true,
    notReadyBecause: [],
    counters: {},
    ...patch,
  };
}
