import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, dateOfDay, dayOfDate, parseDate, parseTime, renderDate, renderTime } from "./calendar.ts";

const LAST_MS = 253_402_300_799_999;

describe("the calendar", () => {
  it("agrees with the host's for every instant that has a text", () => {
    fc.assert(
      fc.property(fc.nat({ max: LAST_MS }), (ms) => {
        const text = new Date(ms).toISOString();
        expect(renderTime(ms)).toBe(text);
        expect(parseTime(text)).toBe(ms);
        const day = Math.floor(ms / DAY_MS);
        expect(renderDate(day)).toBe(text.slice(0, 10));
        expect(parseDate(text.slice(0, 10))).toBe(day);
        expect(dayOfDate(dateOfDay(day))).toBe(day);
      }),
      { numRuns: 1_000 },
    );
  });

  it("knows the ends of months and of its years", () => {
    for (const text of ["1970-01-01", "2000-02-29", "2400-02-29", "2024-02-29", "2023-12-31", "9999-12-31"]) {
      expect(renderDate(parseDate(text)!)).toBe(text);
    }
    for (const text of [
      "2023-02-29",
      "2100-02-29",
      "2300-02-29",
      "2023-04-31",
      "2023-00-10",
      "10000-01-01",
      "1969-12-31",
    ]) {
      expect(parseDate(text)).toBeUndefined();
    }
    expect(renderTime(LAST_MS)).toBe("9999-12-31T23:59:59.999Z");
    for (const ms of [LAST_MS + 1, -1, 2n ** 64n, -(2n ** 64n)]) expect(renderTime(ms)).toBeUndefined();
    expect(renderDate(2_932_896)).toBe("9999-12-31");
    for (const day of [2_932_897, -1, 2n ** 64n]) expect(renderDate(day)).toBeUndefined();
    for (const text of [
      "",
      "2026-01-31T12:00:60.000Z",
      "2026-01-31T12:60:00.000Z",
      "2026-01-31T12:00:00.00Z",
    ]) {
      expect(parseTime(text)).toBeUndefined();
    }
  });
});
