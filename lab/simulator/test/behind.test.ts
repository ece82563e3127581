// Nodes whose part changes while they are behind (S17, V11): what leads across epochs is taken over by whoever votes and by
// whoever does not, each in its own way; and what is read as an epoch ends.

import { NodeId } from "@juno/base";
import { decodeFrame, encodeFrame, writeProofs } from "@juno/consensus";
import { decodeAck } from "@juno/proof";
import { expect, it } from "vitest";
import { bulkFrame } from "../src/byzantine/liar.ts";
import type { Cluster } from "../src/cluster.ts";
import { memberOf } from "../src/members.ts";
import { configure, epochOf, settles, started, voters } from "./changing-cluster.ts";

const FOUR = [1, 2, 3, 4];
const observed = () => [...voters(...FOUR), memberOf(5, "observer")];

function works(cluster: Cluster, commands = 10): void {
  for (let i = 0; i < commands; i++) {
    cluster.submit(FOUR[i % 4]!);
    cluster.run(200);
  }
}

/** Nodes look for a proof far ahead where there is one, so that few chunks lead far: here the newest is the only one. */
function serveFar(cluster: Cluster): void {
  for (const id of FOUR) {
    const { disk } = cluster.node(id);
    disk.proofs = disk.proofs.slice(-1);
  }
}

const catchesUp = (cluster: Cluster, id: number): boolean => {
  const top = cluster.node(1).state!.committed.index;
  return cluster.run(20_000, () => (cluster.node(id).state?.committed.index ?? 0) >= top);
};

it("an observer that was named a voter while it was away comes back as one", () => {
  const cluster = started(77);
  configure(cluster, 1, observed());
  expect(settles(cluster, 1, [...FOUR, 5])).toBe(true);
  cluster.node(5).crash();
  works(cluster);
  configure(cluster, 2, voters(...FOUR, 5), { ready: FOUR });
  expect(settles(cluster, 2, FOUR)).toBe(true);
  works(cluster);
  serveFar(cluster);
  cluster.node(5).start();
  expect(settles(cluster, 2, [5, ...FOUR])).toBe(true);
});

it("an observer that was a voter for a while when it was away comes back as an observer", () => {
  const cluster = started(76);
  configure(cluster, 1, observed());
  expect(settles(cluster, 1, [...FOUR, 5])).toBe(true);
  cluster.node(5).crash();
  configure(cluster, 2, voters(...FOUR, 5), { ready: FOUR });
  expect(settles(cluster, 2, FOUR)).toBe(true);
  works(cluster);
  // Its log may end amid the epoch in which it voted.
  cluster.node(5).start();
  cluster.run(100);
  cluster.node(5).crash();
  configure(cluster, 3, observed(), { ready: FOUR });
  expect(settles(cluster, 3, FOUR)).toBe(true);
  works(cluster);
  serveFar(cluster);
  cluster.node(5).start();
  expect(settles(cluster, 3, [1, 5])).toBe(true);
});

it("a voter that lost its vote while it was away follows, wherever the proofs lead that it is given", () => {
  const cluster = started(78, 0, 5);
  cluster.node(5).crash();
  works(cluster, 80);
  configure(cluster, 1, observed());
  expect(settles(cluster, 1, FOUR)).toBe(true);
  works(cluster);
  serveFar(cluster);
  cluster.node(5).start();
  expect(settles(cluster, 1, [1, 5])).toBe(true);
});

it("a voter that lost its vote adopts no certificate of the epoch in which it has none", () => {
  const cluster = started(79, 0, 5);
  const five = cluster.node(5);
  five.crash();
  works(cluster);
  configure(cluster, 1, observed());
  expect(settles(cluster, 1, FOUR)).toBe(true);
  works(cluster);
  let isOpen = false;
  cluster.passes = (_from, to, bytes) => {
    const frame = decodeFrame(bytes);
    return isOpen || to !== 5 || !frame.ok || frame.value.kind !== "fetch-reply";
  };
  five.start();
  const { context, state } = cluster.node(1);
  const liar = { context: { ...context, electorate: state!.electorate } };
  const proofs = { certificate: state!.certified, termCertificate: undefined, commitProof: undefined };
  const hasHeard = () => five.state?.fetching?.target.certificate?.kind === "quorum";
  for (let i = 0; i < 100 && !hasHeard(); i++) {
    const frame = bulkFrame(liar, "proofs", (w) => writeProofs(w, proofs));
    cluster.post(NodeId(1), NodeId(5), encodeFrame(frame));
    cluster.run(100);
  }
  isOpen = true;
  expect(catchesUp(cluster, 5)).toBe(true);
  expect(settles(cluster, 1, [1, 5])).toBe(true);
});

it("what is read as an epoch ends shows what the next one has acknowledged before (S17)", () => {
  const cluster = started(80, 3);
  configure(cluster, 1, [...voters(...FOUR), ...[5, 6, 7].map((id) => memberOf(id, "observer"))]);
  expect(settles(cluster, 1, [...FOUR, 5, 6, 7])).toBe(true);
  const [old, next] = [
    [2, 3, 4],
    [1, 5, 6, 7],
  ];
  let isSlow = true;
  const endsEpoch = (index: number) =>
    FOUR.some((id) => {
      const entry = cluster.node(id).disk.entries[index - 1];
      return entry?.kind === "config" && entry.epoch === 1;
    });
  cluster.passes = (from, to, bytes) => {
    const frame = decodeFrame(bytes);
    if (!frame.ok || !old.includes(to)) return true;
    if (!old.includes(from) && epochOf(cluster, from) === 2) return false;
    const ack = frame.value.kind === "ack" ? decodeAck(frame.value.body) : undefined;
    return !(isSlow && ack?.ok && endsEpoch(ack.value.certified.index));
  };
  configure(cluster, 2, [...voters(...next), ...old.map((id) => memberOf(id, "observer"))]);
  expect(settles(cluster, 2, next)).toBe(true);
  const acknowledged = cluster.node(1).state!.committed.index;
  expect(old.map((id) => epochOf(cluster, id))).toEqual([1, 1, 1]);
  const readable: number[] = [];
  cluster.onEffect = (node, effect) => {
    if (node.id === 4 && effect.kind === "readable") readable.push(effect.index);
  };
  cluster.node(4).input({ kind: "read", token: 1 });
  cluster.run(300);
  isSlow = false;
  cluster.run(2_000);
  cluster.passes = () => true;
  expect(cluster.run(20_000, () => readable.length > 0)).toBe(true);
  expect(readable[0]).toBeGreaterThanOrEqual(acknowledged);
});
