// Instants as text (C7), against the host's calendar.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTime, renderTime } from "./time.ts";

const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

describe("instants (C7)", () => {
  test.each([
    ["1970-01-01T00:00:00.000Z", 0],
    ["1972-02-29T23:59:59.999Z", Date.UTC(1972, 1, 29, 23, 59, 59, 999)],
    ["2000-02-29T00:00:00.000Z", Date.UTC(2000, 1, 29)],
    ["2023-11-14T22:13:20.000Z", 1_700_000_000_000],
    ["2100-03-01T00:00:00.000Z", Date.UTC(2100, 2, 1)],
    ["9999-12-31T23:59:59.999Z", LAST],
  ])("%s", (text, ms) => {
    expect(parseTime(text)).toBe(ms);
    expect(renderTime(ms)).toBe(text);
  });

  test.each([
    "1969-12-31T23:59:59.999Z",
    "2100-02-29T00:00:00.000Z",
    "2023-02-29T00:00:00.000Z",
    "2023-04-31T00:00:00.000Z",
    "2023-00-10T00:00:00.000Z",
    "2023-13-10T00:00:00.000Z",
    "2023-11-00T00:00:00.000Z",
    "2023-11-14T24:00:00.000Z",
    "2023-11-14T22:60:00.000Z",
    "2023-11-14T22:13:60.000Z",
    "2023-11-14T22:13:20Z",
    "2023-11-14T22:13:20.00Z",
    "2023-11-14T22:13:20.000+00:00",
    "2023-11-14t22:13:20.000z",
    "2023-11-14 22:13:20.000Z",
    " 2023-11-14T22:13:20.000Z",
    "2023-11-14T22:13:20.000Z\n",
    "02023-11-14T22:13:20.000Z",
    "٢٠٢٣-11-14T22:13:20.000Z",
    "",
  ])("refuses %j", (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  test("agree with the host's calendar, both ways", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LAST }), (ms) => {
        expect(renderTime(ms)).toBe(new Date(ms).toISOString());
        expect(parseTime(renderTime(ms))).toBe(ms);
      }),
      { numRuns: 1000 },
    );
  });

  test("beyond the years of four digits are shown as numbers, never thrown about", () => {
    expect(renderTime(LAST + 1)).toBe(`${LAST + 1} ms`);
    expect(renderTime(Number.MAX_SAFE_INTEGER)).toBe("9007199254740991 ms");
  });
});
