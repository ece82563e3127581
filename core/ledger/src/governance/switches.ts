// What acts switch: whether the ledger is halted (C27), and whose policy operates it (C28).

import { assert, jsonObject, readJson } from "@juno/base";
import { type Policy, policyJson, readPolicy } from "@juno/proof";
import type { LedgerContext } from "../context.ts";
import { SYSTEM } from "../deployed-module.ts";
import type { RowReader } from "../view.ts";
import { type OwnRows, ownRow } from "./own-rows.ts";

type Rows = Pick<RowReader, "row">;

/** Since when the ledger takes nothing but decisions about itself, by which entry and act, whose approvals, and why. */
export type Halt = {
  readonly since: string;
  readonly at: number;
  readonly act: string;
  readonly by: readonly string[];
  readonly reason: string;
};

/** C10: why a command is rejected while the ledger is halted. */
export const LEDGER_HALTED = "ledger_halted";

const HALTED = "halted";
const OPERATOR = "operator";

export function haltIn(rows: Rows): Halt | undefined {
  const row = ownRow(rows, SYSTEM.switches, HALTED);
  if (row === undefined) return undefined;
  return {
    since: row.get("since") as string,
    at: row.get("at") as number,
    act: row.get("act") as string,
    by: row.get("by") as readonly string[],
    reason: row.get("reason") as string,
  };
}

export const putHalt = (rows: OwnRows, halt: Halt): void =>
  rows.put(SYSTEM.switches, HALTED, jsonObject(halt));

export const removeHalt = (rows: OwnRows): void => rows.remove(SYSTEM.switches, HALTED);

/** Who operates the ledger: deploys new modules (C19), redacts (C22), halts it (C27). */
export const operatorPolicy = ({ genesis }: Pick<LedgerContext, "genesis">, rows: Rows): Policy =>
  movedOperatorPolicy(rows) ?? genesis.policies.operator;

/** Undefined while the genesis says it. */
export function movedOperatorPolicy(rows: Rows): Policy | undefined {
  const row = ownRow(rows, SYSTEM.policies, OPERATOR);
  if (row === undefined) return undefined;
  const policy = readJson(row.get("policy")!, "malformed", readPolicy);
  assert(policy.ok, "the ledger writes policies");
  return policy.value;
}

export const putOperatorPolicy = (
  rows: OwnRows,
  { policy, ...told }: { readonly policy: Policy; readonly at: number; readonly act: string },
): void => rows.put(SYSTEM.policies, OPERATOR, jsonObject({ ...told, policy: policyJson(policy) }));
