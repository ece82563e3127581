// Nodes whose outcomes differ (5.9): who is wrong stops speaking, for good; who is right does not, whatever
// the others' silence looks like.

import { decodeFrame } from "@juno/consensus";
import { type Ack, decodeAck } from "@juno/proof";
import { expect, it } from "vitest";
import { CALM, Cluster } from "../src/cluster.ts";

function calmCluster() {
  const cluster = new Cluster({ seed: 1, nodes: 4 });
  cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };
  const acks: Ack[] = [];
  cluster.onEffect = (_node, effect) => {
    const frame = effect.kind === "send" ? decodeFrame(effect.frame) : undefined;
    const ack = frame?.ok && frame.value.kind === "ack" ? decodeAck(frame.value.body) : undefined;
    if (ack?.ok) acks.push(ack.value);
  };
  cluster.startAll();
  cluster.run(110);
  return { cluster, acks };
}

const modeOf = (cluster: Cluster, id: number) => cluster.node(id).state?.mode;

it("a read-only node attests nothing new, also after a restart", () => {
  const { cluster, acks } = calmCluster();
  cluster.node(3).outcomeSalt = 3;
  for (let i = 0; i < 3; i++) {
    cluster.submit(1);
    cluster.run(400);
  }
  expect(modeOf(cluster, 3)).toBe("readOnly");
  const attested = () => acks.filter(({ from }) => from === 3).map(({ applied }) => applied.index);
  const before = Math.max(...attested());
  cluster.node(3).crash();
  cluster.run(100);
  cluster.node(3).start();
  cluster.submit(1);
  cluster.run(600);
  expect(cluster.node(3).applied.index).toBeGreaterThan(before);
  expect(Math.max(...attested())).toBe(before);
});

it("a healthy node counts its own word at an index that it has left behind", () => {
  const { cluster } = calmCluster();
  cluster.node(3).outcomeSalt = 3;
  cluster.node(4).outcomeSalt = 4;
  cluster.submit(2);
  cluster.run(300);
  expect([1, 2, 3, 4].map((id) => modeOf(cluster, id))).toEqual(["normal", "normal", "readOnly", "readOnly"]);
  cluster.node(1).crash();
  cluster.submit(2);
  cluster.run(2000);
  expect(cluster.node(2).applied.index).toBe(3);
  expect(modeOf(cluster, 2)).toBe("normal");
});
