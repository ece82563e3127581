// Conventions by which interest counts days: actual days over 360 or 365, and the 30/360 bond basis, in
// which every month has 30 days.

import { dateOfDay } from "../machine/calendar.ts";
import type { Construct } from "../machine/value.ts";
import { fraction } from "./fraction.ts";

/** Tags of std.date's DayCount. */
const ACTUAL_360 = 0;
const ACTUAL_365 = 1;

export type Counted = { readonly days: number; readonly fraction: Construct };

/**
 * 30/360, bond basis: a first day 31 counts as 30; a last day 31 does so if the first is 30 or 31. Only from the earlier
 * to the later date, so that turning them round turns the sign.
 */
function thirtyDays(from: number, to: number): number {
  if (to < from) return 0 - thirtyDays(to, from);
  const [a, b] = [dateOfDay(from), dateOfDay(to)];
  const first = Math.min(a.day, 30);
  const last = b.day === 31 && first === 30 ? 30 : b.day;
  return 360 * (b.year - a.year) + 30 * (b.month - a.month) + (last - first);
}

export function dayCount(from: number, to: number, tag: number): Counted {
  const days = tag === ACTUAL_360 || tag === ACTUAL_365 ? to - from : thirtyDays(from, to);
  return { days, fraction: fraction(days, tag === ACTUAL_365 ? 365 : 360) };
}
