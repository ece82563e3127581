// Liars are found out: strategies that contradict themselves leave evidence with honest nodes, and in
// whatever schedule nobody honest is ever accused (the checker runs along and stops whoever is). Crashing,
// coming back and changing branches leave none.

import { NodeId } from "@juno/base";
import { EVIDENCE_PER_VOTER_MAX, type KeptEvidence } from "@juno/consensus";
import type { EvidenceKind } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { doubleAck } from "../src/byzantine/double-ack.ts";
import { doubleVote } from "../src/byzantine/double-vote.ts";
import { equivocate } from "../src/byzantine/equivocate.ts";
import { falseEvidence } from "../src/byzantine/false-evidence.ts";
import { falseOutcomes } from "../src/byzantine/false-outcomes.ts";
import type { Lie } from "../src/byzantine/liar.ts";
import { overwrite } from "../src/byzantine/overwrite.ts";
import { replay } from "../src/byzantine/replay.ts";
import { Cluster } from "../src/cluster.ts";

const SEEDS = [1, 2];

const heldBy = (cluster: Cluster, id: number): readonly KeptEvidence[] =>
  cluster.node(id).state?.evidence.all ?? [];

const heldByHonest = (cluster: Cluster) => cluster.honest.flatMap(({ id }) => heldBy(cluster, id));

/** Fifteen seconds with crashes and a leader that changes; node `liar` lies from the second round on. */
function lived(seed: number, liar: number, lie: Lie | undefined): Cluster {
  const cluster = new Cluster({ seed, nodes: 4 });
  cluster.startAll();
  for (let round = 1; round <= 10; round++) {
    if (round === 2 && lie !== undefined) cluster.corrupt(liar, lie);
    for (let command = 0; command < 3; command++) cluster.submit(1 + (command % 4), `${round}-${command}`);
    cluster.run(500);
    const victim = cluster.node(1 + (round % 4));
    victim.crash();
    cluster.run(700);
    victim.start();
    cluster.run(300);
  }
  return cluster;
}

/** Node 1 is told one branch for a while, then the other. */
function changing(): (to: NodeId) => number {
  let told = 0;
  return (to) => (to === 1 ? (told++ >> 2) & 1 : 0);
}

/** True and false in turn, so that every index gives another proof. */
const inTurn: Lie = (liar) => {
  const { outgoing } = falseOutcomes(liar);
  let told = 0;
  return { outgoing: (letter) => (told++ % 2 === 0 ? [letter] : outgoing!(letter)) };
};

describe("a liar is found out", () => {
  it.each<[EvidenceKind, string, () => Lie]>([
    ["equivocation", "a leader that overwrites what it said (E37)", () => overwrite],
    ["equivocation", "a leader that goes from branch to branch (E37)", () => equivocate(changing())],
    ["double-vote", "a voter for every base (E38)", () => doubleVote],
    ["stale-vote", "a voter for a base below what it certified (E38)", () => doubleVote],
    ["false-attestation", "a voter that attests what nobody computed (E39)", () => falseOutcomes],
  ])("%s: %s", (kind, _what, lie) => {
    const found = SEEDS.flatMap((seed) => heldByHonest(lived(seed, 2, lie())));
    expect(found.filter((kept) => kept.kind === kind).length).toBeGreaterThan(0);
    for (const { accused } of found) expect(accused).toBe(2);
  });
});

/** One outcome for some, another for the rest: nobody is told both. */
const toOne =
  (fooled: NodeId): Lie =>
  (liar) => {
    const { outgoing } = falseOutcomes(liar);
    return { outgoing: (letter) => (letter.to === fooled ? outgoing!(letter) : [letter]) };
  };

describe("a liar that contradicts itself to nobody's face", () => {
  const fooled = NodeId(1);

  function begun(): Cluster {
    const cluster = new Cluster({ seed: 1, nodes: 4 });
    cluster.corrupt(4, toOne(fooled));
    cluster.startAll();
    cluster.run(300);
    return cluster;
  }

  it("is found out by the certificates that others make of what they were told (E39)", () => {
    const cluster = begun();
    // So that certificates need the liar's word, and the fooled node takes over those of the leader.
    cluster.node(3).crash();
    for (let command = 0; command < 5; command++) {
      cluster.submit(2);
      cluster.run(200);
    }
    for (const id of [1, 2]) {
      const held = heldBy(cluster, id);
      expect(held.length).toBeGreaterThan(0);
      for (const { kind, accused } of held) expect([kind, accused]).toEqual(["false-attestation", 4]);
    }
  });
});

describe("nobody is accused", () => {
  it.each<[string, Lie | undefined]>([
    ["of honest nodes that crash and come back", undefined],
    ["by a liar that says again whatever it heard", replay],
    ["who changed branches because a certificate said so (S11)", equivocate((to) => (to === 1 ? 1 : 0))],
  ])("%s", (_what, lie) => {
    for (const seed of SEEDS) {
      const cluster = lived(seed, 3, lie);
      expect(heldByHonest(cluster)).toEqual([]);
      expect(cluster.checker.evidence.size).toBe(0);
    }
  });

  it.each<[string, Lie]>([
    ["that signs two branches of whatever term it is in", falseEvidence],
    ["that acks every branch", doubleAck],
  ])("but the liar itself: one %s", (_what, lie) => {
    for (const seed of SEEDS) {
      for (const { accused } of heldByHonest(lived(seed, 3, lie))) expect(accused).toBe(3);
    }
  });
});

describe("evidence", () => {
  it("outlives a crash, and is told once", () => {
    const cluster = new Cluster({ seed: 1, nodes: 4 });
    let told = 0;
    cluster.onEffect = (node, effect) => {
      if (node.id === 1 && effect.kind === "notice" && effect.code === "evidence") told += 1;
    };
    cluster.startAll();
    cluster.run(500);
    cluster.submit(1);
    cluster.run(500);
    cluster.corrupt(2, falseOutcomes);
    cluster.run(2_000);
    const before = heldBy(cluster, 1);
    expect(before.length).toBeGreaterThan(0);
    expect(told).toBe(before.length);
    cluster.node(1).crash();
    cluster.node(1).start();
    cluster.run(2_000);
    expect(heldBy(cluster, 1)).toEqual(before);
    expect(told).toBe(before.length);
  });

  it("of a voter that signs proofs against itself without end is bounded", () => {
    const cluster = lived(1, 2, inTurn);
    for (const { id } of cluster.honest) {
      const held = heldBy(cluster, id).filter(({ kind }) => kind === "false-attestation");
      expect(held).toHaveLength(EVIDENCE_PER_VOTER_MAX);
    }
  });
});
