// A contract written in the host's language, until Hopper stands: named actions and queries over
// rows of its own tables, and an invariant over what a command changed. It sees rows, arguments,
// signers and the genesis; never a clock, and no other module's rows.

import { type Json, type JsonObject, utf8Length } from "@juno/base";
import type { Genesis } from "@juno/proof";
import type { ContractEvent } from "./applied.ts";
import { GAS, type GasMeter } from "./gas.ts";
import { type Overlay, type StoredChange, storedRow } from "./overlay.ts";
import type { Parameters } from "./parameter.ts";
import type { StateReader } from "./view.ts";

export type Action = {
  readonly parameters: Parameters;
  readonly run: (scope: ActionScope, args: Json) => void;
};

export type Query = {
  readonly parameters: Parameters;
  readonly run: (scope: QueryScope, args: Json) => Json;
};

export type NativeModule = {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly string[];
  readonly actions: ReadonlyMap<string, Action>;
  readonly queries: ReadonlyMap<string, Query>;
  /** Asserts what must hold of a command's net changes to the module's tables. */
  readonly assertInvariant: (genesis: Genesis, changes: readonly StoredChange[]) => void;
};

export type QueryScope = { readonly module: string; readonly genesis: Genesis; readonly state: StateReader };

/** Everything an action may touch. Each access is charged before it is made (C12). */
export class ActionScope {
  readonly module: string;
  readonly genesis: Genesis;
  /** The keys of those who signed the command, lower-case hex. */
  readonly signers: ReadonlySet<string>;
  readonly events: ContractEvent[] = [];
  readonly #rows: Overlay;
  readonly #gas: GasMeter;

  constructor(parts: {
    module: string;
    genesis: Genesis;
    signers: ReadonlySet<string>;
    rows: Overlay;
    gas: GasMeter;
  }) {
    this.module = parts.module;
    this.genesis = parts.genesis;
    this.signers = parts.signers;
    this.#rows = parts.rows;
    this.#gas = parts.gas;
  }

  charge(gas: number): void {
    this.#gas.charge(this.module, gas);
  }

  read(table: string, key: string): JsonObject | undefined {
    this.charge(GAS.rowRead);
    const row = this.#rows.read({ module: this.module, table, key });
    if (row === undefined) return undefined;
    this.charge(Math.floor(utf8Length(row.text) / GAS.rowReadBytesPerGas));
    return row.json;
  }

  has(table: string, key: string): boolean {
    this.charge(GAS.rowRead);
    return this.#rows.read({ module: this.module, table, key }) !== undefined;
  }

  write(table: string, key: string, json: JsonObject): void {
    this.charge(GAS.rowWrite);
    const row = storedRow(json);
    this.charge(GAS.rowWriteByte * utf8Length(row.text));
    this.#rows.write({ module: this.module, table, key }, row);
  }

  emit(name: string, fields: JsonObject): void {
    this.charge(GAS.event);
    this.events.push({ module: this.module, name, fields });
  }
}
