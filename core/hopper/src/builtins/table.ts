// All builtins, by `module.name`. The checker declares them, both machines run them, the reference shows them.

import { assert } from "@juno/base";
import { AUTH } from "./auth.ts";
import type { Builtin } from "./builtin.ts";
import { BYTES } from "./bytes.ts";
import { COIN } from "./coin.ts";
import { DATE } from "./date.ts";
import { DECIMAL } from "./decimal.ts";
import { HASH } from "./hash.ts";
import { INT } from "./int.ts";
import { LIST } from "./list.ts";
import { MAP } from "./map.ts";
import { MONEY } from "./money.ts";
import { NAT } from "./nat.ts";
import { PERCENT } from "./percent.ts";
import { RATIO } from "./ratio.ts";
import { SET } from "./set.ts";
import { TESTING } from "./testing.ts";
import { TEXT } from "./text.ts";
import { TIME } from "./time.ts";
import { VALUE } from "./value.ts";

const ALL: readonly (readonly Builtin[])[] = [
  VALUE,
  MONEY,
  INT,
  NAT,
  RATIO,
  PERCENT,
  DECIMAL,
  TEXT,
  BYTES,
  HASH,
  LIST,
  MAP,
  SET,
  TIME,
  DATE,
  AUTH,
  COIN,
  TESTING,
];

function byName(builtins: readonly Builtin[]): ReadonlyMap<string, Builtin> {
  const table = new Map(builtins.map((builtin) => [`${builtin.module}.${builtin.name}`, builtin]));
  assert(table.size === builtins.length, "no two builtins have the same name");
  return table;
}

export const BUILTINS: ReadonlyMap<string, Builtin> = byName(ALL.flat());

/** The language version that has the name first; undefined if it is no builtin, or all versions have it. */
export const builtinSince = (module: string, name: string): number | undefined =>
  BUILTINS.get(`${module}.${name}`)?.since;
