// The native contract "accounts" (C14–C16), with the names of the contract it stands in for: accounts
// with an owner policy, money made by the operator alone, transfers along a route, all or nothing.
// Its invariant is conservation: what accounts hold together is what was issued, per currency (C15).

import { assert, type Json, type JsonObject, jsonObject, readJson } from "@juno/base";
import { type Genesis, type Policy, policyJson, policyKeys, readPolicy, satisfies } from "@juno/proof";
import { Abort } from "./contract-error.ts";
import { GAS } from "./gas.ts";
import { type Money, moneyMax, parseMoney, renderMoney } from "./money.ts";
import type { Action, ActionScope, NativeModule, Query, QueryScope } from "./native-module.ts";
import { rowJson, type StoredChange, type StoredRow } from "./overlay.ts";
import {
  type Arguments,
  countParameter,
  currencyParameter,
  moneyParameter,
  nameParameter,
  namesParameter,
  optional,
  type Parameters,
  policyParameter,
  readArguments,
} from "./parameter.ts";

const ACCOUNTS = "accounts";
const SUPPLY = "supply";
/** Accounts that one answer of `list` holds at most. */
export const LIST_ACCOUNTS_MAX = 1_000;

/** `owner` stays JSON until somebody asks whether it has signed. */
type Account = { readonly owner: Json; readonly funds: Money };

function amountIn(genesis: Genesis, row: JsonObject, member: string): Money {
  const text = row.get(member);
  const money = typeof text === "string" ? parseMoney(text, genesis.currencies) : undefined;
  assert(money !== undefined, `a row's ${member} is an amount`);
  return money;
}

function requireAccount(scope: ActionScope, name: string): void {
  if (!scope.has(ACCOUNTS, name)) throw new Abort(scope.module, "NoSuchAccount", { account: name });
}

function accountOf(scope: ActionScope, name: string): Account {
  const row = scope.read(ACCOUNTS, name);
  if (row === undefined) throw new Abort(scope.module, "NoSuchAccount", { account: name });
  return { owner: row.get("owner")!, funds: amountIn(scope.genesis, row, "funds") };
}

function putAccount(scope: ActionScope, name: string, account: Account): void {
  const funds = renderMoney(account.funds, scope.genesis.currencies);
  scope.write(ACCOUNTS, name, jsonObject({ funds, owner: account.owner }));
}

const withFunds = (account: Account, minor: bigint): Account => ({
  owner: account.owner,
  funds: { minor, currency: account.funds.currency },
});

function signed(scope: ActionScope, policy: Policy): boolean {
  scope.charge(GAS.policyKey * policyKeys(policy).length);
  return satisfies(policy, scope.signers);
}

function signedByOwner(scope: ActionScope, owner: Json): boolean {
  const policy = readJson(owner, "bad_policy", readPolicy);
  assert(policy.ok, "a stored owner is a policy");
  return signed(scope, policy.value);
}

function require(holds: boolean, scope: ActionScope, clause: string): void {
  if (!holds) throw new Abort(scope.module, "RequirementFailed", { clause });
}

const requirePositive = (scope: ActionScope, amount: Money): void =>
  require(amount.minor > 0n, scope, `amount > 0 ${amount.currency}`);

function requireCurrency(scope: ActionScope, name: string, account: Account, amount: Money): void {
  const have = account.funds.currency;
  if (have !== amount.currency) {
    throw new Abort(scope.module, "WrongCurrency", { account: name, have, need: amount.currency });
  }
}

function action<P extends Parameters>(
  parameters: P,
  run: (scope: ActionScope, args: Arguments<P>) => void,
): Action {
  return {
    parameters,
    run: (scope, args) => {
      const place = { module: scope.module, currencies: scope.genesis.currencies };
      run(scope, readArguments(place, parameters, args));
    },
  };
}

const create = action(
  { name: nameParameter, owner: policyParameter, currency: optional(currencyParameter) },
  (scope, { name, owner, currency }) => {
    const [only, ...others] = scope.genesis.currencies.keys();
    const chosen = currency ?? (others.length === 0 ? only : undefined);
    if (chosen === undefined) throw new Abort(scope.module, "MissingArgument", { argument: "currency" });
    if (scope.has(ACCOUNTS, name)) throw new Abort(scope.module, "AlreadyOpen", { account: name });
    putAccount(scope, name, { owner: policyJson(owner), funds: { minor: 0n, currency: chosen } });
  },
);

const adjust = action({ name: nameParameter, amount: moneyParameter }, (scope, { name, amount }) => {
  requirePositive(scope, amount);
  require(signed(scope, scope.genesis.policies.operator), scope, "signed(operator)");
  const account = accountOf(scope, name);
  requireCurrency(scope, name, account, amount);
  const { currency } = amount;
  const { currencies } = scope.genesis;
  const row = scope.read(SUPPLY, currency);
  const issued = row === undefined ? { minor: 0n, currency } : amountIn(scope.genesis, row, "issued");
  const total = { minor: issued.minor + amount.minor, currency };
  if (total.minor > moneyMax(currency, currencies).minor) {
    const facts = { issued: renderMoney(issued, currencies), amount: renderMoney(amount, currencies) };
    throw new Abort(scope.module, "SupplyTooLarge", facts);
  }
  scope.write(SUPPLY, currency, jsonObject({ issued: renderMoney(total, currencies) }));
  putAccount(scope, name, withFunds(account, account.funds.minor + amount.minor));
});

/** One leg of a route: the account that money leaves must have signed. */
function leg(scope: ActionScope, route: { from: string; to: string }, amount: Money): void {
  const { from, to } = route;
  const payer = accountOf(scope, from);
  requireAccount(scope, to);
  if (!signedByOwner(scope, payer.owner)) throw new Abort(scope.module, "NotSigned", { account: from });
  requireCurrency(scope, from, payer, amount);
  const { currencies } = scope.genesis;
  if (payer.funds.minor < amount.minor) {
    const [have, need] = [renderMoney(payer.funds, currencies), renderMoney(amount, currencies)];
    throw new Abort(scope.module, "Insufficient", { account: from, have, need });
  }
  putAccount(scope, from, withFunds(payer, payer.funds.minor - amount.minor));
  // Read only now: where payer and payee are one, the payment out must be seen.
  const payee = accountOf(scope, to);
  requireCurrency(scope, to, payee, amount);
  putAccount(scope, to, withFunds(payee, payee.funds.minor + amount.minor));
  scope.emit("Moved", jsonObject({ from, to, amount: renderMoney(amount, currencies) }));
}

const transfer = action(
  { from: nameParameter, via: namesParameter, to: nameParameter, amount: moneyParameter },
  (scope, { from, via, to, amount }) => {
    requirePositive(scope, amount);
    let here = from;
    for (const next of [...via, to]) {
      leg(scope, { from: here, to: next }, amount);
      here = next;
    }
  },
);

function query<P extends Parameters>(
  parameters: P,
  run: (scope: QueryScope, args: Arguments<P>) => Json,
): Query {
  return {
    parameters,
    run: (scope, args) => {
      const place = { module: scope.module, currencies: scope.genesis.currencies };
      return run(scope, readArguments(place, parameters, args));
    },
  };
}

const balance = query({ name: nameParameter }, (scope, { name }) => {
  const bytes = scope.state.row({ module: scope.module, table: ACCOUNTS, key: name });
  if (bytes === undefined) throw new Abort(scope.module, "NoSuchAccount", { account: name });
  return rowJson(bytes).get("funds")!;
});

/** C16: in the order of the names; the next page is `after` the last name of this one. */
const list = query(
  { after: optional(nameParameter), limit: optional(countParameter(LIST_ACCOUNTS_MAX)) },
  (scope, { after, limit = LIST_ACCOUNTS_MAX }) => {
    const range = { module: scope.module, table: ACCOUNTS, limit };
    const rows = scope.state.rows(after === undefined ? range : { ...range, after });
    return rows.map(({ key, value }) => jsonObject({ account: key, amount: rowJson(value).get("funds")! }));
  },
);

/** C15: per currency, accounts gained together exactly what was issued. */
export function assertConserved(genesis: Genesis, changes: readonly StoredChange[]): void {
  const surplus = new Map<string, bigint>();
  const add = (row: StoredRow | undefined, member: string, factor: bigint): void => {
    if (row === undefined) return;
    const { minor, currency } = amountIn(genesis, row.json, member);
    surplus.set(currency, (surplus.get(currency) ?? 0n) + factor * minor);
  };
  for (const { table, before, after } of changes) {
    const [member, factor] = table === SUPPLY ? (["issued", -1n] as const) : (["funds", 1n] as const);
    add(after, member, factor);
    add(before, member, -factor);
  }
  for (const [currency, minor] of surplus) assert(minor === 0n, `${currency} is neither made nor lost`);
}

export const accounts: NativeModule = {
  name: "accounts",
  version: 1,
  tables: [ACCOUNTS, SUPPLY],
  actions: new Map([
    ["create", create],
    ["adjust", adjust],
    ["transfer", transfer],
  ]),
  queries: new Map([
    ["balance", balance],
    ["list", list],
  ]),
  assertInvariant: assertConserved,
};
