// A cluster of the production core in virtual time, whose configuration tests change.

import type { NodeId } from "@juno/base";
import type { Member } from "@juno/proof";
import { expect } from "vitest";
import { Cluster, EPOCH_MS } from "../src/cluster.ts";
import { configBody, memberOf } from "../src/members.ts";

export const FAR_MS = EPOCH_MS + 24 * 3_600_000;
export const voters = (...ids: number[]): Member[] => ids.map((id) => memberOf(id));

export function started(seed: number, strangers = 1, nodes = 4): Cluster {
  const cluster = new Cluster({ seed, nodes, strangers });
  cluster.startAll();
  expect(cluster.run(5_000, () => cluster.leader !== undefined)).toBe(true);
  return cluster;
}

type Wish = { expires?: number; ready?: number[]; generationOf?: (id: number) => number };

/** Hands the ledger's order to everybody, as their own ledgers would, each as soon as it has come so far. */
export function configure(cluster: Cluster, epoch: number, members: Member[], wish: Wish = {}): void {
  const body = configBody(cluster.network, { epoch, members, expires: FAR_MS, ...wish });
  const given = new Set<NodeId>();
  const give = () => {
    for (const node of cluster.nodes) {
      if (given.has(node.id) || node.state?.electorate.epoch !== epoch - 1) continue;
      given.add(node.id);
      node.input({ kind: "configure", body });
    }
    if (given.size < cluster.nodes.length) cluster.plan(100, give);
  };
  give();
}

export const epochOf = (cluster: Cluster, id: number): number | undefined =>
  cluster.node(id).state?.electorate.epoch;

/** Until these nodes are in the epoch and have committed a command that is given to the first of them. */
export function settles(cluster: Cluster, epoch: number, ids: readonly number[], withinMs = 20_000): boolean {
  const isIn = () => ids.every((id) => epochOf(cluster, id) === epoch);
  if (!cluster.run(withinMs, isIn)) return false;
  const command = cluster.submit(ids[0]!);
  return cluster.run(withinMs, () => ids.every((id) => cluster.node(id).admission.applied.has(command)));
}
