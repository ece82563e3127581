// A cluster whose voters, keys and observers change while it runs (S12, S17): the production core in virtual time, judged by
// the checkers of every other simulation.

import { Epoch, NodeId } from "@juno/base";
import { decodeFrame, encodeFrame, writeProofs } from "@juno/consensus";
import { describe, expect, it } from "vitest";
import { bulkFrame, signedFrame } from "../src/byzantine/liar.ts";
import { EPOCH_MS } from "../src/cluster.ts";
import { configBody, memberOf } from "../src/members.ts";
import { configure, epochOf, FAR_MS, settles, started, voters } from "./changing-cluster.ts";

describe("an epoch", () => {
  // V11: node 5 is an observer first.
  it("ends with its configuration, and the next one begins with the voters that it names", () => {
    const cluster = started(1);
    for (let i = 0; i < 5; i++) cluster.submit(1 + (i % 4));
    configure(cluster, 1, [...voters(1, 2, 3, 4), memberOf(5, "observer")]);
    expect(settles(cluster, 1, [1, 2, 3, 4, 5])).toBe(true);
    configure(cluster, 2, voters(1, 2, 3, 4, 5));
    expect(settles(cluster, 2, [5, 1, 2, 3, 4])).toBe(true);
    expect(cluster.node(5).state!.electorate).toMatchObject({ epoch: 2, quorum: 4 });
    const kinds = cluster.node(5).disk.entries.map(({ kind, epoch }) => [kind, epoch]);
    for (const epoch of [0, 1]) {
      const last = kinds.findLastIndex(([, of]) => of === epoch);
      expect(kinds[last]).toEqual(["config", epoch]);
      expect(kinds[last + 1]).toEqual(["election", epoch + 1]);
    }
  });

  // V11
  it("is followed by an observer by proofs alone, whatever certificates it is shown", () => {
    const cluster = started(10);
    configure(cluster, 1, [...voters(1, 2, 3, 4), memberOf(5, "observer")]);
    expect(settles(cluster, 1, [1, 2, 3, 4, 5])).toBe(true);
    const { certified: certificate } = cluster.node(1).state!;
    for (let i = 0; i < 5; i++) cluster.submit(1 + (i % 4));
    cluster.run(2_000);
    expect(cluster.node(5).state!.committed.index).toBeGreaterThan(certificate.position.index);
    const { context, state } = cluster.node(1);
    const liar = { context: { ...context, electorate: state!.electorate } };
    const proofs = { certificate, termCertificate: undefined, commitProof: undefined };
    const frame = bulkFrame(liar, "proofs", (w) => writeProofs(w, proofs));
    cluster.post(NodeId(1), NodeId(5), encodeFrame(frame));
    cluster.run(100);
    expect(cluster.node(5).state!.mode).toBe("normal");
  });

  it("is judged by its own quorum: of five voters four are needed", () => {
    const cluster = started(2);
    configure(cluster, 1, [...voters(1, 2, 3, 4), memberOf(5, "observer")]);
    expect(settles(cluster, 1, [1, 2, 3, 4, 5])).toBe(true);
    configure(cluster, 2, voters(1, 2, 3, 4, 5));
    expect(settles(cluster, 2, [1, 2, 3, 4, 5])).toBe(true);
    cluster.node(4).crash();
    expect(settles(cluster, 2, [1, 2, 3, 5])).toBe(true);
    cluster.node(3).crash();
    const command = cluster.submit(1);
    expect(cluster.run(20_000, () => cluster.node(1).admission.applied.has(command))).toBe(false);
    cluster.node(3).start();
    expect(cluster.run(20_000, () => cluster.node(1).admission.applied.has(command))).toBe(true);
  });

  // S16: what its old key has signed and it has forgotten, its new one has not.
  it("gives a node its vote back that has forgotten what it signed, under another key, and for good", () => {
    const cluster = started(5, 0);
    cluster.node(4).input({ kind: "disown", reason: "a vote in term 9" });
    expect(cluster.node(4).state?.mode).toBe("observer");
    const members = [...voters(1, 2, 3), memberOf(4, "voter", 1)];
    configure(cluster, 1, members, { generationOf: (id) => (id === 4 ? 1 : 0), ready: [1, 2, 3] });
    expect(settles(cluster, 1, [1, 2, 3, 4])).toBe(true);
    cluster.node(4).crash();
    cluster.node(3).crash();
    cluster.node(4).start();
    // Three of four must agree, and one is gone.
    expect(settles(cluster, 1, [1, 2, 4])).toBe(true);
  });

  // S18
  it("may have voters under new keys, one by one, and old keys count for nothing then", () => {
    const cluster = started(3, 0);
    for (const [at, rotated] of [1, 2, 3, 4].entries()) {
      const generationOf = (id: number) => (id <= rotated ? 1 : 0);
      const members = [1, 2, 3, 4].map((id) => memberOf(id, "voter", generationOf(id)));
      configure(cluster, at + 1, members, { generationOf });
      expect(settles(cluster, at + 1, [1, 2, 3, 4])).toBe(true);
    }
    // What node 1 would say under its first key, of an epoch in which it has another.
    const node = cluster.node(1);
    const { epoch } = node.state!.electorate;
    const refused: string[] = [];
    cluster.onRefusal = (_, from, { code }) => from === 1 && refused.push(code);
    let own: Uint8Array | undefined;
    cluster.passes = (from, _to, frame) => {
      if (from === 1 && own === undefined) own = frame;
      return true;
    };
    cluster.run(200);
    const frame = decodeFrame(own!);
    if (!frame.ok) throw new Error(frame.error.detail);
    cluster.post(NodeId(1), NodeId(2), encodeFrame(signedFrame(node, frame.value)));
    cluster.run(50);
    expect(epoch).toBe(4);
    expect(refused).toEqual(["bad_signature"]);
  });

  it("leaves out who is not named: it takes no part any more, and the others do not need it", () => {
    const cluster = started(4, 1);
    configure(cluster, 1, [...voters(1, 2, 3, 4), memberOf(5, "observer")]);
    expect(settles(cluster, 1, [1, 2, 3, 4, 5])).toBe(true);
    configure(cluster, 2, voters(1, 2, 3, 4, 5));
    expect(settles(cluster, 2, [1, 2, 3, 4, 5])).toBe(true);
    configure(cluster, 3, voters(2, 3, 4, 5));
    expect(settles(cluster, 3, [2, 3, 4, 5])).toBe(true);
    expect(cluster.run(5_000, () => epochOf(cluster, 1) === 3)).toBe(true);
    expect(cluster.node(1).state!.seat).toBeUndefined();
    cluster.node(1).crash();
    expect(settles(cluster, 3, [2, 3, 4, 5])).toBe(true);
  });

  // V10
  it("begins for who was away as soon as it is back, however many epochs it missed", () => {
    const cluster = started(5, 0);
    cluster.node(4).crash();
    for (const epoch of [1, 2, 3]) {
      for (let i = 0; i < 20; i++) cluster.submit(1);
      configure(cluster, epoch, voters(1, 2, 3, 4));
      expect(settles(cluster, epoch, [1, 2, 3])).toBe(true);
    }
    cluster.node(4).start();
    expect(settles(cluster, 3, [4, 1, 2, 3])).toBe(true);
  });

  it("begins for a voter that everybody has replaced its keys meanwhile of", () => {
    const cluster = started(6, 0);
    cluster.node(4).crash();
    const generationOf = (id: number) => (id <= 3 ? 1 : 0);
    const members = [1, 2, 3, 4].map((id) => memberOf(id, "voter", generationOf(id)));
    configure(cluster, 1, members, { generationOf });
    expect(settles(cluster, 1, [1, 2, 3])).toBe(true);
    cluster.node(4).start();
    expect(settles(cluster, 1, [4, 1, 2, 3])).toBe(true);
  });

  // V11: a chunk may lead beyond where the epoch begins.
  it("begins where it does for a voter of it that comes when it is over", () => {
    const cluster = started(8, 1);
    cluster.node(5).crash();
    configure(cluster, 1, voters(1, 2, 3, 5), { ready: [1, 2, 3] });
    expect(settles(cluster, 1, [1, 2, 3])).toBe(true);
    const { index } = cluster.node(1).state!.electorate.start;
    configure(cluster, 2, [...voters(1, 2, 3, 4), memberOf(5, "observer")]);
    expect(settles(cluster, 2, [1, 2, 3, 4])).toBe(true);
    for (const { disk } of cluster.nodes) {
      const at = disk.proofs.findIndex((proof) => proof.index === index);
      if (at >= 0) disk.proofs.splice(at, 1);
    }
    cluster.node(5).start();
    expect(settles(cluster, 2, [5, 1, 2, 3, 4])).toBe(true);
  });

  it("is not begun with what has expired, and the cluster goes on", () => {
    const cluster = started(7, 0);
    configure(cluster, 1, voters(1, 2, 3, 4), { expires: EPOCH_MS + Math.floor(cluster.nowMs) - 1 });
    cluster.run(5_000);
    expect(epochOf(cluster, 1)).toBe(0);
    expect(settles(cluster, 0, [1, 2, 3, 4])).toBe(true);
  });

  // S17: the leader leaves out both.
  it("is begun with the next one when one has expired that the leader left out, by whoever leads then", () => {
    const cluster = started(9, 0);
    const { leader } = cluster;
    const tell = (expires: number) => {
      const body = configBody(cluster.network, { epoch: 1, members: voters(1, 2, 3, 4), expires });
      for (const node of cluster.nodes) if (node !== leader) node.input({ kind: "configure", body });
    };
    tell(EPOCH_MS + Math.floor(cluster.nowMs) + 500);
    cluster.run(1_000);
    expect(cluster.leader).toBe(leader);
    tell(FAR_MS);
    expect(settles(cluster, 1, [1, 2, 3, 4])).toBe(true);
  });

  // C39
  it("is not begun with what was withdrawn, whoever leads then", () => {
    const cluster = started(11, 0);
    const others = cluster.nodes.filter((node) => node !== cluster.leader);
    const body = configBody(cluster.network, { epoch: 1, members: voters(1, 2, 3, 4), expires: FAR_MS });
    for (const node of others) node.input({ kind: "configure", body });
    for (const node of others) node.input({ kind: "configure", body: undefined });
    cluster.leader!.crash();
    expect(
      settles(
        cluster,
        0,
        others.map(({ id }) => Number(id)),
      ),
    ).toBe(true);
  });
});

const CUTS = Array.from({ length: 24 }, (_, i) => i);

describe("a change of epochs while nodes crash", () => {
  // Each write of the change in turn is the last one of a node's life, before or after it is durable.
  it.each(CUTS)("goes on after the write %i that a node does not survive", (cut) => {
    const cluster = started(100 + cut, 1);
    const victim = 1 + (cut % 4);
    let writes = 0;
    const moment = cut % 2 === 0 ? "before" : "after";
    cluster.node(victim).onPersist = (at) => {
      if (at !== moment) return true;
      return writes++ !== Math.floor(cut / 2);
    };
    for (let i = 0; i < 3; i++) cluster.submit(1 + ((victim + i) % 4));
    configure(cluster, 1, [...voters(1, 2, 3, 4), memberOf(5, "observer")]);
    const others = [1, 2, 3, 4, 5].filter((id) => id !== victim);
    expect(settles(cluster, 1, others, 60_000)).toBe(true);
    if (cluster.node(victim).state === undefined) cluster.node(victim).start();
    expect(settles(cluster, 1, [victim, ...others], 60_000)).toBe(true);
  });
});

describe("storms of configurations", () => {
  it.each(Array.from({ length: 4 }, (_, i) => i))("seed %i", (seed) => {
    const cluster = started(1_000 + seed, 2);
    const { prng } = cluster;
    cluster.faults = {
      ...{ lossPerMille: prng.below(150), duplicatePerMille: prng.below(100) },
      ...{ delayMsMin: 0, delayMsMax: 1 + prng.below(120), diskMsMin: 0, diskMsMax: prng.below(20) },
    };
    let epoch = 0;
    let down: number | undefined;
    for (let round = 0; round < 8; round++) {
      for (let i = 0; i < 5; i++) cluster.submit(prng.pick([1, 2, 3, 4].filter((id) => id !== down)));
      if (down !== undefined) cluster.node(down).start();
      down = prng.chance(1, 2) ? 1 + prng.below(4) : undefined;
      if (down !== undefined) cluster.node(down).crash();
      const roles = [5, 6].map((id) => (prng.chance(1, 3) ? memberOf(id) : memberOf(id, "observer")));
      const members = [...voters(1, 2, 3, 4), ...roles];
      configure(cluster, epoch + 1, members);
      const up = cluster.nodes.filter(({ id }) => id !== down).map(({ id }) => Number(id));
      if (settles(cluster, epoch + 1, up, 120_000)) epoch += 1;
      else
        throw new Error(
          `epoch ${epoch + 1} is not reached by ${up.map((id) => `${id}:${epochOf(cluster, id)}`)}`,
        );
    }
    if (down !== undefined) cluster.node(down).start();
    cluster.faults = { ...cluster.faults, lossPerMille: 0 };
    expect(settles(cluster, 8, [1, 2, 3, 4, 5, 6], 120_000)).toBe(true);
    expect(cluster.node(1).state!.epochs.last.electorate.epoch).toBe(Epoch(8));
  });
});
