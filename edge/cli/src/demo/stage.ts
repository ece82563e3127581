// Where the demo plays: a network in a temporary folder, its nodes as children, a client, a session that
// types. It is taken down whatever happens: no process and no folder stays behind unless it is kept.

import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JunoClient } from "@juno/client";
import { initNetwork } from "@juno/node";
import { ACCOUNTS } from "../accounts.ts";
import { Complaint } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { freePorts } from "../network/free-ports.ts";
import { KeyRing } from "../network/key-ring.ts";
import { LocalCluster } from "../network/local-cluster.ts";
import { findNetwork, type NetworkPlace, nodePlaces } from "../network/network-folder.ts";
import { nodeReports } from "../network/node-reports.ts";
import { LineRunner } from "../repl/line-runner.ts";
import { answer } from "../repl/prompt.ts";
import { Session } from "../repl/session.ts";
import type { Paint } from "../terminal/paint.ts";
import type { NodeReport } from "../view/status-view.ts";

const HOST = "127.0.0.1";
/** A status is asked for often: better soon again than long. */
const STATUS_TIMEOUT_MS = 2_000;

export type Stage = {
  readonly folder: string;
  readonly place: NetworkPlace;
  readonly cluster: LocalCluster;
  readonly client: JunoClient;
  /** Types a line at the client; answers what is shown, or throws a Complaint unless it did what it says. */
  type(line: string): Promise<readonly string[]>;
  /** An account's funds, as one node says. */
  balanceAt(node: number, name: string): Promise<unknown>;
  /** What every node says of itself now. */
  look(): Promise<NodeReport[]>;
  close(): Promise<void>;
};

export async function openStage(options: {
  readonly nodes: number;
  readonly keep: boolean;
  readonly paint: Paint;
  /** Replaces limits of the genesis, by name. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Fields that are added to every node's config.json. */
  readonly config?: Readonly<Record<string, unknown>>;
}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "juno-demo-"));
  const ports = await freePorts(HOST, options.nodes);
  const { limits = {}, config = {} } = options;
  const made = { folder, host: HOST, ports, clients: ["client"], startTime: Date.now(), limits };
  for (const path of (await initNetwork(made)).nodeConfigs) {
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...config }, null, 2));
  }
  const place = findNetwork({ network: folder });
  const cluster = new LocalCluster(nodePlaces(folder));
  const keys = new KeyRing(folder);
  const self = keys.client(undefined);
  const client = connect(place, { signers: [self] });
  const looking = connect(place, { readTimeoutMs: STATUS_TIMEOUT_MS });
  const { paint } = options;
  const context = { client, nodes: place.nodes, self, keys, paint };
  const runner = new LineRunner(new Session(context), context);
  return {
    ...{ folder, place, cluster, client },
    type: async (line) => {
      const reply = await runner.run(line);
      if (reply === undefined) return [];
      if (!reply.ok) throw new Complaint(`${line} was answered: ${reply.lines.join(" ")}`);
      return [`${paint("red", "hopper>> ")}${line}`, ...answer(reply, paint).split("\n")];
    },
    balanceAt: async (node, name) => {
      const nodes = cluster.places.filter(({ id }) => id === node);
      const one = connect({ ...place, nodes });
      try {
        const reply = await one.query({ module: ACCOUNTS.module, query: "balance", args: { name } });
        return reply.result;
      } finally {
        one.close();
      }
    },
    look: async () => {
      cluster.assertAlive();
      return await nodeReports(looking, cluster.places);
    },
    close: async () => {
      client.close();
      looking.close();
      await cluster.stop();
      if (!options.keep) await rm(folder, { recursive: true, force: true });
    },
  };
}
