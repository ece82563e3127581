// What the language's measurement found, on a terminal.

import { aligned } from "../report.ts";
import type { Cost } from "./cost-table.ts";
import type { LanguageRow } from "./measurement.ts";

const HEAD = ["once", "µs", "instructions", "M instr/s", "gas", "ns/gas"];

const figure = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? "";

export function renderLanguage(rows: readonly LanguageRow[]): string {
  const cells = rows.map((row) => [
    row.name,
    figure(row.microseconds, 1),
    figure(row.instructions, 0),
    figure(row.millionInstructionsPerSecond, 1),
    figure(row.gas, 0),
    figure(row.nanosecondsPerGas, 1),
  ]);
  return aligned([HEAD, ...cells]);
}

/** L31: what takes much more time for its gas than others do is marked. */
export function renderCosts(costs: readonly Cost[]): string {
  const cells = costs.map(({ name, gas, nanosecondsPerGas, excess }) => [
    name,
    figure(gas, 0),
    figure(nanosecondsPerGas, 1),
    excess ? "above 3 medians" : "",
  ]);
  return aligned([["function", "gas", "ns/gas", ""], ...cells]);
}
