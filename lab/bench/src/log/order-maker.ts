// Signed commands for a log of any length: two accounts are opened and filled, then money goes back and
// forth between them in small amounts. Signatures are real; one command has one signature or three.

import { hex, signedBytes, utf8 } from "@juno/base";
import { renderTime } from "@juno/ledger";
import { type ClientKeys, signerFrom } from "@juno/node";
import type { Genesis, SignedCommand } from "@juno/proof";
import { ACCOUNTS } from "../accounts.ts";

const LIFETIME_MS = 3_600_000;
const GAS_LIMIT = 1_000_000;
const FUNDS = "1000000.00 USD";
const NAMES = ["left", "right"] as const;

export class OrderMaker {
  readonly #genesis: Genesis;
  readonly #client: ClientKeys;
  readonly #operators: readonly ClientKeys[];
  #made = 0;

  constructor(parts: { genesis: Genesis; client: ClientKeys; operators: readonly ClientKeys[] }) {
    this.#genesis = parts.genesis;
    this.#client = parts.client;
    this.#operators = parts.operators;
  }

  /** The next command, for an entry of this time. */
  next(time: number): SignedCommand {
    const turn = this.#made++;
    const owner = { key: hex(this.#client.key) };
    const name = NAMES[turn % 2]!;
    if (turn < 2) return this.#signed(time, [this.#client], "create", { name, owner });
    if (turn < 4) {
      return this.#signed(time, [this.#client, ...this.#operators], "adjust", { name, amount: FUNDS });
    }
    const to = NAMES[(turn + 1) % 2]!;
    const amount = `${1 + (turn % 9)}.${10 + (turn % 90)} USD`;
    return this.#signed(time, [this.#client], "transfer", { from: name, via: [], to, amount });
  }

  #signed(time: number, signers: readonly ClientKeys[], action: string, args: object): SignedCommand {
    const { network } = this.#genesis;
    const payload = utf8(
      JSON.stringify({
        network: hex(network),
        nonce: this.#made.toString(16).padStart(32, "0"),
        expires: renderTime(time + LIFETIME_MS),
        gasLimit: GAS_LIMIT,
        signers: signers.map(({ key }) => ({ key: hex(key) })),
        actions: [{ call: { module: ACCOUNTS, action, args } }],
      }),
    );
    const message = signedBytes({ tag: "command", network, body: payload });
    const signatures = signers.map(({ key, secret }) => ({ key, signature: signerFrom(secret)(message) }));
    return { payload, signatures };
  }
}
