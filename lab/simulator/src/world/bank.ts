// The network of a simulation: its genesis, its clients' keys, and commands that call its contracts. Fresh nonces come
// from a counter, so that a run can be repeated.

import { assert, concatBytes, type Hash, hex, signedBytes, utf8 } from "@juno/base";
import type { AnyCall } from "@juno/judge";
import { type LedgerContext, ledgerContext } from "@juno/ledger";
import { firstEpoch, type Genesis, parseGenesis, type SignedCommand } from "@juno/proof";
import { sha256, simulatedKey } from "../crypto.ts";
import { administrators } from "../members.ts";
import { ACCOUNTS_SOURCE, actionOf, demandsOf, OFFICERS, type Officer } from "./contracts.ts";
import { EPOCH_MS } from "./virtual-clock.ts";

/** Each owns the account of its name; liars know the key of the last one. */
export const CLIENTS = ["ann", "bob", "cho", "dan", "eve"] as const;
export type ClientName = (typeof CLIENTS)[number];
export const ACCOMPLICE: ClientName = "eve";
const ISSUED_EACH = 1_000_000n;
const LIARS_EXPIRY_MS = 3_600_000;

export type Order = {
  readonly by: ClientName | Officer;
  readonly calls: readonly AnyCall[];
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
  /** Distinguishes commands that ask for the same. */
  readonly nonce: number;
  /** The signature is of something else. */
  readonly forged?: boolean;
};

/** Of a command besides its calls: its bytes and signatures. */
const GAS_AROUND = 50_000;

/** Small limits, so that a short run meets them. */
const LIMITS = {
  payloadBytesMax: 8_192,
  actionsPerCommandMax: 20,
  commandGasMax: 1_000_000,
  windowBytes: 128 * 1024,
  pendingCommandsMax: 600,
  pendingActionsMax: 600,
  pendingBytesMax: 2 * 1024 * 1024,
  pendingGasMax: 600_000_000,
  commandsPerClientMax: 60,
  checkpointEntries: 16,
  snapshotCheckpoints: 2,
};

/** The default times of a network; `slowness` multiplies them. */
const TIMING = { heartbeatMs: 100, heartbeatTimeoutMs: 600, collectWaitMs: 100, commandTimeoutMs: 3_000 };

export type BankParts = {
  readonly voters: number;
  readonly windowEntries: number;
  readonly startMs: number;
  readonly slowness: number;
};

export class Bank {
  readonly genesis: Genesis;
  readonly ledger: LedgerContext;

  constructor(parts: BankParts) {
    const document = {
      format: 1,
      voters: Array.from({ length: parts.voters }, (_, i) => ({
        id: i + 1,
        signKey: hex(simulatedKey(`node ${i + 1}`).key),
        transportKey: hex(simulatedKey(`transport ${i + 1}`).key),
      })),
      policies: {
        admin: administrators(0),
        operator: { atLeast: 2, of: OFFICERS.map((name) => ({ key: clientKey(name) })) },
      },
      clients: [
        ...CLIENTS.map((name) => ({ name, key: clientKey(name) })),
        ...OFFICERS.map((name) => ({ name, key: clientKey(name), roles: [name] })),
      ],
      modules: [ACCOUNTS_SOURCE],
      limits: { ...LIMITS, windowEntries: parts.windowEntries },
      timing: Object.fromEntries(Object.entries(TIMING).map(([name, ms]) => [name, ms * parts.slowness])),
      startTime: parts.startMs,
    };
    const genesis = parseGenesis(sha256, utf8(JSON.stringify(document)));
    assert(genesis.ok, "the simulated genesis is well-formed");
    this.genesis = genesis.value;
    this.ledger = ledgerContext({ sha256, genesis: genesis.value });
  }

  get network(): Hash {
    return this.genesis.network;
  }

  get electorate() {
    return firstEpoch(this.genesis).electorate;
  }

  command(order: Order): SignedCommand {
    const { by, calls, expiresMs, nonce, forged = false } = order;
    const demands = calls.map(demandsOf);
    // The client that asks for it is charged for it.
    const names = new Set([by, ...demands.flatMap(({ officers }) => officers)]);
    const gasLimit = demands.reduce((sum, { gas }) => sum + gas, GAS_AROUND);
    return this.#signed({
      names: [...names],
      actions: calls.map(actionOf),
      expiresMs,
      nonce,
      gasLimit,
      forged,
    });
  }

  /** What a client in league with liars has signed, or has not. */
  accomplices(nowMs: number, nonce: number, forged: boolean): { calls: AnyCall[]; signed: SignedCommand } {
    const expiresMs = EPOCH_MS + Math.floor(nowMs) + LIARS_EXPIRY_MS;
    const calls: AnyCall[] = [{ kind: "transfer", from: ACCOMPLICE, to: "ann", minor: 1n }];
    return { calls, signed: this.command({ by: ACCOMPLICE, calls, expiresMs, nonce, forged }) };
  }

  /** C22, signed by two of the operators. */
  redaction(order: {
    readonly commands: readonly { readonly index: number; readonly id: string }[];
    readonly reason: string;
    readonly expiresMs: number;
    readonly nonce: number;
  }): SignedCommand {
    const { commands, reason, expiresMs, nonce } = order;
    const actions = [{ redact: { commands, reason } }];
    return this.#signed({
      ...{ names: ["treasury", "cfo"], actions, expiresMs, nonce },
      gasLimit: LIMITS.commandGasMax,
      forged: false,
    });
  }

  /** C24: a proposal of an act, or an approval of one, brought by a client whose own signature decides nothing. */
  governing(order: {
    readonly action: object;
    readonly expiresMs: number;
    readonly nonce: number;
  }): SignedCommand {
    const { action, expiresMs, nonce } = order;
    const asked = { names: ["ann"], actions: [action], expiresMs, nonce };
    return this.#signed({ ...asked, gasLimit: LIMITS.commandGasMax, forged: false });
  }

  #signed(parts: {
    readonly names: readonly string[];
    readonly actions: readonly object[];
    readonly expiresMs: number;
    readonly nonce: number;
    readonly gasLimit: number;
    readonly forged: boolean;
  }): SignedCommand {
    const { names, actions, expiresMs, nonce, gasLimit, forged } = parts;
    const signers = names.map((name) => simulatedKey(`client ${name}`));
    const payload = utf8(
      JSON.stringify({
        network: hex(this.network),
        nonce: nonce.toString(16).padStart(32, "0"),
        expires: new Date(expiresMs).toISOString(),
        gasLimit,
        signers: signers.map(({ key }) => ({ key: hex(key) })),
        actions,
      }),
    );
    const message = signedBytes({
      tag: forged ? "forged" : "command",
      network: this.network,
      body: concatBytes(payload),
    });
    return { payload, signatures: signers.map(({ key, sign }) => ({ key, signature: sign(message) })) };
  }
}

const clientKey = (name: string): string => hex(simulatedKey(`client ${name}`).key);

/** Opens every client's account and gives it money: the first command of every run. */
export const openingCalls = (): AnyCall[] =>
  CLIENTS.flatMap((account): AnyCall[] => [
    { kind: "create", account },
    { kind: "mint", account, minor: ISSUED_EACH },
  ]);
