// What a node says of itself: role, progress of every voter, what its ledger has decided. Derived from the consensus state,
// never kept beside it.

import type { NodeId } from "@juno/base";
import { isInstalled, roleOf } from "@juno/consensus";
import { leaderOf } from "@juno/proof";
import { ledgerHaltOf } from "./ledger-halt.ts";
import type { LeaderHint, NodeStatus, PeerProgress } from "./ports/backend.ts";
import type { Replica } from "./replica.ts";
import { versionsOf } from "./versions.ts";

export type StatusParts = {
  readonly replica: Replica;
  readonly urlOf: (node: NodeId) => string | undefined;
  readonly halted: NodeStatus["halted"];
  readonly notReadyBecause: readonly string[];
};

export function leaderHint({ replica, urlOf }: StatusParts): LeaderHint | undefined {
  const { state } = replica;
  if (!isInstalled(state)) return undefined;
  const node = leaderOf(state.electorate, state.currentTerm);
  return node === undefined ? undefined : { node, url: urlOf(node) };
}

export function statusOf(parts: StatusParts): NodeStatus {
  const { replica } = parts;
  const { state, context, ports } = replica;
  let bytes = 0;
  for (const { body } of state.pending.all()) bytes += body.length;
  return {
    state: replica.participation.nodeState,
    mode: state.mode,
    ...(state.reason === "" ? {} : { modeReason: state.reason }),
    role: roleOf(context, state),
    epoch: state.electorate.epoch,
    term: state.currentTerm,
    leader: leaderHint(parts),
    time: ports.clock.wallMs(),
    uptimeMs: Math.round(ports.clock.monotonicMs() - replica.startedMs),
    stored: state.log.last.index,
    certified: state.certified.position.index,
    committed: state.committed.index,
    applied: state.applied,
    prunedThrough: replica.prunedThrough,
    pending: { commands: state.pending.size, bytes },
    redactions: replica.redactor.counts,
    queues: {
      frames: replica.frames.reduce((sum, { waiting }) => sum + waiting, 0),
      clients: replica.outcomes.waiting,
    },
    peers: peersOf(replica),
    stall: replica.announcer.stall,
    halted: parts.halted,
    ledgerHalt: ledgerHaltOf(replica.admission.governed, replica.ledger.genesis),
    versions: versionsOf(replica.ledger, replica.admission.governed.activation, state.applied.index),
    evidence: state.evidence.all,
    notReadyBecause: parts.notReadyBecause,
    counters: replica.counters.all(),
  };
}

function peersOf(replica: Replica): PeerProgress[] {
  const { state, ports } = replica;
  const nowMs = ports.clock.monotonicMs();
  return ports.transport.peers().map((peer) => {
    const ack = state.progress.latest(peer.id)?.ack;
    const heardMs = state.lastHeardMs.get(peer.id);
    return {
      node: peer.id,
      connected: peer.connected,
      problem: peer.problem,
      term: ack?.term,
      stored: ack?.stored.index,
      certified: ack?.certified.index,
      applied: ack?.applied.index,
      lastMessageAgeMs: heardMs === undefined ? undefined : Math.round(nowMs - heardMs),
      queuedBytes: peer.queuedBytes,
      droppedFrames: peer.droppedFrames,
    };
  });
}
