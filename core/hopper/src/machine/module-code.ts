// A checked module as the machine and the ledger see it: functions, tables, what may be called from
// outside and with which shapes. It is data: a function of the source and of the modules it imports.

import type { AnfFunction } from "./anf.ts";
import type { DeclaredShapes, Shape } from "./shape.ts";

/** An action, a query or an init: `fn` names one of the module's functions. */
export type Entry = {
  readonly name: string;
  readonly fn: string;
  readonly parameters: readonly { readonly name: string; readonly shape: Shape; readonly type: string }[];
  readonly result: { readonly shape: Shape; readonly type: string };
  readonly doc: string;
};

export type TableCode = {
  readonly name: string;
  readonly key: Shape;
  readonly row: Shape;
  /** Types as written, for people: `(id: Text, holder: Text)`, `Holding<id>`. */
  readonly keyType: string;
  readonly rowType: string;
  readonly resource: boolean;
  /** Functions (key parts, row) → Bool that hold of every row, with the clause's text (L59). */
  readonly invariants: readonly { readonly fn: string; readonly clause: string }[];
};

export type AssetCode = {
  /** `demo.bank.USD` */
  readonly name: string;
  readonly symbol: string;
  /** None for a currency. */
  readonly parameters: readonly Shape[];
  readonly currency: boolean;
  readonly decimals: number;
  /** A function () → Policy; absent for `mint: self`. */
  readonly mint: string | undefined;
};

/** Errors, events, capabilities: their fields, for JSON. The layout puts the full name before them. */
export type RecordCode = {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly shape: Shape }[];
};

export type CapabilityCode = RecordCode & {
  /** The place in `fields` of the amount a grant limits; absent if it is not spent. */
  readonly spends: number | undefined;
};

/** L45: how rows of an earlier form become rows of the table. */
export type MigrationCode = {
  readonly table: string;
  /** A function (key, old row) → {} that puts the new row. */
  readonly fn: string;
  /** The form of the rows that it is for. */
  readonly old: Shape;
  readonly oldType: string;
};

export type ModuleCode = {
  readonly name: string;
  /** Full names of the modules imported, `std` ones too, each once, in order of name. */
  readonly imports: readonly string[];
  readonly functions: readonly AnfFunction[];
  readonly shapes: DeclaredShapes;
  readonly tables: readonly TableCode[];
  readonly assets: readonly AssetCode[];
  readonly errors: readonly RecordCode[];
  readonly events: readonly RecordCode[];
  readonly capabilities: readonly CapabilityCode[];
  readonly actions: readonly Entry[];
  readonly queries: readonly Entry[];
  readonly init: Entry | undefined;
  readonly migrations: readonly MigrationCode[];
  /** Functions () → Unit; compiled only on request, never on a node. */
  readonly tests: readonly { readonly title: string; readonly fn: string; readonly at: number }[];
  /** A function () → Policy; absent for `never`. */
  readonly upgrade: string | undefined;
};
