// Money (C5): exact integer minor units inside, text such as "40.00 USD" outside. One amount has one
// spelling: all of the currency's decimals, no leading zeros, no plus, one space. Never a float.

/** The number of decimals of each currency of the network. */
export type Currencies = ReadonlyMap<string, number>;

export type Money = { readonly minor: bigint; readonly currency: string };

/** Digits before the decimal point that an amount may have. */
export const WHOLE_DIGITS_MAX = 15;

const AMOUNT = /^(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,18}))? ([A-Z][A-Z0-9]{2,7})$/;

/** The amount, or undefined: not this spelling, a currency the network does not have, other decimals. */
export function parseMoney(text: string, currencies: Currencies): Money | undefined {
  const match = AMOUNT.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", currency = ""] = match;
  if (currencies.get(currency) !== fraction.length) return undefined;
  const minor = BigInt(whole + fraction);
  if (sign === "-" && minor === 0n) return undefined;
  return { minor: sign === "-" ? -minor : minor, currency };
}

/** The spelling that `parseMoney` reads. */
export function renderMoney(money: Money, currencies: Currencies): string {
  const decimals = currencies.get(money.currency)!;
  const sign = money.minor < 0n ? "-" : "";
  const digits = String(money.minor < 0n ? -money.minor : money.minor).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const number = decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${sign}${number} ${money.currency}`;
}

/** The largest amount that can be written: 15 nines, and the decimals likewise. */
export const moneyMax = (currency: string, currencies: Currencies): Money => ({
  minor: 10n ** BigInt(WHOLE_DIGITS_MAX + currencies.get(currency)!) - 1n,
  currency,
});
