import { LIFETIME_MS_MAX } from "@juno/proof";
import { describe, expect, test } from "vitest";
import { mayAppend } from "./expiry.ts";

const time = 1_700_000_000_000;

describe("the expiry rule (C7)", () => {
  test.each([
    ["at the last moment", time, undefined],
    ["a millisecond later", time - 1, "command_expired"],
    ["as far ahead as may be", time + LIFETIME_MS_MAX, undefined],
    ["a millisecond further ahead", time + LIFETIME_MS_MAX + 1, "expires_too_late"],
  ])("%s", (_, expires, code) => {
    const result = mayAppend({ entryTime: time, expires });
    expect(result.ok ? undefined : result.error.code).toBe(code);
  });

  test("says both times", () => {
    expect(mayAppend({ entryTime: time, expires: time - 1 })).toMatchObject({
      error: { detail: "it expired at 2023-11-14T22:13:19.999Z; log time is 2023-11-14T22:13:20.000Z" },
    });
  });
});
