// Asks every node of a network for its status, each by itself and all at once. A node that does not
// answer is a finding, not an error.

import { type JunoClient, JunoError } from "@juno/client";
import type { NodeReport } from "../view/status-view.ts";
import type { NodeAddress } from "./network-folder.ts";

/**
 * How far the log is, by the word of so many nodes: one that claims more than it has, or any log ever will, says it alone. Undefined
 * if none answers.
 */
export function appliedBy(reports: readonly NodeReport[], count: number): number | undefined {
  const applied = reports.flatMap((report) => ("status" in report ? [report.status.applied.index] : []));
  return applied.sort((a, b) => b - a)[Math.min(count, applied.length) - 1];
}

/** One report for each address, in its order. */
export async function nodeReports(
  client: Pick<JunoClient, "status">,
  nodes: readonly NodeAddress[],
): Promise<NodeReport[]> {
  return await Promise.all(
    nodes.map(async (node): Promise<NodeReport> => {
      try {
        return { ...node, status: await client.status(node.url) };
      } catch (error) {
        if (!(error instanceof JunoError)) throw error;
        return { ...node, problem: error.message };
      }
    }),
  );
}
