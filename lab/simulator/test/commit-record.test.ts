// The record of a commit is written later than the commit is known (spec/3, 3.1). What was applied is
// committed all the same: with more than f faults, a node that forgot the record halts as one that has it,
// and a node that halts has it written.

import { bulk, decodeFrame, encodeFrame, signBody, writeProofs } from "@juno/consensus";
import { type Certificate, decodeCertificate, FIRST_EPOCH } from "@juno/proof";
import { describe, expect, it } from "vitest";
import type { SimulatedNode } from "../src/node.ts";
import { ScenarioRun } from "../src/scenario/run.ts";

/** A network that falls in two after its first entry, nodes 2 and 3 in both halves; what turned nodes away from normal. */
function halves() {
  const run = new ScenarioRun();
  for (const line of ["cluster 4", "start", "run 330ms", "twins 2 3: 1 | 4"]) run.perform(line);
  const { cluster } = run.stage;
  for (const twin of cluster.twins) {
    const { disk } = cluster.node(twin.id);
    const { currentTerm, votedBase, certified, base, committed, commitProof, termCertificate } = disk.load();
    twin.disk.write([
      { kind: "term", currentTerm, votedBase },
      { kind: "append", entries: disk.entries },
      { kind: "certified", certificate: certified, base },
      { kind: "committed", epoch: FIRST_EPOCH, ...committed, proof: commitProof! },
      {
        kind: "keep",
        what: "term-certificate",
        epoch: certified.epoch,
        term: currentTerm,
        bytes: termCertificate!,
      },
    ]);
    twin.start();
  }
  const modes: string[] = [];
  const tell = cluster.onEffect;
  cluster.onEffect = (node, effect) => {
    tell(node, effect);
    if (effect.kind === "mode") modes.push(`${node.id}: ${effect.reason}`);
  };
  return { run, cluster, modes };
}

/** One node shows another a certificate, as it does to one that is behind (V7). */
function showCertificate(from: SimulatedNode, to: SimulatedNode, certificate: Certificate): void {
  const { electorate, sha256, self, sign } = from.context;
  const content = bulk({ epoch: electorate.epoch, from: self, sha256 }, (w) =>
    writeProofs(w, { termCertificate: undefined, certificate, commitProof: undefined }),
  );
  const signature = signBody({ network: electorate.network, sign }, "proofs", content.body);
  to.receive(self, encodeFrame({ kind: "proofs", from: self, signature, ...content }));
}

/** Node 4 has applied an entry that its half committed, and is killed before that is written down. */
function killedInBetween({ run, cluster }: ReturnType<typeof halves>): SimulatedNode {
  const right = cluster.node(4);
  run.perform("submit right to 4");
  for (let ms = 0; ms < 90 && right.applied.index < 2; ms++) run.perform("run 1ms");
  right.crash();
  expect(right.applied.index).toBe(2);
  expect(right.disk.load().committed.index).toBe(1);
  return right;
}

/** The other half elects a leader upon the first entry, and goes on. */
function leaveBehind({ run, cluster }: ReturnType<typeof halves>): void {
  for (const twin of cluster.twins) twin.crash();
  const passes = cluster.passes;
  cluster.passes = (sender, to, bytes) => {
    const frame = decodeFrame(bytes);
    const isOfLeader = frame.ok && frame.value.kind === "append-entries" && sender === 2;
    return !(isOfLeader && cluster.node(1).state?.currentTerm === 1) && passes(sender, to, bytes);
  };
  run.perform("submit left to 1");
  run.perform("run 8s");
  expect(cluster.node(1).state?.currentTerm).toBeGreaterThan(1);
  cluster.passes = passes;
  cluster.twins.length = 0;
}

describe("a commit that is not written down", () => {
  it("is written before the node halts", () => {
    const { run, cluster } = halves();
    const [left, right] = [cluster.node(1), cluster.node(4)];
    for (const line of ["submit left to 1", "submit right to 4"]) run.perform(line);
    for (let ms = 0; ms < 90 && right.committed < 2; ms++) run.perform("run 1ms");
    expect(right.state?.committed.index).toBe(2);
    expect(right.disk.load().committed.index).toBeLessThan(2);

    showCertificate(left, right, left.state!.certified);
    expect(() => run.perform("run 5ms")).not.toThrow();
    expect(right.state?.mode).toBe("halted");
    expect(right.disk.load()).toMatchObject({ mode: "halted", committed: { index: 2 } });
  });

  it("is not cut after a restart by an election that knows nothing of it", () => {
    const world = halves();
    const right = killedInBetween(world);
    leaveBehind(world);
    const elections = world.cluster.node(1).disk.entries.filter(({ kind }) => kind === "election");
    const election = decodeCertificate(elections.at(-1)!.body);
    if (!election.ok) throw new Error(election.error.detail);
    expect(election.value.position.index).toBe(1);
    right.start();
    showCertificate(world.cluster.node(1), right, election.value);
    world.run.perform("run 5ms");
    expect(world.modes).toEqual(["4: a certificate would cut a committed entry"]);
    expect(right.state?.mode).toBe("halted");
  });

  it("is not replaced after a restart by entries that lead elsewhere", () => {
    const world = halves();
    const right = killedInBetween(world);
    leaveBehind(world);
    world.run.perform("heal");
    right.start();
    world.run.perform("run 3s");
    expect(world.modes).toEqual(["4: a certificate would replace an applied entry"]);
    expect(right.state?.mode).toBe("halted");
  });
});
