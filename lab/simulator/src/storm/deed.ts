// What can happen to a cluster, as data: a storm is a list of deeds, each at its time, so that it can be
// told, shortened and played again. Whatever names a node that is not there, or is down, does nothing.

import { type NodeId, Prng } from "@juno/base";
import { isLeader } from "@juno/consensus";
import type { Versions } from "@juno/ledger";
import { moodOf } from "../byzantine/mood.ts";
import type { StatePart } from "../world/decay.ts";
import type { Moment, Transaction, Trouble } from "../world/disk.ts";
import type { Weather } from "../world/network.ts";
import { knows, NEWEST } from "../world/programs.ts";
import type { World } from "../world/world.ts";
import type { Change } from "./changes.ts";
import type { Manner, Order } from "./customers.ts";
import { drawRedaction } from "./redactions.ts";

export type Link = readonly [from: NodeId, to: NodeId];

export type Deed =
  | { readonly kind: "weather"; readonly weather: Weather }
  | { readonly kind: "cut"; readonly shape: string; readonly links: readonly Link[] }
  | { readonly kind: "clog" | "unclog"; readonly link: Link }
  | { readonly kind: "crash" | "start" | "forget state"; readonly node: NodeId }
  | { readonly kind: "crash the leader"; readonly forMs: number }
  | { readonly kind: "crash all"; readonly forMs: number }
  /** The leader, if no node is named. */
  | { readonly kind: "ask to end"; readonly node?: NodeId; readonly forMs: number }
  | {
      readonly kind: "crash at write";
      readonly node: NodeId;
      readonly count: number;
      readonly moment: Moment;
      readonly forMs: number;
      /** Which transactions count; writes unless it is said. */
      readonly what?: Transaction;
    }
  | {
      readonly kind: "disk";
      readonly node: NodeId;
      readonly trouble: Trouble;
      readonly delayMsMax: number;
    }
  | { readonly kind: "rot" | "copy disk"; readonly node: NodeId }
  | { readonly kind: "rot of state"; readonly node: NodeId; readonly part: StatePart }
  | { readonly kind: "put back"; readonly node: NodeId; readonly isWiped: boolean }
  | { readonly kind: "clock jump"; readonly node: NodeId; readonly byMs: number }
  | { readonly kind: "clock drift"; readonly node: NodeId; readonly partsPerMillion: number }
  | {
      readonly kind: "stall";
      readonly node: NodeId;
      readonly thread: "main" | "executor" | "verifier";
      readonly forMs: number;
    }
  | { readonly kind: "mood"; readonly node: NodeId; readonly lies: readonly string[]; readonly seed: number }
  | { readonly kind: "sides"; readonly right: readonly NodeId[] }
  | { readonly kind: "order"; readonly order: Order }
  | { readonly kind: "redact"; readonly manner: Manner; readonly to: readonly number[] }
  | { readonly kind: "configure"; readonly changes: readonly Change[] }
  | ({ readonly kind: "upgrade" } & Upgrade)
  | { readonly kind: "activate"; readonly versions: Versions }
  | { readonly kind: "cancel activation" };

export type Upgrade = {
  readonly node: NodeId;
  readonly forMs: number;
  /** The newer program makes its state anew. */
  readonly forgets: boolean;
};

export type Happening = { readonly atMs: number; readonly deed: Deed };

/** What the deeds need besides the world. */
export type Hands = {
  readonly world: World;
  order(order: Order): void;
  govern(changes: readonly Change[]): void;
  activate(versions: Versions): void;
  cancelActivation(): void;
};

/** A node that ended by itself is started again by whoever looks after it, so much later. */
export const SUPERVISOR_MS = 2_000;

export function perform(hands: Hands, deed: Deed): void {
  const { world, order, govern } = hands;
  world.say(toldDeed(deed));
  switch (deed.kind) {
    case "weather":
      world.network.weather = deed.weather;
      return;
    case "cut":
      world.tally.add(`partition: ${deed.shape}`, deed.links.length > 0 ? 1 : 0);
      return world.network.cutOnly(deed.links);
    case "clog":
    case "unclog":
      return world.network[deed.kind](...deed.link);
    case "crash":
      return crash(world, deed.node, Number.POSITIVE_INFINITY);
    case "start":
      return startBodies(world, deed.node);
    case "forget state":
      return forgetState(world, deed.node);
    case "crash the leader":
      return crashTheLeader(world, deed.forMs);
    case "crash all":
      world.tally.add("crash of all");
      for (const { id } of world.nodes) crash(world, id, deed.forMs);
      return;
    case "ask to end":
      return askToEnd(world, deed);
    case "crash at write":
      return crashAtWrite(world, deed);
    case "disk":
      world.node(deed.node).disk.trouble = deed.trouble;
      world.node(deed.node).disk.delayMsMax = deed.delayMsMax;
      return;
    case "rot":
      return rot(world, deed.node);
    case "rot of state":
      if (mayFail(world, deed.node)) world.decay.strike(world.node(deed.node), deed.part, world.prng);
      return;
    case "copy disk":
      return world.putBack.copy(world.node(deed.node));
    case "put back":
      return putBack(world, deed);
    case "clock jump":
      world.tally.add("clock jump");
      world.node(deed.node).oscillator.offsetMs += deed.byMs;
      return;
    case "clock drift":
      world.tally.add("clock drift");
      return world.node(deed.node).oscillator.drift(deed.partsPerMillion);
    case "stall":
      return stall(world, deed);
    case "mood":
      return corrupt(world, deed);
    case "sides":
      world.sideOf = (id) => (deed.right.includes(id) ? 1 : 0);
      return;
    case "order":
      return order(deed.order);
    case "redact":
      return drawRedaction(world, deed).forEach(order);
    case "configure":
      return govern(deed.changes);
    case "upgrade":
      return upgrade(world, deed);
    case "activate":
      return hands.activate(deed.versions);
    case "cancel activation":
      return hands.cancelActivation();
  }
}

/** A node is started again with the newest program, if it has an older one. */
export function upgrade(world: World, { node: id, forMs, forgets }: Upgrade): void {
  if (knows(world.node(id).known, NEWEST)) return;
  crash(world, id, forMs);
  world.tally.add("versions: upgraded");
  for (const body of world.bodies) if (body.id === id) body.install(NEWEST);
  if (forgets) forgetState(world, id);
}

function corrupt(world: World, { node, lies, seed }: Extract<Deed, { kind: "mood" }>): void {
  const others = world.nodes.map(({ id }) => id).filter((id) => id !== node);
  for (const lie of lies) world.tally.add(`lie: ${lie}`);
  world.corrupt(node, moodOf(lies, new Prng(seed), others));
}

function forgetState(world: World, id: NodeId): void {
  if (world.node(id).isUp) return;
  world.tally.add("state database lost");
  world.node(id).forgetLedger();
}

function startBodies(world: World, id: NodeId): void {
  world.node(id).start();
  world.twins.get(id)?.start();
}

function crash(world: World, id: NodeId, forMs: number): void {
  if (world.node(id).isUp) world.tally.add("crash");
  world.node(id).crash();
  world.twins.get(id)?.crash();
  if (Number.isFinite(forMs)) world.plan(forMs, () => startBodies(world, id));
}

function crashTheLeader(world: World, forMs: number): void {
  const { leader } = world;
  if (leader === undefined) return;
  world.tally.add("crash of the leader");
  crash(world, leader.id, forMs);
}

/** As long as a node hands over what it leads (V12); then its process is gone, with whatever was not durable. */
const LEAVE_MS_MAX = 5_000;
const LOOK_MS = 10;

function askToEnd(world: World, { node: id, forMs }: Extract<Deed, { kind: "ask to end" }>): void {
  const node = id === undefined ? world.leader : world.node(id);
  const replica = node?.replica;
  if (node === undefined || replica === undefined) return;
  const { participation, context, state } = replica;
  const leads = isLeader(context, state);
  world.tally.add("asked to end");
  participation.drain();
  const look = (leftMs: number): void => {
    if (node.replica !== replica) return;
    const isDone = participation.isAlone || participation.isSpared;
    if (!isDone && leftMs > 0) return world.plan(LOOK_MS, () => look(leftMs - LOOK_MS));
    if (leads && participation.isSpared) world.tally.add("asked to end: handed over");
    crash(world, node.id, forMs);
  };
  look(LEAVE_MS_MAX);
}

function crashAtWrite(world: World, deed: Extract<Deed, { kind: "crash at write" }>): void {
  const { traps } = world.node(deed.node).disk;
  const { what = "write" } = deed;
  let left = deed.count;
  traps.set(what, (moment) => {
    if (moment !== deed.moment || --left > 0) return true;
    traps.delete(what);
    world.tally.add(`crash ${moment} a ${what}`);
    world.plan(deed.forMs, () => startBodies(world, deed.node));
    return false;
  });
}

/** A ruined node counts among the faulty, so it is one only while there is room. */
function rot(world: World, id: NodeId): void {
  const { ruined } = world;
  if (!mayFail(world, id)) return;
  if (world.node(id).disk.rot(world.prng)) ruined.add(id);
}

/** Whether one more may be faulty, and this one is not yet. */
function mayFail(world: World, id: NodeId): boolean {
  const { liars, ruined, putBack, decay } = world;
  return ![liars, ruined, putBack, decay].some((some) => some.has(id)) && roomForFaults(world) > 0;
}

/** How many more may be faulty. */
export function roomForFaults({ liars, ruined, putBack, decay, bank }: World): number {
  return bank.electorate.faults - [liars, ruined, putBack, decay].reduce((sum, { size }) => sum + size, 0);
}

/** A node goes on at once on a disk that remembers less than it said. */
function putBack(world: World, { node: id, isWiped }: Extract<Deed, { kind: "put back" }>): void {
  if (!mayFail(world, id)) return;
  crash(world, id, Number.POSITIVE_INFINITY);
  const others = world.sound.filter((other) => other.id !== id);
  world.putBack.perform(world.node(id), others, isWiped);
  startBodies(world, id);
}

function stall(world: World, { node: id, thread, forMs }: Extract<Deed, { kind: "stall" }>): void {
  world.tally.add(`stall: ${thread}`);
  const node = world.node(id);
  const untilMs = world.nowMs + forMs;
  if (thread === "main") node.stalledUntilMs = untilMs;
  if (thread === "executor") node.executorStalledUntilMs = untilMs;
  if (thread === "verifier") node.verifierStalledUntilMs = untilMs;
}

const MINUTE_MS = 60_000;

/** A deed in words. */
export function toldDeed(deed: Deed): string {
  switch (deed.kind) {
    case "weather": {
      const { lossPerMille, duplicatePerMille, corruptPerMille, delayMsMax } = deed.weather;
      return `weather: of 1000 frames ${lossPerMille} are lost, ${duplicatePerMille} repeated, ${corruptPerMille} garbled; delay up to ${delayMsMax} ms`;
    }
    case "cut":
      return deed.links.length === 0
        ? "all links mended"
        : `cut (${deed.shape}): ${deed.links.map((link) => link.join(">")).join(" ")}`;
    case "clog":
    case "unclog":
      return `${deed.kind} ${deed.link.join(">")}`;
    case "crash the leader":
    case "crash all":
      return `${deed.kind} for ${deed.forMs} ms`;
    case "ask to end":
      return `${deed.node === undefined ? "the leader" : `node ${deed.node}`} is asked to end, for ${deed.forMs} ms`;
    case "crash at write":
      return `node ${deed.node} will crash ${deed.moment} ${deed.what ?? "write"} ${deed.count} from now`;
    case "disk":
      return `disk of ${deed.node}: ${deed.trouble === "none" ? "works" : deed.trouble}, up to ${deed.delayMsMax} ms a write`;
    case "clock jump":
      return `clock of ${deed.node} jumps by ${deed.byMs > MINUTE_MS ? `${deed.byMs / MINUTE_MS} min` : `${deed.byMs} ms`}`;
    case "clock drift":
      return `clock of ${deed.node} drifts by ${deed.partsPerMillion} ppm`;
    case "stall":
      return `${deed.thread} thread of ${deed.node} stalls for ${deed.forMs} ms`;
    case "mood":
      return `node ${deed.node} lies: ${deed.lies.join(", ") || "not at all"}`;
    case "sides":
      return `second bodies talk to ${deed.right.join(" ") || "nobody"}`;
    case "order":
      return toldOrder(deed.order);
    case "redact":
      return `operators order old payloads out of the log (${deed.manner})`;
    case "configure":
      return `the administrators wish for ${deed.changes.join(", then ")}`;
    case "activate":
      return `the administrators wish for ledger ${deed.versions.ledger} and language ${deed.versions.language}`;
    case "cancel activation":
      return "the administrators change their mind about what is to be activated";
    case "rot of state":
      return `a ${deed.part} of ${deed.node} decays`;
    case "put back":
      return `the disk of ${deed.node} is put back${deed.isWiped ? " to nothing" : ""}`;
    default:
      return `${deed.kind} ${deed.node}`;
  }
}

const CHOICES: Readonly<Record<number, string>> = { 0: "the leader", [-1]: "a follower" };

function toldOrder({ by, manner, to, count, calls, till }: Order): string {
  const asked = to.map((choice) => CHOICES[choice] ?? choice).join(", ");
  const what = manner.endsWith("read")
    ? till === undefined
      ? "a balance"
      : `till ${till}`
    : calls.map(({ kind }) => kind).join(" and ");
  return `${by} asks ${asked} for ${what} (${manner}${manner === "flood" ? `, ${count}` : ""})`;
}
