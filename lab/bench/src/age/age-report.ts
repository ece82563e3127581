// A network's age on a terminal: one line a sample, and a plot of each measure over the actions.

import { aligned } from "../report.ts";
import type { AgeReport, AgeSample } from "./age-run.ts";

const MIB = 1024 * 1024;
const HEAD = ["actions", "seconds", "actions/s", "disk MiB", "memory MiB", "p50 ms", "p99 ms"];
const WIDTH = 40;
const STEPS = " ▁▂▃▄▅▆▇█";

export const sampleLine = (sample: AgeSample): string[] => [
  String(sample.actions),
  sample.seconds.toFixed(0),
  sample.actionsPerSecond.toFixed(0),
  (sample.diskBytes / MIB).toFixed(1),
  (sample.memoryBytes / MIB).toFixed(0),
  sample.latencyMs.p50.toFixed(0),
  sample.latencyMs.p99.toFixed(0),
];

/** Each measure from left to right as bars, the highest of which is its maximum. */
function plots(samples: readonly AgeSample[]): string {
  const plot = (title: string, value: (sample: AgeSample) => number) => {
    const values = samples.map(value);
    const most = Math.max(...values, Number.MIN_VALUE);
    const bars = values.map((each) => STEPS[Math.max(1, Math.round((each / most) * (STEPS.length - 1)))]);
    return `${title.padEnd(12)} ${bars.join("").padEnd(WIDTH)}  at most ${most.toFixed(most < 100 ? 1 : 0)}`;
  };
  return [
    plot("disk MiB", ({ diskBytes }) => diskBytes / MIB),
    plot("memory MiB", ({ memoryBytes }) => memoryBytes / MIB),
    plot("p50 ms", ({ latencyMs }) => latencyMs.p50),
    plot("p99 ms", ({ latencyMs }) => latencyMs.p99),
    plot("actions/s", ({ actionsPerSecond }) => actionsPerSecond),
  ].join("\n");
}

export function renderAge({ samples, entries, joinSeconds }: AgeReport): string {
  const table = aligned([HEAD, ...samples.map(sampleLine)]);
  const join = `a node that never ran had applied all ${entries} entries ${joinSeconds.toFixed(1)} s after its start`;
  return `${table}\n\n${plots(samples)}\n\n${join}`;
}
