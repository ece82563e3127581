// `juno status`: what every node says of itself. Exit code 0 if a quorum is at work, 1 if it is not, 3 if
// no node answers, so that a probe needs no parser.

import type { StatusJson } from "@juno/api";
import { NodeId } from "@juno/base";
import { Complaint, EXIT } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions, quorumIn } from "../network/network-folder.ts";
import { nodeReports } from "../network/node-reports.ts";
import type { Output } from "../output.ts";
import { findings, type NodeReport, statusLines } from "../view/status-view.ts";

const STATUS_TIMEOUT_MS = 3_000;

export async function runStatus(
  options: NetworkOptions & { readonly json?: boolean },
  output: Output,
): Promise<void> {
  const place = findNetwork(options);
  const client = connect(place, { readTimeoutMs: STATUS_TIMEOUT_MS });
  const told = await nodeReports(client, place.nodes);
  // Who must agree may have changed since the genesis.
  while (await client.learnEpochs());
  client.close();
  const { electorate, configuration } = client.epochs.last;
  // Nobody waits for a node that was removed: its address may stand in folders for long.
  const members: ReadonlySet<number> = new Set(configuration.members.map(({ id }) => id));
  const reports = told.map((one): NodeReport => {
    const isOutside = "problem" in one && one.id !== undefined && !members.has(one.id);
    return isOutside ? { ...one, member: false } : one;
  });
  const quorum = quorumIn(electorate, place.nodes);
  if (options.json) output.printJson({ nodes: reports, findings: findings(reports, quorum) });
  else output.print(statusLines(reports, output.paint, quorum).join("\n"));
  const votes = ({ node, state }: StatusJson) => state === "voter" && electorate.keyOf.has(NodeId(node));
  const isReady = (report: NodeReport) => "status" in report && report.status.ready;
  // Of a network that was asked about as a whole, only those count that may vote.
  const counts = (report: NodeReport) =>
    isReady(report) && "status" in report && (quorum === 0 || votes(report.status));
  const ready = reports.filter(counts).length;
  const answering = reports.filter((report) => "status" in report).length;
  if (answering === 0) throw new Complaint("No node answers.", EXIT.unreachable);
  // Of a network that was asked about in part, no more can be said than that those nodes are ready.
  if (ready < (quorum === 0 ? reports.length : quorum)) process.exitCode = EXIT.refused;
}
