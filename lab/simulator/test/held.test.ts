// S19: a node that its operator has halted says nothing at all but what it serves of its log; the others go on as without it, and
// when it is released it goes on from what it remembers.

import { LogIndex, NodeId } from "@juno/base";
import type { Effect, Message, Verified } from "@juno/consensus";
import { FIRST_EPOCH } from "@juno/proof";
import { beforeEach, describe, expect, it } from "vitest";
import { CALM, Cluster } from "../src/cluster.ts";

describe("a node that is held", () => {
  let cluster: Cluster;
  let effects: { readonly node: number; readonly effect: Effect }[];

  const commit = (count: number) => {
    for (let i = 0; i < count; i++) {
      cluster.submit(cluster.leader!.id);
      cluster.run(50);
    }
  };
  const kindsOf = (id: number) =>
    new Set(effects.filter(({ node }) => node === id).map(({ effect }) => effect.kind));
  const hold = (id: number) => {
    cluster.node(id).input({ kind: "hold" });
    effects = [];
  };
  const release = (id: number) => {
    cluster.node(id).input({ kind: "release" });
    cluster.node(id).input({ kind: "start" });
  };

  beforeEach(() => {
    cluster = new Cluster({ seed: 1, nodes: 4 });
    cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };
    effects = [];
    cluster.onEffect = ({ id: node }, effect) => effects.push({ node, effect });
    cluster.startAll();
    cluster.run(110);
    commit(2);
  });

  it("says and writes nothing while the others go on, and catches up when it is released", () => {
    const { currentTerm, certified } = cluster.node(4).state!;
    hold(4);
    commit(3);
    cluster.run(5_000);
    expect(kindsOf(4)).toEqual(new Set());
    expect(cluster.node(4).state).toMatchObject({ currentTerm, certified });
    release(4);
    commit(1);
    cluster.run(300);
    expect(kindsOf(4)).toContain("send");
    expect(cluster.node(4).applied).toEqual(cluster.node(1).applied);
    expect(cluster.node(1).applied.index).toBeGreaterThan(6);
  });

  it("is left by the others if it leads, and follows the next leader when it is released", () => {
    const { id } = cluster.leader!;
    hold(id);
    const other = () => cluster.leader !== undefined && cluster.leader.id !== id;
    expect(cluster.run(10_000, other)).toBe(true);
    commit(2);
    expect(kindsOf(id)).toEqual(new Set());
    release(id);
    commit(1);
    cluster.run(1_000);
    expect(cluster.leader!.id).not.toBe(id);
    expect(cluster.node(id).applied).toEqual(cluster.leader!.applied);
  });

  it("shows its log to whoever asks, and answers no linearizable read", () => {
    hold(4);
    cluster.node(4).input({ kind: "read", token: 7 });
    const identity = { epoch: FIRST_EPOCH, from: NodeId(3) };
    const point = { index: LogIndex(0), hash: cluster.network };
    const range = { direction: "forward", certified: false, point, entriesMax: 9, bytesMax: 9_999 } as const;
    const fetch: Message = { kind: "fetch", ...identity, body: { ...identity, ...range } };
    cluster.node(4).input({ kind: "message", message: fetch as Verified<Message> });
    expect(effects.filter(({ node }) => node === 4).map(({ effect }) => effect)).toEqual([
      { kind: "unreadable", tokens: [7] },
      { kind: "serve", to: 3, fetch: { ...identity, ...range } },
    ]);
  });

  it("stays what it is when its own state machine goes on, and when it learns that it has forgotten", () => {
    hold(4);
    const { root } = cluster.node(4).applied;
    cluster.node(4).input({ kind: "applied", index: cluster.node(4).applied.index, root });
    cluster.node(4).input({ kind: "disown", reason: "a vote in term 9" });
    cluster.run(50);
    expect(cluster.node(4).state).toMatchObject({ mode: "observer", isHeld: true });
    expect(kindsOf(4)).not.toContain("send");
    release(4);
    commit(2);
    cluster.run(1_000);
    expect(cluster.node(4).state?.mode).toBe("observer");
    expect(cluster.node(4).applied).toEqual(cluster.node(1).applied);
  });
});
