// `juno dev`: a whole network as child processes in one terminal: a live table where there are eyes, a
// line a second where there are none. However it ends, so do the nodes it started.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { hex } from "@juno/base";
import { initNetwork } from "@juno/node";
import { usage } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { areFree, freePorts } from "../network/free-ports.ts";
import { LocalCluster } from "../network/local-cluster.ts";
import { findNetwork, nodePlaces } from "../network/network-folder.ts";
import { nodeReports } from "../network/node-reports.ts";
import type { Output } from "../output.ts";
import { programName } from "../program-name.ts";
import { LiveScreen } from "../terminal/live-screen.ts";
import { DevView } from "../view/dev-view.ts";
import { BASE_PORT_DEFAULT, checkNodeCount, NODES_DEFAULT, portsFrom } from "./init-command.ts";

export type DevOptions = { readonly nodes?: number; readonly folder: string };

const HOST = "127.0.0.1";
const POLL_MS = 250;
const LINE_MS = 1_000;
const STATUS_TIMEOUT_MS = 1_000;

/** The network in the folder, made if there is none. */
async function ensureNetwork({ nodes, folder }: DevOptions): Promise<void> {
  if (existsSync(join(folder, "genesis.json"))) {
    const found = nodePlaces(folder).length;
    if (nodes !== undefined && nodes !== found) {
      throw usage(`${folder} holds a network of ${found} nodes; choose another --folder for ${nodes}.`);
    }
    return;
  }
  const count = nodes ?? NODES_DEFAULT;
  checkNodeCount(count);
  const wanted = portsFrom(BASE_PORT_DEFAULT, count);
  const isFree = await areFree(HOST, wanted);
  const ports = isFree ? wanted : await freePorts(HOST, count);
  await initNetwork({ folder, host: HOST, ports, clients: ["client"], startTime: Date.now() });
}

/** What a key asks for; `quit` also when the terminal or a signal ends the session. */
type Wish =
  | { readonly kind: "quit" }
  | { readonly kind: "toggle"; readonly id: number }
  | { readonly kind: "killLeader" };

function wishOf(key: string): Wish | undefined {
  if (key === "q" || key === "\u0003" || key === "\u0004") return { kind: "quit" };
  if (key === "l") return { kind: "killLeader" };
  return /^[1-9]$/.test(key) ? { kind: "toggle", id: Number(key) } : undefined;
}

function listen(take: (wish: Wish) => void): () => void {
  const quit = () => take({ kind: "quit" });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, quit);
  const { stdin } = process;
  const onKey = (bytes: Buffer) => {
    for (const key of bytes.toString("latin1")) {
      const wish = wishOf(key);
      if (wish !== undefined) take(wish);
    }
  };
  if (stdin.isTTY) {
    stdin.setRawMode(true);
    stdin.on("data", onKey);
  }
  return () => {
    for (const signal of signals) process.off(signal, quit);
    if (!stdin.isTTY) return;
    stdin.setRawMode(false);
    stdin.off("data", onKey);
    stdin.pause();
  };
}

export async function runDev(options: DevOptions, output: Output): Promise<void> {
  await ensureNetwork(options);
  const { folder } = options;
  const place = findNetwork({ network: folder });
  const cluster = new LocalCluster(nodePlaces(folder));
  const client = connect(place, { readTimeoutMs: STATUS_TIMEOUT_MS });
  const view = new DevView({
    client: `${programName()} client --network ${folder}`,
    folder,
    network: hex(place.genesis.network),
    paint: output.paint,
  });
  const screen = process.stdout.isTTY ? new LiveScreen(process.stdout) : undefined;
  const quit = Promise.withResolvers<void>();
  let leader: number | undefined;
  const toggle = (id: number): void => {
    if (!cluster.places.some((known) => known.id === id)) return;
    if (cluster.isRunning(id)) cluster.process(id)?.signal("SIGKILL");
    else cluster.start(id);
  };
  const ignore = listen((wish) => {
    if (wish.kind === "quit") quit.resolve();
    else if (wish.kind === "toggle") toggle(wish.id);
    else if (leader !== undefined) toggle(leader);
  });
  const look = async (): Promise<void> => {
    const reports = await nodeReports(client, cluster.places);
    leader = view.take(reports, (id) => cluster.process(id));
    if (screen !== undefined) screen.draw(view.lines());
    else output.print(view.oneLine());
  };
  try {
    cluster.startAll();
    await repeat(look, screen === undefined ? LINE_MS : POLL_MS, quit.promise);
  } finally {
    ignore();
    screen?.close();
    client.close();
    const clean = await cluster.stop();
    output.remark(clean ? "All nodes have stopped." : "All nodes have ended.");
  }
}

/** Does it again and again, so many milliseconds apart, until told. */
async function repeat(work: () => Promise<void>, everyMs: number, until: Promise<void>): Promise<void> {
  for (let ended = false; !ended; ) {
    await Promise.race([work(), until]);
    const pause = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => pause.resolve(false), everyMs);
    ended = await Promise.race([pause.promise, until.then(() => true)]);
    clearTimeout(timer);
  }
}
