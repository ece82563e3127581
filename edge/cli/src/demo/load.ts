// Money that goes round while a network is changed: lanes that each send one transfer after another. Every acknowledgement is
// kept, so that it can be held against the log and the balances in the end.

import { hex } from "@juno/base";
import { type Action, type JunoClient, JunoError, type Signer } from "@juno/client";
import { callAccounts, distinctSigners } from "../repl/session-context.ts";

export type Acknowledged = { readonly id: string; readonly index: number };

export type LoadOptions = {
  /** Closed by whoever made it, after `stop`. */
  readonly client: JunoClient;
  /** The registered client, who owns the tills. */
  readonly self: Signer;
  /** Operators who sign for the money in the tills. */
  readonly issuers: readonly Signer[];
  readonly lanes: number;
};

const HALTED = "ledger_halted";
/** Tills never run dry. */
const OPENING_MINOR = 1_000_000;
/** Between two transfers of a lane: the network's other work is to be seen, not only this. */
const PAUSE_MS = 60;
/** While the ledger is halted. */
const HALTED_PAUSE_MS = 250;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const dollars = (minor: number): string =>
  `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, "0")} USD`;

const till = (lane: number): string => `till-${lane}`;

export class Load {
  readonly #options: LoadOptions;
  readonly #balances = new Map<string, number>();
  readonly acknowledged: Acknowledged[] = [];
  /** Transfers that the halted ledger has refused. */
  refused = 0;
  #isStopping = false;
  #failure: unknown;
  #lanes: readonly Promise<void>[] = [];

  private constructor(options: LoadOptions) {
    this.#options = options;
  }

  static async start(options: LoadOptions): Promise<Load> {
    const load = new Load(options);
    await load.#openTills();
    load.#lanes = Array.from({ length: options.lanes }, (_, lane) => load.#run(lane));
    return load;
  }

  /** What each till must hold, by what was acknowledged. */
  get balances(): ReadonlyMap<string, number> {
    return this.#balances;
  }

  /** How often a transfer was sent again because a node did not tell how it ended. */
  get resent(): number {
    return this.#options.client.resent;
  }

  /** Throws what made a lane end, if one did: none may. */
  assertGoing(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends the lanes, each after the transfer that it is at; throws what made one end before. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#lanes);
    this.assertGoing();
  }

  async #openTills(): Promise<void> {
    const { self, issuers, lanes } = this.#options;
    const names = Array.from({ length: lanes }, (_, lane) => till(lane));
    const owner = { key: hex(self.key) };
    await this.#submit(
      names.map((name) => callAccounts("create", { name, owner })),
      [self],
    );
    const amount = dollars(OPENING_MINOR);
    const signers = distinctSigners([self, ...issuers]);
    await this.#submit(
      names.map((name) => callAccounts("adjust", { name, amount })),
      signers,
    );
    for (const name of names) this.#balances.set(name, OPENING_MINOR);
  }

  async #run(lane: number): Promise<void> {
    try {
      for (let turn = 0; !this.#isStopping; turn += 1) {
        await pause((await this.#transfer(lane, turn)) ? PAUSE_MS : HALTED_PAUSE_MS);
      }
    } catch (cause) {
      this.#failure ??= cause;
    }
  }

  /** Whether the money moved: not while the ledger is halted. */
  async #transfer(lane: number, turn: number): Promise<boolean> {
    const { lanes, self } = this.#options;
    const [from, to] = [till(lane), till((lane + 1 + (turn % (lanes - 1))) % lanes)];
    const minor = 1 + (turn % 100);
    const action = callAccounts("transfer", { from, via: [], to, amount: dollars(minor) });
    if (!(await this.#submit([action], [self]))) return false;
    this.#balances.set(from, this.#balances.get(from)! - minor);
    this.#balances.set(to, this.#balances.get(to)! + minor);
    return true;
  }

  async #submit(actions: readonly Action[], signers: readonly Signer[]): Promise<boolean> {
    try {
      const { id, index, status, receipt } = await this.#options.client.submit(actions, { signers });
      if (receipt.reason === HALTED) return this.#isRefused();
      if (status !== "ok") throw new Error(`command ${id} ended ${status}`);
      this.acknowledged.push({ id, index });
      return true;
    } catch (cause) {
      if (cause instanceof JunoError && cause.code === HALTED) return this.#isRefused();
      throw cause;
    }
  }

  #isRefused(): false {
    this.refused += 1;
    return false;
  }
}
