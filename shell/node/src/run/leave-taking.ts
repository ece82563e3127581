// How a node that is to end takes its leave: it takes no more commands, hands over what it leads (V12), and answers those
// who wait for commands that it has under way. For a while, and only as long as there is a quorum to do it with: whoever
// is not answered by then is told what is known, and asks another node.

import { setTimeout } from "node:timers/promises";
import type { Replica } from "@juno/runtime";
import type { OutcomeWaits } from "../http/outcome-waits.ts";

const PATIENCE_MS = 5_000;
const LOOK_MS = 10;

type Leaving = {
  readonly replica: {
    readonly isStopped: boolean;
    readonly participation: Pick<Replica["participation"], "drain" | "isAlone" | "isSpared">;
  };
  readonly waits: Pick<OutcomeWaits, "promised">;
  readonly patienceMs?: number;
};

export async function takeLeave({ replica, waits, patienceMs = PATIENCE_MS }: Leaving): Promise<void> {
  const { participation } = replica;
  const untilMs = performance.now() + patienceMs;
  participation.drain();
  const isDone = () => participation.isSpared && waits.promised === 0;
  while (!replica.isStopped && !participation.isAlone && !isDone() && performance.now() < untilMs)
    await setTimeout(LOOK_MS);
}
