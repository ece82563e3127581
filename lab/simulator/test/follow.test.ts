// Nodes without a vote that follow others of their kind (V11): voters are spared, and nobody stands still.

import { NodeId } from "@juno/base";
import { decodeFrame, isCaughtUp } from "@juno/consensus";
import type { Member } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { badFetch } from "../src/byzantine/bad-fetch.ts";
import { Cluster, EPOCH_MS } from "../src/cluster.ts";
import { configBody, memberOf } from "../src/members.ts";

const OBSERVERS = [5, 6, 7];
const HOUR_MS = 3_600_000;

/** Four voters and three observers, each of which follows whom it is told to. */
function following(chain: Readonly<Record<number, readonly number[]>>): Cluster {
  const follow = (self: NodeId) => (chain[self] ?? []).map(NodeId);
  const cluster = new Cluster({ seed: 1, nodes: 4, strangers: 3, follow });
  cluster.startAll();
  expect(cluster.run(5_000, () => cluster.leader !== undefined)).toBe(true);
  const members: Member[] = [1, 2, 3, 4].map((id) => memberOf(id));
  members.push(...OBSERVERS.map((id) => memberOf(id, "observer")));
  const body = configBody(cluster.network, { epoch: 1, members, expires: EPOCH_MS + HOUR_MS });
  for (const id of [1, 2, 3, 4]) cluster.node(id).input({ kind: "configure", body });
  const are = () => cluster.nodes.every(({ state }) => state?.electorate.epoch === 1);
  expect(cluster.run(20_000, are)).toBe(true);
  return cluster;
}

/** Whether what is submitted now is applied by these nodes in time. */
function reaches(cluster: Cluster, ids: readonly number[], withinMs = 5_000): boolean {
  const command = cluster.submit(1);
  return cluster.run(withinMs, () => ids.every((id) => cluster.node(id).admission.applied.has(command)));
}

/** Who was asked for entries, and how often, within so many milliseconds of steady work. */
function asked(cluster: Cluster, by: number, ms: number): Map<number, number> {
  const counts = new Map<number, number>();
  const { passes } = cluster;
  cluster.passes = (from, to, bytes) => {
    const frame = decodeFrame(bytes);
    if (from === by && frame.ok && frame.value.kind === "fetch") counts.set(to, (counts.get(to) ?? 0) + 1);
    return passes(from, to, bytes);
  };
  for (let done = 0; done < ms; done += 100) {
    cluster.submit(1);
    cluster.run(100);
  }
  cluster.passes = passes;
  return counts;
}

const sum = (counts: ReadonlyMap<number, number>, ids: readonly number[]): number =>
  ids.reduce((all, id) => all + (counts.get(id) ?? 0), 0);

describe("observers that follow", () => {
  it("come as far as the voters, and ask a voter once in a heartbeat timeout", () => {
    const cluster = following({ 6: [5], 7: [6] });
    expect(reaches(cluster, OBSERVERS)).toBe(true);
    const counts = asked(cluster, 7, 12_000);
    expect(sum(counts, [6])).toBeGreaterThan(60);
    const voters = sum(counts, [1, 2, 3, 4]);
    expect(voters).toBeGreaterThan(10);
    expect(voters).toBeLessThanOrEqual(21);
    expect(sum(counts, [5])).toBe(0);
  });

  it("ask voters as before when the node that they follow is gone, and come back to it", () => {
    const cluster = following({ 6: [5] });
    cluster.node(5).crash();
    expect(reaches(cluster, [6, 7])).toBe(true);
    expect(sum(asked(cluster, 6, 5_000), [5])).toBeLessThan(3);
    cluster.node(5).start();
    cluster.run(20_000);
    expect(sum(asked(cluster, 6, 2_000), [5])).toBeGreaterThan(5);
  });

  it("reach those who cannot reach a voter themselves", () => {
    const cluster = following({ 7: [5] });
    cluster.passes = (from, to) => ![from, to].includes(NodeId(7)) || [from, to].includes(NodeId(5));
    cluster.run(2_000);
    expect(sum(asked(cluster, 7, 12_000), [5])).toBeGreaterThan(8);
    expect(reaches(cluster, OBSERVERS)).toBe(true);
  });

  it("do not stand still in a circle, and are caught up by a voter's word only", () => {
    const cluster = following({ 5: [6], 6: [7], 7: [5] });
    expect(reaches(cluster, OBSERVERS)).toBe(true);
    // No voter is heard any more: what the others of the circle have says nothing.
    cluster.passes = (from, to) => OBSERVERS.includes(from) === OBSERVERS.includes(to);
    cluster.run(5_000);
    for (const id of OBSERVERS) {
      const { state, context } = cluster.node(id);
      const now = { monotonicMs: cluster.nowMs, wallMs: EPOCH_MS + cluster.nowMs };
      expect(isCaughtUp({ state: state!, context, now })).toBe(false);
    }
    cluster.passes = () => true;
    expect(reaches(cluster, OBSERVERS)).toBe(true);
  });

  it("do not believe a voter for ever that says that there is nothing more", () => {
    const cluster = following({});
    expect(reaches(cluster, OBSERVERS)).toBe(true);
    cluster.corrupt(cluster.node(5).state!.following!.voter!, badFetch("nothing"));
    expect(reaches(cluster, OBSERVERS, 10_000)).toBe(true);
  });
});
