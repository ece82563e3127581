// Nodes whose outcomes differ (5.9): who is wrong stops speaking, for good; who is right does not, whatever
// the others' silence looks like.

import { Hash, LogIndex } from "@juno/base";
import { type Divergence, decodeFrame } from "@juno/consensus";
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

it("a node that leaves attests nothing any more, also after a restart (V15)", () => {
  const { cluster, acks } = calmCluster();
  cluster.node(3).outcomeSalt = 3;
  for (let i = 0; i < 3; i++) {
    cluster.submit(1);
    cluster.run(400);
  }
  expect(modeOf(cluster, 3)).toBe("readOnly");
  acks.length = 0;
  const attested = () => acks.filter(({ from }) => from === 3).map(({ applied }) => applied.index);
  const before = cluster.node(3).applied.index;
  cluster.submit(1);
  cluster.run(400);
  cluster.node(3).crash();
  cluster.run(100);
  cluster.node(3).start();
  cluster.submit(1);
  cluster.run(600);
  expect(cluster.node(3).applied.index).toBeGreaterThan(before);
  // It goes on ordering: others count what it has stored and certified.
  expect(new Set(attested())).toEqual(new Set([0]));
});

it("a node that leaves tells what it has found, in whose signed words", () => {
  const { cluster } = calmCluster();
  const found: Divergence[] = [];
  const { onEffect } = cluster;
  cluster.onEffect = (node, effect) => {
    onEffect(node, effect);
    if (effect.kind === "mode" && effect.found !== undefined) found.push(effect.found);
  };
  cluster.node(3).outcomeSalt = 3;
  cluster.submit(1);
  cluster.run(400);
  const [divergence] = found;
  const { roots } = cluster.node(1);
  expect(found).toHaveLength(1);
  const { index, own, theirs, words } = divergence!;
  expect(theirs).toEqual(roots[index]);
  expect(own).toEqual(cluster.node(3).roots[index]);
  expect(words.length).toBeGreaterThan(1);
  const said = words.map(({ body }) => decodeAck(body));
  expect(said).toEqual(
    said.map(() => ({
      ok: true,
      value: expect.objectContaining({ applied: { index, root: roots[index] } }),
    })),
  );
  expect(cluster.node(3).state!.reason).toContain(`index ${index}`);
});

it("a node leaves whose snapshot f+1 others contradict, and an observer has nothing left to show (C23, S16)", () => {
  const { cluster } = calmCluster();
  const hash = (fill: number) => Hash(new Uint8Array(32).fill(fill));
  const said = { index: LogIndex(1), own: hash(1), theirs: hash(2), words: [] };
  cluster.node(4).input({ kind: "disown", reason: "a vote" });
  for (const id of [3, 4]) cluster.node(id).input({ kind: "contradicted", ...said });
  expect([modeOf(cluster, 3), modeOf(cluster, 4)]).toEqual(["readOnly", "halted"]);
  // The checker lets no node halt while nobody lies.
  cluster.node(4).crash();
  cluster.run(50);
  expect(cluster.node(3).disk.load()).toMatchObject({
    mode: "readOnly",
    reason: expect.stringContaining("another snapshot at index 1"),
  });
});

it("a node that was re-admitted attests only what it applies from then on (V17)", () => {
  const { cluster, acks } = calmCluster();
  const node = cluster.node(3);
  node.outcomeSalt = 3;
  cluster.submit(1);
  cluster.run(400);
  expect(modeOf(cluster, 3)).toBe("readOnly");
  node.crash();
  node.outcomeSalt = 0;
  node.applied = { index: LogIndex(0), root: node.context.electorate.network };
  node.disk.write([{ kind: "mode", mode: "normal", reason: "made anew and confirmed" }]);
  acks.length = 0;
  node.start();
  cluster.run(400);
  const attested = () => acks.filter(({ from }) => from === 3).map(({ applied }) => applied.index);
  expect(new Set(attested())).toEqual(new Set([0]));
  cluster.submit(1);
  cluster.run(400);
  expect([modeOf(cluster, 3), attested().at(-1)]).toEqual(["normal", node.applied.index]);
  // Nobody has seen it say two things of one entry.
  expect(cluster.node(1).state!.evidence.all).toEqual([]);
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
