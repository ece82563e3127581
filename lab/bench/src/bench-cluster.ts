// Four real node processes in their default configuration, on this machine's loopback, in a folder
// that goes away. What they cost is read from the system; what they did, from their metrics.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeProcess } from "@juno/cluster";
import { initNetwork, type NetworkFiles } from "@juno/node";

export type BenchCluster = {
  readonly files: NetworkFiles;
  /** CPU seconds that all nodes have used so far, by name of the thread. */
  threadSeconds(): ReadonlyMap<string, number>;
  /** Starts the node that was left out, and waits until it answers. */
  startLast(): Promise<void>;
  /** Bytes of memory that each running node holds, by the system's count. */
  residentBytes(): readonly number[];
  /** Sum over the nodes of a metric without labels. */
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
};

const READY_MS_MAX = 60_000;
const NS_PER_SECOND = 1e9;

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      return new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
        const server = createServer();
        server.once("error", reject);
        server.listen(0, "127.0.0.1", () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export async function startBenchCluster(options: {
  readonly nodes: number;
  readonly clients: readonly string[];
  /** Where each thread writes a CPU profile at its end; undefined for none. */
  readonly profileFolder: string | undefined;
  /** Replaces limits of the genesis, by name. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Changes what stands in the config.json of a node, by its number. */
  readonly configure?: (node: number, config: Record<string, unknown>) => void;
  /** The last node is not started yet. */
  readonly leavesLastOut?: boolean;
}): Promise<BenchCluster> {
  const root = mkdtempSync(join(tmpdir(), "juno-bench-"));
  const free = await freePorts(2 * options.nodes);
  const ports = Array.from({ length: options.nodes }, (_, i) => ({
    peer: free[2 * i]!,
    api: free[2 * i + 1]!,
  }));
  const files = await initNetwork({
    folder: join(root, "network"),
    host: "127.0.0.1",
    ports,
    clients: options.clients,
    startTime: Date.now(),
    limits: options.limits ?? {},
  });
  for (const [i, path] of files.nodeConfigs.entries()) {
    const config = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    options.configure?.(i + 1, config);
    writeFileSync(path, JSON.stringify(config));
  }
  const start = (config: string, i: number) =>
    new NodeProcess({
      folder: config,
      logPath: join(root, `node-${i + 1}.log`),
      environment:
        options.profileFolder === undefined
          ? {}
          : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${options.profileFolder}` },
    });
  const first = options.leavesLastOut ? files.nodeConfigs.slice(0, -1) : files.nodeConfigs;
  const nodes = first.map(start);
  await Promise.all(nodes.map((node, i) => untilReady(files.urls[i]!, node)));
  return {
    files,
    startLast: async () => {
      nodes.push(start(files.nodeConfigs.at(-1)!, nodes.length));
      await untilReady(files.urls.at(-1)!, nodes.at(-1)!);
    },
    residentBytes: () => nodes.map(residentBytesOf),
    threadSeconds: () => threadSecondsOf(nodes),
    metric: async (name) => {
      const running = files.urls.slice(0, nodes.length);
      const values = await Promise.all(running.map((url) => readMetric(url, name)));
      return values.reduce((sum, value) => sum + value, 0);
    },
    stop: async () => {
      for (const node of nodes) node.signal("SIGTERM");
      await Promise.all(nodes.map(({ exited }) => exited));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, node: NodeProcess): Promise<void> {
  const endMs = Date.now() + READY_MS_MAX;
  while (Date.now() < endMs) {
    if (node.exit !== undefined) throw new Error(`a node ended before it was ready:\n${node.text()}`);
    const isReady = await fetch(`${url}/api/v1/readyz`).then(
      (reply) => reply.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} did not become ready within ${READY_MS_MAX} ms`);
}

/** What the threads have run (proc(5), schedstat of each task, ns), summed over the processes by their names. */
function threadSecondsOf(nodes: readonly NodeProcess[]): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const { pid } of nodes) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const folder = `/proc/${pid}/task/${thread}`;
      const name = readFileSync(`${folder}/comm`, "utf8").trim();
      const ran = Number(readFileSync(`${folder}/schedstat`, "utf8").split(" ")[0]) / NS_PER_SECOND;
      seconds.set(name, (seconds.get(name) ?? 0) + ran);
    }
  }
  return seconds;
}

function residentBytesOf({ pid }: NodeProcess): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) * 1024;
}

export async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/api/v1/metrics`)).text();
  const line = text.split("\n").find((candidate) => candidate.startsWith(`juno_${name} `));
  return line === undefined ? 0 : Number(line.split(" ")[1]);
}
