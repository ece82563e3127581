import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { moneyMax, parseMoney, renderMoney } from "./money.ts";

const currencies = new Map([
  ["USD", 2],
  ["JPY", 0],
  ["ETH", 18],
]);

describe("money (C5)", () => {
  test.each([
    ["40.00 USD", 4000n, "USD"],
    ["0.00 USD", 0n, "USD"],
    ["0.01 USD", 1n, "USD"],
    ["-0.01 USD", -1n, "USD"],
    ["7 JPY", 7n, "JPY"],
    ["0.000000000000000001 ETH", 1n, "ETH"],
    ["999999999999999.99 USD", 99_999_999_999_999_999n, "USD"],
  ])("%s", (text, minor, currency) => {
    expect(parseMoney(text, currencies)).toEqual({ minor, currency });
    expect(renderMoney({ minor, currency }, currencies)).toBe(text);
  });

  test.each([
    "40 USD",
    "40.0 USD",
    "40.000 USD",
    "40. USD",
    ".40 USD",
    "040.00 USD",
    "+40.00 USD",
    "-0.00 USD",
    "40.00  USD",
    "40.00USD",
    "40.00 usd",
    "40.00 EUR",
    "40,00 USD",
    "4e1 USD",
    "7.0 JPY",
    " 40.00 USD",
    "40.00 USD\n",
    "1000000000000000.00 USD",
    "NaN USD",
    "",
  ])("refuses %j", (text) => {
    expect(parseMoney(text, currencies)).toBeUndefined();
  });

  test("has one spelling for each amount", () => {
    const currency = fc.constantFrom(...currencies.keys());
    const amount = currency.chain((name) =>
      fc.record({
        minor: fc.bigInt({ min: -moneyMax(name, currencies).minor, max: moneyMax(name, currencies).minor }),
        currency: fc.constant(name),
      }),
    );
    fc.assert(
      fc.property(amount, (money) => {
        expect(parseMoney(renderMoney(money, currencies), currencies)).toEqual(money);
      }),
      { numRuns: 500 },
    );
  });
});
