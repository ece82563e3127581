// A network of real node processes in a folder of its own on loopback ports. Nodes go by their number.
// It knows what any operator could know: exit codes, logs, GET /status. Invariant: `close` ends every
// process that it started and removes its folder, and so does the end of this process, unless it is killed:
// then the nodes end, and the folder stays.

import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API_PREFIX, type StatusJson } from "@juno/api";
import { JunoClient, type JunoClientOptions, nodeSender, type Signer } from "@juno/client";
import {
  type InitOptions,
  initNetwork,
  loadClientKeys,
  type NetworkFiles,
  sha256,
  signerFrom,
  verifySignature,
} from "@juno/node";
import { until } from "./condition.ts";
import { freePorts } from "./free-ports.ts";
import { type Exit, NodeProcess, type NodeProcessOptions } from "./node-process.ts";

const HOST = "127.0.0.1";
const STATUS_TIMEOUT_MS = 2_000;
/** More than a node gives its own closing, or needs on a busy machine to find that it cannot run. */
const END_TIMEOUT_MS = 60_000;

export type ClusterOptions = {
  readonly nodes: number;
  /** Names of registered clients. */
  readonly clients?: readonly string[];
  /** Replaces limits of the genesis, by name. */
  readonly limits?: Readonly<Record<string, number>>;
  /** What roles let their clients do. */
  readonly roles?: InitOptions["roles"];
};

export type Leader = { readonly id: number; readonly term: number };

export type StartOptions = Pick<NodeProcessOptions, "under" | "environment" | "program">;

export class Cluster {
  readonly folder: string;
  readonly ids: readonly number[];
  readonly genesis: Uint8Array;
  readonly #files: NetworkFiles;
  readonly #processes = new Map<number, NodeProcess>();
  readonly #clients: JunoClient[] = [];
  #runs = 0;
  #isClosed = false;
  readonly #onExit = () => {
    for (const child of this.#processes.values()) child.signal("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  };

  private constructor(folder: string, files: NetworkFiles) {
    this.folder = folder;
    this.#files = files;
    this.ids = files.urls.map((_, i) => i + 1);
    this.genesis = new Uint8Array(readFileSync(files.genesis));
    process.on("exit", this.#onExit);
  }

  /** Makes the network's files; nothing runs yet. */
  static async make({ nodes, clients = ["client"], limits = {}, roles }: ClusterOptions): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), "juno-cluster-"));
    try {
      const files = await initNetwork({
        folder: join(folder, "network"),
        host: HOST,
        ports: await freePorts(HOST, nodes),
        clients,
        startTime: Date.now(),
        limits,
        ...(roles === undefined ? {} : { roles }),
      });
      return new Cluster(folder, files);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  nodeFolder(id: number): string {
    return join(this.#files.folder, `node-${id}`);
  }

  url(id: number): string {
    return this.#files.urls[id - 1]!;
  }

  /** Voters that must agree. */
  get quorum(): number {
    const faults = Math.floor((this.ids.length - 1) / 3);
    return this.ids.length - faults;
  }

  start(id: number, options: StartOptions = {}): NodeProcess {
    this.#assertOpen();
    this.#runs += 1;
    const logPath = join(this.folder, `node-${id}.run-${this.#runs}.log`);
    const child = new NodeProcess({ folder: this.nodeFolder(id), logPath, ...options });
    this.#processes.set(id, child);
    return child;
  }

  startAll(): void {
    for (const id of this.ids) this.start(id);
  }

  process(id: number): NodeProcess {
    const child = this.#processes.get(id);
    if (child === undefined) throw new Error(`node ${id} was never started`);
    return child;
  }

  /** SIGKILL to all of these at once. */
  async kill(...ids: number[]): Promise<void> {
    for (const id of ids) this.#end(id, "SIGKILL");
    await Promise.all(ids.map((id) => this.process(id).exited));
  }

  /** SIGTERM to all of these at once; how they ended, in order. Fails if one does not end. */
  async terminate(...ids: number[]): Promise<Exit[]> {
    for (const id of ids) this.#end(id, "SIGTERM");
    return await Promise.all(ids.map((id) => this.ended(id)));
  }

  #end(id: number, signal: "SIGKILL" | "SIGTERM"): void {
    const child = this.process(id);
    child.isEnding = true;
    child.signal(signal);
  }

  /** How a node ended that is about to. */
  async ended(id: number): Promise<Exit> {
    const child = this.process(id);
    child.isEnding = true;
    return await until({
      what: `node ${id} ended`,
      probe: () => child.exit,
      timeoutMs: END_TIMEOUT_MS,
      describe: async () => child.text(),
    });
  }

  /** What a node says of itself; undefined if it does not answer. */
  async status(id: number): Promise<StatusJson | undefined> {
    try {
      const signal = AbortSignal.timeout(STATUS_TIMEOUT_MS);
      const reply = await fetch(`${this.url(id)}${API_PREFIX}/status`, { signal });
      return (await reply.json()) as StatusJson;
    } catch {
      return undefined;
    }
  }

  get #awake(): number[] {
    return this.ids.filter((id) => {
      const child = this.#processes.get(id);
      return child !== undefined && child.exit === undefined && !child.isPaused;
    });
  }

  /** The statuses of the nodes that run and answer. */
  async #statuses(ids: readonly number[] = this.#awake): Promise<StatusJson[]> {
    const answers = await Promise.all(ids.map((id) => this.status(id)));
    return answers.filter((status) => status !== undefined);
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new Error("the network is closed");
  }

  /**
   * A node that ended though nobody asked it to is a failure, whatever is waited for; and so is to wait
   * for a network that is closed.
   */
  assertAlive(): void {
    this.#assertOpen();
    for (const [id, child] of this.#processes) {
      if (child.exit === undefined || child.isEnding) continue;
      const { code, signal } = child.exit;
      throw new Error(`node ${id} ended by itself (${signal ?? `exit code ${code}`}):\n${child.text()}`);
    }
  }

  /** `until`, and every node stays alive meanwhile. */
  until<T>(what: string, probe: () => T | undefined | Promise<T | undefined>, timeoutMs?: number) {
    return until<T>({
      what,
      probe: () => {
        this.assertAlive();
        return probe();
      },
      describe: () => this.describe(),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  async describe(): Promise<string> {
    const parts = this.ids.map(async (id) => {
      const child = this.#processes.get(id);
      if (child === undefined) return `node ${id}: never started`;
      if (child.isPaused) return `node ${id}: paused`;
      if (child.exit !== undefined) return `node ${id}: ended (${child.exit.signal ?? child.exit.code})`;
      const status = await this.status(id);
      return `node ${id}: ${status === undefined ? "does not answer" : sketch(status)}`;
    });
    return (await Promise.all(parts)).join("\n");
  }

  /** The node that leads now, in its own eyes and in those of a quorum; of a term above `above`. */
  leader({ above = 0 }: { readonly above?: number } = {}): Promise<Leader> {
    return this.until(`a quorum follows a leader of a term above ${above}`, async () => {
      const statuses = await this.#statuses();
      const found = statuses.find(({ role, term }) => role === "leader" && term > above);
      if (found === undefined) return undefined;
      const { node: id, term } = found;
      const followers = statuses.filter((status) => status.term === term && status.leader?.node === id);
      return followers.length >= this.quorum ? { id, term } : undefined;
    });
  }

  /** These nodes take part and have applied at least what any of them had committed at the call. */
  async caughtUp(...ids: number[]): Promise<void> {
    const goal = Math.max(...(await this.#statuses()).map(({ committed }) => committed), 0);
    await this.until(`nodes ${ids.join(", ")} are ready and have applied entry ${goal}`, async () => {
      const statuses = await this.#statuses(ids);
      const there = statuses.filter(({ ready, applied }) => ready && applied.index >= goal);
      return there.length === ids.length ? true : undefined;
    });
  }

  /** These nodes, or all, have applied the same with the same outcomes; what that is. Without load. */
  agreed(...some: number[]): Promise<StatusJson["applied"]> {
    const ids = some.length === 0 ? this.ids : some;
    return this.until(`nodes ${ids.join(", ")} show one applied index and outcome root`, async () => {
      const statuses = await this.#statuses(ids);
      const [first] = statuses;
      if (first === undefined || statuses.length !== ids.length) return undefined;
      const same = statuses.every(
        ({ applied, committed }) =>
          applied.index === first.applied.index &&
          applied.root === first.applied.root &&
          committed === applied.index,
      );
      return same ? first.applied : undefined;
    });
  }

  /** A client that knows these nodes, or all; closed with the cluster. */
  client({
    nodes = this.ids,
    ...reading
  }: Pick<JunoClientOptions, "reader"> & { readonly nodes?: readonly number[] } = {}): JunoClient {
    const client = new JunoClient({
      ...reading,
      genesis: this.genesis,
      nodes: nodes.map((id) => this.url(id)),
      sender: nodeSender(http),
      crypto: { sha256, verify: verifySignature },
    });
    this.#clients.push(client);
    return client;
  }

  get clientSigners(): readonly Signer[] {
    return this.#files.clientKeys.map(signerOf);
  }

  get operatorSigners(): readonly Signer[] {
    return this.#files.operatorKeys.map(signerOf);
  }

  /** The ends of all logs, for whoever must find out what went wrong. */
  logTails(): string {
    const tails = [...this.#processes].map(([id, child]) => {
      const lines = child.text().trimEnd().split("\n").slice(-15);
      return `node ${id}:\n${lines.join("\n")}`;
    });
    return tails.join("\n\n");
  }

  get genesisPath(): string {
    return this.#files.genesis;
  }

  /** Ends whatever still runs, at once, and removes the folder; what it held is copied to `evidence`. */
  async close({ evidence }: { readonly evidence?: string | undefined } = {}): Promise<void> {
    this.#isClosed = true;
    for (const client of this.#clients) client.close();
    await this.kill(...this.#processes.keys());
    process.off("exit", this.#onExit);
    if (evidence !== undefined) cpSync(this.folder, evidence, { recursive: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const signerOf = (path: string): Signer => {
  const { key, secret } = loadClientKeys(path);
  return { key, sign: signerFrom(secret) };
};

function sketch({ role, term, leader, committed, applied, notReadyBecause, stall }: StatusJson): string {
  const facts = [`${role} in term ${term}, leader ${leader?.node ?? "none"}`];
  facts.push(`committed ${committed}, applied ${applied.index}`, ...notReadyBecause);
  if (stall !== undefined) facts.push(stall.detail);
  return facts.join("; ");
}
