// The accounts contract as the command line knows it: its name, its currency, and its errors in sentences. Contracts are
// modules like others; this one every new network starts with, and `juno client` and the demo speak of it.

import type { Json } from "@juno/base";

export const ACCOUNTS = {
  module: "demo.accounts",
  currency: { code: "USD", decimals: 2 },
} as const;

type Fact = (name: string) => string;

const SENTENCES: ReadonlyMap<string, (fact: Fact) => string> = new Map([
  ["AlreadyOpen", (f: Fact) => `account ${f("account")} is open already`],
  ["NoSuchAccount", (f: Fact) => `there is no account ${f("account")}`],
  [
    "NotSigned",
    (f: Fact) =>
      `account ${f("account")} pays, so its owner must sign; the signers do not satisfy its policy`,
  ],
  ["Insufficient", (f: Fact) => `account ${f("account")} has ${f("have")} and needs ${f("need")}`],
]);

/** What an error of the contract means; undefined if it is another's. */
export function accountsSentence(error: {
  readonly module?: string;
  readonly name: string;
  readonly fields: ReadonlyMap<string, Json>;
}): string | undefined {
  if (error.module !== ACCOUNTS.module) return undefined;
  return SENTENCES.get(error.name)?.((fact) => String(error.fields.get(fact) ?? "?"));
}

/** Minor units of an amount as the contract spells it, such as "40.00 USD"; undefined for anything else. */
export function minorUnits(amount: unknown): bigint | undefined {
  const { code, decimals } = ACCOUNTS.currency;
  const match = typeof amount === "string" ? /^(\d+)\.(\d+) ([A-Z]+)$/.exec(amount) : null;
  const [, whole = "", fraction = "", currency = ""] = match ?? [];
  return fraction.length === decimals && currency === code ? BigInt(whole + fraction) : undefined;
}
