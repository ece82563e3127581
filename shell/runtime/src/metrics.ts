// What a node counts and measures, for whoever collects it: as of now, derived from the consensus state and the
// counters.

import type { NodeId } from "@juno/base";
import { roleOf, speaks } from "@juno/consensus";
import { EVIDENCE_KINDS } from "@juno/proof";
import { NODE_STATES } from "./node-state.ts";
import type { Metric } from "./ports/backend.ts";
import type { PeerState } from "./ports/transport.ts";
import type { Replica } from "./replica.ts";
import { versionsOf } from "./versions.ts";

export function metricsOf(replica: Replica): Metric[] {
  const { state, ports } = replica;
  const gauge = (name: string, help: string, value: number): Metric => ({
    name,
    help,
    kind: "gauge",
    samples: [{ labels: {}, value }],
  });
  const counts = Object.entries(replica.counters.all());
  return [
    gauge("term", "The current term", state.currentTerm),
    gauge("stored_index", "The last entry in the log", state.log.last.index),
    gauge("certified_index", "The highest certified index", state.certified.position.index),
    gauge("committed_index", "The highest committed index", state.committed.index),
    gauge("applied_index", "The last applied entry", state.applied.index),
    gauge("pruned_index", "Entries up to here are pruned", replica.prunedThrough),
    gauge("pending_commands", "Commands that wait to be proposed", state.pending.size),
    gauge("redactions_pending", "Redactions whose payload is still here", replica.redactor.counts.pending),
    gauge("waiting_clients", "Commands whose outcome somebody waits for", replica.outcomes.waiting),
    gauge(
      "is_leader",
      "1 if this node leads the current term",
      roleOf(replica.context, state) === "leader" ? 1 : 0,
    ),
    gauge(
      "ledger_halted",
      "1 while the ledger takes nothing but decisions about itself",
      replica.admission.governed.halt === undefined ? 0 : 1,
    ),
    {
      name: "node_state",
      help: "1 for what the node is, 0 for what it is not",
      kind: "gauge",
      samples: NODE_STATES.map((name) => ({
        labels: { state: name },
        value: name === replica.participation.nodeState ? 1 : 0,
      })),
    },
    ...versionMetrics(replica, gauge),
    gauge("is_observer", "1 if this node votes and acknowledges nothing", speaks(state) ? 0 : 1),
    {
      name: "log_syncs_total",
      help: "Group commits of the log",
      kind: "counter",
      samples: [{ labels: {}, value: replica.syncs }],
    },
    ...peerMetrics(ports.transport.peers()),
    evidenceMetric(replica),
    ...frameMetrics(replica),
    {
      name: "events_total",
      help: "What was refused or noticed, by name",
      kind: "counter",
      samples: counts.map(([name, value]) => ({ labels: { name }, value })),
    },
  ];
}

type Gauge = (name: string, help: string, value: number) => Metric;

/** C36 */
function versionMetrics({ ledger, admission, state }: Replica, gauge: Gauge): Metric[] {
  const { inForce, stopsBefore = 0 } = versionsOf(ledger, admission.governed.activation, state.applied.index);
  return [
    gauge("ledger_version", "The version by which the next entry is applied", inForce.ledger),
    gauge("language_version", "The version of the language in force at the next entry", inForce.language),
    gauge("stops_before_index", "The first entry that this node is too old to apply; 0 if none", stopsBefore),
  ];
}

function peerMetrics(peers: readonly PeerState[]): Metric[] {
  const byPeer = (value: (peer: PeerState) => number) =>
    peers.map((peer) => ({ labels: { peer: String(peer.id) }, value: value(peer) }));
  return [
    {
      name: "peer_connected",
      help: "1 if the peer is connected",
      kind: "gauge",
      samples: byPeer((p) => (p.connected ? 1 : 0)),
    },
    {
      name: "peer_wire_version",
      help: "Version of the nodes' protocol spoken to the peer; 0 while there is no connection",
      kind: "gauge",
      samples: byPeer((p) => p.wireVersion ?? 0),
    },
    {
      name: "peer_queued_bytes",
      help: "Bytes queued for the peer",
      kind: "gauge",
      samples: byPeer((p) => p.queuedBytes),
    },
    {
      name: "peer_dropped_frames_total",
      help: "Frames dropped for the peer",
      kind: "counter",
      samples: byPeer((p) => p.droppedFrames),
    },
    {
      name: "peer_oversized_frames_total",
      help: "Frames announced as longer than the limit",
      kind: "counter",
      samples: byPeer((p) => p.oversizedFrames),
    },
  ];
}

function evidenceMetric({ state }: Replica): Metric {
  const { all } = state.evidence;
  return {
    name: "evidence_total",
    help: "Kept proofs that a voter lied, by kind",
    kind: "counter",
    samples: EVIDENCE_KINDS.map((kind) => ({
      labels: { kind },
      value: all.filter((kept) => kept.kind === kind).length,
    })),
  };
}

/** What became of every frame of every peer: received = delivered + refused + waiting. */
function frameMetrics(replica: Replica): Metric[] {
  const peers = replica.frames.filter(({ from }) => from !== replica.context.self);
  const label = (from: NodeId) => ({ peer: String(from) });
  return [
    {
      name: "peer_frames_received_total",
      help: "Frames received from the peer",
      kind: "counter",
      samples: peers.map(({ from, counts }) => ({ labels: label(from), value: counts.received })),
    },
    {
      name: "peer_frames_delivered_total",
      help: "Frames of the peer that were found genuine",
      kind: "counter",
      samples: peers.map(({ from, counts }) => ({ labels: label(from), value: counts.delivered })),
    },
    {
      name: "peer_frames_refused_total",
      help: "Frames of the peer that were refused, by code",
      kind: "counter",
      samples: peers.flatMap(({ from, counts }) =>
        [...counts.refused].map(([code, value]) => ({ labels: { ...label(from), code }, value })),
      ),
    },
    {
      name: "peer_frames_waiting",
      help: "Frames of the peer that wait to be opened or verified",
      kind: "gauge",
      samples: peers.map(({ from, waiting }) => ({ labels: label(from), value: waiting })),
    },
  ];
}
