// What a role lets its clients do (C29): which modules they submit to, what they read, and how much of the ledger they
// may use up in a minute. A definition says all of it, so that nothing is allowed because a member was forgotten.

import { type Json, type JsonField, jsonObject } from "@juno/base";

/** By name: modules that may be called and deployed; modules, or `module/table`, that may be read. `*` is all of them. */
export type Access = {
  readonly submit: readonly string[] | "*";
  readonly read: readonly string[] | "*";
  /** By log time; undefined: as much as the network takes from a client anyway. */
  readonly commandsPerMinute: number | undefined;
  readonly gasPerMinute: number | undefined;
};

export type Role = Access & { readonly name: string };

export const ROLES_MAX = 1_024;
/** Names in one list; a ledger has no more modules. */
const NAMES_MAX = 256;
const ROLE_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const MODULE = /^[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,8}$/;
const MODULE_OR_TABLE =
  /^[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,8}(?:\/[A-Za-z_][A-Za-z0-9_-]{0,63})?$/;

function readNames(field: JsonField, form: RegExp, expected: string): readonly string[] | "*" {
  if (field.json === "*") return "*";
  const names = field.array({ max: NAMES_MAX }).map((item) => {
    const text = item.text();
    return form.test(text) ? text : item.fail(expected);
  });
  if (new Set(names).size < names.length) field.fail("a name stands here twice");
  return names;
}

const readPositive = (field: JsonField | undefined): number | undefined =>
  field?.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

/** The name of a client or of a role. */
export function readName(field: JsonField): string {
  const text = field.text();
  if (!ROLE_NAME.test(text)) field.fail("1 to 64 letters, digits, dots, dashes, underscores or @ expected");
  return text;
}

/** C29: a role whose name is not among those that were read before. */
export function readRole(item: JsonField, names: Set<string>): Role {
  const optional = ["commandsPerMinute", "gasPerMinute"] as const;
  const { name, submit, read, commandsPerMinute, gasPerMinute } = item.object(
    ["name", "submit", "read"],
    optional,
  );
  const text = readName(name);
  if (names.has(text)) name.fail(`${text} stands here twice`);
  names.add(text);
  return {
    name: text,
    submit: readNames(submit, MODULE, 'a module\'s name is expected, such as demo.bank; "*" for all of them'),
    read: readNames(read, MODULE_OR_TABLE, "a module's name is expected, or module/table"),
    commandsPerMinute: readPositive(commandsPerMinute),
    gasPerMinute: readPositive(gasPerMinute),
  };
}

/** The form that `readRole` reads. */
export const roleJson = ({ name, submit, read, commandsPerMinute, gasPerMinute }: Role): Json =>
  jsonObject({ name, submit, read, commandsPerMinute, gasPerMinute });
