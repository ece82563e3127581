// One seed of trouble: random loss, delay, duplication, reordering, crashes at any point and
// partitions; then the network heals and progress is demanded of every node.

import { type NodeId, Prng } from "@juno/base";
import { SafetyViolation } from "./checker.ts";
import { CALM, Cluster } from "./cluster.ts";

export type StormReport = {
  readonly seed: number;
  readonly nodes: number;
  readonly virtualMs: number;
  readonly commits: number;
  readonly crashes: number;
  readonly leaders: number;
  readonly frames: number;
  /** Virtual ms from the healing until every node had committed everything submitted after it. */
  readonly recoveryMs: number;
};

/** The cluster did not come back after healing. */
export class LivenessViolation extends Error {
  override readonly name = "LivenessViolation";
}

const SIZES = [4, 4, 4, 5, 7, 10];
const ROUNDS = 40;
const RECOVERY_MS_MAX = 120_000;

export function storm(seed: number): StormReport {
  const prng = new Prng(seed);
  const nodes = prng.pick(SIZES);
  const cluster = new Cluster({ seed, nodes });
  let crashes = 0;
  cluster.startAll();
  for (let round = 0; round < ROUNDS; round++) {
    cluster.faults = {
      ...CALM,
      lossPerMille: prng.pick([0, 0, 20, 100, 300]),
      duplicatePerMille: prng.pick([0, 50, 300]),
      delayMsMax: prng.pick([2, 20, 150, 700]),
      diskMsMax: prng.pick([1, 5, 60]),
    };
    const cut = new Set<NodeId>(
      prng.chance(1, 3) ? cluster.nodes.filter(() => prng.chance(1, 3)).map((n) => n.id) : [],
    );
    const oneWay = prng.chance(1, 3);
    cluster.passes = (from, to) => cut.has(from) === cut.has(to) || (oneWay && cut.has(from));
    const restarts = upset(cluster, prng);
    crashes += restarts.length;
    const submitted = prng.below(20);
    for (let i = 0; i < submitted; i++) {
      cluster.submit(prng.below(nodes) + 1);
      cluster.run(prng.below(100));
    }
    cluster.run(prng.below(2000));
    for (const node of restarts) node.start();
    checkChains(cluster);
  }
  const recoveryMs = heal(cluster);
  return {
    seed,
    nodes,
    virtualMs: Math.round(cluster.nowMs),
    commits: cluster.checker.committed.length - 1,
    crashes,
    leaders: cluster.counts.get("became_leader") ?? 0,
    frames: [...cluster.counts.values()].reduce((a, b) => a + b, 0),
    recoveryMs,
  };
}

/** Crashes some nodes, now and then all of them, and returns those to start again. */
function upset(cluster: Cluster, prng: Prng): Cluster["nodes"] {
  const everyone = prng.chance(1, 12);
  const victims = cluster.nodes.filter(() => everyone || prng.chance(1, 6));
  for (const node of victims) node.crash();
  return victims;
}

function heal(cluster: Cluster): number {
  cluster.faults = CALM;
  cluster.passes = () => true;
  const healedMs = cluster.nowMs;
  const before = cluster.checker.committed.length;
  for (const { id } of cluster.nodes) cluster.submit(id);
  const wanted = before + cluster.nodes.length - 1;
  const isDone = () => {
    const reached = cluster.nodes.map((node) => node.state?.committed.index ?? 0);
    return Math.min(...reached) >= wanted && Math.min(...reached) === Math.max(...reached);
  };
  if (!cluster.run(RECOVERY_MS_MAX, isDone)) {
    throw new LivenessViolation(
      `no full recovery within ${RECOVERY_MS_MAX} ms of virtual time after healing`,
    );
  }
  checkChains(cluster);
  return Math.round(cluster.nowMs - healedMs);
}

/** Nobody halts and no outcome differs while no node lies. */
function checkChains(cluster: Cluster): void {
  for (const node of cluster.nodes) {
    const mode = node.state?.mode ?? "normal";
    if (mode !== "normal") throw new SafetyViolation(`node ${node.id} is ${mode} though nobody lied`);
    if (node.admission.applied.size > node.applied.index)
      throw new SafetyViolation("a command was applied twice");
  }
}
