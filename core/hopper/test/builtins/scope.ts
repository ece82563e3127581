// A world for one builtin at a time: it counts what is charged, and lets a failure be looked at.

import { createHash } from "node:crypto";
import { assert, Hash, type Sha256 } from "@juno/base";
import type { BuiltinScope } from "../../src/builtins/builtin.ts";
import { BUILTINS } from "../../src/builtins/table.ts";
import type { Effects } from "../../src/machine/effects.ts";
import { PersistentList } from "../../src/machine/persistent-list.ts";
import { Construct, type Integer, integer, type Value } from "../../src/machine/value.ts";

export const sha256: Sha256 = (bytes) => Hash(new Uint8Array(createHash("sha256").update(bytes).digest()));

export type Facts = Readonly<Record<string, string | number>>;

export class Failed extends Error {
  readonly error: string;
  readonly facts: Facts;

  constructor(error: string, facts: Facts) {
    super(`${error} ${JSON.stringify(facts)}`);
    this.error = error;
    this.facts = facts;
  }
}

const absent = (): never => assert(false, "this builtin has nothing to do with the world") as never;

export const NO_EFFECTS: Effects = {
  now: 0,
  sha256,
  table: absent,
  emit: absent,
  mint: absent,
  burn: absent,
  signed: absent,
  allowed: absent,
  testing: undefined,
};

export class CountingScope implements BuiltinScope {
  readonly module = "test.module";
  readonly effects: Effects;
  charged = 0;

  constructor(effects: Effects = NO_EFFECTS) {
    this.effects = effects;
  }

  charge(gas: number): void {
    assert(Number.isSafeInteger(gas) && gas >= 0, "a charge is a count");
    this.charged += gas;
  }

  fail(error: string, facts: Facts): never {
    throw new Failed(error, facts);
  }
}

export type Ran = { readonly value: Value; readonly gas: number };

/** What a builtin gives, and what it costs. */
export function ran(name: string, args: readonly Value[], effects?: Effects): Ran {
  const builtin = BUILTINS.get(name);
  assert(builtin !== undefined, `there is a builtin ${name}`);
  const cost = builtin.cost(args);
  assert(Number.isSafeInteger(cost) && cost >= 1, "a cost is a count of at least one");
  const scope = new CountingScope(effects);
  const value = builtin.run(args, scope);
  return { value, gas: cost + scope.charged };
}

export const run = (name: string, ...args: readonly Value[]): Value => ran(name, args).value;

/** How a builtin ends: undefined if it gives something. */
export function failure(name: string, ...args: readonly Value[]): Facts | undefined {
  try {
    ran(name, args);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { error: error.error, ...error.facts };
  }
}

export const unmet = (clause: string): Facts => ({ error: "RequirementFailed", clause });

// Values

export const int = (value: bigint): Integer => integer(value);
export const big = (value: Value): bigint => BigInt(value as Integer);
export const list = (...items: readonly Value[]): PersistentList => PersistentList.of(items);
export const array = (value: Value): Value[] => (value as PersistentList).toArray();
export const record = (...fields: readonly Value[]): Construct => new Construct(0, fields);
export const fields = (value: Value): readonly Value[] => (value as Construct).fields;
export const NONE = new Construct(0, []);
export const some = (value: Value): Construct => new Construct(1, [value]);
export const [DOWN, UP, HALF_EVEN] = [0, 1, 2].map((tag) => new Construct(tag, [])) as [
  Construct,
  Construct,
  Construct,
];
