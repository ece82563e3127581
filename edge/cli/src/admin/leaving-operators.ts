// Who is no operator any more is still a client with the roles that it had, and contracts ask for roles (C28): a key that was stolen must
// be taken from both.

import type { JunoClient } from "@juno/client";
import { clientOf, SYSTEM } from "@juno/ledger";
import { type Genesis, type Policy, policyKeys } from "@juno/proof";
import { OwnTables } from "./own-tables.ts";

/** In sentences; one node's word, by which nothing is decided. */
export async function leavingOperators(
  { client, genesis }: { readonly client: Pick<JunoClient, "rows">; readonly genesis: Genesis },
  { before, after }: { readonly before: Policy; readonly after: Policy },
): Promise<readonly string[]> {
  const stays = new Set(policyKeys(after));
  const leaving = policyKeys(before).filter((key) => !stays.has(key));
  if (leaving.length === 0) return [];
  const tables = await OwnTables.fetch(client, [SYSTEM.clients, SYSTEM.clientKeys]);
  return leaving.flatMap((key) => {
    const known = clientOf({ genesis }, tables, key);
    if (known === undefined || known.roles.length === 0) return [];
    const roles = known.roles.join(", ");
    return [
      `${known.name} leaves the operators and stays a client with the role ${roles}, under the same key, which contracts go on asking for: juno admin clients set ${known.name} KEY --role ${known.roles.join(" ")}`,
    ];
  });
}
