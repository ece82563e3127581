// Quotas (C31): how many commands of a client are tried, and how much gas they use, in one minute of log time. What was
// used stands in rows of `usage`, of those clients only that have a quota, by their name.

import { canonicalJson, jsonObject, type Refusal } from "@juno/base";
import type { Access } from "@juno/proof";
import { SYSTEM } from "../deployed-module.ts";
import { renderTime } from "../time.ts";
import type { RowChange, RowReader } from "../view.ts";
import { ownAddress, ownRow } from "./own-rows.ts";

/** C10: why a command is rejected whose client has used up its quota. */
export const QUOTA_EXCEEDED = "quota_exceeded";

const MINUTE_MS = 60_000;

/** What a client has used, in the minute that began so many minutes after 1970. */
export type Usage = { readonly minute: number; readonly commands: number; readonly gas: number };
export type ClientUsage = Usage & { readonly client: string };
type Quota = Pick<Access, "commandsPerMinute" | "gasPerMinute">;
type Rows = Pick<RowReader, "row">;

/** Counted from 1970. */
export const minuteOf = (timeMs: number): number => Math.floor(timeMs / MINUTE_MS);

export const hasQuota = ({ commandsPerMinute, gasPerMinute }: Quota): boolean =>
  commandsPerMinute !== undefined || gasPerMinute !== undefined;

/** What a client used last. */
export function usageOf(rows: Rows, client: string): Usage | undefined {
  const row = ownRow(rows, SYSTEM.usage, client);
  if (row === undefined) return undefined;
  const [minute, commands, gas] = ["minute", "commands", "gas"].map((name) => row.get(name) as number);
  return { minute: minute!, commands: commands!, gas: gas! };
}

/**
 * C31: why a client may not submit at this time; undefined if it may. It is asked before a command is tried, whose
 * gas is not known yet: the last one of a minute may go beyond the quota. `underWay`: commands that are not applied yet.
 */
export function overQuota(
  { commandsPerMinute, gasPerMinute }: Quota,
  usage: Usage | undefined,
  { timeMs, underWay = 0 }: { readonly timeMs: number; readonly underWay?: number },
): (Refusal & { readonly againMs: number }) | undefined {
  const minute = minuteOf(timeMs);
  const { commands, gas } = usage?.minute === minute ? usage : { commands: 0, gas: 0 };
  const againMs = (minute + 1) * MINUTE_MS;
  const refused = (used: string) => ({
    code: QUOTA_EXCEEDED,
    detail: `the client has used ${used} in this minute; again from ${renderTime(againMs)} on`,
    againMs,
  });
  if (commandsPerMinute !== undefined && commands + underWay >= commandsPerMinute)
    return refused(`its ${commandsPerMinute} commands`);
  if (gasPerMinute !== undefined && gas >= gasPerMinute) return refused(`its ${gasPerMinute} gas`);
  return undefined;
}

/** What a client has used once this command is counted. */
export function usedBy(usage: Usage | undefined, command: { timeMs: number; gas: number }): Usage {
  const minute = minuteOf(command.timeMs);
  const { commands, gas } = usage?.minute === minute ? usage : { commands: 0, gas: 0 };
  return { minute, commands: commands + 1, gas: gas + command.gas };
}

export function usageChange(rows: Rows, client: string, usage: Usage): RowChange {
  const address = ownAddress(SYSTEM.usage, client);
  return { ...address, before: rows.row(address), after: canonicalJson(jsonObject(usage)) };
}
