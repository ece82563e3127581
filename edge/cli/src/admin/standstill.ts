// Whether anything can be decided at this moment: a ledger judges an act from what one node has applied (C18), and where a quorum is
// lacking such a judgement promises nothing.

import type { StatusJson } from "@juno/api";
import type { JunoClient } from "@juno/client";
import type { NodeAddress } from "../network/network-folder.ts";
import { nodeReports } from "../network/node-reports.ts";
import { safeText } from "../terminal/safe-text.ts";

const isAtWork = ({ state, stall }: StatusJson): boolean => state === "voter" && stall === undefined;

/** In a sentence; undefined as long as one of the voters says that it hears a quorum. */
export async function standstill(
  client: Pick<JunoClient, "status">,
  { nodes, voters }: { readonly nodes: readonly NodeAddress[]; readonly voters: readonly number[] },
): Promise<string | undefined> {
  const told = (await nodeReports(client, nodes)).flatMap((report) =>
    "status" in report && voters.includes(report.status.node) ? [report.status] : [],
  );
  const stalled = told.find(({ stall }) => stall !== undefined);
  if (stalled?.stall === undefined || told.some(isAtWork)) return undefined;
  const lacking = safeText(stalled.stall.detail);
  return `Nothing can be committed now, no act either: node ${stalled.node} has ${lacking}. \`juno doctor\` tells more.`;
}
