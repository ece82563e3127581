// What running code does to the world, gathered until the command ends: rows, coins made and destroyed,
// authority used, events (L40–L44). The machines and the builtins see this port; the overlay behind it stands
// in command-effects.ts. Costs that depend on what is found are charged through the meter, before the work.

import type { Sha256 } from "@juno/base";
import type { TableOperation } from "./anf.ts";
import type { Value } from "./value.ts";

export interface Meter {
  /** Ends the transaction with `OutOfGas` if it cannot be paid. */
  charge(gas: number): void;
  /** Ends the transaction with the error. */
  fail(error: string, fields: Readonly<Record<string, string | number>>): never;
}

export interface Effects {
  /** The entry's time in milliseconds. */
  readonly now: number;
  readonly sha256: Sha256;
  /** Does a table operation of `module`'s table number `table`. */
  table(
    operation: TableOperation,
    place: { module: string; table: number },
    args: readonly Value[],
    meter: Meter,
  ): Value;
  emit(event: Value, meter: Meter): void;
  /** L41: checks the asset's mint policy (`self`: that `module` declares it) and counts; the coin's layout. */
  mint(asset: Value, amount: Value, module: string, meter: Meter): Value;
  burn(coin: Value, meter: Meter): void;
  /** L43: whether the signers satisfy the policy and `module` is the entry module. */
  signed(policy: Value, module: string, meter: Meter): boolean;
  /** L43: a plain signature in the entry module, or grants, which are spent. */
  allowed(policy: Value, capability: Value, module: string, meter: Meter): boolean;
  /** Present only when tests of the language run. */
  readonly testing: TestingEffects | undefined;
}

export interface TestingEffects {
  /** The policy of a made-up signer: `signer(n)`. */
  signer(name: string): Value;
  /** From now until `release`, these made-up signers sign every command too. */
  signing(names: readonly string[]): void;
  /** From now until `release`, this made-up signer signs every command, and grants the capability in each. */
  granting(name: string, capability: Value): void;
  release(): void;
  /** How many `signing` and `granting` are not released yet. */
  readonly presences: number;
  /** Releases all but the first so many: for an attempt that ended between `signing` and `release`. */
  releaseTo(presences: number): void;
  wait(durationMs: Value): void;
  supply(asset: Value): Value;
  /** Begins a command of its own with `module` as entry; `end` keeps or undoes what it did. */
  begin(module: string): void;
  end(keep: boolean): void;
}
