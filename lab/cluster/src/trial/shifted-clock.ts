// Preloaded into a node whose wall clock a trial shifts: `Date.now` is what the host says and so many
// milliseconds as the file holds that JUNO_SHIFTED_CLOCK names. The node itself is unchanged, and its
// monotonic clock is the host's.

import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

const READ_EVERY_MS = 50;

const path = process.env.JUNO_SHIFTED_CLOCK;
const hostNow = Date.now;
let shiftMs = 0;
let readMs = Number.NEGATIVE_INFINITY;

if (path !== undefined) {
  Date.now = () => {
    const ms = performance.now();
    if (ms - readMs > READ_EVERY_MS) {
      readMs = ms;
      shiftMs = Number(readFileSync(path, "utf8"));
    }
    return hostNow() + shiftMs;
  };
}
