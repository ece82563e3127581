// When a command may enter the log (C7). Judged by the entry's time, which is log time: monotone and
// the same for everyone. Asked before an entry is appended and again when it is applied.

import { ok, type Refusal, type Result, refuse } from "@juno/base";
import { LIFETIME_MS_MAX } from "@juno/proof";
import { renderTime } from "./time.ts";

/** C7: time ≤ expires ≤ time + 24 h. */
export function mayAppend(times: { entryTime: number; expires: number }): Result<undefined, Refusal> {
  const { entryTime, expires } = times;
  if (entryTime > expires) {
    return refuse(
      "command_expired",
      `it expired at ${renderTime(expires)}; log time is ${renderTime(entryTime)}`,
    );
  }
  if (expires > entryTime + LIFETIME_MS_MAX) {
    const latest = renderTime(entryTime + LIFETIME_MS_MAX);
    return refuse("expires_too_late", `it expires at ${renderTime(expires)}; now ${latest} is the latest`);
  }
  return ok(undefined);
}
