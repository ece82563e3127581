// What a client may do (C29, C30): submit to which modules, read what, use up how much in a minute. Roles say it, where
// anything is said of them: in the genesis, and in rows of `access` since acts have changed it. Asked when a command is
// applied; and by nodes beforehand, and when they are read from.

import { assert, equalBytes, type Json, jsonObject, type Refusal, readJson } from "@juno/base";
import { type Access, type Genesis, readRole, roleJson } from "@juno/proof";
import { SYSTEM } from "../deployed-module.ts";
import { Memo } from "../memo.ts";
import type { Action } from "../payload-parts.ts";
import type { RowReader } from "../view.ts";
import { type OwnRows, ownAddress, ownKeys, ownObject } from "./own-rows.ts";

/** C29: the role that stands for those of whose roles nothing is said. */
export const DEFAULT_ROLE = "default";

/** Of whom nothing is said. */
export const FULL_ACCESS: Access = {
  submit: "*",
  read: "*",
  commandsPerMinute: undefined,
  gasPerMinute: undefined,
};

/** C10: why a command is rejected that its client may not submit. */
export const NOT_PERMITTED = "not_permitted";

type Rows = Pick<RowReader, "row">;
type Ground = { readonly genesis: Pick<Genesis, "roles"> };

function readRow(name: string, said: Json): Access {
  const role = readJson(said, "malformed", (field) => readRole(field, new Set()));
  assert(role.ok, "the ledger writes roles");
  const { name: _, ...access } = role.value;
  assert(role.value.name === name, "a role stands under its name");
  return access;
}

const READ_ROWS_MAX = 256;

/** Rows that were read last, by their role. What each says is a function of its bytes, which are compared: every command asks. */
const readRows = new Memo<{ readonly row: Uint8Array; readonly access: Access | undefined }>({
  itemsMax: READ_ROWS_MAX,
});

/** What is said of a role; undefined if nothing is. */
export function roleIn({ genesis }: Ground, rows: Rows, name: string): Access | undefined {
  const row = rows.row(ownAddress(SYSTEM.access, name));
  if (row === undefined) return genesis.roles.get(name);
  const known = readRows.find(name);
  if (known !== undefined && equalBytes(known.row, row)) return known.access;
  const said = ownObject(row).get("role")!;
  const access = said === null ? undefined : readRow(name, said);
  readRows.put(name, { row, access });
  return access;
}

export const putRole = (rows: OwnRows, name: string, access: Access | undefined): void =>
  rows.put(
    SYSTEM.access,
    name,
    jsonObject({ role: access === undefined ? null : roleJson({ name, ...access }) }),
  );

/** Roles of which acts have said something since the genesis; undefined: what it says holds no more. */
export const movedRoles = (ground: Ground, rows: RowReader): ReadonlyMap<string, Access | undefined> =>
  new Map([...ownKeys(rows, SYSTEM.access)].map((name) => [name, roleIn(ground, rows, name)]));

const either = (a: Access["submit"], b: Access["submit"]): Access["submit"] =>
  a === "*" || b === "*" ? "*" : [...a, ...b];
const most = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : Math.max(a, b);

const together = (a: Access, b: Access): Access => ({
  submit: either(a.submit, b.submit),
  read: either(a.read, b.read),
  commandsPerMinute: most(a.commandsPerMinute, b.commandsPerMinute),
  gasPerMinute: most(a.gasPerMinute, b.gasPerMinute),
});

/** C29: what one of the roles allows is allowed; those of which nothing is said neither give nor take. */
export function accessOf(roles: readonly string[], roleOf: (name: string) => Access | undefined): Access {
  const said = roles.flatMap((name) => roleOf(name) ?? []);
  const [first, ...others] = said;
  if (first === undefined) return roleOf(DEFAULT_ROLE) ?? FULL_ACCESS;
  return others.reduce(together, first);
}

/** What a command asks for, as far as roles have a say in it; deployments are judged when it is known what they bring (C19). */
export type Wish = { readonly modules: readonly string[]; readonly redacts: boolean };

export function wishOf(actions: readonly Action[]): Wish {
  const modules = new Set<string>();
  for (const action of actions) if (action.kind === "call") modules.add(action.module);
  return { modules: [...modules], redacts: actions.some(({ kind }) => kind === "redact") };
}

/** Whether a module may be called and deployed. */
export const maySubmit = ({ submit }: Pick<Access, "submit">, module: string): boolean =>
  submit === "*" || submit.includes(module);

/** C30: why a client with this access may not submit this; undefined if it may. */
export function forbidden(access: Pick<Access, "submit">, { modules, redacts }: Wish): Refusal | undefined {
  if (access.submit === "*") return undefined;
  const allowed = new Set(access.submit);
  const other = modules.find((module) => !allowed.has(module));
  if (other !== undefined)
    return { code: NOT_PERMITTED, detail: `the client's roles do not let it call the module ${other}` };
  if (!redacts) return undefined;
  return { code: NOT_PERMITTED, detail: "the client's roles let it submit to some modules only, not redact" };
}

/** C30: whether the rows of a table, or with `table` undefined all of a module, may be read. */
export function mayRead(
  { read }: Pick<Access, "read">,
  { module, table }: { readonly module: string; readonly table?: string | undefined },
): boolean {
  if (read === "*" || read.includes(module)) return true;
  return table !== undefined && read.includes(`${module}/${table}`);
}
