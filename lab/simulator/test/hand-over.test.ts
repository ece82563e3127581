// V12 where it goes wrong most easily: a leader that has much to do keeps what it leads, and one that is to stop leaves nothing behind.

import type { NodeId } from "@juno/base";
import { decodeFrame, type Frame } from "@juno/consensus";
import { beforeEach, expect, it } from "vitest";
import { CALM, Cluster } from "../src/cluster.ts";

let cluster: Cluster;
let frames: { readonly from: NodeId; readonly frame: Frame }[];

const begin = (limits: ConstructorParameters<typeof Cluster>[0]["limits"] = {}) => {
  cluster = new Cluster({ seed: 1, nodes: 4, limits });
  cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };
  frames = [];
  cluster.onEffect = ({ id: from }, effect) => {
    if (effect.kind !== "send") return;
    const frame = decodeFrame(effect.frame);
    if (frame.ok) frames.push({ from, frame: frame.value });
  };
  cluster.startAll();
};
const saidBy = (id: NodeId) => frames.filter(({ from }) => from === id).map(({ frame }) => frame.kind);

beforeEach(() => {
  begin();
  expect(cluster.run(1_000, () => cluster.leader !== undefined)).toBe(true);
});

it("a leader does not give itself up over a command that waits as long as its entries are certified", () => {
  begin({ batchEntriesMax: 1, pipelineMax: 1, windowEntries: 1 });
  cluster.faults = { ...cluster.faults, delayMsMin: 150, delayMsMax: 150 };
  expect(cluster.run(5_000, () => cluster.leader !== undefined)).toBe(true);
  const { id } = cluster.leader!;
  for (let i = 0; i < 32; i++) cluster.submit(id);
  const { currentTerm } = cluster.leader!.state!;
  cluster.run(5_500);
  expect([...cluster.node(id).state!.pending.all()].length).toBeGreaterThan(0);
  expect(cluster.node(id).state).toMatchObject({ suspecting: false, currentTerm });
  expect(cluster.leader?.id).toBe(id);
});

it("a leader that has given up its term keeps nobody in it by heartbeats", () => {
  const leader = cluster.leader!;
  cluster.run(100);
  cluster.passes = (from) => from !== leader.id;
  leader.input({ kind: "hand-over" });
  cluster.run(20);
  expect(leader.state!.resignedTerm).toBe(leader.state!.currentTerm);
  frames = [];
  cluster.run(400);
  expect(saidBy(leader.id)).toContain("prevote");
  expect(saidBy(leader.id)).not.toContain("append-entries");
});

it("what a leader proposed and does not see committed before it stops is shown to all when it is cut", () => {
  const leader = cluster.leader!;
  cluster.run(100);
  cluster.passes = (_from, _to, bytes) => {
    const frame = decodeFrame(bytes);
    return frame.ok && frame.value.kind !== "append-entries";
  };
  const id = cluster.submit(leader.id);
  cluster.run(5);
  expect(leader.state!.loggedIds.has(id)).toBe(true);
  leader.input({ kind: "hand-over" });
  expect(cluster.run(3_000, () => cluster.leader !== undefined && cluster.leader.id !== leader.id)).toBe(
    true,
  );
  cluster.passes = () => true;
  frames = [];
  expect(cluster.run(500, () => !leader.state!.loggedIds.has(id))).toBe(true);
  cluster.run(5);
  expect(saidBy(leader.id)).toContain("commands");
});

it("a candidate that is to stop asks for no votes any more, though it had begun to", () => {
  const next = cluster.nodes[2]!;
  cluster.passes = (_from, _to, bytes) => {
    const frame = decodeFrame(bytes);
    return frame.ok && frame.value.kind !== "vote";
  };
  cluster.leader!.input({ kind: "hand-over" });
  expect(cluster.run(2_000, () => next.state!.campaign?.base !== undefined)).toBe(true);
  cluster.passes = () => false;
  next.input({ kind: "hand-over" });
  cluster.run(5);
  frames = [];
  cluster.run(300);
  expect(saidBy(next.id)).toContain("prevote");
  expect(saidBy(next.id)).not.toContain("request-vote");
});
