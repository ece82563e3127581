// What rules of epochs are for that storms hardly ever need: one attack or misfortune each, staged step by step, with the checkers
// beside it. With the rule nothing comes of it; without, a checker tells, or the cluster does not come back.

import { concatBytes, NodeId } from "@juno/base";
import { decodeConfigBody, encodeConfigBody, type Member } from "@juno/proof";
import type { Letter } from "../byzantine/liar.ts";
import { SafetyViolation } from "../checkers/findings.ts";
import { CALM, Cluster, EPOCH_MS } from "../cluster.ts";
import { configBody, memberOf } from "../members.ts";
import { ScenarioRun } from "../scenario/run.ts";
import { Governor } from "../storm/governor.ts";
import { copyOf } from "../world/put-back.ts";
import { World } from "../world/world.ts";
import type { StagingName } from "./mutant.ts";

export type Staging = {
  readonly name: StagingName;
  /** What was noticed; undefined if all is as it must be. */
  play(): Promise<string | undefined>;
};

const NODES = [1, 2, 3, 4];
const VOTERS: readonly Member[] = NODES.map((id) => memberOf(id));
const EXPIRES = EPOCH_MS + 24 * 3_600_000;
const PATIENCE_MS = 6_000;

type Wish = Partial<Parameters<typeof configBody>[1]>;

function started(): Cluster {
  const cluster = new Cluster({ seed: 1, nodes: NODES.length });
  cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };
  cluster.startAll();
  cluster.run(100);
  return cluster;
}

const bodyOf = ({ network }: Cluster, wish: Wish = {}): Uint8Array =>
  configBody(network, { epoch: 1, members: VOTERS, expires: EXPIRES, ...wish });

/** As their own ledgers would tell these nodes. */
function tell(cluster: Cluster, body: Uint8Array, ids: readonly number[] = NODES): void {
  for (const id of ids) cluster.node(id).input({ kind: "configure", body });
}

/** Until these nodes are in the epoch; what a checker says meanwhile, or that they are not. */
function enters(cluster: Cluster, epoch: number, ids: readonly number[] = NODES): string | undefined {
  const isThere = () => ids.every((id) => cluster.node(id).state?.electorate.epoch === epoch);
  try {
    if (!cluster.run(PATIENCE_MS, isThere)) return `epoch ${epoch} is not reached`;
    // What is believed is judged when it is written.
    cluster.run(100);
    return undefined;
  } catch (error) {
    if (error instanceof SafetyViolation) return error.message;
    throw error;
  }
}

/** A configuration that nobody may take is appended by a leader that does: whether a checker sees it committed. */
function imposes(cluster: Cluster, body: Uint8Array): string | undefined {
  const { epoch } = cluster.leader!.state!.electorate;
  tell(cluster, body, [cluster.leader!.id]);
  const told = enters(cluster, epoch + 1);
  // That nothing came of it is how it must be.
  return told === `epoch ${epoch + 1} is not reached` ? undefined : (told ?? `epoch ${epoch + 1} has begun`);
}

function forged(body: Uint8Array): Uint8Array {
  const read = decodeConfigBody(body);
  if (!read.ok) throw new Error(read.error.detail);
  const approvals = read.value.approvals.map(({ key, signature }) => ({
    key,
    signature: concatBytes(new Uint8Array([signature[0]! ^ 1]), signature.subarray(1)),
  }));
  return encodeConfigBody({ ...read.value, approvals });
}

/** One node alone has a certificate of the configuration when the leader dies; the next term's base is that entry. */
function diesAmid(): string | undefined {
  const run = new ScenarioRun();
  for (const line of ["start", "run 50ms", "drop ack to 1 2 4"]) run.perform(line);
  const { cluster } = run.stage;
  tell(cluster, bodyOf(cluster));
  for (const line of ["run 20ms", "crash 2", "run 1s", "heal"]) run.perform(line);
  return cluster.checker.violation?.message ?? enters(cluster, 1, [1, 3, 4]);
}

function leftBehind(): string | undefined {
  const cluster = started();
  const away = NODES.find((id) => id !== cluster.leader!.id)!;
  cluster.node(away).crash();
  tell(cluster, bodyOf(cluster));
  const told = enters(
    cluster,
    1,
    NODES.filter((id) => id !== away),
  );
  if (told !== undefined) return told;
  cluster.run(1_000);
  cluster.node(away).start();
  return enters(cluster, 1);
}

function byFormer(): string | undefined {
  const cluster = started();
  tell(cluster, bodyOf(cluster, { admin: "successor" }));
  const told = enters(cluster, 1);
  cluster.run(1_000);
  return told ?? imposes(cluster, bodyOf(cluster, { epoch: 2, admin: "successor" }));
}

/** A voter that has entered an epoch in which it may have spoken before, and that nobody answers. */
async function speaksUntold(): Promise<string | undefined> {
  const world = new World({ seed: 1, nodes: NODES.length, windowEntries: 32, slowness: 1 });
  for (const node of world.nodes) node.start();
  await world.run(2_000);
  const [one, ...others] = world.nodes.map(({ id }) => id);
  const { state } = world.node(one!);
  if (state?.seat === undefined) return "the network does not begin";
  world.network.cutOnly(others.flatMap((other) => [[other, one!] as const, [one!, other] as const]));
  Object.assign(state, { withheld: state.seat, seat: undefined });
  await world.run(2_000);
  return state.seat === undefined ? undefined : "a voter speaks before anybody has answered it";
}

/** A voter that enters the next epoch with all others, who do not tell it what they have heard from it there. */
async function entersUntold(): Promise<string | undefined> {
  const world = new World({ seed: 1, nodes: NODES.length, windowEntries: 32, slowness: 1 });
  for (const node of world.nodes) node.start();
  await world.run(2_000);
  const [one, ...others] = world.nodes;
  const outgoing = (letter: Letter) =>
    letter.to === one!.id && letter.frame.kind === "recollection" ? [] : [letter];
  for (const node of others) node.strategy = { outgoing };
  new Governor(world, 1).wish(["nothing"]);
  const haveEntered = () => world.nodes.every(({ state }) => state?.electorate.epoch === 1);
  if (!(await world.run(PATIENCE_MS, haveEntered))) return "no epoch begins";
  await world.run(2_000);
  const speak = others.every(({ state }) => state?.seat !== undefined);
  if (!speak) return "the others do not speak either";
  return one!.state?.seat === undefined ? undefined : "a voter speaks before anybody has answered it";
}

/**
 * A voter whose disk is put back to before all keys were replaced enters the epoch of the new ones, takes over what is certified
 * there, and is killed before anybody has told it what it said there.
 */
async function killedAsItEnters(): Promise<string | undefined> {
  const world = new World({ seed: 1, nodes: NODES.length, windowEntries: 32, slowness: 1 });
  for (const node of world.nodes) node.start();
  await world.run(1_000);
  const [forgetful, ...others] = world.nodes;
  world.putBack.copy(forgetful!);
  new Governor(world, 1).wish(["all new keys"]);
  const haveEntered = () => world.nodes.every(({ state }) => state?.electorate.epoch === 1);
  if (!(await world.run(PATIENCE_MS, haveEntered))) return "no epoch begins";
  await world.run(1_000);
  forgetful!.crash();
  // Its words are of the term before.
  world.leader?.replica?.participation.drain();
  const hasLater = () =>
    others.every(({ state }) => state !== undefined && state.certified.position.term > 1);
  if (!(await world.run(PATIENCE_MS, hasLater))) return "no later term begins";
  world.putBack.perform(forgetful!, others, false);
  forgetful!.start();
  const hasComeBack = () => {
    const { epoch, mode } = forgetful!.disk.log.voter;
    return epoch === 1 && mode === "normal";
  };
  if (!(await world.run(PATIENCE_MS, hasComeBack))) return "it is not admitted anew";
  const { isWithheld, mode, reason } = forgetful!.disk.log.voter;
  forgetful!.crash();
  const { disk, snapshots } = others[0]!;
  const takenOver = copyOf(disk.log, world.bank.electorate.network);
  takenOver.voter = { ...takenOver.voter, votedBase: undefined, heard: [], isWithheld, mode, reason };
  forgetful!.putBack(takenOver, snapshots.copy());
  forgetful!.start();
  try {
    const hasForgotten = () => forgetful!.state?.mode === "observer";
    return (await world.run(PATIENCE_MS, hasForgotten)) ? undefined : "it is not told what it has forgotten";
  } catch (error) {
    if (error instanceof SafetyViolation) return error.message;
    throw error;
  }
}

const STAGINGS: Readonly<Record<StagingName, () => string | undefined | Promise<string | undefined>>> = {
  "dies amid the end of an epoch": diesAmid,
  "approved by a stranger": () => {
    const cluster = started();
    return imposes(cluster, bodyOf(cluster, { by: "stranger" }));
  },
  "approved by a former administrator": byFormer,
  "too few ready": () => {
    const cluster = started();
    return imposes(cluster, bodyOf(cluster, { ready: [1, 2] }));
  },
  "forged approval": () => {
    const cluster = started();
    cluster.liars.add(NodeId(cluster.leader!.id));
    return imposes(cluster, forged(bodyOf(cluster)));
  },
  "left out": () => {
    const cluster = started();
    const { id } = cluster.leader!;
    tell(
      cluster,
      bodyOf(cluster),
      NODES.filter((other) => other !== id),
    );
    return enters(cluster, 1);
  },
  "left behind by an epoch": leftBehind,
  "speaks before it is told": speaksUntold,
  "killed as it enters an epoch": killedAsItEnters,
  "enters an epoch untold": entersUntold,
};

export const stagingNamed = (name: StagingName): Staging => ({ name, play: async () => STAGINGS[name]() });
