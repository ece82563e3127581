import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { big, failure, fields, int, NO_EFFECTS, ran, run, unmet } from "../../test/builtins/scope.ts";
import { Construct } from "../machine/value.ts";
import { DAY_MAX, TIME_MAX } from "./instant.ts";

const DAY_MS = 86_400_000;
const OUTSIDE = { error: "TimeExceeded", first: "1970", last: "9999" };
const anyDay = fc.integer({ min: 0, max: DAY_MAX });
const anyTime = fc.integer({ min: 0, max: TIME_MAX });
const dayOf = (text: string): number => Date.parse(`${text}T00:00:00Z`) / DAY_MS;

/** The host's own calendar. */
const host = (day: number): Date => new Date(day * DAY_MS);

describe("times", () => {
  test("lie in the years 1970 to 9999, and move by spans", () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: -TIME_MAX, max: TIME_MAX }), anyTime, (time, span, other) => {
        const [later, earlier] = [time + span, time - span];
        for (const [name, sum] of [
          ["add", later],
          ["subtract", earlier],
        ] as const) {
          const inside = sum >= 0 && sum <= TIME_MAX;
          expect(failure(`std.time.${name}`, time, span)).toEqual(inside ? undefined : OUTSIDE);
          if (inside) expect(run(`std.time.${name}`, time, span)).toBe(sum);
        }
        expect(run("std.time.between", time, other)).toBe(time - other);
        expect(run("std.time.earliest", time, other)).toBe(Math.min(time, other));
        expect(run("std.time.latest", time, other)).toBe(Math.max(time, other));
        expect(run("std.time.date", time)).toBe(Math.floor(time / DAY_MS));
        expect(run("std.time.time_of_day", time)).toBe(time % DAY_MS);
        expect(run("std.time.less", time, other)).toBe(time < other);
        expect(run("std.time.duration_less_or_equal", time, other)).toBe(time <= other);
      }),
    );
    expect(run("std.time.add_to", 5, 7)).toBe(12);
    expect(failure("std.time.add", 0, int(1n << 90n))).toEqual(OUTSIDE);
    expect(failure("std.time.add", TIME_MAX, 1)).toEqual(OUTSIDE);
    expect(failure("std.time.subtract", 0, 1)).toEqual(OUTSIDE);
    expect(ran("std.time.now", [], { ...NO_EFFECTS, now: 1234 }).value).toBe(1234);
  });

  test.each([
    ["milliseconds", 1],
    ["seconds", 1_000],
    ["minutes", 60_000],
    ["hours", 3_600_000],
    ["days", DAY_MS],
    ["weeks", 7 * DAY_MS],
  ])("count %s", (unit, ms) => {
    expect(run(`std.time.${unit}`, 3)).toBe(3 * ms);
    expect(run(`std.time.${unit}`, -3)).toBe(-3 * ms);
    expect(big(run(`std.time.${unit}`, int(1n << 80n)))).toBe(BigInt(ms) << 80n);
  });

  test("have spans that divide exactly or downwards", () => {
    expect(run("std.time.div", 10 * DAY_MS, 7 * DAY_MS)).toBe(1);
    expect(run("std.time.div", 0, 1)).toBe(0);
    const clause = "d >= seconds(0) && by > seconds(0)";
    for (const [d, by] of [
      [1, 0],
      [-1, 1],
      [1, -1],
    ] as const) {
      expect(failure("std.time.div", d, by)).toEqual(unmet(clause));
    }
    expect(fields(run("std.time.ratio", -6, 24))).toEqual([-1, 4]);
    expect(failure("std.time.ratio", 1, 0)).toEqual(unmet("whole != seconds(0)"));
    expect(run("std.time.duration_add", 3, 4)).toBe(7);
    expect(run("std.time.duration_subtract", 3, 4)).toBe(-1);
    expect(run("std.time.duration_multiply", 3, -4)).toBe(-12);
    expect(run("std.time.duration_times", -4, 3)).toBe(-12);
    expect([run("std.time.negate", 5), run("std.time.abs", -5)]).toEqual([-5, 5]);
  });
});

describe("dates", () => {
  test("are those of the host's calendar", () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const date = host(day);
        const [year, month, inMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
        expect(run("std.date.year", day)).toBe(year);
        expect(run("std.date.month", day)).toBe(month);
        expect(run("std.date.day", day)).toBe(inMonth);
        expect(run("std.date.weekday", day)).toBe(date.getUTCDay() || 7);
        expect(run("std.date.date", year, month, inMonth)).toBe(day);
        expect(run("std.date.start", day)).toBe(day * DAY_MS);
        expect(run("std.date.month_end", day)).toBe(Date.UTC(year, month, 0) / DAY_MS);
      }),
    );
  });

  test("exist as the calendar says", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1960, max: 10_010 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const date = new Date(Date.UTC(year, month - 1, day));
          const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          const exists = real && year >= 1970 && year <= 9999;
          expect(run("std.date.is_date", year, month, day)).toBe(exists);
          const refused = exists ? undefined : unmet("is_date(year, month, day)");
          expect(failure("std.date.date", year, month, day)).toEqual(refused);
        },
      ),
    );
    const leap = (year: number): unknown => run("std.date.is_date", year, 2, 29);
    expect([2000, 2023, 2024, 2100, 2400, 9996].map(leap)).toEqual([true, false, true, false, true, true]);
    expect(run("std.date.is_date", int(1n << 70n), 1, 1)).toBe(false);
  });

  test.each([
    ["2024-01-31", 1, "2024-02-29"],
    ["2023-01-31", 1, "2023-02-28"],
    ["2024-02-29", 12, "2025-02-28"],
    ["2024-02-29", 48, "2028-02-29"],
    ["2024-03-31", -1, "2024-02-29"],
    ["2024-05-31", 1, "2024-06-30"],
    ["2024-12-15", 1, "2025-01-15"],
    ["2024-01-15", -1, "2023-12-15"],
    ["1970-01-31", 0, "1970-01-31"],
    ["1970-02-28", -1, "1970-01-28"],
    ["9999-11-30", 1, "9999-12-30"],
  ])("%s and %i months are %s", (from, months, to) => {
    expect(run("std.date.plus_months", dayOf(from), months)).toBe(dayOf(to));
  });

  test("end with 1970 and 9999", () => {
    expect(DAY_MAX).toBe(dayOf("9999-12-31"));
    expect(run("std.date.plus_days", 0, DAY_MAX)).toBe(DAY_MAX);
    for (const [day, days] of [
      [0, -1],
      [DAY_MAX, 1],
      [0, int(1n << 90n)],
    ] as const) {
      expect(failure("std.date.plus_days", day, days)).toEqual(OUTSIDE);
    }
    for (const [day, months] of [
      [0, -1],
      [DAY_MAX, 1],
      [0, 12 * 8030],
      [0, int(-(1n << 90n))],
    ] as const) {
      expect(failure("std.date.plus_months", day, months)).toEqual(OUTSIDE);
    }
  });

  test("differ by days", () => {
    fc.assert(
      fc.property(anyDay, anyDay, (a, b) => {
        expect(run("std.date.between", a, b)).toBe(a - b);
        expect(run("std.date.plus_days", b, a - b)).toBe(a);
        expect(run("std.date.earliest", a, b)).toBe(Math.min(a, b));
        expect(run("std.date.latest", a, b)).toBe(Math.max(a, b));
        expect(run("std.date.greater", a, b)).toBe(a > b);
      }),
    );
  });
});

describe("interest counts days", () => {
  const [ACTUAL_360, ACTUAL_365, THIRTY_360] = [0, 1, 2].map((tag) => new Construct(tag, []));

  test.each([
    ["2024-01-31", "2024-02-29", 29],
    ["2024-01-30", "2024-03-31", 60],
    ["2024-01-31", "2024-03-31", 60],
    ["2024-01-29", "2024-03-31", 62],
    ["2024-02-28", "2024-03-31", 33],
    ["2023-12-15", "2024-12-15", 360],
    ["2024-03-31", "2024-01-31", -60],
    ["2024-05-05", "2024-05-05", 0],
  ])("from %s to %s, months of thirty: %i", (from, to, days) => {
    expect(run("std.date.day_count", dayOf(from), dayOf(to), THIRTY_360!)).toBe(days);
  });

  test("of the calendar, over 360 or 365", () => {
    const [from, to] = [dayOf("2024-01-01"), dayOf("2025-01-01")];
    expect(run("std.date.day_count", from, to, ACTUAL_360!)).toBe(366);
    expect(fields(run("std.date.year_fraction", from, to, ACTUAL_360!))).toEqual([61, 60]);
    expect(fields(run("std.date.year_fraction", from, to, ACTUAL_365!))).toEqual([366, 365]);
    expect(fields(run("std.date.year_fraction", from, to, THIRTY_360!))).toEqual([1, 1]);
    expect(fields(run("std.date.year_fraction", to, from, THIRTY_360!))).toEqual([-1, 1]);
  });
});
