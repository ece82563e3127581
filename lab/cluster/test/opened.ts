// Clusters that a test file opens. After each test they are closed, whatever became of it; when it
// failed, the ends of the nodes' logs are printed first.

import { afterEach } from "vitest";
import { Cluster, type ClusterOptions } from "../src/cluster.ts";

const opened: Cluster[] = [];

afterEach(async ({ task }) => {
  for (const cluster of opened.splice(0)) {
    if (task.result?.state === "fail") console.error(cluster.logTails());
    await cluster.close();
  }
});

export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const cluster = await Cluster.make(options);
  opened.push(cluster);
  return cluster;
}
