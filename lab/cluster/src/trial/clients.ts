// The clients of a trial, and everything that they see: each operation with its times and its answer goes
// into one history. A client waits for an answer only so long and then goes on, as people do; what it
// does not wait for any more may still take effect.

import { performance } from "node:perf_hooks";
import { hex, Prng } from "@juno/base";
import {
  type Action,
  type CommandOptions,
  type JunoClient,
  JunoError,
  type Outcome,
  type Signer,
} from "@juno/client";
import type { Call, Operation, ReadAnswer, WriteAnswer } from "@juno/judge";
import { createKeyPair, signerFrom } from "@juno/node";
import { ACCOUNTS, callAccounts } from "../accounts.ts";
import type { Cluster } from "../cluster.ts";
import { amountOf, dollars } from "./dollars.ts";

const PATIENCE_MS = 3_000;
/** Between two operations of one client, on average. */
const PAUSE_MS = 40;
const TILLS = ["till0", "till1", "till2", "till3", "till4", "till5"] as const;
const OPENING_MINOR = 2_000n;
const NEWCOMERS = 40;

export type ClientsOptions = {
  readonly cluster: Cluster;
  readonly writers: number;
  readonly readers: number;
  readonly seed: number;
};

type Order = {
  readonly calls: readonly Call[];
  readonly atomic: boolean;
  readonly signers: readonly Signer[];
};

export class Clients {
  readonly history: Operation[] = [];
  readonly #options: ClientsOptions;
  readonly #owner: Signer;
  readonly #operators: readonly Signer[];
  /** No registered client: refused whatever happens. */
  readonly #stranger: Signer;
  readonly #everywhere: JunoClient;
  readonly #at: ReadonlyMap<number, JunoClient>;
  #lanes: Promise<void>[] = [];
  #isStopping = false;
  #isClosed = false;
  #reads = 0;
  #failure: unknown;

  constructor(options: ClientsOptions) {
    const { cluster } = options;
    this.#options = options;
    this.#owner = cluster.clientSigners[0]!;
    this.#operators = cluster.operatorSigners.slice(0, 2);
    const { key, secret } = createKeyPair();
    this.#stranger = { key, sign: signerFrom(secret) };
    this.#everywhere = cluster.client();
    this.#at = new Map(cluster.ids.map((id) => [id, cluster.client({ nodes: [id] })]));
  }

  /** Opens and fills the tills, then lets all clients begin. */
  async start(): Promise<void> {
    const { writers, readers, seed, cluster } = this.#options;
    const calls = TILLS.flatMap((account): Call[] => [
      { kind: "create", account },
      { kind: "mint", account, minor: OPENING_MINOR },
    ]);
    const order = { calls, atomic: false, signers: [this.#owner, ...this.#operators] };
    const opened = await this.#write({ client: this.#everywhere, name: "opener", patient: true }, order);
    if (opened.kind !== "acknowledged" || opened.status !== "ok")
      throw new Error("the tills could not be opened");
    const nodeOf = (lane: number) => cluster.ids[lane % cluster.ids.length]!;
    const write = (lane: number) => {
      const isFree = lane % 2 === 0;
      const client = isFree ? this.#everywhere : this.#at.get(nodeOf((lane - 1) / 2))!;
      return this.#lane(seed * 1_000 + lane, async (prng) => {
        await this.#write({ client, name: `writer ${lane}` }, this.#draw(prng));
      });
    };
    const read = (lane: number) =>
      this.#lane(seed * 1_000 + 500 + lane, (prng) => this.#read(nodeOf(lane), `reader ${lane}`, prng));
    this.#lanes = [
      ...Array.from({ length: writers }, (_, lane) => write(lane)),
      ...Array.from({ length: readers }, (_, lane) => read(lane)),
    ];
  }

  async #lane(seed: number, turn: (prng: Prng) => Promise<unknown>): Promise<void> {
    const prng = new Prng(seed);
    try {
      while (!this.#isStopping) {
        await turn(prng);
        await new Promise((resolve) => setTimeout(resolve, prng.below(2 * PAUSE_MS)));
      }
    } catch (error) {
      this.#failure ??= error;
    }
  }

  #draw(prng: Prng): Order {
    const till = () => prng.pick(TILLS);
    const anybody = () => (prng.chance(1, 6) ? `newcomer${prng.below(NEWCOMERS)}` : till());
    const transfer = (): Call => {
      const via = prng.chance(1, 5) ? [anybody()] : [];
      return { kind: "transfer", from: till(), via, to: anybody(), minor: BigInt(prng.below(900)) };
    };
    const [signers, plain] = [[this.#owner], { atomic: false }];
    const dice = prng.below(100);
    if (dice < 60) return { calls: [transfer()], signers, ...plain };
    if (dice < 75) {
      return { calls: [transfer(), transfer(), transfer()], atomic: prng.chance(1, 2), signers };
    }
    if (dice < 80) return { calls: [transfer()], signers: [this.#stranger], ...plain };
    if (dice < 90) return { calls: [{ kind: "create", account: anybody() }], signers, ...plain };
    const mint: Call = { kind: "mint", account: anybody(), minor: BigInt(prng.below(500)) };
    return { calls: [mint], signers: [this.#owner, ...this.#operators], ...plain };
  }

  async #write(
    who: { readonly client: JunoClient; readonly name: string; readonly patient?: boolean },
    { calls, atomic, signers }: Order,
  ): Promise<WriteAnswer> {
    const invoked = performance.now();
    const options: CommandOptions = { signers, atomic };
    const actions = calls.map((call) => actionOf(call, hex(this.#owner.key)));
    const command = await who.client.prepare(actions, options);
    const sent = who.client.send(command).then(acknowledged, answerOfError);
    const answer = who.patient ? await sent : await within(PATIENCE_MS, sent, { kind: "unknown" });
    const returned = performance.now();
    const { id } = command;
    this.history.push({ kind: "write", id, client: who.name, invoked, returned, calls, atomic, answer });
    return answer;
  }

  async #read(node: number, name: string, prng: Prng): Promise<ReadAnswer> {
    const linearizable = prng.chance(1, 2);
    const accounts = prng.chance(1, 2) ? [prng.pick(TILLS)] : ("all" as const);
    this.#reads += 1;
    const id = `read-${this.#reads}`;
    const invoked = performance.now();
    const asked = this.#ask(this.#at.get(node)!, { accounts, linearizable });
    const answer = await within<ReadAnswer>(PATIENCE_MS, asked, { kind: "none" });
    const returned = performance.now();
    const client = `${name} at node ${node}`;
    this.history.push({ kind: "read", id, client, invoked, returned, linearizable, accounts, answer });
    return answer;
  }

  async #ask(
    client: JunoClient,
    {
      accounts,
      linearizable,
    }: { readonly accounts: readonly string[] | "all"; readonly linearizable: boolean },
  ): Promise<ReadAnswer> {
    const [only] = accounts;
    const what = accounts === "all" ? { query: "list" } : { query: "balance", args: { name: only! } };
    const consistency = linearizable ? "linearizable" : "local";
    try {
      const { index, result } = await client.query({ module: ACCOUNTS, ...what }, { consistency });
      const values = accounts === "all" ? balancesIn(result) : new Map([[only!, amountOf(result)]]);
      return { kind: "values", index, values };
    } catch (error) {
      if (error instanceof JunoError) return { kind: "none" };
      throw error;
    }
  }

  /** One command and one linearizable read through this node alone, however long they take. */
  async throughNode(id: number): Promise<void> {
    const client = this.#at.get(id)!;
    const calls: Call[] = [{ kind: "create", account: `healed${id}` }];
    const order = { calls, atomic: false, signers: [this.#owner] };
    const name = `visitor of node ${id}`;
    const prng = new Prng(id);
    const hasWritten = async () =>
      (await this.#write({ client, name, patient: true }, order)).kind === "acknowledged";
    const hasRead = async () => (await this.#read(id, name, prng)).kind === "values";
    while (!this.#isClosed && !(await hasWritten()));
    while (!this.#isClosed && !(await hasRead()));
  }

  assertUnbroken(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Every client ends what it does; nothing is sent any more. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#lanes);
    this.assertUnbroken();
    this.close();
  }

  close(): void {
    this.#isStopping = true;
    this.#isClosed = true;
    for (const client of [this.#everywhere, ...this.#at.values()]) client.close();
  }
}

/** The promise, or `otherwise` if it takes too long; what it then brings is dropped. */
function within<T>(ms: number, promise: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(otherwise), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function actionOf(call: Call, owner: string): Action {
  if (call.kind === "create") {
    return callAccounts("create", { name: call.account, owner: { key: owner } });
  }
  const amount = dollars(call.minor);
  if (call.kind === "mint") {
    return callAccounts("adjust", { name: call.account, amount });
  }
  const { from, via = [], to } = call;
  return callAccounts("transfer", { from, via, to, amount });
}

export const resultsOf = (receipt: Outcome["receipt"]): string[] =>
  receipt.actions.map(({ error }) => error?.name ?? "ok");

const acknowledged = ({ index, status, receipt }: Outcome): WriteAnswer => ({
  kind: "acknowledged",
  ...{ index, status },
  results: resultsOf(receipt),
});

function answerOfError(error: unknown): WriteAnswer {
  if (!(error instanceof JunoError)) throw error;
  return { kind: error.outcome === "unknown" ? "unknown" : "refused" };
}

/** What `list` answers. */
export function balancesIn(result: unknown): Map<string, bigint> {
  const rows = result as readonly { readonly account: string; readonly amount: string }[];
  return new Map(rows.map(({ account, amount }) => [account, amountOf(amount)]));
}
