// The times of a replayed trace, so far apart that nothing happens which the trace does not say: waits
// for reports and silence are over only when the clock is moved past them.

import type { Limits, Timing } from "@juno/consensus";
import { SMALL_LIMITS } from "@juno/simulator";

const LONG_MS = 1_000_000_000;

export const MODEL_TIMING: Timing = {
  heartbeatMs: 10,
  heartbeatTimeoutMs: LONG_MS,
  collectWaitMs: LONG_MS,
  commandTimeoutMs: LONG_MS,
  driftMs: 5000,
};

/** Longer than every timeout, doubled as often as may be: 6 collect waits, 6 times doubled. */
export const PATIENCE_MS = 1000 * LONG_MS;

/** No queue or window is full in a trace. */
export const MODEL_LIMITS: Limits = { ...SMALL_LIMITS, pipelineMax: 64 };
