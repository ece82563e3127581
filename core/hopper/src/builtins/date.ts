// std.date: days of the calendar, and how many of them interest counts. Adding months keeps the day, or takes the
// month's last day where it has no such day: January 31 and one month make February 28 or 29.

import { DAY_MS, dateOfDay, dayOfDate, renderDate } from "../machine/calendar.ts";
import { add, compareIntegers, subtract } from "../machine/integer.ts";
import type { Construct, Integer, Value } from "../machine/value.ts";
import { comparisons } from "./comparisons.ts";
import { linear } from "./cost.ts";
import { dayCount } from "./day-count.ts";
import { dayWithin } from "./instant.ts";
import { daysInMonth, plusMonths } from "./months.ts";
import { as, type BuiltinRecord, demand, ofModule, within } from "./record.ts";

/** Finding year, month and day: a few steps for each three centuries. */
const CALENDAR = 24;
/** Putting the ten characters of a date together. */
const SPELLING = 16;

const civil = (day: Value | undefined) => dateOfDay(day as number);
const linearOf = (args: readonly Value[]): number => linear(...as<readonly Integer[]>(args));

/** The day of these numbers, if there is one between 1970 and 9999. */
function dayOf([year, month, day]: readonly Value[]): number | undefined {
  if (typeof year !== "number" || typeof month !== "number" || typeof day !== "number") return undefined;
  if (year < 1970 || year > 9999 || month < 1 || month > 12) return undefined;
  if (day < 1 || day > daysInMonth(year, month)) return undefined;
  return dayOfDate({ year, month, day });
}

const PARTS: readonly BuiltinRecord[] = [
  {
    declaration: "fn is_date(year: Nat, month: Nat, day: Nat) -> Bool",
    doc: "Whether the calendar has a date of these numbers, in the years 1970 to 9999.",
    examples: ["is_date(2024, 2, 29)", "!is_date(2023, 2, 29)"],
    cost: () => 8,
    run: (args) => dayOf(args) !== undefined,
  },
  {
    declaration: "fn date(year: Nat, month: Nat, day: Nat) -> Date requires is_date(year, month, day)",
    doc: "The date of these numbers.",
    examples: ["date(2024, 1, 31).month() == 1"],
    cost: () => 8,
    run: (args, scope) => {
      const day = dayOf(args);
      demand(day !== undefined, "is_date(year, month, day)", scope);
      return day!;
    },
  },
  {
    declaration: "fn year(d: Date) -> Nat",
    doc: "The year, from 1970 to 9999.",
    examples: ["date(2024, 1, 31).year() == 2024"],
    cost: () => CALENDAR,
    run: ([d]) => civil(d).year,
  },
  {
    declaration: "fn month(d: Date) -> Nat",
    doc: "The month, from 1 to 12.",
    examples: ["date(2024, 1, 31).month() == 1"],
    cost: () => CALENDAR,
    run: ([d]) => civil(d).month,
  },
  {
    declaration: "fn day(d: Date) -> Nat",
    doc: "The day of the month, from 1.",
    examples: ["date(2024, 1, 31).day() == 31"],
    cost: () => CALENDAR,
    run: ([d]) => civil(d).day,
  },
  {
    declaration: "fn weekday(d: Date) -> Nat",
    doc: "The day of the week, from 1 for Monday to 7 for Sunday.",
    examples: ["date(2024, 1, 31).weekday() == 3"],
    cost: () => 1,
    // 1970-01-01 was a Thursday.
    run: ([d]) => 1 + (((d as number) + 3) % 7),
  },
  {
    declaration: "fn month_end(d: Date) -> Date",
    doc: "The last day of the date's month.",
    examples: ["date(2024, 1, 31).month_end() == date(2024, 1, 31)"],
    cost: () => CALENDAR,
    run: ([d]) => {
      const { year, month } = civil(d);
      return dayOfDate({ year, month, day: daysInMonth(year, month) });
    },
  },
  {
    declaration: "fn start(d: Date) -> Time",
    doc: "The instant at which the day begins, in UTC.",
    examples: ["date(2024, 1, 31).start().date() == date(2024, 1, 31)"],
    cost: () => 1,
    run: ([d]) => (d as number) * DAY_MS,
  },
  {
    declaration: "fn to_text(d: Date) -> Text",
    doc: "The date as RFC 3339 writes it: year, month and day.",
    examples: ['date(2024, 1, 31).to_text() == "2024-01-31"'],
    since: 2,
    cost: () => CALENDAR + SPELLING,
    // Every Date is a named day (instant.ts).
    run: ([d]) => renderDate(d as number)!,
  },
];

const ARITHMETIC: readonly BuiltinRecord[] = [
  {
    declaration: "fn plus_days(d: Date, n: Int) -> Date",
    doc: "The date so many days later, or earlier if n is negative.",
    examples: ["date(2024, 1, 31).plus_days(1).day() == 1"],
    cost: linearOf,
    run: ([d, n], scope) => dayWithin(within(add(d as Integer, n as Integer), scope), scope),
  },
  {
    declaration: "fn plus_months(d: Date, n: Int) -> Date",
    doc: "The same day so many months later; where that month has no such day, its last day.",
    examples: [
      "date(2024, 1, 31).plus_months(1).day() == 29",
      "date(2024, 1, 31).plus_months(-2).month() == 11",
    ],
    cost: ([d, n]) => CALENDAR + linear(d as Integer, n as Integer),
    run: ([d, n], scope) => plusMonths(d as number, n as Integer, scope),
  },
  {
    declaration: "fn between(later: Date, earlier: Date) -> Int",
    doc: "The number of days from the second date to the first: `later - earlier`.",
    examples: ["date(2024, 1, 31).plus_days(30) - date(2024, 1, 31) == 30"],
    cost: linearOf,
    run: ([later, earlier], scope) => within(subtract(later as Integer, earlier as Integer), scope),
  },
  {
    declaration: "fn earliest(a: Date, b: Date) -> Date",
    doc: "The earlier of the two.",
    examples: ["date(2024, 1, 31).earliest(date(2024, 1, 31).plus_days(1)) == date(2024, 1, 31)"],
    cost: linearOf,
    run: ([a, b]) => (compareIntegers(a as Integer, b as Integer) <= 0 ? a! : b!),
  },
  {
    declaration: "fn latest(a: Date, b: Date) -> Date",
    doc: "The later of the two.",
    examples: ["date(2024, 1, 31).latest(date(2024, 1, 31).plus_days(-1)) == date(2024, 1, 31)"],
    cost: linearOf,
    run: ([a, b]) => (compareIntegers(a as Integer, b as Integer) >= 0 ? a! : b!),
  },
  {
    declaration: "fn day_count(from: Date, to: Date, convention: DayCount) -> Int",
    doc: "The days that interest counts from one date to the other: those of the calendar, or months of 30 days.",
    examples: [
      "day_count(date(2024, 1, 31), date(2024, 1, 31).plus_months(2), Thirty360) == 60",
      "day_count(date(2024, 1, 31), date(2024, 1, 31).plus_months(2), Actual360) == 60",
    ],
    cost: () => 2 * CALENDAR,
    run: ([from, to, convention]) =>
      dayCount(from as number, to as number, (convention as Construct).tag).days,
  },
  {
    declaration: "fn year_fraction(from: Date, to: Date, convention: DayCount) -> Ratio",
    doc: "The part of a year that interest counts from one date to the other.",
    examples: ["year_fraction(date(2024, 1, 31), date(2024, 1, 31).plus_months(6), Thirty360) == 1.ratio(2)"],
    cost: () => 2 * CALENDAR + 40,
    run: ([from, to, convention]) =>
      dayCount(from as number, to as number, (convention as Construct).tag).fraction,
  },
];

export const DATE = ofModule("std.date", [
  ...PARTS,
  ...ARITHMETIC,
  ...comparisons({
    type: "Date",
    compare: (a, b) => compareIntegers(a as Integer, b as Integer),
    cost: linearOf,
    examples: ["date(2024, 1, 31)", "date(2024, 1, 31).plus_days(1)"],
  }),
]);
