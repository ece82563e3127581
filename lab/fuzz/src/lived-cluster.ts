// A cluster in virtual time after a life in which every kind of message was sent, with the last messages
// of each kind that one node said, so that somebody can spoil them and send them in its name.

import { LogIndex, NodeId } from "@juno/base";
import {
  decodeFrame,
  encodeProbeBody,
  type Frame,
  type MessageKind,
  wordsOf,
  writeRecollection,
} from "@juno/consensus";
import { encodeSnapshotStatement, writeEpochLink } from "@juno/proof";
import {
  bulkFrame,
  CALM,
  Cluster,
  configBody,
  EPOCH_MS,
  falseEvidence,
  memberOf,
  signedFrame,
} from "@juno/simulator";

/** The node whose words are spoiled. */
export const LIAR = 4;
/** Of each kind the last so many. */
const FRAMES_KEPT = 5;

export type LivedCluster = {
  readonly cluster: Cluster;
  readonly frames: ReadonlyMap<MessageKind, readonly Frame[]>;
};

export function livedCluster(): LivedCluster {
  const cluster = new Cluster({ seed: 1, nodes: 4 });
  cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 2 };
  const frames = new Map<MessageKind, Frame[]>();
  let isCut = false;
  cluster.passes = (from, to, bytes) => {
    if (isCut && (from === 1 || to === 1)) return false;
    const frame = decodeFrame(bytes);
    if (!frame.ok || from !== LIAR) return true;
    const { kind } = frame.value;
    frames.set(kind, [...(frames.get(kind) ?? []).slice(1 - FRAMES_KEPT), frame.value]);
    return true;
  };
  cluster.startAll();
  cluster.run(100);
  lead(cluster);
  isCut = true;
  for (let i = 0; i < 5; i++) cluster.submit(2);
  cluster.run(300);
  isCut = false;
  cluster.run(500);
  comeBack(cluster);
  cluster.passes = () => true;
  frames.set("snapshot", [wordAboutSnapshot(cluster)]);
  frames.set("recall", [askedForWords(cluster)]);
  frames.set("recollection", [toldWords(cluster)]);
  frames.set("epochs", [
    falseLink(cluster),
    bulkFrame(cluster.node(LIAR), "epochs", (w) => w.list([], writeEpochLink)),
  ]);
  return { cluster, frames };
}

/** A cluster of voters alone has no state to make snapshots of. */
function wordAboutSnapshot(cluster: Cluster): Frame {
  const liar = cluster.node(LIAR);
  const { epoch, network } = liar.context.electorate;
  const body = encodeSnapshotStatement({ epoch, from: liar.id, index: LogIndex(8), snapshot: network });
  return signedFrame(liar, { kind: "snapshot", body, attachment: new Uint8Array(0) });
}

/** In this cluster nobody asks what it has said. */
function askedForWords(cluster: Cluster): Frame {
  const liar = cluster.node(LIAR);
  const body = encodeProbeBody({ epoch: liar.context.electorate.epoch, from: liar.id, nonce: 7 });
  return signedFrame(liar, { kind: "recall", body, attachment: new Uint8Array(0) });
}

function toldWords(cluster: Cluster): Frame {
  const liar = cluster.node(LIAR);
  const words = wordsOf(liar.state!, [NodeId(1)]);
  return bulkFrame(liar, "recollection", (w) => writeRecollection(w, { nonce: 7, words }));
}

/** As if the voters had ended the epoch, but for their signatures: in this cluster no epoch ends. */
function falseLink(cluster: Cluster): Frame {
  const { disk } = cluster.node(LIAR);
  const [before, last] = disk.entries.slice(-2);
  const members = [1, 2, 3, 4].map((id) => memberOf(id));
  const body = configBody(cluster.network, { epoch: 1, members, expires: EPOCH_MS * 2 });
  const entry = { ...last!, kind: "config" as const, body };
  const link = { previous: before!.hash, entry, proof: disk.proofs.at(-1)! };
  return bulkFrame(cluster.node(LIAR), "epochs", (w) => w.list([link], writeEpochLink));
}

/** Leaders die until the liar has led; others miss entries and ask it. */
function lead(cluster: Cluster): void {
  for (const dead of [2, 3]) {
    cluster.submit(LIAR);
    cluster.node(dead).crash();
    for (let i = 0; i < 5; i++) cluster.submit(1);
    cluster.run(3000);
    cluster.node(dead).start();
    cluster.run(1000);
  }
  if (cluster.leader?.id !== LIAR) throw new Error(`node ${LIAR} should lead by now`);
}

/** The liar misses entries, asks, reads, and accuses somebody. */
function comeBack(cluster: Cluster): void {
  cluster.node(LIAR).crash();
  for (let i = 0; i < 5; i++) cluster.submit(1);
  cluster.run(3000);
  cluster.node(LIAR).start();
  cluster.node(LIAR).input({ kind: "read", token: 1 });
  cluster.node(1).input({ kind: "read", token: 2 });
  cluster.run(1500);
  cluster.corrupt(LIAR, falseEvidence);
  cluster.run(2000);
}
