// Who hears at once that an entry is applied (spec/3, 3.5): the voter whose client waits. All others hear
// of it with the next Ack, so no later than with the next heartbeat.

import type { NodeId } from "@juno/base";
import { decodeFrame } from "@juno/consensus";
import { decodeAck } from "@juno/proof";
import { expect, it } from "vitest";
import { CALM, Cluster } from "../src/cluster.ts";

type Told = { readonly from: NodeId; readonly to: readonly NodeId[]; readonly applied: number };

/** A calm cluster with leader 2, a while after a heartbeat. */
function calmCluster(): { cluster: Cluster; told: Told[] } {
  const cluster = new Cluster({ seed: 1, nodes: 4 });
  cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };
  cluster.startAll();
  cluster.run(110);
  const told: Told[] = [];
  cluster.onEffect = (node, effect) => {
    if (effect.kind !== "send") return;
    const frame = decodeFrame(effect.frame);
    const ack = frame.ok && frame.value.kind === "ack" ? decodeAck(frame.value.body) : undefined;
    if (ack?.ok) told.push({ from: node.id, to: effect.to, applied: ack.value.applied.index });
  };
  return { cluster, told };
}

const LAST = 2;
const others = (id: number) => [1, 2, 3, 4].filter((other) => other !== id);

it.each([1, 2, 3, 4])("it is the node %i that was asked, and nobody else", (asked) => {
  const { cluster, told } = calmCluster();
  cluster.submit(asked);
  cluster.run(40);
  const ofLast = told.filter(({ applied }) => applied === LAST);
  expect(ofLast.map(({ from }) => from).sort()).toEqual(others(asked));
  for (const { to } of ofLast) expect(to).toEqual([asked]);
  cluster.run(100);
  for (const id of [1, 2, 3, 4]) expect(told).toContainEqual({ from: id, to: others(id), applied: LAST });
});
