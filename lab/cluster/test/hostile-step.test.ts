// A voter with a valid key that sends, among its genuine messages, thousands of tampered ones, most of
// them signed: once as a follower and once as the leader that all listen to. In virtual time, on the
// production core. No honest node may fail, halt or fork, and afterwards the cluster still commits. How many
// are tampered with, JUNO_HOSTILE_MESSAGES says.

import { Prng } from "@juno/base";
import { type Frame, signBody } from "@juno/consensus";
import { Cluster } from "@juno/simulator";
import { describe, expect, it } from "vitest";
import { mutate, type Tamperer } from "../src/hostile/frame-mutation.ts";

const MUTANTS = Number(process.env.JUNO_HOSTILE_MESSAGES ?? 300);
const REMEMBERED = 500;

/** Sends mutants until the given number is out; returns what was sent, newest last. */
function attack(cluster: Cluster, attacker: number, seed: number): string[] {
  const prng = new Prng(seed);
  const { context, id } = cluster.node(attacker);
  const tamperer: Tamperer = {
    sha256: context.sha256,
    sign: (kind, body) => signBody({ network: cluster.network, sign: context.sign }, kind, body),
  };
  const heard: Frame[] = [];
  const sent: string[] = [];
  const remember = (frame: Frame) => {
    if (frame.body.length > 0) heard.push(frame);
    if (heard.length > REMEMBERED) heard.shift();
  };
  cluster.corrupt(attacker, ({ others }) => ({
    incoming: (_from, frame) => {
      remember(frame);
      return true;
    },
    outgoing: (letter) => {
      remember(letter.frame);
      for (let count = prng.below(4); count > 0 && sent.length < MUTANTS; count--) {
        // What others said is said again in the own name.
        const frame = { ...prng.pick(heard), from: id };
        const { bytes, how } = mutate(prng, frame, tamperer);
        sent.push(how);
        cluster.post(id, prng.pick(others), bytes);
      }
      return prng.chance(1, 20) ? [] : [letter];
    },
  }));
  return sent;
}

describe.each([1, 2, 3])("seed %i", (seed) => {
  it.each([
    ["the leader", 2],
    ["a follower", 4],
  ])("survives what %s makes up", (_role, attacker) => {
    const cluster = new Cluster({ seed, nodes: 4 });
    cluster.startAll();
    cluster.run(200);
    const sent = attack(cluster, attacker, seed);
    const honest = () => cluster.nodes.filter(({ id }) => id !== attacker);
    let rounds = 0;
    try {
      for (; sent.length < MUTANTS; rounds++) {
        for (const { id } of honest()) cluster.submit(id);
        cluster.run(100);
        expect(rounds).toBeLessThan(5_000);
      }
      expect(honest().map(({ state }) => state?.mode)).toEqual(["normal", "normal", "normal"]);
      cluster.corrupt(attacker, undefined);
      const goal = Math.max(...honest().map(({ id }) => cluster.committedOf(id))) + 3;
      for (const { id } of honest()) cluster.submit(id, `after-${id}`);
      const reached = () => cluster.nodes.every(({ id }) => cluster.committedOf(id) >= goal);
      expect(cluster.run(120_000, reached)).toBe(true);
    } catch (error) {
      throw new Error(`after ${sent.length} mutants, the last: ${sent.slice(-8).join("\n  ")}`, {
        cause: error,
      });
    }
  });
});
