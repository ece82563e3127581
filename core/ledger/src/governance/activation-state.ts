// By which versions entries are applied (C36): one row tells what was decided last, by which act, from which entry on, and
// what holds below. So every node, snapshot and auditor finds it where it finds the state.

import { type JsonObject, jsonObject } from "@juno/base";
import type { LedgerContext } from "../context.ts";
import { SYSTEM } from "../deployed-module.ts";
import { FIRST_VERSIONS, lackingVersions, type Versions } from "../versions.ts";
import type { RowReader } from "../view.ts";
import { type OwnRows, ownAddress, ownObject } from "./own-rows.ts";

type Rows = Pick<RowReader, "row">;

export type Activation = {
  /** Lower-case hex. */
  readonly act: string;
  /** The first entry that is applied by `to`; those before it by `from`. */
  readonly at: number;
  readonly from: Versions;
  readonly to: Versions;
};

const ADDRESS = ownAddress(SYSTEM.switches, "activation");

const versionsOf = (row: JsonObject, name: string): Versions => {
  const versions = row.get(name) as JsonObject;
  return { ledger: versions.get("ledger") as number, language: versions.get("language") as number };
};

/** Asked with every entry. Rows are never changed in place, so the same bytes say the same. */
const known = new WeakMap<Uint8Array, Activation>();

/** What was decided last, whether it lies ahead or not. */
export function activationIn(rows: Rows): Activation | undefined {
  const bytes = rows.row(ADDRESS);
  if (bytes === undefined) return undefined;
  let activation = known.get(bytes);
  if (activation === undefined) {
    const row = ownObject(bytes);
    const [act, at] = [row.get("act") as string, row.get("at") as number];
    activation = { act, at, from: versionsOf(row, "from"), to: versionsOf(row, "to") };
    known.set(bytes, activation);
  }
  return activation;
}

export function putActivation(rows: OwnRows, { act, at, from, to }: Activation): void {
  const row = { act, at, from: jsonObject(from), to: jsonObject(to) };
  rows.put(ADDRESS.table, ADDRESS.key, jsonObject(row));
}

/** By which versions an entry is applied, by what was decided before it. */
export function versionsAt(activation: Activation | undefined, index: number): Versions {
  if (activation === undefined) return FIRST_VERSIONS;
  return index < activation.at ? activation.from : activation.to;
}

/** C37: that a program cannot apply the entries from `at` on, and what it lacks; undefined if it can. */
export function tooOld(
  { known }: Pick<LedgerContext, "known">,
  activation: Activation | undefined,
): { readonly at: number; readonly detail: string } | undefined {
  const lacking = activation && lackingVersions(known, activation.to);
  if (lacking === undefined) return undefined;
  const { at, act } = activation!;
  return { at, detail: `entries from ${at} on are applied by ${lacking}, as the act ${act} has decided` };
}
