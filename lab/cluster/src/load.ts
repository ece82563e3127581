// Load from clients of the SDK: lanes that each send one command after another and note every
// acknowledgement in the journal before the next. Some lanes move money, one signature a transfer;
// some issue money, many actions under the signatures of a client and of operators.

import { setTimeout } from "node:timers/promises";
import { hex } from "@juno/base";
import type { Action, JunoClient, Signer } from "@juno/client";
import { callAccounts } from "./accounts.ts";
import type { Cluster } from "./cluster.ts";
import type { Acknowledged, Journal } from "./journal.ts";

export type LoadOptions = {
  readonly cluster: Cluster;
  readonly journal: Journal;
  /** Lanes of individually signed transfers. */
  readonly transferLanes: number;
  /** Lanes of batches. */
  readonly batchLanes: number;
  readonly actionsPerBatch: number;
  /** How long a lane rests after each command: time for the nodes, where the load need only be there. 50 unless told. */
  readonly pauseMs?: number;
};

/** Tills are opened with so much, in minor units, and never run dry: money goes round. */
const OPENING_MINOR = 1_000_000;

const PAUSE_MS = 50;

const till = (number: number): string => `till${number}`;

const dollars = (minor: number): string =>
  `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, "0")} USD`;

const adjust = (name: string, minor: number): Action =>
  callAccounts("adjust", { name, amount: dollars(minor) });

export class Load {
  readonly #options: LoadOptions;
  readonly #client: JunoClient;
  readonly #tellers: readonly Signer[];
  /** Two of three operators sign for new money. */
  readonly #issuers: readonly Signer[];
  #isStopping = false;
  #failure: unknown;
  #lanes: Promise<void>[] = [];

  private constructor(options: LoadOptions) {
    const { cluster } = options;
    this.#options = options;
    this.#client = cluster.client();
    this.#tellers = cluster.clientSigners;
    this.#issuers = [cluster.clientSigners[0]!, ...cluster.operatorSigners.slice(0, 2)];
  }

  /** Opens and fills the tills, one per transfer lane, and starts all lanes. */
  static async start(options: LoadOptions): Promise<Load> {
    const load = new Load(options);
    await load.#openTills();
    const { transferLanes, batchLanes } = options;
    load.#lanes = [
      ...Array.from({ length: transferLanes }, (_, lane) => load.#run((turn) => load.#transfer(lane, turn))),
      ...Array.from({ length: batchLanes }, () => load.#run((turn) => load.#issue(turn))),
    ];
    return load;
  }

  get #tills(): number {
    return this.#options.transferLanes;
  }

  #tellerOf(lane: number): Signer {
    return this.#tellers[lane % this.#tellers.length]!;
  }

  async #openTills(): Promise<void> {
    const numbers = Array.from({ length: this.#tills }, (_, number) => number);
    const opening = numbers.map((number) =>
      callAccounts("create", { name: till(number), owner: { key: hex(this.#tellerOf(number).key) } }),
    );
    await this.#submit(opening, [this.#tellers[0]!], {});
    const changes = Object.fromEntries(numbers.map((number) => [till(number), OPENING_MINOR]));
    await this.#submit(
      numbers.map((number) => adjust(till(number), OPENING_MINOR)),
      this.#issuers,
      changes,
    );
  }

  async #run(step: (turn: number) => Promise<void>): Promise<void> {
    const { pauseMs = PAUSE_MS } = this.#options;
    try {
      for (let turn = 0; !this.#isStopping; turn += 1) {
        await step(turn);
        await setTimeout(pauseMs);
      }
    } catch (error) {
      this.#failure ??= error;
    }
  }

  async #transfer(lane: number, turn: number): Promise<void> {
    const from = till(lane);
    const to = till((lane + 1 + (turn % (this.#tills - 1))) % this.#tills);
    const minor = 1 + (turn % 100);
    const action = callAccounts("transfer", { from, via: [], to, amount: dollars(minor) });
    await this.#submit([action], [this.#tellerOf(lane)], { [from]: -minor, [to]: minor });
  }

  async #issue(turn: number): Promise<void> {
    const changes: Record<string, number> = {};
    const actions = Array.from({ length: this.#options.actionsPerBatch }, (_, at) => {
      const name = till((turn + at) % this.#tills);
      const minor = 1 + (at % 50);
      changes[name] = (changes[name] ?? 0) + minor;
      return adjust(name, minor);
    });
    await this.#submit(actions, this.#issuers, changes);
  }

  async #submit(
    actions: readonly Action[],
    signers: readonly Signer[],
    changes: Acknowledged["changes"],
  ): Promise<void> {
    const { id, status, index, receipt } = await this.#client.submit(actions, { signers });
    if (status !== "ok") throw new Error(`command ${id} ended ${status}: ${JSON.stringify(receipt)}`);
    this.#options.journal.append({ id, index, actions: actions.length, changes });
  }

  /** Resolves once the journal holds so many more actions than now. */
  async progress(actions: number): Promise<void> {
    const { cluster, journal } = this.#options;
    const goal = journal.actions + actions;
    await cluster.until(`${goal} actions are acknowledged`, () => {
      this.#assertUnbroken();
      return journal.actions >= goal ? true : undefined;
    });
  }

  #assertUnbroken(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Lets every lane finish its command; all that was sent is acknowledged then. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#lanes);
    this.#assertUnbroken();
  }
}
