// S16: a node that has disowned its memory follows by certificates, through elections and as the one whose term
// it would be, and says nothing that counts for a quorum; nor does its own memory count for its reads.

import { decodeFrame, type Effect, kindOfFrame, type MessageKind } from "@juno/consensus";
import { beforeEach, describe, expect, it } from "vitest";
import { CALM, Cluster } from "../src/cluster.ts";

const OBSERVER = 4;
const COUNTED: readonly MessageKind[] = [
  "prevote",
  "request-vote",
  "vote",
  "append-entries",
  "ack",
  "probe-reply",
  "snapshot",
];

describe("an observer", () => {
  let cluster: Cluster;
  let said: MessageKind[];
  let readable: Extract<Effect, { kind: "readable" }>[];

  const commit = (count: number) => {
    for (let i = 0; i < count; i++) {
      cluster.submit(cluster.leader!.id);
      cluster.run(50);
    }
  };

  beforeEach(() => {
    cluster = new Cluster({ seed: 1, nodes: 4 });
    cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };
    cluster.startAll();
    cluster.run(110);
    commit(2);
    [said, readable] = [[], []];
    cluster.onEffect = ({ id }, effect) => {
      if (id !== OBSERVER) return;
      if (effect.kind === "readable") readable.push(effect);
      const frame = effect.kind === "send" ? decodeFrame(effect.frame) : undefined;
      if (frame?.ok) said.push(frame.value.kind);
    };
    cluster.node(OBSERVER).input({ kind: "disown", reason: "a vote in term 9" });
  });

  it("keeps silent for good, and commits and applies what the others do", () => {
    commit(3);
    cluster.node(OBSERVER).crash();
    commit(3);
    cluster.node(OBSERVER).start();
    cluster.run(1_000);
    expect(cluster.node(OBSERVER).state?.mode).toBe("observer");
    expect(cluster.node(OBSERVER).applied).toEqual(cluster.node(1).applied);
    expect(cluster.node(1).applied.index).toBeGreaterThan(8);
    expect(said.filter((kind) => COUNTED.includes(kind))).toEqual([]);
  });

  it("follows through every leader's term, and leaves its own to the next", () => {
    const leaders = new Set<number>();
    for (let i = 0; i < 3; i++) {
      const { id } = cluster.leader!;
      leaders.add(id);
      // Nobody hears the leader's entries, so all leave its term, itself too.
      cluster.passes = (from, _to, bytes) => from !== id || kindOfFrame(bytes) !== "append-entries";
      cluster.submit(id);
      expect(cluster.run(60_000, () => cluster.leader !== undefined && cluster.leader.id !== id)).toBe(true);
      cluster.passes = () => true;
      cluster.run(1_000);
      commit(1);
    }
    cluster.run(500);
    expect([...leaders].sort()).toEqual([1, 2, 3]);
    // leader(3) is node 4.
    expect(cluster.leader!.state!.currentTerm).toBeGreaterThan(4);
    expect(cluster.node(OBSERVER).applied).toEqual(cluster.leader!.applied);
    expect(said.filter((kind) => COUNTED.includes(kind))).toEqual([]);
  });

  it("reads what q others answer for, and nothing by its own memory", () => {
    cluster.node(OBSERVER).input({ kind: "read", token: 1 });
    cluster.run(200);
    expect(readable.map(({ tokens }) => tokens)).toEqual([[1]]);
    cluster.node(2).crash();
    cluster.node(OBSERVER).input({ kind: "read", token: 2 });
    cluster.run(2_000);
    expect(readable).toHaveLength(1);
    cluster.node(2).start();
    cluster.run(2_000);
    expect(readable.map(({ tokens }) => tokens)).toEqual([[1], [2]]);
  });

  it("answers no probe, so that no read of others rests on what it may have forgotten", () => {
    const { id } = cluster.leader!;
    const other = id === 1 ? 2 : 1;
    cluster.node(other).crash();
    let answered = 0;
    cluster.onEffect = (node, effect) => {
      if (node.id === id && effect.kind === "readable") answered += 1;
    };
    cluster.node(id).input({ kind: "read", token: 1 });
    cluster.run(2_000);
    expect(answered).toBe(0);
    cluster.node(other).start();
    cluster.run(2_000);
    expect(answered).toBe(1);
  });

  it("answers no read that waited when it found out that it has forgotten", () => {
    const refused: number[] = [];
    const node = cluster.node(1);
    cluster.onEffect = ({ id }, effect) => {
      if (id === node.id && effect.kind === "unreadable") refused.push(...effect.tokens);
    };
    node.input({ kind: "read", token: 9 });
    node.input({ kind: "disown", reason: "a vote in term 9" });
    cluster.run(10);
    expect(refused).toEqual([9]);
  });

  it("that computes other outcomes than the others has nothing to show: it halts", () => {
    // What it does counts for nothing with the checkers from here on.
    cluster.liars.add(cluster.node(OBSERVER).id);
    cluster.node(OBSERVER).outcomeSalt = 7;
    commit(2);
    cluster.run(500);
    expect(cluster.node(OBSERVER).state?.mode).toBe("halted");
  });
});
