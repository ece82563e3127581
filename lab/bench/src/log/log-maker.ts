// Makes a network whose first node has a log of any length, quickly: nobody talks to anybody, but every
// signature is real, and log.db and state.db are written by the node's own stores, so the folder is what
// a node leaves that was stopped in order. For measuring and testing audits.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Hash, LogIndex, NodeId, Term } from "@juno/base";
import { initNetwork, loadClientKeys, openStores, type Stores, sha256 } from "@juno/node";
import {
  chainEntry,
  type Entry,
  encodeCertificate,
  encodeCommand,
  encodeTermCertificate,
  FIRST_EPOCH,
  type Genesis,
  type Point,
  type Position,
  parseGenesis,
} from "@juno/proof";
import type { Applied } from "@juno/runtime";
import { OrderMaker } from "./order-maker.ts";
import { Voters } from "./voters.ts";

const VOTERS = 4;
/** Entries that become certified and committed together, as under load. */
const BATCH_ENTRIES = 500;
const TERM = Term(1);
const NODE = NodeId(1);

export type LogOptions = {
  /** The network's folder, which must not be one yet. */
  readonly folder: string;
  readonly entries: number;
  readonly checkpointEntries?: number;
  readonly onProgress?: (entries: number) => void;
};

export type MadeLog = { readonly nodeFolder: string; readonly genesisFile: string };

export async function makeLog(options: LogOptions): Promise<MadeLog> {
  const { folder, entries, checkpointEntries } = options;
  const files = await initNetwork({
    folder,
    host: "127.0.0.1",
    ports: Array.from({ length: VOTERS }, (_, at) => ({ peer: 8_101 + at, api: 7_101 + at })),
    clients: ["client"],
    startTime: Date.now(),
    ...(checkpointEntries === undefined ? {} : { limits: { checkpointEntries } }),
  });
  const parsed = parseGenesis(sha256, new Uint8Array(readFileSync(files.genesis)));
  if (!parsed.ok) throw new Error(parsed.error.detail);
  const genesis = parsed.value;
  const nodeFolder = join(folder, `node-${NODE}`);
  const keyFiles = genesis.voters.map(({ id }) => join(folder, `node-${id}`, "node.json"));
  const [client] = files.clientKeys.map((path) => loadClientKeys(path));
  const operators = files.operatorKeys.map((path) => loadClientKeys(path)).slice(0, 2);
  const stores = openStores({ folder: nodeFolder, genesis, nodeId: NODE });
  try {
    await stores.log.load();
    await stores.executor.open();
    const orders = new OrderMaker({ genesis, client: client!, operators });
    const writer = new LogWriter(genesis, stores, new Voters(genesis, keyFiles), orders);
    await writer.begin();
    while (writer.last < entries) {
      await writer.extend(Math.min(BATCH_ENTRIES, entries - writer.last));
      options.onProgress?.(writer.last);
    }
    await writer.end();
  } finally {
    await stores.close();
  }
  return { nodeFolder, genesisFile: files.genesis };
}

class LogWriter {
  readonly #genesis: Genesis;
  readonly #stores: Stores;
  readonly #voters: Voters;
  readonly #orders: OrderMaker;
  #last: Point & { readonly time: number };
  #certified: Point;
  #applied: Applied;
  #told: () => void = () => undefined;

  constructor(genesis: Genesis, stores: Stores, voters: Voters, orders: OrderMaker) {
    this.#genesis = genesis;
    this.#stores = stores;
    this.#voters = voters;
    this.#orders = orders;
    this.#last = { index: LogIndex(0), hash: genesis.network, time: Date.now() };
    this.#certified = { index: LogIndex(0), hash: genesis.network };
    this.#applied = { index: LogIndex(0), root: Hash(sha256(new Uint8Array())) };
    stores.executor.onApplied(({ applied }) => {
      this.#applied = applied;
      this.#told();
    });
    stores.executor.onFailure((cause) => {
      throw cause;
    });
  }

  get last(): number {
    return this.#last.index;
  }

  /** The term begins: its licence, its election, the entry of the election. */
  async begin(): Promise<void> {
    const { network } = this.#genesis;
    const base: Position = { term: Term(0), index: LogIndex(0), hash: network };
    const election = this.#voters.election(TERM, base);
    const bytes = encodeCertificate(election);
    const licence = encodeTermCertificate(this.#voters.termCertificate(TERM, base));
    await this.#stores.log.write([
      { kind: "term", currentTerm: TERM, votedBase: base },
      { kind: "keep", what: "term-certificate", epoch: FIRST_EPOCH, term: TERM, bytes: licence },
      { kind: "keep", what: "election-certificate", epoch: FIRST_EPOCH, term: TERM, bytes },
    ]);
    await this.#store([this.#next("election", bytes)]);
  }

  async extend(count: number): Promise<void> {
    const entries: Entry[] = [];
    for (let made = 0; made < count; made++) {
      const command = this.#orders.next(this.#last.time + 1);
      entries.push(this.#next("command", encodeCommand(command)));
    }
    await this.#store(entries);
  }

  /** Waits until everything is applied. */
  async end(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#told = () => {
        if (this.#applied.index === this.#last.index) resolve();
      };
      this.#told();
    });
  }

  #next(kind: Entry["kind"], body: Uint8Array): Entry {
    const index = LogIndex(this.#last.index + 1);
    const time = this.#last.time + 1;
    const bare = { epoch: FIRST_EPOCH, index, term: TERM, time, kind, body };
    const entry = chainEntry(sha256, this.#last.hash, bare);
    if (!entry.ok) throw new Error(entry.error.detail);
    this.#last = { index, hash: entry.value.hash, time };
    return entry.value;
  }

  async #store(entries: readonly Entry[]): Promise<void> {
    const { index, hash } = this.#last;
    const applied = this.#applied;
    const base: Point = { index: LogIndex(0), hash: this.#genesis.network };
    const before = { certified: this.#certified, applied };
    const certificate = this.#voters.certificate(TERM, { index, hash }, before);
    this.#certified = { index, hash };
    const proof = this.#voters.commitProof(TERM, { index, hash }, applied);
    await this.#stores.log.write([
      { kind: "append", entries },
      { kind: "certified", certificate, base },
      { kind: "committed", epoch: FIRST_EPOCH, index, hash, proof },
    ]);
    this.#stores.executor.apply(index);
  }
}
