// The Clock port over the host's clocks and timers.

import type { Clock } from "@juno/runtime";

export function systemClock(): Clock {
  let timer: NodeJS.Timeout | undefined;
  return {
    monotonicMs: () => performance.now(),
    wallMs: () => Date.now(),
    wakeAt: (monotonicMs, callback) => {
      clearTimeout(timer);
      timer = setTimeout(callback, Math.max(0, monotonicMs - performance.now()));
    },
    afterInputs: (callback) => {
      setImmediate(callback);
    },
    close: () => clearTimeout(timer),
  };
}
