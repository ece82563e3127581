// Waits until an approved configuration is in force: the leader appends the config entry, and each node enters the new epoch
// when it is committed there.

import { type Configuration, quorumOf, votersOf } from "@juno/proof";
import { type Finding, waitUntil } from "../demo/waiting.ts";
import { interruptible } from "../interruptible.ts";
import { nodeReports } from "../network/node-reports.ts";
import type { NodeReport } from "../view/status-view.ts";
import type { Desk } from "./desk.ts";

const EVERY_MS = 200;

/** Met when a quorum of the new voters is in the epoch, and of those that answer none is behind. Observers come when they can. */
export function entered(reports: readonly NodeReport[], next: Configuration): Finding<readonly number[]> {
  const voters = new Set(votersOf(next).map(({ id }): number => id));
  const told = reports.flatMap((report) => ("status" in report ? [report.status] : []));
  const isThere = new Map(
    told.filter(({ node }) => voters.has(node)).map(({ node, epoch }) => [node, epoch >= next.epoch]),
  );
  const nodes = [...isThere.keys()].sort((a, b) => a - b);
  const there = nodes.filter((node) => isThere.get(node));
  const behind = nodes.filter((node) => !isThere.get(node));
  const needed = quorumOf(voters.size);
  if (there.length >= needed && behind.length === 0) return { met: there };
  const late = behind.length === 0 ? "" : `; behind: ${behind.join(", ")}`;
  return {
    lacking: `${there.length} of ${voters.size} voters say that they are in epoch ${next.epoch}, ${needed} must${late}`,
  };
}

/** The nodes that are in the epoch; a Complaint says what is lacking when time is up. */
export async function followConfiguration(
  { client, place, output }: Desk,
  next: Configuration,
  timeoutMs: number,
): Promise<readonly number[]> {
  let told = "";
  return await interruptible((signal) =>
    waitUntil(
      `the nodes are in epoch ${next.epoch}`,
      async () => {
        const found = entered(await nodeReports(client, place.nodes), next);
        if ("lacking" in found && found.lacking !== told) {
          told = found.lacking;
          output.remark(`  ${told}`);
        }
        return found;
      },
      { timeoutMs, everyMs: EVERY_MS, signal },
    ),
  );
}
