// The sequential model of money in one currency of two decimals: what the contract "accounts" promises
// (C14, C15), written apart from it. Every call is taken to be signed by whoever must sign it; gas is
// not counted.

export type Call =
  | { readonly kind: "create"; readonly account: string }
  | { readonly kind: "mint"; readonly account: string; readonly minor: bigint }
  | {
      readonly kind: "transfer";
      readonly from: string;
      readonly via?: readonly string[];
      readonly to: string;
      readonly minor: bigint;
    };

export type Command = { readonly calls: readonly Call[]; readonly atomic?: boolean };

/** 15 digits before the point, two behind it. */
const SUPPLY_MAX = 10n ** 17n - 1n;

/** Accounts and their funds, as changes over another bank or over nothing. */
export class Bank {
  readonly #below: Bank | undefined;
  readonly #own = new Map<string, bigint>();
  #issued: bigint;

  constructor(below?: Bank) {
    this.#below = below;
    this.#issued = below === undefined ? 0n : below.#issued;
  }

  /** Undefined if there is no such account. */
  funds(account: string): bigint | undefined {
    return this.#own.get(account) ?? this.#below?.funds(account);
  }

  balances(): Map<string, bigint> {
    return new Map([...(this.#below?.balances() ?? []), ...this.#own]);
  }

  /** The result of each transaction: "ok", or the name of the error that undid it. */
  run({ calls, atomic = false }: Command): string[] {
    if (atomic) return [this.#transact(calls)];
    return calls.map((call) => this.#transact([call]));
  }

  #transact(calls: readonly Call[]): string {
    const draft = new Bank(this);
    for (const call of calls) {
      const error = draft.#call(call);
      if (error !== undefined) return error;
    }
    for (const [account, minor] of draft.#own) this.#own.set(account, minor);
    this.#issued = draft.#issued;
    return "ok";
  }

  #call(call: Call): string | undefined {
    if (call.kind === "create") {
      if (this.funds(call.account) !== undefined) return "AlreadyOpen";
      this.#own.set(call.account, 0n);
      return undefined;
    }
    if (call.minor <= 0n) return "RequirementFailed";
    if (call.kind === "transfer") return this.#transfer(call);
    const funds = this.funds(call.account);
    if (funds === undefined) return "NoSuchAccount";
    if (this.#issued + call.minor > SUPPLY_MAX) return "SupplyTooLarge";
    this.#issued += call.minor;
    this.#own.set(call.account, funds + call.minor);
    return undefined;
  }

  #transfer({ from, via = [], to, minor }: Extract<Call, { kind: "transfer" }>): string | undefined {
    const stops = [from, ...via, to];
    for (const [at, payee] of stops.slice(1).entries()) {
      const payer = stops[at]!;
      const funds = this.funds(payer);
      if (funds === undefined || this.funds(payee) === undefined) return "NoSuchAccount";
      if (funds < minor) return "Insufficient";
      this.#own.set(payer, funds - minor);
      this.#own.set(payee, this.funds(payee)! + minor);
    }
    return undefined;
  }
}

export const statusOf = (results: readonly string[]): "ok" | "failed" =>
  results.every((result) => result === "ok") ? "ok" : "failed";

/** Whether two lists of results are the same. */
export const sameResults = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((result, at) => result === b[at]);

/** Where two states differ, as a sentence tells it; undefined if they do not. */
export function difference(
  accounts: Iterable<string>,
  shown: ReadonlyMap<string, bigint>,
  expected: ReadonlyMap<string, bigint>,
): string | undefined {
  const spell = (minor: bigint | undefined) => (minor === undefined ? "no account" : String(minor));
  for (const account of accounts) {
    const [said, is] = [shown.get(account), expected.get(account)];
    if (said !== is) return `shows ${spell(said)} for ${account}, which holds ${spell(is)}`;
  }
  return undefined;
}
