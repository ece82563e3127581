// The same short life again and again: each time a node crashes at another of its writes, just before
// it is done or right after, and is started again. Told is whether the cluster then agrees.

import type { NodeId } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import type { Stage } from "./stage.ts";
import { mistake } from "./words.ts";

const POINTS_MAX = 60;

/** Whoever performs commands on a stage of its own. */
type Performer = { readonly stage: Stage; perform(line: string): unknown };
type Crash = { readonly count: number; readonly moment: "before" | "after" };

function live(
  run: Performer,
  life: { id: NodeId; commands: readonly string[]; crash: Crash },
): readonly DurableChange[] | undefined {
  const { id, commands, crash } = life;
  let writes = 0;
  let crashedIn: readonly DurableChange[] | undefined;
  const [start = "start", ...rest] = commands;
  run.perform("cluster 4");
  const node = run.stage.cluster.node(id);
  node.onPersist = (moment, changes) => {
    if (moment === "before") writes += 1;
    if (crashedIn !== undefined || writes !== crash.count || moment !== crash.moment) return true;
    crashedIn = changes;
    run.stage.cluster.plan(50, () => node.start());
    return false;
  };
  run.perform(start);
  try {
    for (const command of rest) run.perform(command);
  } catch (error) {
    const place = `crashed ${crash.moment} write ${crash.count}`;
    throw new Error(`${place}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  return crashedIn;
}

/** One line for each write that the commands make a node do. */
export function tellPersistPoints(begin: () => Performer, id: NodeId, commands: readonly string[]): string[] {
  const told: string[] = [];
  for (let count = 1; count <= POINTS_MAX; count++) {
    const changes = live(begin(), { id, commands, crash: { count, moment: "before" } });
    if (changes === undefined) return told;
    live(begin(), { id, commands, crash: { count, moment: "after" } });
    const kinds = changes.map((change) => (change.kind === "keep" ? change.what : change.kind));
    told.push(`write ${count} (${kinds.join(", ")}): crashed before and after it, recovered`);
  }
  return mistake(`more than ${POINTS_MAX} writes`);
}
