// What clients ask for in a storm, drawn: payments, and work of contracts that are deployed and upgraded on the way, called
// too early, in vain, or without end.

import type { NodeId, Prng } from "@juno/base";
import type { AnyCall } from "@juno/judge";
import { CLIENTS } from "../world/bank.ts";
import { BONUSES } from "../world/contracts.ts";
import { MANNERS, type Manner, type Order } from "./customers.ts";

/** What an order is drawn from; the likelier the more often it stands here. */
const MANNER_URN: readonly Manner[] = [
  ...MANNERS,
  ...Array.from({ length: 8 }, (): Manner => "patient"),
  ...Array.from({ length: 4 }, (): Manner => "everywhere"),
  ...Array.from({ length: 4 }, (): Manner => "linearizable read"),
];

function drawAsked(prng: Prng, nodes: readonly NodeId[]): number[] {
  const choices = [0, 0, -1, ...nodes];
  const followersOnly = prng.chance(1, 8);
  return Array.from({ length: 4 }, () => (followersOnly ? -1 : prng.pick(choices)));
}

export function drawOrder(prng: Prng, nodes: readonly NodeId[]): Order {
  const manner = prng.pick(MANNER_URN);
  const by = prng.pick(CLIENTS);
  const minor = BigInt(1 + prng.below(prng.chance(1, 8) ? 2_000_000 : 5_000));
  const transfer = { kind: "transfer", from: by, to: prng.pick(CLIENTS), minor } as const;
  const calls = prng.chance(1, 6) ? [transfer, { ...transfer, to: prng.pick(CLIENTS) }] : [transfer];
  const to = drawAsked(prng, nodes);
  return { by, calls, manner, to, count: 5 + prng.below(40) };
}

const TILLS = ["east", "west"] as const;
/** Versions that a client may mean, be they deployed or not. */
const VERSIONS_MAX = 4;

type Kind = Exclude<AnyCall["kind"], "create" | "mint" | "transfer" | "redact">;

/** Upgrades are frequent, so that many calls run into one. */
const CALL_URN: readonly Kind[] = [
  ...["deploy", "deploy", "deploy", "deploy", "deploy"],
  ...["visit", "visit", "visit", "visit", "redeem", "redeem", "pass", "pass", "wander"],
] as Kind[];

function drawDeployment(prng: Prng): AnyCall {
  const module = prng.pick(["till", "till", "till", "desk", "broken"] as const);
  return { kind: "deploy", module, bonus: prng.pick(BONUSES), by: prng.pick(["operators", "risk", "risk"]) };
}

function drawCall(prng: Prng): AnyCall {
  const kind = prng.pick(CALL_URN);
  const till = prng.pick(TILLS);
  const minor = BigInt(prng.below(5));
  switch (kind) {
    case "deploy":
      return drawDeployment(prng);
    case "visit":
      return prng.chance(1, 3) ? { kind, till, version: 1 + prng.below(VERSIONS_MAX) } : { kind, till };
    case "redeem":
      return { kind, till, minor };
    case "wander":
      return { kind, till };
    case "pass":
      return { kind, to: till, from: prng.pick(TILLS), minor };
  }
}

/** Clients know that these are new: they ask every node. */
function firstDeployments(nodes: readonly NodeId[]): Order[] {
  const modules = ["till", "desk"] as const;
  return modules.map((module) => {
    const deployment: AnyCall = { kind: "deploy", module, bonus: BONUSES[0], by: "operators" };
    return { by: "treasury", calls: [deployment], manner: "patient", to: nodes, count: 1 };
  });
}

/** The first of them deploy what the others are about. */
export function drawWork(prng: Prng, nodes: readonly NodeId[], count: number): Order[] {
  const first = firstDeployments(nodes);
  const others = Array.from({ length: count - first.length }, (): Order => {
    const call = drawCall(prng);
    const drawn = prng.pick(MANNER_URN);
    // Many deployments at once would show nothing that a few do not.
    const manner = call.kind === "deploy" && drawn === "flood" ? "patient" : drawn;
    const [by, to, till] = [prng.pick(CLIENTS), drawAsked(prng, nodes), prng.pick(TILLS)];
    return { by, calls: [call], manner, to, count: 5 + prng.below(10), till };
  });
  return [...first, ...others];
}
