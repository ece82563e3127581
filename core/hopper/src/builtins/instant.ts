// The years in which there are Times and Dates. Arithmetic that leaves them ends the transaction, as a number beyond
// its limit does (L32), so that every Time and Date that exists has a text and can be stored.

import { DAY_MS } from "../machine/calendar.ts";
import type { Meter } from "../machine/effects.ts";
import { add } from "../machine/integer.ts";
import type { Integer } from "../machine/value.ts";
import { within } from "./record.ts";

/** 9999-12-31, in days since 1970-01-01. */
export const DAY_MAX = 2_932_896;
export const TIME_MAX = (DAY_MAX + 1) * DAY_MS - 1;

const YEARS = { first: "1970", last: "9999" } as const;

export function timeWithin(ms: Integer, meter: Meter): number {
  if (typeof ms === "number" && ms >= 0 && ms <= TIME_MAX) return ms;
  return meter.fail("TimeExceeded", YEARS);
}

export function dayWithin(day: Integer, meter: Meter): number {
  if (typeof day === "number" && day >= 0 && day <= DAY_MAX) return day;
  return meter.fail("TimeExceeded", YEARS);
}

export const laterBy = (time: Integer, duration: Integer, meter: Meter): number =>
  timeWithin(within(add(time, duration), meter), meter);
