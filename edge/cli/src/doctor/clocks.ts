// Rules about clocks. A node's clock is read from its status, which was written somewhere within the time that the request took;
// half of that is how wrong the reading may be.

import type { Finding } from "./examination.ts";
import { type Scene, secondsText } from "./scene.ts";

type Offset = { readonly node: number; readonly offsetMs: number; readonly errorMs: number };

/** How far each clock is ahead of this machine's, by its quicker reading. */
export function offsets({ answering }: Scene): Offset[] {
  return answering.flatMap(({ node, seen: { first, second } }) => {
    const read = [first, second].flatMap((reading) => ("status" in reading ? [reading] : []));
    const best = read.sort((a, b) => a.tookMs - b.tookMs)[0];
    if (best === undefined) return [];
    const errorMs = best.tookMs / 2;
    return [{ node, offsetMs: best.status.time - (best.askedMs + errorMs), errorMs }];
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

const wayText = (ms: number): string => `${secondsText(ms)} ${ms > 0 ? "fast" : "slow"}`;

/** An entry's time is the leader's, or that of the entry before where that is later; who did not propose it judges it by the own clock. */
function tooFarText(isFast: boolean, drift: string): string {
  const leading = isFast
    ? `Voters refuse entries whose time is more than ${drift} ahead of their clock: where it leads, a command waits until their clocks have come so far, or the term is lost before. It may refuse commands that have not expired.`
    : `Voters refuse entries whose time is more than ${drift} behind their clock: where it leads, nothing is committed once the entry before is that old, and the term is lost. It may take commands that have expired.`;
  return `${leading} It acknowledges nothing that others propose before a quorum has: they must be one without it.`;
}

export function clocks(scene: Scene): Finding[] {
  const { driftMs } = scene.seen;
  const read = offsets(scene);
  if (read.length === 0) return [];
  const middle = median(read.map(({ offsetMs }) => offsetMs));
  const tolerance = driftMs / 2;
  const apart = read
    .map((one) => ({ ...one, skewMs: one.offsetMs - middle }))
    .filter(({ skewMs, errorMs }) => Math.abs(skewMs) - errorMs > tolerance);
  const nodes = apart.map(({ node, skewMs, errorMs }): Finding => {
    const isTooFar = Math.abs(skewMs) - errorMs > driftMs;
    return {
      code: "node-clock",
      severity: isTooFar ? "critical" : "warning",
      nodes: [node],
      what: `The clock of node ${node} is ${wayText(skewMs)}, compared with the others`,
      means: isTooFar
        ? tooFarText(skewMs > 0, secondsText(driftMs))
        : `At ${secondsText(driftMs)} voters refuse each other's entries.`,
      next: "Run a time daemon (chrony, systemd-timesyncd) on its machine, and look whether it is synchronised.",
      evidence: { skewMs: Math.round(skewMs), errorMs: Math.round(errorMs), driftMs },
    };
  });
  const errorMs = median(read.map((one) => one.errorMs));
  if (Math.abs(middle) - errorMs <= tolerance) return nodes;
  const here: Finding = {
    code: "own-clock",
    severity: "warning",
    nodes: [],
    what: `The clock of this machine is ${wayText(-middle)}, compared with the nodes'`,
    means:
      middle > 0
        ? "Commands that are signed here expire earlier than meant: by five minutes, and none is taken any more (`command_expired`)."
        : "Commands that are signed here expire later than meant; nodes take none that lives longer than 24 hours.",
    next: "Run a time daemon here.",
    evidence: { skewMs: Math.round(-middle), errorMs: Math.round(errorMs), nodes: read.length },
  };
  return [...nodes, here];
}
