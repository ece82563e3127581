// The measure of execution cost (C12): a count in integers by a table whose version is pinned, so
// that every node runs out at the same place. Charged before the work. 1 gas is about 10 ns of a
// reference machine.

import { Abort } from "./contract-error.ts";

export const GAS = {
  version: 1,
  /** Of a command: reading it, its id, its receipt. */
  command: 1_000,
  payloadByte: 2,
  signer: 7_000,
  /** Of an action, before its arguments are looked at. */
  action: 200,
  rowRead: 200,
  /** A row's bytes are charged in quarters when read, rounded down, and whole when written. */
  rowReadBytesPerGas: 4,
  rowWrite: 400,
  rowWriteByte: 1,
  event: 100,
  policyKey: 20,
} as const;

/** Counts up to a limit; going beyond it ends the action. */
export class GasMeter {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** C12: what cannot be paid uses up the rest, so every later action runs out as well. */
  charge(module: string, gas: number): void {
    if (gas > this.#limit - this.#used) {
      this.#used = this.#limit;
      throw new Abort(module, "OutOfGas", { limit: this.#limit });
    }
    this.#used += gas;
  }
}

/** What a command costs before its first action. */
export const commandGas = (command: { payloadBytes: number; signers: readonly string[] }): number =>
  GAS.command + GAS.payloadByte * command.payloadBytes + GAS.signer * command.signers.length;
