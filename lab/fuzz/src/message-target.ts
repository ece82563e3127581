// Messages that somebody with a voter's key makes up, against living nodes: whatever comes, nobody throws,
// and afterwards the cluster commits as before.

import { Prng } from "@juno/base";
import { decodeFrame, encodeFrame } from "@juno/consensus";
import type { Target } from "./campaign.ts";
import { LIAR, type LivedCluster, livedCluster } from "./lived-cluster.ts";
import { spoiledFrame } from "./spoiled-frames.ts";

/** The cluster goes on for a while after so many messages. */
const MESSAGES_PER_PAUSE = 10;
const PAUSE_MS = 5;
const COMMIT_MS_MAX = 60_000;

export function messageTarget(): Target {
  const { cluster, frames } = livedCluster();
  const liar = cluster.node(LIAR);
  const choice = new Prng(1);
  let posted = 0;
  return {
    name: "messages",
    samples: [...frames.values()].flat().map(encodeFrame),
    spoil: (prng, bytes) => {
      const frame = decodeFrame(bytes);
      // A body may have grown beyond what a frame can hold; it is sent as it is.
      if (!frame.ok) return new Uint8Array(bytes);
      return encodeFrame(spoiledFrame(prng, frame.value, liar));
    },
    read: (bytes) => {
      cluster.post(liar.id, choice.pick(cluster.honest).id, bytes);
      posted += 1;
      if (posted % MESSAGES_PER_PAUSE === 0) cluster.run(PAUSE_MS);
      return cluster.judge(cluster.node(1), liar.id, bytes).ok;
    },
    finish: () => demandProgress(cluster),
  };
}

function demandProgress(cluster: LivedCluster["cluster"]): void {
  const id = cluster.submit(1);
  const isDone = () => cluster.honest.every((node) => node.admission.applied.has(id));
  if (!cluster.run(COMMIT_MS_MAX, isDone)) throw new Error("the cluster does not commit any more");
  const modes = cluster.honest.map(({ state }) => state?.mode);
  if (modes.some((mode) => mode !== "normal")) throw new Error(`the nodes are ${modes.join(", ")}`);
}
