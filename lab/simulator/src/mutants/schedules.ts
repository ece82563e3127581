// What the liveness rules V2, V3, V5, V6 and V7 are for (protocol section 8), as one schedule each: an
// attack is staged with the words of the scenario files, then time runs until the cluster has recovered. With
// the rule it does so within the bound; without, it does not.

import type { SimulatedNode } from "../node.ts";
import { entryName } from "../scenario/narration.ts";
import { ScenarioRun } from "../scenario/run.ts";
import type { ScheduleName } from "./mutant.ts";

export type Schedule = {
  readonly name: ScheduleName;
  readonly what: string;
  /** Virtual ms from the end of the attack. */
  readonly boundMs: number;
  readonly attack: readonly string[];
  /** Commands that all these nodes must have committed. */
  readonly wanted: readonly string[];
  readonly nodes: readonly number[];
};

const LEADER_2 = ["cluster 4", "start", "run 50ms"];

const SCHEDULES: readonly Schedule[] = [
  {
    name: "left-behind",
    what: "three nodes have gone on to a later term, one of them dies, and the fourth knows nothing of it",
    boundMs: 5_000,
    attack: [
      ...LEADER_2,
      "cut 1",
      "drop append-entries",
      "drop vote",
      "submit lost to 2",
      "run 6s",
      "crash 4",
      "heal",
      "submit late to 3",
    ],
    wanted: ["late"],
    nodes: [1, 2, 3],
  },
  {
    name: "stale-base",
    what: "one node alone has the highest certificate, the next leader does not, and a fourth is dead",
    boundMs: 1_000,
    attack: [
      ...LEADER_2,
      "drop ack to 2 3 4",
      "submit only to 2",
      "run 20ms",
      "cut 1",
      "drop append-entries",
      "drop vote",
      "run 3040ms",
      "crash 4",
      "heal",
    ],
    wanted: ["only"],
    nodes: [1, 2, 3],
  },
  {
    name: "hidden-certificate",
    what: "a certificate collected in secret is shown to one voter during the election",
    boundMs: 500,
    attack: [
      ...LEADER_2,
      "submit first to 1",
      "run 50ms",
      "drop ack to 1 3 4",
      "submit hidden to 2",
      "run 6ms",
      "crash 2",
      "drop request-vote from 3 to 1",
      "run 1s",
      "forge quorum from 2 to 1: 1/3 by 2 3 4",
      "run 5ms",
      "heal",
    ],
    wanted: ["first", "hidden"],
    nodes: [1, 3, 4],
  },
  {
    name: "flood-of-entries",
    what: "a leader sends far more than a window, which no quorum has",
    boundMs: 300,
    attack: [...LEADER_2, "cut 1", "forge append from 2 to 3 4: after 1 add 300"],
    wanted: [],
    nodes: [3, 4],
  },
  {
    name: "handed-over",
    what: "the leader is to stop, with commands under way",
    boundMs: 100,
    attack: [...LEADER_2, "submit first to 2 3", "drain 2", "submit next to 1"],
    wanted: ["first", "next"],
    nodes: [1, 2, 3, 4],
  },
];

export const scheduleNamed = (name: ScheduleName): Schedule => SCHEDULES.find((one) => one.name === name)!;

const STEP_MS = 10;

/** Virtual ms until the cluster has recovered; undefined if that takes longer than the bound. */
export function recoveryMs({ attack, wanted, nodes, boundMs }: Schedule): number | undefined {
  const run = new ScenarioRun();
  for (const line of attack) run.perform(line);
  const { cluster } = run.stage;
  const isDone = () => nodes.every((id) => isWell(cluster.node(id), wanted));
  for (let ms = STEP_MS; ms <= boundMs; ms += STEP_MS) {
    run.perform(`run ${STEP_MS}ms`);
    if (isDone()) return ms;
  }
  return undefined;
}

/** The node has committed what is wanted, and holds no more than a window and an election above it. */
function isWell(node: SimulatedNode, wanted: readonly string[]): boolean {
  const { disk, committed, context } = node;
  const names = disk.entries.slice(0, committed).map(entryName);
  const suffix = disk.entries.length - committed;
  return suffix <= context.limits.windowEntries + 1 && wanted.every((name) => names.includes(name));
}
