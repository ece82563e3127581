// One seed of trouble: random loss, delay, duplication, reordering, crashes at any point, partitions,
// and, if asked for, as many liars as the protocol bears, in changing moods. Then the network heals,
// the liars go on lying, and progress is demanded of every honest node.

import { type NodeId, Prng } from "@juno/base";
import { faultsOf } from "@juno/proof";
import { drawMood } from "./byzantine/mood.ts";
import { SafetyViolation } from "./checker.ts";
import { CALM, Cluster } from "./cluster.ts";
import type { SimulatedNode } from "./node.ts";

export type StormReport = {
  readonly seed: number;
  readonly nodes: number;
  readonly liars: number;
  readonly virtualMs: number;
  readonly commits: number;
  readonly crashes: number;
  readonly leaders: number;
  readonly frames: number;
  /** Frames that honest nodes refused. */
  readonly refusals: number;
  /** Virtual ms from the healing until every honest node had applied everything submitted after it. */
  readonly recoveryMs: number;
};

/** The cluster did not come back after healing. */
export class LivenessViolation extends Error {
  override readonly name = "LivenessViolation";
}

const SIZES = [4, 4, 4, 5, 7, 10];
const ROUNDS = 40;
/** Liars may hold a leader's term for as long as honest nodes, their patience doubled, bear it. */
const RECOVERY_MS_MAX = { honest: 120_000, withLiars: 900_000 };

export type StormOptions = {
  readonly seed: number;
  readonly withLiars: boolean;
  /** Of the random seeds' sizes by default. */
  readonly nodes?: number;
};

export function storm(options: StormOptions): StormReport {
  const { seed, withLiars } = options;
  const prng = new Prng(seed);
  const drawn = prng.pick(SIZES);
  const nodes = options.nodes ?? drawn;
  const cluster = new Cluster({ seed, nodes, limits: { windowEntries: prng.pick([8, 24, 64]) } });
  const liars = withLiars ? chooseLiars(cluster, prng) : [];
  // Fair weather gives liars more to play with than a network in which little works.
  const isFair = withLiars && prng.chance(1, 3);
  let crashes = 0;
  cluster.startAll();
  for (let round = 0; round < ROUNDS; round++) {
    if (!isFair) trouble(cluster, prng);
    changeSides(cluster, prng);
    const restarts = isFair ? depose(cluster, prng) : upset(cluster, prng);
    crashes += restarts.length;
    for (const liar of liars) if (prng.chance(1, 4)) newMood(cluster, prng, liar);
    const submitted = prng.below(20);
    for (let i = 0; i < submitted; i++) {
      cluster.submit(prng.below(nodes) + 1);
      cluster.run(prng.below(100));
    }
    cluster.run(prng.below(2000));
    for (const node of restarts) node.start();
    checkModes(cluster);
  }
  const recoveryMs = heal(cluster, withLiars ? RECOVERY_MS_MAX.withLiars : RECOVERY_MS_MAX.honest);
  return {
    seed,
    nodes,
    liars: liars.length,
    virtualMs: Math.round(cluster.nowMs),
    commits: cluster.checker.committed.length - 1,
    crashes,
    leaders: cluster.counts.get("became_leader") ?? 0,
    frames: [...cluster.counts.values()].reduce((a, b) => a + b, 0),
    refusals: [...cluster.refusals.values()].reduce((a, b) => a + b, 0),
    recoveryMs,
  };
}

function chooseLiars(cluster: Cluster, prng: Prng): SimulatedNode[] {
  const shuffled = cluster.nodes
    .map((node) => ({ node, key: prng.u32() }))
    .sort((a, b) => a.key - b.key)
    .map(({ node }) => node);
  const liars = shuffled.slice(0, 1 + prng.below(faultsOf(cluster.nodes.length)));
  for (const liar of liars) {
    newMood(cluster, prng, liar);
    if (prng.chance(1, 4)) cluster.twin(liar.id);
  }
  return liars;
}

function newMood(cluster: Cluster, prng: Prng, liar: SimulatedNode): void {
  const others = cluster.nodes.map(({ id }) => id).filter((id) => id !== liar.id);
  cluster.corrupt(liar.id, drawMood(prng, others).lie);
}

/** New weather: faults of the network, and perhaps a partition, of which one direction may be open. */
function trouble(cluster: Cluster, prng: Prng): void {
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
}

/** Which body of a twin each node talks to. */
function changeSides(cluster: Cluster, prng: Prng): void {
  const right = new Set(cluster.nodes.filter(() => prng.chance(1, 2)).map(({ id }) => id));
  cluster.sideOf = (id) => (right.has(id) ? 1 : 0);
}

/** Crashes some nodes, now and then all of them, and returns those to start again. */
function upset(cluster: Cluster, prng: Prng): SimulatedNode[] {
  const everyone = prng.chance(1, 12);
  const victims = cluster.nodes.filter(() => everyone || prng.chance(1, 6));
  for (const node of victims) node.crash();
  return victims;
}

/** Now and then only the leader crashes, so that everybody gets to lead. */
function depose(cluster: Cluster, prng: Prng): SimulatedNode[] {
  const { leader } = cluster;
  if (leader === undefined || !prng.chance(1, 2)) return [];
  leader.crash();
  return [leader];
}

const CLIENT_PATIENCE_MS = 2000;

/** Ends the trouble; every client then gets its command through, if need be by asking again. */
function heal(cluster: Cluster, withinMs: number): number {
  cluster.faults = CALM;
  cluster.passes = () => true;
  for (const node of cluster.nodes) if (node.state === undefined) node.start();
  const healedMs = cluster.nowMs;
  const wanted = cluster.honest.map((node) => {
    const parts = { name: `healed-${node.id}`, client: `client-${node.id}` };
    return { to: node.id, ...parts, id: cluster.command(node, parts).facts.id };
  });
  const isDone = () => {
    const reached = cluster.honest.map(({ applied }) => applied.index);
    return missing().length === 0 && Math.min(...reached) === Math.max(...reached);
  };
  const missing = () =>
    wanted.filter(({ id }) => cluster.honest.some((node) => !node.admission.applied.has(id)));
  while (!isDone()) {
    for (const { to, name, client } of missing()) cluster.submit(to, name, client);
    if (cluster.run(CLIENT_PATIENCE_MS, isDone)) break;
    if (cluster.nowMs - healedMs > withinMs) {
      throw new LivenessViolation(`no full recovery within ${withinMs} ms of virtual time after healing`);
    }
  }
  checkModes(cluster);
  return Math.round(cluster.nowMs - healedMs);
}

/** With at most f liars nobody honest halts or doubts its outcomes, and no command applies twice. */
function checkModes(cluster: Cluster): void {
  for (const node of cluster.honest) {
    const mode = node.state?.mode ?? "normal";
    if (mode !== "normal") throw new SafetyViolation(`node ${node.id} is ${mode}`);
    const commands = node.disk.entries.slice(0, node.applied.index).filter(({ kind }) => kind === "command");
    if (commands.length !== node.admission.applied.size) {
      throw new SafetyViolation(`node ${node.id} has applied a command twice`);
    }
  }
}
