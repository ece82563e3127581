// Rules about machines: room on disks, slow disks, a main thread that is late, queues that stay long, what was refused.

import type { HostJson } from "@juno/api";
import type { Finding, Severity } from "./examination.ts";
import { type Answering, grown, type Scene, secondsText } from "./scene.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;
/** Less than both is little; a disk fills in hours, not in minutes. */
const LITTLE = { share: 0.1, bytes: 10 * GIB };
const ALMOST_NONE = { share: 0.02, bytes: GIB };

/** As long as what was measured at the start is still told. */
const SETTLING_MS = 20_000;
const SLOW_COMMIT_MICROS = 50_000;
const LATE_MICROS = 200_000;
/** At both readings. */
const LONG = { frames: 1_000, checks: 4_096, requests: 3_000, peerBytes: 4 * MIB };
/** Of what may be pending. */
const PENDING_SHARE = 0.8;

export function bytesText(bytes: number): string {
  if (bytes >= GIB) return `${(bytes / GIB).toFixed(1)} GiB`;
  return `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MiB`;
}

const isBelow = ({ diskFreeBytes, diskBytes }: HostJson, limit: typeof LITTLE): boolean =>
  diskFreeBytes < limit.bytes && diskFreeBytes < limit.share * diskBytes;

function roomSeverity(host: HostJson): Severity | undefined {
  if (isBelow(host, ALMOST_NONE)) return "critical";
  return isBelow(host, LITTLE) ? "warning" : undefined;
}

function disks({ answering }: Scene): Finding[] {
  return answering.flatMap(({ node, status: { host } }) => {
    const severity = host && roomSeverity(host);
    if (host === undefined || severity === undefined) return [];
    const { diskFreeBytes, diskBytes, logBytes, stateBytes } = host;
    return [
      {
        code: "disk-full-soon",
        severity,
        nodes: [node],
        what: `The disk of node ${node} has ${bytesText(diskFreeBytes)} left of ${bytesText(diskBytes)}; its log takes ${bytesText(logBytes)}, its state ${bytesText(stateBytes)}`,
        means: "A node whose disk is full ends (exit code 19); nothing that was acknowledged is lost.",
        next: "Make room, move the folder to a larger disk while the node is stopped, or let it prune (`prune` in config.json, docs/guides/operator.md).",
        evidence: { diskFreeBytes, diskBytes, logBytes, stateBytes },
      },
    ];
  });
}

/** A start is hard work, and tells nothing of how the machine is else. */
const hasSettled = ({ status: { uptimeMs } }: Answering): boolean => uptimeMs > SETTLING_MS;

function commits({ answering, seen: { heartbeatTimeoutMs } }: Scene): Finding[] {
  return answering.filter(hasSettled).flatMap(({ node, status: { host } }) => {
    if (host === undefined) return [];
    const { meanMicros, slowestMicros, count } = host.commits;
    const isLate = slowestMicros > heartbeatTimeoutMs * 1000;
    if (!isLate && meanMicros < SLOW_COMMIT_MICROS) return [];
    return [
      {
        code: "slow-disk",
        severity: "warning" as const,
        nodes: [node],
        what: `Commits of the log of node ${node} take ${secondsText(meanMicros / 1000)}, the slowest ${secondsText(slowestMicros / 1000)}`,
        means: isLate
          ? "Whatever it signs waits for its disk; as the leader it is suspected and deposed."
          : "Every command waits for the disks of a quorum, and longer for this one if it leads.",
        next: "Look at what else uses that disk; it must sync quickly (an SSD with power-loss protection). `juno admin step-down` takes the lead from it.",
        evidence: { meanMicros, slowestMicros, commits: count },
      },
    ];
  });
}

function loops({ answering, seen: { heartbeatTimeoutMs } }: Scene): Finding[] {
  return answering.filter(hasSettled).flatMap(({ node, status: { host } }) => {
    if (host === undefined) return [];
    const { p99Micros, slowestMicros } = host.eventLoop;
    if (p99Micros < LATE_MICROS && slowestMicros < heartbeatTimeoutMs * 1000) return [];
    return [
      {
        code: "late-loop",
        severity: "warning" as const,
        nodes: [node],
        what: `The main thread of node ${node} was up to ${secondsText(slowestMicros / 1000)} late`,
        means: "It answers and votes late; others may suspect it while it leads.",
        next: "Its machine has too little CPU or memory for it, or was paused: look at what else runs there, and at `host.memoryBytes` in `juno status --json`.",
        evidence: { p99Micros, slowestMicros, memoryBytes: host.memoryBytes },
      },
    ];
  });
}

/** Queues that were long at both readings, with their lengths now. */
function longQueues({ first, status }: Answering, pendingCommandsMax: number): Record<string, number> {
  if (first === undefined) return {};
  const peerBytes = ({ peers }: Answering["status"], node: number) =>
    peers.find((peer) => peer.node === node)?.queuedBytes ?? 0;
  const there = status.peers.filter((peer) => peer.connected);
  const lengths: [name: string, before: number, now: number, limit: number][] = [
    ["pendingCommands", first.pending.commands, status.pending.commands, PENDING_SHARE * pendingCommandsMax],
    ["frames", first.queues.frames, status.queues.frames, LONG.frames],
    ["requests", first.queues.requests, status.queues.requests, LONG.requests],
    ["verifierChecks", first.host?.verifierChecks ?? 0, status.host?.verifierChecks ?? 0, LONG.checks],
    ...there.map(({ node, queuedBytes }): [string, number, number, number] => [
      ...([`bytes for node ${node}`, peerBytes(first, node), queuedBytes, LONG.peerBytes] as const),
    ]),
  ];
  const long = lengths.filter(([, before, now, limit]) => before > limit && now > limit);
  return Object.fromEntries(long.map(([name, , now]) => [name, now]));
}

function queues({ answering, seen: { pendingCommandsMax, gapMs } }: Scene): Finding[] {
  return answering.flatMap((answer) => {
    const long = longQueues(answer, pendingCommandsMax);
    const names = Object.keys(long);
    if (names.length === 0) return [];
    const { node } = answer;
    return [
      {
        code: "long-queues",
        severity: "warning" as const,
        nodes: [node],
        what: `Queues of node ${node} stay long: ${names.map((name) => `${name} ${long[name]}`).join(", ")}`,
        means:
          "Commands wait there; beyond the limit they are refused with `busy` and clients come back later.",
        next: "If all nodes are like this, more is submitted than the network can do: submit less at once. If it is one, look at its CPU and disk; bytes for a node mean that the way to that node is too narrow.",
        evidence: { ...long, gapMs },
      },
    ];
  });
}

/** What was not sent because the queue for a peer was full; nobody else knows why who does not answer. */
function drops({ answering }: Scene): Finding[] {
  return answering.flatMap(({ node, first, status }) => {
    const dropped = status.peers.flatMap((peer) => {
      const before = first?.peers.find((one) => one.node === peer.node)?.droppedFrames;
      const frames = before === undefined ? 0 : peer.droppedFrames - before;
      const isThere = answering.some((other) => other.node === peer.node);
      return isThere && frames > 0 ? [{ peer: peer.node, frames }] : [];
    });
    if (dropped.length === 0) return [];
    return [
      {
        code: "dropped-frames",
        severity: "warning" as const,
        nodes: [node, ...dropped.map(({ peer }) => peer)],
        what: `Node ${node} has dropped messages for ${dropped.map(({ peer, frames }) => `node ${peer} (${frames})`).join(", ")}`,
        means: "Those catch up by asking; meanwhile they are behind.",
        next: "Look whether those nodes run, and at the network to them.",
        evidence: Object.fromEntries(dropped.map(({ peer, frames }) => [`frames for node ${peer}`, frames])),
      },
    ];
  });
}

const REFUSALS = ["busy", "no_quorum", "starting", "read_only", "halted"] as const;

function refusals(scene: Scene): Finding[] {
  return scene.answering.flatMap((answer) => {
    const counts = REFUSALS.map((code) => [code, grown(answer, `refused_${code}`)] as const).filter(
      ([, n]) => n > 0,
    );
    if (counts.length === 0) return [];
    const { node } = answer;
    return [
      {
        code: "refuses",
        severity: "warning" as const,
        nodes: [node],
        what: `Node ${node} has refused commands within ${secondsText(scene.seen.gapMs)}: ${counts.map(([code, n]) => `${n} with ${code}`).join(", ")}`,
        means: "Clients try again by themselves, at other nodes too, until the command expires.",
        next: "`busy` says that more is submitted than it can take; for the rest see the other findings.",
        evidence: Object.fromEntries(counts),
      },
    ];
  });
}

export const machine = (scene: Scene): Finding[] => [
  ...disks(scene),
  ...commits(scene),
  ...loops(scene),
  ...queues(scene),
  ...drops(scene),
  ...refusals(scene),
];
