// What judging and applying commands depends on besides the state: the genesis and a hash. Nothing
// else; no clock, no configuration of one node.

import { hex, type Sha256 } from "@juno/base";
import type { Genesis } from "@juno/proof";
import type { Trace } from "./trace.ts";
import { KNOWN_VERSIONS, type Versions } from "./versions.ts";

export type LedgerContext = {
  readonly sha256: Sha256;
  readonly genesis: Genesis;
  /** The network id as commands name it. */
  readonly networkHex: string;
  /** Keys of the clients that the genesis gives a role, lower-case hex, in the document's order. */
  readonly holders: (role: string) => readonly string[];
  /** C36: the highest versions that whoever applies knows. */
  readonly known: Versions;
  /** P20: who is told, step by step, what is done; what comes out is the same with it and without. */
  readonly trace?: Trace | undefined;
};

/** `known`: of this program, unless it shall stand for another one. */
export function ledgerContext(parts: {
  readonly sha256: Sha256;
  readonly genesis: Genesis;
  readonly known?: Versions;
}): LedgerContext {
  const { sha256, genesis, known = KNOWN_VERSIONS } = parts;
  const holders = new Map<string, string[]>();
  for (const { key, roles } of genesis.clients) {
    for (const role of roles) append(holders, role, key);
  }
  return {
    sha256,
    genesis,
    known,
    networkHex: hex(genesis.network),
    holders: (role) => holders.get(role) ?? [],
  };
}

function append(lists: Map<string, string[]>, name: string, item: string): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [item]);
  else list.push(item);
}
