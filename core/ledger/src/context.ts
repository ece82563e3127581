// What judging and applying commands depends on besides the state: the genesis and a hash. Nothing
// else; no clock, no configuration of one node.

import { hex, type Sha256 } from "@juno/base";
import type { Genesis } from "@juno/proof";

export type LedgerContext = {
  readonly sha256: Sha256;
  readonly genesis: Genesis;
  /** The network id as commands name it. */
  readonly networkHex: string;
};

export const ledgerContext = (parts: { sha256: Sha256; genesis: Genesis }): LedgerContext => ({
  ...parts,
  networkHex: hex(parts.genesis.network),
});
