// What clients are called: as one node says that the ledger has it by now (C28), where the reader may read that; else as the
// genesis has it. Names are for people: nothing is decided by them.

import { type JunoClient, JunoError } from "@juno/client";
import { SYSTEM } from "@juno/ledger";
import type { Genesis } from "@juno/proof";

/** Pages of the table that are read. */
const PAGES_MAX = 64;

export async function clientNames(
  client: Pick<JunoClient, "rows">,
  { clientOf }: Pick<Genesis, "clientOf">,
): Promise<(key: string) => string | undefined> {
  const moved = new Map<string, unknown>();
  try {
    let after: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const range = after === undefined ? {} : { after };
      const { rows, next } = await client.rows({ module: SYSTEM.module, table: SYSTEM.clientKeys }, range);
      for (const { key, value } of rows) moved.set(key, (value as { name?: unknown } | null)?.name);
      if (next === undefined) break;
      after = next;
    }
  } catch (error) {
    if (!(error instanceof JunoError)) throw error;
  }
  return (key) => {
    const name = moved.get(key);
    if (!moved.has(key)) return clientOf.get(key)?.name;
    return typeof name === "string" ? name : undefined;
  };
}
