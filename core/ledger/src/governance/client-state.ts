// Who is a client (C28): the genesis says it, and rows where acts have changed it. A row of `clients` stands for the name
// from then on, one of `client-keys` for the key, one of `roles` for the role, whatever the genesis says of it.

import { type Json, jsonObject } from "@juno/base";
import type { Access, Client, Genesis } from "@juno/proof";
import type { LedgerContext } from "../context.ts";
import { SYSTEM } from "../deployed-module.ts";
import type { RowReader } from "../view.ts";
import { accessOf, FULL_ACCESS, roleIn } from "./access.ts";
import { type OwnRows, ownKeys, ownRow } from "./own-rows.ts";

type Rows = Pick<RowReader, "row">;
type Ground = Pick<LedgerContext, "genesis">;

const knownNames = new WeakMap<Genesis, ReadonlyMap<string, Client>>();

function genesisClient({ genesis }: Ground, name: string): Client | undefined {
  let byName = knownNames.get(genesis);
  if (byName === undefined) {
    byName = new Map(genesis.clients.map((client) => [client.name, client]));
    knownNames.set(genesis, byName);
  }
  return byName.get(name);
}

export function clientNamed(context: Ground, rows: Rows, name: string): Client | undefined {
  const row = ownRow(rows, SYSTEM.clients, name);
  if (row === undefined) return genesisClient(context, name);
  const key = row.get("key") as string | null;
  return key === null ? undefined : { name, key, roles: row.get("roles") as readonly string[] };
}

/** The client that has a key, lower-case hex. */
export function clientOf(context: Ground, rows: Rows, key: string): Client | undefined {
  const row = ownRow(rows, SYSTEM.clientKeys, key);
  if (row === undefined) return context.genesis.clientOf.get(key);
  const name = row.get("name") as string | null;
  return name === null ? undefined : clientNamed(context, rows, name);
}

/** C29: what a client may do. */
export const accessOfClient = (context: Ground, rows: Rows, { roles }: Pick<Client, "roles">): Access =>
  accessOf(roles, (name) => roleIn(context, rows, name));

/** C29: what the client that has a key may do; whoever is none has nobody's roles. */
export function accessOfKey(context: Ground, rows: Rows, key: string): Access {
  const client = clientOf(context, rows, key);
  return client === undefined ? FULL_ACCESS : accessOfClient(context, rows, client);
}

/** Keys of the clients that have a role, in the order in which they were given it. */
export function holdersOf(
  context: Pick<LedgerContext, "holders">,
  rows: Rows,
  role: string,
): readonly string[] {
  const row = ownRow(rows, SYSTEM.roles, role);
  return row === undefined ? context.holders(role) : (row.get("keys") as readonly string[]);
}

/** Keys of which the genesis does not say any more whose they are, and whose: undefined: no client's. */
export const movedClientKeys = (context: Ground, rows: RowReader): ReadonlyMap<string, Client | undefined> =>
  new Map([...ownKeys(rows, SYSTEM.clientKeys)].map((key) => [key, clientOf(context, rows, key)]));

/** A client that is new, or is from now on as said; `client` undefined: there is none of this name any more. */
export type ClientChange = { readonly name: string; readonly client: Client | undefined };

export function changeClients(context: LedgerContext, rows: OwnRows, changes: readonly ClientChange[]): void {
  const holders = new Map<string, readonly string[]>();
  const held = (role: string) => holders.get(role) ?? holdersOf(context, rows, role);
  for (const { name, client } of changes) {
    const before = clientNamed(context, rows, name);
    const gone = before !== undefined && before.key !== client?.key ? before.key : undefined;
    if (gone !== undefined) rows.put(SYSTEM.clientKeys, gone, jsonObject({ name: null }));
    if (client !== undefined) rows.put(SYSTEM.clientKeys, client.key, jsonObject({ name }));
    const row: Record<string, Json> = { key: client?.key ?? null, roles: client?.roles ?? [] };
    rows.put(SYSTEM.clients, name, jsonObject(row));
    for (const role of before?.roles ?? [])
      holders.set(
        role,
        held(role).filter((key) => key !== before?.key),
      );
    for (const role of client?.roles ?? []) holders.set(role, [...held(role), client!.key]);
  }
  for (const [role, keys] of holders) rows.put(SYSTEM.roles, role, jsonObject({ keys }));
}
