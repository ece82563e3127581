// A closed loop: each client has one command under way, from submit to the outcome that f+1 voters
// attest, and then submits the next. Latency and rate are of proved outcomes, nothing less.

import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { hex } from "@juno/base";
import { type Call, JunoClient, nodeSender, type Signer } from "@juno/client";
import { loadClientKeys, sha256, signerFrom, verifySignature } from "@juno/node";
import { ACCOUNTS } from "./accounts.ts";
import type { BenchCluster } from "./bench-cluster.ts";

export type Scenario = {
  readonly name: string;
  readonly clients: number;
  readonly actionsPerCommand: number;
};

export type Row = {
  readonly scenario: string;
  readonly clients: number;
  readonly actionsPerSecond: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Of all nodes, per thousand actions. */
  readonly cpuSecondsPer1000: number;
  /** The same by name of the thread. */
  readonly cpuSecondsByThread: Readonly<Record<string, number>>;
  /** Group commits of one node's log, per entry. */
  readonly syncsPerCommit: number;
};

export const SCENARIOS: readonly Scenario[] = [
  { name: "signed-1", clients: 1, actionsPerCommand: 1 },
  { name: "signed-16", clients: 16, actionsPerCommand: 1 },
  { name: "signed-64", clients: 64, actionsPerCommand: 1 },
  { name: "signed-256", clients: 256, actionsPerCommand: 1 },
  { name: "batch-100", clients: 16, actionsPerCommand: 100 },
];

export const CLIENTS_MAX = Math.max(...SCENARIOS.map(({ clients }) => clients));
export const clientName = (index: number): string => `c${index}`;

const SETUP_ACTIONS = 100;
const FUNDS = "1000000000.00 USD";

const call = (action: string, args: Call["args"]): Call => ({ module: ACCOUNTS, action, args });

/** A client pays the next one a cent. */
export const transferring = (index: number, clients: number): Call =>
  call("transfer", {
    ...{ from: clientName(index), via: [], to: clientName((index + 1) % clients) },
    amount: "0.01 USD",
  });

export type Load = { readonly client: JunoClient; readonly signers: readonly Signer[] };

/** Opens an account for every client, with money in it. */
export async function prepareLoad(cluster: BenchCluster): Promise<Load> {
  const { files } = cluster;
  const signerOf = (path: string): Signer => {
    const { key, secret } = loadClientKeys(path);
    return { key, sign: signerFrom(secret) };
  };
  const signers = files.clientKeys.map(signerOf);
  const operators = files.operatorKeys.slice(0, 2).map(signerOf);
  const client = new JunoClient({
    genesis: new Uint8Array(readFileSync(files.genesis)),
    nodes: files.urls,
    sender: nodeSender({ request, Agent }),
    crypto: { sha256, verify: verifySignature },
  });
  for (let from = 0; from < signers.length; from += SETUP_ACTIONS) {
    const some = signers.slice(from, from + SETUP_ACTIONS);
    const create = some.map(({ key }, i) =>
      call("create", { name: clientName(from + i), owner: { key: hex(key) } }),
    );
    const fund = some.map((_, i) => call("adjust", { name: clientName(from + i), amount: FUNDS }));
    await client.submit(create, { signers: [signers[0]!] });
    const funded = await client.submit(fund, { signers: [signers[0]!, ...operators] });
    if (funded.status !== "ok") throw new Error(`the accounts could not be funded: ${funded.status}`);
  }
  return { client, signers };
}

/** Runs one scenario for a span; the first part warms up and is not counted. */
export async function runScenario(
  cluster: BenchCluster,
  load: Load,
  scenario: Scenario,
  seconds: number,
): Promise<Row> {
  await loop(load, scenario, Math.max(1, seconds / 4));
  const before = {
    threads: cluster.threadSeconds(),
    syncs: await cluster.metric("log_syncs_total"),
    applied: await cluster.metric("applied_index"),
  };
  const { latencies, elapsedSeconds } = await loop(load, scenario, seconds);
  const syncs = (await cluster.metric("log_syncs_total")) - before.syncs;
  const applied = (await cluster.metric("applied_index")) - before.applied;
  const actions = latencies.length * scenario.actionsPerCommand;
  const byThread = [...cluster.threadSeconds()].map(([name, ran]): [string, number] => {
    return [name, round(((ran - (before.threads.get(name) ?? 0)) * 1000) / actions)];
  });
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    round(latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0);
  return {
    scenario: scenario.name,
    clients: scenario.clients,
    actionsPerSecond: Math.round(actions / elapsedSeconds),
    latencyMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99) },
    cpuSecondsPer1000: round(byThread.reduce((sum, [, seconds]) => sum + seconds, 0)),
    cpuSecondsByThread: Object.fromEntries(byThread.filter(([, seconds]) => seconds > 0)),
    syncsPerCommit: round(syncs / Math.max(1, applied)),
  };
}

async function loop(
  { client, signers }: Load,
  scenario: Scenario,
  seconds: number,
): Promise<{ latencies: number[]; elapsedSeconds: number }> {
  const latencies: number[] = [];
  const beginMs = performance.now();
  const endMs = beginMs + seconds * 1000;
  const one = async (index: number) => {
    const actions = Array.from({ length: scenario.actionsPerCommand }, () =>
      transferring(index, signers.length),
    );
    while (performance.now() < endMs) {
      const sentMs = performance.now();
      const outcome = await client.submit(actions, { signers: [signers[index]!] });
      if (outcome.status !== "ok") throw new Error(`a transfer came out as ${outcome.status}`);
      latencies.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: scenario.clients }, (_, i) => one(i)));
  return { latencies, elapsedSeconds: (performance.now() - beginMs) / 1000 };
}

const round = (value: number): number => Math.round(value * 100) / 100;
