// Waits until the nodes of a network follow one leader: tests of commands begin there, and go on there when nodes have come and gone.

import { type Leader, oneLeader } from "../../src/demo/conditions.ts";
import { waitUntil } from "../../src/demo/waiting.ts";
import { connect } from "../../src/network/connection.ts";
import type { LocalCluster } from "../../src/network/local-cluster.ts";
import { findNetwork } from "../../src/network/network-folder.ts";
import { nodeReports } from "../../src/network/node-reports.ts";

/** Fails at once if a node of the cluster has ended by itself. */
export async function untilOneLeads(
  network: { readonly folder: string },
  cluster: Pick<LocalCluster, "assertAlive">,
  options: { readonly running?: number; readonly after?: number; readonly signal?: AbortSignal } = {},
): Promise<Leader> {
  const { running = 4, after = 0, signal = new AbortController().signal } = options;
  const place = findNetwork({ network: network.folder });
  const client = connect(place, { readTimeoutMs: 2_000 });
  const look = async () => {
    cluster.assertAlive();
    return oneLeader(await nodeReports(client, place.nodes), { running, after });
  };
  return await waitUntil("one node leads", look, { timeoutMs: 120_000, signal }).finally(() =>
    client.close(),
  );
}
