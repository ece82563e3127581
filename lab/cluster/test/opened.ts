// Clusters that a test file opens. They are closed at its end, whatever became of its tests; when one
// failed, the ends of the nodes' logs are printed.

import { afterAll, afterEach } from "vitest";
import { Cluster, type ClusterOptions } from "../src/cluster.ts";

const opened: Cluster[] = [];

afterEach(({ task }) => {
  if (task.result?.state !== "fail") return;
  for (const cluster of opened) console.error(cluster.logTails());
});

afterAll(async () => {
  for (const cluster of opened.splice(0)) await cluster.close();
});

export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const cluster = await Cluster.make(options);
  opened.push(cluster);
  return cluster;
}
