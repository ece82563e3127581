// What is shown to whom (A43), as far as the ledger knows: rows by their tables, and of a simulation all that its receipt tells.

import type { Access } from "@juno/proof";
import { SYSTEM } from "../deployed-module.ts";
import type { Action } from "../payload-parts.ts";
import type { RowChange } from "../view.ts";
import { mayRead } from "./access.ts";

/** All of a module, or one of its tables. */
export type ReadPlace = { readonly module: string; readonly table?: string | undefined };

/** The first of these that may not be read; undefined if all may. */
export const barredPlace = (
  access: Pick<Access, "read">,
  places: readonly ReadPlace[],
): ReadPlace | undefined => places.find((place) => !mayRead(access, place));

/** As `barredPlace` names it. */
export const placeName = ({ module, table }: ReadPlace): string =>
  table === undefined ? module : `${module}/${table}`;

/**
 * C18, A43: what running these actions lets whoever is shown its result see, known before anything runs. Code that is brought along
 * may read anything and tell it, if only by how long it takes, so with a deployment, and with a redaction, that is everything.
 */
export function calledPlaces(actions: readonly Action[]): readonly ReadPlace[] | "*" {
  const modules = new Set<string>();
  for (const action of actions) {
    if (action.kind === "deploy" || action.kind === "redact") return "*";
    modules.add(action.kind === "call" ? action.module : SYSTEM.module);
  }
  return [...modules].map((module) => ({ module }));
}

/** What a simulation's receipt tells besides. How much a client has used (C31) is not counted: every receipt tells it. */
export const changedPlaces = (changes: readonly RowChange[]): readonly ReadPlace[] =>
  changes.filter(({ module, table }) => module !== SYSTEM.module || table !== SYSTEM.usage);
