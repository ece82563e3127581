// What age does to a network: millions of actions, with samples on the way of what a node holds on its disk and
// in memory, and of how long commands take. Then a node that was left out joins, and how long that takes.

import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BenchCluster, readMetric, startBenchCluster } from "../bench-cluster.ts";
import { type Load, prepareLoad, transferring } from "../scenario.ts";

export type AgeOptions = {
  readonly actions: number;
  /** Undefined: nothing is pruned. */
  readonly keepEntries: number | undefined;
  /** Whether the node that joins may start from a snapshot; else it replays every entry. */
  readonly joinsBySnapshot: boolean;
  readonly onSample: (sample: AgeSample) => void;
};

export type AgeSample = {
  readonly actions: number;
  readonly seconds: number;
  readonly actionsPerSecond: number;
  /** Of the folder of one node. */
  readonly diskBytes: number;
  /** Of the node that holds most. */
  readonly memoryBytes: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
};

export type AgeReport = {
  readonly samples: readonly AgeSample[];
  readonly entries: number;
  /** From the start of the node that was left out until it had applied what the others had. */
  readonly joinSeconds: number;
};

const CLIENTS = 16;
const ACTIONS_PER_COMMAND = 100;
const SAMPLES = 40;
/** A snapshot at every 128th entry: of 12,800 actions. */
const LIMITS = { checkpointEntries: 128, snapshotCheckpoints: 1 };
const JOIN_SECONDS_MAX = 1_800;

export async function runAge(options: AgeOptions): Promise<AgeReport> {
  const { keepEntries, joinsBySnapshot } = options;
  const cluster = await startBenchCluster({
    ...{ nodes: 4, clients: Array.from({ length: CLIENTS }, (_, i) => `c${i}`) },
    ...{ profileFolder: undefined, limits: LIMITS, leavesLastOut: true },
    configure: (node, config) => {
      if (keepEntries !== undefined) config.prune = { keepEntries };
      if (node === 4 && !joinsBySnapshot) config.apiUrls = {};
    },
  });
  try {
    const samples = await grow(cluster, await prepareLoad(cluster), options);
    const [first] = cluster.files.urls;
    const entries = await readMetric(first!, "applied_index");
    const beganMs = performance.now();
    await cluster.startLast();
    await joined(cluster.files.urls.at(-1)!, entries, beganMs);
    return { samples, entries, joinSeconds: (performance.now() - beganMs) / 1000 };
  } finally {
    await cluster.stop();
  }
}

async function grow(cluster: BenchCluster, load: Load, options: AgeOptions): Promise<AgeSample[]> {
  const folder = dirname(cluster.files.nodeConfigs[0]!);
  const perSample = Math.max(CLIENTS * ACTIONS_PER_COMMAND, Math.floor(options.actions / SAMPLES));
  const samples: AgeSample[] = [];
  const beganMs = performance.now();
  for (let done = 0; done < options.actions; done += perSample) {
    const sliceMs = performance.now();
    const latencies = await slice(load, perSample);
    const actions = latencies.length * ACTIONS_PER_COMMAND;
    latencies.sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? 0;
    const sample: AgeSample = {
      actions: done + actions,
      seconds: (performance.now() - beganMs) / 1000,
      actionsPerSecond: (actions * 1000) / (performance.now() - sliceMs),
      diskBytes: bytesIn(folder),
      memoryBytes: Math.max(...cluster.residentBytes()),
      latencyMs: { p50: at(0.5), p99: at(0.99) },
    };
    samples.push(sample);
    options.onSample(sample);
  }
  return samples;
}

/** Milliseconds from submitting each command to its proved outcome. */
async function slice({ client, signers }: Load, actions: number): Promise<number[]> {
  const latencies: number[] = [];
  let left = Math.ceil(actions / ACTIONS_PER_COMMAND);
  const one = async (index: number) => {
    const calls = Array.from({ length: ACTIONS_PER_COMMAND }, () => transferring(index, signers.length));
    while (left-- > 0) {
      const sentMs = performance.now();
      const outcome = await client.submit(calls, { signers: [signers[index]!] });
      if (outcome.status !== "ok") throw new Error(`a transfer came out as ${outcome.status}`);
      latencies.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, i) => one(i)));
  return latencies;
}

async function joined(url: string, entries: number, beganMs: number): Promise<void> {
  while ((await readMetric(url, "applied_index")) < entries) {
    if (performance.now() - beganMs > JOIN_SECONDS_MAX * 1000) {
      throw new Error(`the node that was left out has not joined within ${JOIN_SECONDS_MAX} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, item) => {
    const path = join(folder, item.name);
    if (item.isDirectory()) return sum + bytesIn(path);
    // Drafts and write-ahead logs come and go.
    return sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}
