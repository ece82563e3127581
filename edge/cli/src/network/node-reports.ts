// Asks every node of a network for its status, each by itself and all at once. A node that does not
// answer is a finding, not an error.

import { type JunoClient, JunoError } from "@juno/client";
import type { NodeReport } from "../view/status-view.ts";
import type { NodeAddress } from "./network-folder.ts";

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
