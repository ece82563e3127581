// What every part of an audit rests on: the genesis, which alone is trusted, and what follows from it; who votes in later
// epochs, link by link as they are found.

import type { Hash, Refusal, Result, Sha256 } from "@juno/base";
import { Failure } from "@juno/failure";
import {
  checkGenesisModules,
  type LedgerContext,
  ledgerContext,
  type ParsedCommand,
  parseCommand,
} from "@juno/ledger";
import {
  type EpochFacts,
  Epochs,
  firstEpoch,
  type Genesis,
  parseGenesis,
  type SignedCommand,
} from "@juno/proof";
import { sha256 } from "../crypto/sodium.ts";

/** What a command says; `digest` (E12) binds all its bytes. */
export type Parse = (command: SignedCommand, digest: Hash) => Result<ParsedCommand, Refusal>;

export type AuditContext = {
  readonly genesis: Genesis;
  /** As far as links have shown them; grows. */
  readonly epochs: Epochs;
  readonly ledger: LedgerContext;
  readonly sha256: Sha256;
  readonly parse: Parse;
};

/** The epochs in which entries up to one stand, or that begin right above it. */
export function epochsUpTo({ epochs }: AuditContext, index: number): readonly EpochFacts[] {
  const { epoch } = epochs.at(index + 1).electorate;
  return epochs.from({ from: 0, limit: epoch + 1 });
}

/** The genesis in a file. Throws Failure `config_invalid` for one that no network can have. */
export function trustedGenesis(bytes: Uint8Array): Genesis {
  const genesis = parseGenesis(sha256, bytes);
  if (!genesis.ok) throw new Failure("config_invalid", `the genesis cannot be read: ${genesis.error.detail}`);
  const sound = checkGenesisModules(genesis.value);
  if (!sound.ok) throw new Failure("config_invalid", `the genesis cannot be used: ${sound.error.detail}`);
  return genesis.value;
}

/**
 * `parse` may be one that remembers: parsing is a function of the bytes that the digest binds. `epochs` are known already,
 * by links that were verified.
 */
export function auditContext(
  genesis: Genesis,
  { parse, epochs }: { readonly parse?: Parse; readonly epochs?: Epochs | undefined } = {},
): AuditContext {
  const ledger = ledgerContext({ sha256, genesis });
  return {
    genesis,
    epochs: epochs ?? new Epochs(firstEpoch(genesis)),
    ledger,
    sha256,
    parse: parse ?? ((command) => parseCommand(ledger, command)),
  };
}
