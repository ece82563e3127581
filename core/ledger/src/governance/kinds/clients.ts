// Registering clients, changing their keys and roles, and removing them (C28).

import type { JsonField } from "@juno/base";
import { type Client, KeyOwners, readClient } from "@juno/proof";
import { ACT_CODE, type ActKind, actRefused, type Bench } from "../act-kind.ts";
import { type ClientChange, changeClients, clientNamed, clientOf } from "../client-state.ts";
import { configurationKeys } from "../configuration-state.ts";

/** More do not fit into a document. */
const CHANGES_MAX = 1_024;

function readChanges(content: JsonField): readonly ClientChange[] {
  const { set, remove } = content.object(["set", "remove"]);
  const known = { names: new Set<string>(), owners: new KeyOwners() };
  const removed = remove.array({ max: CHANGES_MAX }).map((item): ClientChange => {
    const name = item.text();
    if (known.names.has(name)) item.fail(`${name} stands here twice`);
    known.names.add(name);
    return { name, client: undefined };
  });
  const changed = set.array({ max: CHANGES_MAX }).map((item): ClientChange => {
    const client = readClient(item, known);
    return { name: client.name, client };
  });
  if (removed.length + changed.length === 0) content.fail("it changes no client");
  return [...removed, ...changed];
}

function demandFree(
  { context, rows }: Bench,
  act: string,
  { name, key }: Client,
  taken: ReadonlySet<string>,
): void {
  const owner = clientOf(context, rows, key);
  if (owner?.name === name) return;
  if (owner !== undefined)
    throw actRefused(act, ACT_CODE.keyTaken, `the key of ${name} is that of the client ${owner.name}`);
  if (taken.has(key))
    throw actRefused(act, ACT_CODE.keyTaken, `the key of ${name} is a node's or an administrator's`);
}

export const CLIENTS: ActKind = {
  authority: "admins",
  read: (content) => {
    const changes = readChanges(content);
    return {
      judge: (bench, { id }) => {
        const taken = configurationKeys(bench.configuration);
        for (const { name, client } of changes) {
          if (client !== undefined) demandFree(bench, id, client, taken);
          else if (clientNamed(bench.context, bench.rows, name) === undefined)
            throw actRefused(id, ACT_CODE.clientUnknown, `there is no client ${name}`);
        }
      },
      execute: ({ context, rows }) => {
        changeClients(context, rows, changes);
        return "executed";
      },
    };
  },
};
