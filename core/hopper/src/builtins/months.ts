// Months of the calendar, counted from 1970-01 as 0.

import { dateOfDay, dayOfDate } from "../machine/calendar.ts";
import type { Meter } from "../machine/effects.ts";
import { add } from "../machine/integer.ts";
import type { Integer } from "../machine/value.ts";
import { dayWithin } from "./instant.ts";
import { within } from "./record.ts";

const MONTHS = 12;
const FIRST_YEAR = 1970;
/** 9999-12. */
const MONTH_MAX = (9999 - FIRST_YEAR) * MONTHS + 11;

export function daysInMonth(year: number, month: number): number {
  const next = month === MONTHS ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 };
  return dayOfDate(next) - dayOfDate({ year, month, day: 1 });
}

/** The same day of another month, or that month's last. */
export function plusMonths(day: number, n: Integer, meter: Meter): number {
  const date = dateOfDay(day);
  const from = (date.year - FIRST_YEAR) * MONTHS + date.month - 1;
  const to = within(add(from, n), meter);
  // A month outside the calendar is as far off as any: the limit speaks.
  if (typeof to === "bigint" || to < 0 || to > MONTH_MAX) return dayWithin(-1, meter);
  const year = FIRST_YEAR + Math.floor(to / MONTHS);
  const month = 1 + (to % MONTHS);
  return dayOfDate({ year, month, day: Math.min(date.day, daysInMonth(year, month)) });
}
