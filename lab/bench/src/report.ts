// The rows on a terminal: figures, and a plot of rate against latency.

import type { Row } from "./scenario.ts";

const HEAD = ["scenario", "clients", "actions/s", "p50 ms", "p95 ms", "p99 ms", "cpu s/1000", "syncs/entry"];
const BAR_WIDTH = 48;

export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.scenario,
    String(row.clients),
    String(row.actionsPerSecond),
    row.latencyMs.p50.toFixed(1),
    row.latencyMs.p95.toFixed(1),
    row.latencyMs.p99.toFixed(1),
    row.cpuSecondsPer1000.toFixed(2),
    row.syncsPerCommit.toFixed(2),
  ]);
  return aligned([HEAD, ...cells]);
}

/** CPU time of all nodes by thread, ms an action. */
export function renderThreads(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap(({ cpuSecondsByThread }) => Object.keys(cpuSecondsByThread)))];
  const cells = rows.map(({ scenario, cpuSecondsByThread }) => {
    return [scenario, ...names.map((name) => (cpuSecondsByThread[name] ?? 0).toFixed(2))];
  });
  return aligned([["cpu ms/action", ...names], ...cells]);
}

/** Columns under their heads; the first is a name, the others are figures. */
export function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const pad = (part: string, column: number) =>
    column === 0 ? part.padEnd(widths[column]!) : part.padStart(widths[column]!);
  return lines.map((line) => line.map(pad).join("  ")).join("\n");
}

/** One bar a scenario for each of two measures, each measure on its own scale. */
export function renderPlot(rows: readonly Row[]): string {
  const plot = (title: string, unit: string, value: (row: Row) => number) => {
    const most = Math.max(...rows.map(value), 1);
    const bars = rows.map((row) => {
      const width = Math.max(1, Math.round((value(row) / most) * BAR_WIDTH));
      return `  ${row.scenario.padEnd(11)} ${"█".repeat(width).padEnd(BAR_WIDTH)} ${value(row)} ${unit}`;
    });
    return [title, ...bars].join("\n");
  };
  const rate = plot("rate", "actions/s", (row) => row.actionsPerSecond);
  return `${rate}\n\n${plot("latency, median", "ms", (row) => row.latencyMs.p50)}`;
}
