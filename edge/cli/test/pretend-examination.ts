// What `juno doctor` sees of four healthy voters, for tests; patches make nodes say something else, or nothing.

import type { HostJson, StatusJson } from "@juno/api";
import type { Examination, NodeSeen, ProblemKind, Reading } from "../src/doctor/examination.ts";
import { pretendStatus } from "./pretend-status.ts";

const GIB = 2 ** 30;
const NOW_MS = 1_700_000_000_000;
const GAP_MS = 2_000;

export const HOST: HostJson = {
  ...{ diskFreeBytes: 50 * GIB, diskBytes: 100 * GIB, logBytes: 2 ** 20, stateBytes: 2 ** 20 },
  commits: { count: 20, meanMicros: 2_000, slowestMicros: 9_000 },
  eventLoop: { p99Micros: 1_000, slowestMicros: 20_000 },
  ...{ verifierChecks: 0, memoryBytes: 2 ** 28 },
};

type Patch = Partial<StatusJson>;

/** As node `id` says it, 2 ms after it was asked. */
export function reading(id: number, askedMs: number, patch: Patch = {}): Reading {
  const uptimeMs = 600_000 + askedMs - NOW_MS;
  const base = {
    time: askedMs + 1,
    uptimeMs,
    host: HOST,
    queues: { frames: 0, clients: 0, requests: 1, streams: 0 },
  };
  const heard = pretendStatus(id).peers.map((peer) => ({ ...peer, lastMessageAgeMs: 50 }));
  return { askedMs, tookMs: 2, status: pretendStatus(id, { ...base, peers: heard, ...patch }) };
}

export const silentReading = (kind: ProblemKind): Reading => ({
  problem: { kind, detail: `the node is silent: ${kind}` },
});

export type NodePatch = {
  /** In both readings. */
  readonly both?: Patch;
  readonly first?: Patch;
  readonly second?: Patch;
  readonly silent?: ProblemKind;
  readonly seen?: Partial<NodeSeen>;
};

export function node(id: number, { both, first, second, silent, seen }: NodePatch = {}): NodeSeen {
  const at = (ms: number, patch: Patch | undefined) =>
    silent === undefined ? reading(id, ms, { ...both, ...patch }) : silentReading(silent);
  return {
    ...{ id, url: `http://h:${id}` },
    ...{ first: at(NOW_MS - GAP_MS, first), second: at(NOW_MS, second), certified: [] },
    ...seen,
  };
}

/** Four voters; `patches` by their numbers. */
export function examination(
  patches: Readonly<Record<number, NodePatch>> = {},
  patch: Partial<Examination> = {},
): Examination {
  return {
    nodes: [1, 2, 3, 4].map((id) => node(id, patches[id])),
    ...{ gapMs: GAP_MS, nowMs: NOW_MS, epoch: 0, acts: [] },
    ...{ voters: [1, 2, 3, 4], members: [1, 2, 3, 4], quorum: 3 },
    ...{ driftMs: 5_000, heartbeatTimeoutMs: 600, pendingCommandsMax: 5_000, snapshotEntries: 8_192 },
    ...patch,
  };
}

/** What others hear when these are gone. */
export const peersWithout = (self: number, gone: readonly number[]): StatusJson["peers"] =>
  pretendStatus(self).peers.map((peer) => ({
    ...peer,
    connected: !gone.includes(peer.node),
    lastMessageAgeMs: gone.includes(peer.node) ? 60_000 : 50,
  }));
