// Plays a plan: first the trouble, then it ends, the liars go on lying, and progress is demanded of every
// honest node. Whatever is violated ends the run.

import { CLIENTS, openingCalls } from "../world/bank.ts";
import { World, type WorldOptions } from "../world/world.ts";
import type { WorldNode } from "../world/world-node.ts";
import { Activator } from "./activator.ts";
import { Customers, type Order } from "./customers.ts";
import { type Hands, perform, SUPERVISOR_MS } from "./deed.ts";
import { Governor } from "./governor.ts";
import type { Plan } from "./plan.ts";
import { judgeRedactions, redactAfterwards } from "./redactions.ts";
import { judgeSnapshots } from "./snapshots.ts";
import { judgeHistory } from "./verdict.ts";

export type StormReport = {
  readonly seed: number;
  readonly nodes: number;
  readonly liars: number;
  /** By how much the network's timeouts are longer than usual. */
  readonly slowness: number;
  readonly virtualMs: number;
  readonly events: number;
  readonly commits: number;
  /** Commands whose proved outcome a client has seen. */
  readonly acknowledged: number;
  /** Times an honest node became leader. */
  readonly elections: number;
  /** Virtual ms from the end of the trouble until every sound node had applied everything asked after it. */
  readonly recoveryMs: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Of every event of the run. */
  readonly trace: string;
};

/** The cluster did not come back after healing, or did next to nothing. */
export class LivenessViolation extends Error {
  override readonly name = "LivenessViolation";
}

/** Below it a seed has tested nothing. */
export const FLOORS = { commits: 10, elections: 2 };
/**
 * At the usual pace. Patience doubles up to six times (5.5), so a command may wait for 192 s before a leader is
 * suspected, and each of the next leaders may take a term of 38 s; a lying one takes both.
 */
const RECOVERY_MS_MAX = { honest: 360_000, withLiars: 1_200_000 };

export type StormOptions = Pick<WorldOptions, "tell" | "isFailureFatal" | "onEvent">;

export async function playStorm(plan: Plan, options: StormOptions = {}): Promise<StormReport> {
  const { seed, nodes, strangers = 0, programs = [], windowEntries, slowness, happenings, healMs } = plan;
  const world = new World({ seed, nodes, strangers, windowEntries, slowness, ...options });
  const customers = new Customers(world, slowness);
  const governor = new Governor(world, slowness);
  const activator = new Activator(world, slowness);
  const hands: Hands = {
    world,
    order: (order) => void customers.order(order),
    govern: (changes) => governor.wish(changes),
    activate: (versions) => activator.wish(versions),
    cancelActivation: () => activator.cancel(),
  };
  const supervised = (node: WorldNode) => {
    if (!world.ruined.has(node.id)) world.plan(SUPERVISOR_MS, () => node.start());
  };
  world.onEnding = supervised;
  for (const id of plan.twins) world.twin(id);
  for (const [id, keepEntries, stepEntries] of plan.pruning ?? []) {
    for (const body of world.bodies) if (body.id === id) body.retention = { keepEntries, stepEntries };
  }
  for (const [id, known] of programs) {
    for (const body of world.bodies) if (body.id === id) body.install(known);
    world.tally.add("versions: older program");
  }
  for (const node of world.bodies) node.start();
  const to = world.nodes.map(({ id }) => id);
  customers.order({ by: "treasury", calls: openingCalls(), manner: "patient", to, count: 1 });
  for (const { atMs, deed } of happenings) world.plan(atMs, () => perform(hands, deed));
  await world.run(healMs);
  calm(world);
  if (programs.length > 0 && !(await activator.settle(RECOVERY_MS_MAX.withLiars * slowness)))
    throw new LivenessViolation("no later version was activated in time after healing");
  const isGoverned = strangers > 0;
  if (isGoverned && !(await governor.settle(RECOVERY_MS_MAX.withLiars * slowness)))
    throw new LivenessViolation("no change of the network was made in time after healing");
  const recoveryMs = await heal(world, customers, slowness);
  judgeHistory(world, customers.history);
  const withinMs = RECOVERY_MS_MAX.withLiars * slowness;
  const isRedacted = recoveryMs === undefined || (await redactAfterwards(world, withinMs));
  const isPruned = recoveryMs === undefined || (await tidyUp(world, withinMs));
  judgeRedactions(world);
  world.decay.judge(
    world.honest.filter((node) => world.isMember(node)),
    world.chronicle,
  );
  for (const node of world.sound) world.pruning.judge(node);
  judgeSnapshots(world);
  const { violation } = world.checker;
  // What is wrong weighs more than what is late.
  if (violation !== undefined) throw violation;
  if (recoveryMs === undefined)
    throw new LivenessViolation("not every command asked after healing was answered in time");
  if (!isRedacted) throw new LivenessViolation("not every payload that was redacted was taken away in time");
  if (!isPruned) throw new LivenessViolation("not every node has let go in time of what is pruned");
  return { ...reportOf(world, plan), acknowledged: customers.acknowledged, recoveryMs };
}

/** Pruning comes to its end, whoever vouches for a decayed state hears of it, and comes back. False if it takes too long. */
async function tidyUp(world: World, withinMs: number): Promise<boolean> {
  const { decay, pruning, chronicle } = world;
  const decayed = world.honest.filter((node) => world.isMember(node) && decay.has(node.id));
  const areSettled = () => decayed.every((node) => decay.isSettled(node, chronicle));
  await world.run(withinMs, areSettled);
  for (const node of decayed) if (node.state?.mode === "readOnly") decay.readmit(node, world.sound);
  await world.run(withinMs, areSettled);
  return world.run(withinMs, () => world.sound.every((node) => pruning.isAtItsEnd(node)));
}

function reportOf(
  world: World,
  { seed, nodes, liars, slowness }: Plan,
): Omit<StormReport, "acknowledged" | "recoveryMs"> {
  const { tally, trace, checker } = world;
  for (const [kind, count] of checker.evidence) tally.add(`evidence: ${kind}`, count);
  return {
    ...{ seed, nodes, slowness, liars: liars.length },
    virtualMs: Math.round(world.nowMs),
    events: trace.events,
    commits: checker.committed.length - 1,
    elections: tally.of("notice became_leader"),
    counts: tally.all,
    trace: trace.digest(),
  };
}

/** Why a seed has tested next to nothing, or undefined. */
export function idleness({ commits, elections }: StormReport): string | undefined {
  if (commits < FLOORS.commits) return `${commits} commits where ${FLOORS.commits} are the least`;
  return elections < FLOORS.elections
    ? `${elections} elections where ${FLOORS.elections} are the least`
    : undefined;
}

/** Ends all trouble but the liars'. */
function calm(world: World): void {
  world.say("the trouble ends");
  world.network.heal();
  for (const node of world.nodes) {
    node.disk.trouble = "none";
    node.disk.delayMsMax = 2;
    node.disk.traps.clear();
    node.oscillator.drift(0);
    node.oscillator.set(world.nowMs);
    node.stalledUntilMs = 0;
    node.executorStalledUntilMs = 0;
    node.verifierStalledUntilMs = 0;
    node.start();
  }
}

/** Every sound node's client then gets a command through, if need be by asking again; undefined if that takes too long. */
async function heal(world: World, customers: Customers, slowness: number): Promise<number | undefined> {
  const healedMs = world.nowMs;
  const usualMs = world.liars.size > 0 ? RECOVERY_MS_MAX.withLiars : RECOVERY_MS_MAX.honest;
  const withinMs = usualMs * slowness;
  const wanted = world.sound.map(({ id }, i) => {
    const [by, payee] = [CLIENTS[i % CLIENTS.length]!, CLIENTS[(i + 1) % CLIENTS.length]!];
    const calls: Order["calls"] = [{ kind: "transfer", from: by, to: payee, minor: 1n }];
    // The same node again and again, as long as it takes.
    const to = Array.from({ length: 400 }, () => id);
    return customers.order({ by, calls, manner: "patient", to, count: 1 })[0]!;
  });
  const isDone = () => {
    if (!wanted.every((id) => customers.isKnown(id))) return false;
    const reached = [...world.sound, ...world.following].map(({ ledger }) => ledger.applied.index);
    return Math.min(...reached) === Math.max(...reached);
  };
  if (!(await world.run(withinMs, isDone))) return undefined;
  checkModes(world);
  return Math.round(world.nowMs - healedMs);
}

/** With at most f liars nobody honest halts or doubts its outcomes. */
function checkModes(world: World): void {
  for (const { id, state } of world.sound) {
    const mode = state?.mode ?? "down";
    if (mode !== "normal") world.checker.findings.found("outcomes", `node ${id} is ${mode}`);
  }
  for (const node of world.following) {
    const { id, state } = node;
    const mode = state?.mode ?? "down";
    if (mode === "normal" && world.putBack.isAdmittedAnew(node))
      world.tally.add("disk put back: speaks again");
    else if (mode !== "observer") world.checker.findings.found("memory", `node ${id} is ${mode}`);
  }
}
