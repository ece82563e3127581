// Amounts: what people type is either exactly an amount of the ledger or refused with the reason.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Currency, parseAmount } from "./amount.ts";

const USD: Currency = { code: "USD", decimals: 2 };
const YEN: Currency = { code: "YEN", decimals: 0 };
const BHD: Currency = { code: "BHD", decimals: 3 };

/** Minor units of the ledger's spelling. */
const minorOf = (text: string): bigint => BigInt(text.replace(/\D/g, ""));

describe("amounts that are taken", () => {
  it.each([
    ["100%1", USD, "100.00 USD"],
    ["100 % 1", USD, "100.00 USD"],
    ["201%2", USD, "100.50 USD"],
    ["1%100", USD, "0.01 USD"],
    ["30%3", USD, "10.00 USD"],
    ["100", USD, "100.00 USD"],
    ["100.5", USD, "100.50 USD"],
    ["100.05", USD, "100.05 USD"],
    ["007", USD, "7.00 USD"],
    ["10.00 USD", USD, "10.00 USD"],
    ["10%1 USD", USD, "10.00 USD"],
    ["999999999999999.99", USD, "999999999999999.99 USD"],
    ["5", YEN, "5 YEN"],
    ["1%8", BHD, "0.125 BHD"],
  ])("%s of %o is %s", (text, currency, expected) => {
    expect(parseAmount(text, currency)).toEqual({ ok: true, value: expected });
  });
});

describe("amounts that are refused, each with its place and reason", () => {
  it.each([
    ["10%3", USD, 0, "10%3 is 3.333… USD, which is not a whole number of cents"],
    ["1%3", YEN, 0, "1%3 is 0.3… YEN, which is not a whole number of YEN"],
    ["1%16", BHD, 0, "1%16 is 0.0625… BHD, which is not a whole number of 1/1000 BHD"],
    ["10%0", USD, 3, "nothing can be divided by zero"],
    ["-10%1", USD, 0, "an amount is above zero, so it has no minus sign"],
    ["10%-1", USD, 3, "an amount is above zero, so it has no minus sign"],
    ["-1.00", USD, 0, "an amount is above zero, so it has no minus sign"],
    ["0", USD, 0, "an amount is above zero"],
    ["0%7", USD, 0, "an amount is above zero"],
    ["1.005", USD, 4, "USD has 2 decimals, so an amount is a whole number of cents"],
    ["1.5", YEN, 1, "YEN has 0 decimals, so an amount is a whole number of YEN"],
    ["1000000000000000", USD, 0, "an amount has at most 15 digits before the point"],
    ["ten", USD, 0, "an amount is expected, such as 100%1 or 100.00"],
    ["10 EUR", USD, 3, "an amount is expected, such as 100%1 or 100.00"],
    ["", USD, 0, "an amount is expected, such as 100%1 or 100.00"],
    ["9".repeat(41), USD, 0, "an amount has at most 40 characters"],
  ])("%s of %o", (text, currency, at, message) => {
    expect(parseAmount(text, currency)).toEqual({ ok: false, error: { at, message } });
  });
});

const currencies = fc.constantFrom(USD, YEN, BHD);

describe("amounts of any kind", () => {
  it("means the same as a ratio and as a decimal", () => {
    const cents = fc.bigInt(1n, 10n ** 14n);
    fc.assert(
      fc.property(cents, fc.bigInt(1n, 1000n), (minor, factor) => {
        const [whole, fraction] = [minor / 100n, String(minor % 100n).padStart(2, "0")];
        const decimal = parseAmount(`${whole}.${fraction}`, USD);
        const ratio = parseAmount(`${minor * factor}%${100n * factor}`, USD);
        expect(decimal).toEqual({ ok: true, value: `${whole}.${fraction} USD` });
        expect(ratio).toEqual(decimal);
      }),
    );
  });

  it("is exact or refused: a ratio is taken only if it is a whole number of minor units", () => {
    fc.assert(
      fc.property(currencies, fc.bigInt(0n, 10n ** 9n), fc.bigInt(0n, 10_000n), (currency, over, under) => {
        const amount = parseAmount(`${over}%${under}`, currency);
        const scaled = over * 10n ** BigInt(currency.decimals);
        const isWhole = under > 0n && over > 0n && scaled % under === 0n;
        expect(amount.ok).toBe(isWhole);
        if (amount.ok) expect(minorOf(amount.value) * under).toBe(scaled);
      }),
    );
  });

  it("takes any text without throwing, and what it takes is an amount of the ledger", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[-0-9.% ]{0,44}$/));
    fc.assert(
      fc.property(text, currencies, (typed, currency) => {
        const amount = parseAmount(typed, currency);
        if (amount.ok) expect(minorOf(amount.value)).toBeGreaterThan(0n);
        else expect(amount.error.at).toBeLessThanOrEqual(typed.length);
      }),
    );
  });
});
