// What running code may ask of the world, all of it decided by the log (principle 2): rows as they were
// before the command, the entry's time, who signed, what they granted. A port: the ledger implements it.

import type { Sha256 } from "@juno/base";
import type { ModuleCode } from "./module-code.ts";
import type { KnownRows } from "./state/known-rows.ts";

export type Grant = {
  /** Full name of the capability: `demo.bank.Debit`. */
  readonly capability: string;
  /** By field name, as in the payload; JSON of the capability's shapes. */
  readonly fields: ReadonlyMap<string, unknown>;
};

export type Signer = {
  /** Ed25519 public key, lower-case hex. */
  readonly key: string;
  readonly grants: readonly Grant[];
};

export interface World {
  readonly sha256: Sha256;
  /** Milliseconds since 1970: the entry's (L46). */
  readonly time: number;
  readonly signers: readonly Signer[];
  /** Keys that have the role, lower-case hex (L43). */
  readonly roles: (role: string) => readonly string[];
  /** A deployed module, be it linked or not: rows and arguments may name assets of any. Absent where all are linked. */
  readonly module?: (name: string) => ModuleCode | undefined;
  /** Canonical JSON of a row before the command. */
  readonly row: (address: { module: string; table: string; key: string }) => Uint8Array | undefined;
  /** Rows that the command has met: its next action need not read what it wrote. Absent where nobody asks for the same rows twice. */
  readonly known?: KnownRows;
  /** Keys of a table before the command, ascending by their UTF-8 bytes, above `after`, at most `limit`. */
  readonly keys: (range: {
    module: string;
    table: string;
    after?: string;
    limit: number;
  }) => readonly string[];
}
