// The measure of execution cost (C12): a count in integers by a table whose version is pinned, so
// that every node runs out at the same place. Charged before the work. 1 gas is about 10 ns of a
// reference machine. What running code costs is the language's business (L31); here is the rest.

import type { GasByKind } from "@juno/hopper";
import { Abort } from "./contract-error.ts";

export const GAS = {
  version: 2,
  /** Of a command: reading it, its id, its receipt. */
  command: 1_000,
  payloadByte: 2,
  /** Of each signature: the signers', and those under acts. */
  signer: 7_000,
  /** Of an action, before its arguments are looked at. */
  action: 200,
  /** Each module that an action runs on: the one it calls, and what that imports. */
  module: 100,
  /** Each byte of what an error says. */
  errorByte: 1,
  /** Parsing, checking and compiling a module: each byte of its source, and each unit of the checker's work. */
  sourceByte: 300,
  checkerUnit: 50,
} as const;

/** What gas went to: the language's kinds, and an action as such, what its error says, deploying. */
export type GasKind = keyof GasByKind | "action" | "deployment" | "error";

const KINDS = [
  "action",
  "allocation",
  "builtins",
  "deployment",
  "error",
  "events",
  "instructions",
  "rows",
] as const satisfies readonly GasKind[];

/** By kind, without those of which there was nothing. */
export type GasTally = ReadonlyMap<GasKind, number>;

type Counts = { -readonly [kind in GasKind]: number };

const NOTHING: Counts = {
  action: 0,
  allocation: 0,
  builtins: 0,
  deployment: 0,
  error: 0,
  events: 0,
  instructions: 0,
  rows: 0,
};

/** Counts up to a limit; going beyond it ends the action. */
export class GasMeter {
  readonly limit: number;
  #counts: Counts = { ...NOTHING };
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  get left(): number {
    return this.limit - this.#used;
  }

  /** C12: what cannot be paid uses up the rest, so every later action runs out as well. */
  charge(kind: GasKind, gas: number): void {
    if (gas > this.left) {
      this.#count(kind, this.left);
      throw new Abort({ name: "OutOfGas", fields: { limit: this.limit } });
    }
    this.#count(kind, gas);
  }

  /** What a machine used, which was given no more than was left. */
  take(used: GasByKind): void {
    this.#count("instructions", used.instructions);
    this.#count("allocation", used.allocation);
    this.#count("builtins", used.builtins);
    this.#count("rows", used.rows);
    this.#count("events", used.events);
  }

  /** What was counted since the last time. */
  takeTally(): GasTally {
    const tally = new Map<GasKind, number>();
    for (const kind of KINDS) if (this.#counts[kind] > 0) tally.set(kind, this.#counts[kind]);
    this.#counts = { ...NOTHING };
    return tally;
  }

  #count(kind: GasKind, gas: number): void {
    this.#used += gas;
    this.#counts[kind] += gas;
  }
}

/** What a command costs before its first action. */
export const commandGas = (command: {
  payloadBytes: number;
  signers: readonly string[];
  /** C24: what signatures under acts are to be checked. */
  actChecks: readonly unknown[];
}): number =>
  GAS.command +
  GAS.payloadByte * command.payloadBytes +
  GAS.signer * (command.signers.length + command.actChecks.length);
