// The sequential model of what the lab's contracts do, written apart from them: money in one currency of two decimals,
// as `demo.accounts` promises it, and the tills. Every call is taken to be signed by whoever must sign it.

import { type TillCall, Tills } from "./tills.ts";

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

/** Of commands that are known to be payments in the ledger. */
type RedactCall = {
  readonly kind: "redact";
  readonly commands: readonly { readonly index: number; readonly id: string }[];
};

export type AnyCall = Call | TillCall | RedactCall;

export type Command = { readonly calls: readonly AnyCall[]; readonly atomic?: boolean };

const OUT_OF_GAS = "OutOfGas";

const isMoney = (call: AnyCall): call is Call =>
  call.kind === "create" || call.kind === "mint" || call.kind === "transfer";

/** Accounts and their funds, and tills, as changes over another bank or over nothing. */
export class Bank {
  readonly #below: Bank | undefined;
  readonly #own = new Map<string, bigint>();
  readonly #tills: Tills;
  /** Indexes of commands that were ordered out. */
  readonly #redacted = new Set<number>();

  constructor(below?: Bank) {
    this.#below = below;
    this.#tills = below === undefined ? new Tills() : new Tills(below.#tills);
  }

  /** Undefined if there is no such account. */
  funds(account: string): bigint | undefined {
    return this.#own.get(account) ?? this.#below?.funds(account);
  }

  /** Funds by account, and points by till. */
  balances(): Map<string, bigint> {
    return new Map([...this.#accounts(), ...this.#tills.balances()]);
  }

  #accounts(): Map<string, bigint> {
    const below = this.#below === undefined ? [] : this.#below.#accounts();
    return new Map([...below, ...this.#own]);
  }

  /** Equal for banks that hold the same and do the same. */
  get fingerprint(): string {
    const held = [...this.balances()].map(([name, minor]) => `${name}=${minor}`).sort();
    return [...held, this.#tills.deployed, ...[...this.#redacted].sort()].join();
  }

  /** The result of each transaction: "ok", or the name of the error that undid it. */
  run({ calls, atomic = false }: Command): string[] {
    if (atomic) return [this.#transact(calls)];
    const results: string[] = [];
    // Whoever has used up the command's gas leaves none to those behind.
    for (const call of calls)
      results.push(results.at(-1) === OUT_OF_GAS ? OUT_OF_GAS : this.#transact([call]));
    return results;
  }

  #transact(calls: readonly AnyCall[]): string {
    const draft = new Bank(this);
    for (const call of calls) {
      const error = draft.#any(call);
      if (error !== undefined) return error;
    }
    for (const [account, minor] of draft.#own) this.#own.set(account, minor);
    this.#tills.absorb(draft.#tills);
    for (const index of draft.#redacted) this.#redacted.add(index);
    return "ok";
  }

  #any(call: AnyCall): string | undefined {
    if (isMoney(call)) return this.#call(call);
    return call.kind === "redact" ? this.#redact(call) : this.#tills.call(call);
  }

  /** All of them or none: nothing is ordered out twice. */
  #redact({ commands }: RedactCall): string | undefined {
    if (commands.some(({ index }) => this.isRedacted(index))) return "RedactRefused";
    for (const { index } of commands) this.#redacted.add(index);
    return undefined;
  }

  /** Whether a command was ordered out before. */
  isRedacted(index: number): boolean {
    return this.#redacted.has(index) || this.#below?.isRedacted(index) === true;
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
