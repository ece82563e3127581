// Grants in commands (L43): a signer spends through modules that the command does not call, as far as a grant goes; and
// a grant goes as far as it says for the whole command, however many actions it has.

import { beforeEach, describe, expect, test } from "vitest";
import { call, contract, deploy, keyOf, Ledger, OPERATORS, type ReceiptText } from "../test/network.ts";
import { MemoryView } from "./index.ts";

/** Pays from accounts of the bank, by the bank's own functions. */
const SHOP = `module demo.shop
import demo.bank {USD, deposit, withdraw}
error Shut {}
action buy(who: Text, price: Money<USD>) { deposit("shop", withdraw(who, price)) }
action look(who: Text, price: Money<USD>) {
  deposit("shop", withdraw(who, price))
  abort Shut {}
}
`;

let ledger: Ledger;

const bank = (action: string, args: object) => call(action, args, { module: "demo.bank" });
const shop = (action: string, price: string) => call(action, { who: "ann", price }, { module: "demo.shop" });
const buy = (price: string) => shop("buy", price);
const debit = (amount: string, account = "ann") => ({
  capability: "demo.bank.Debit",
  fields: { account, amount },
});

beforeEach(() => {
  ledger = new Ledger(new MemoryView());
  const open = (name: string) => bank("open", { name, owner: { key: keyOf(name) } });
  const setting = [
    deploy(contract("bank"), SHOP),
    ...["ann", "shop"].map(open),
    bank("issue", { to: "ann", amount: "100.00 USD" }),
  ];
  expect(ledger.act(setting, { by: OPERATORS, gasLimit: 10_000_000 }).status).toBe("ok");
});

function spend(
  actions: readonly unknown[],
  grants: readonly unknown[] | undefined,
  atomic = false,
): ReceiptText {
  const ann = grants === undefined ? { key: keyOf("ann") } : { key: keyOf("ann"), grants };
  return ledger.act(actions, { signers: [{ key: keyOf("alice") }, ann], atomic });
}

const ends = ({ actions }: ReceiptText) => actions.map(({ error }) => error?.name ?? "ok");

describe("a grant (L43)", () => {
  test("lets a deeper module spend, and the receipt says how much", () => {
    const receipt = spend([buy("30.00 USD")], [debit("40.00 USD")]);
    expect(receipt.actions[0]).toMatchObject({
      status: "ok",
      grants: [
        {
          signer: keyOf("ann"),
          capability: "demo.bank.Debit",
          fields: { account: "ann", amount: "30.00 USD" },
        },
      ],
    });
  });

  test("is what a signature alone is not, except in the module that is called", () => {
    expect(ends(spend([buy("1.00 USD")], undefined))).toEqual(["NotAuthorised"]);
    const direct = bank("transfer", { from: "ann", to: "shop", amount: "1.00 USD" });
    expect(spend([direct], undefined).actions[0]).toMatchObject({ status: "ok", grants: [] });
  });

  test.each([
    ["too small a sum", [debit("29.99 USD")]],
    ["another account", [debit("40.00 USD", "shop")]],
    ["another capability", [{ ...debit("40.00 USD"), capability: "demo.bank.Credit" }]],
    ["fields that are not the capability's", [{ capability: "demo.bank.Debit", fields: { account: "ann" } }]],
    ["two sums that would do only together", [debit("20.00 USD"), debit("20.00 USD")]],
    ["a field that no module could read", [{ ...debit("40.00 USD"), fields: deep(55) }]],
  ])("of %s is none", (_, grants) => {
    expect(ends(spend([buy("30.00 USD")], grants))).toEqual(["NotAuthorised"]);
  });

  test("is used up over the whole command, by what was done", () => {
    const prices = ["30.00 USD", "30.00 USD", "10.00 USD", "0.01 USD"].map(buy);
    expect(ends(spend(prices, [debit("40.00 USD")]))).toEqual(["ok", "NotAuthorised", "ok", "NotAuthorised"]);
  });

  test("is not used up by what was undone", () => {
    const tried = [shop("look", "40.00 USD"), buy("40.00 USD")];
    expect(ends(spend(tried, [debit("40.00 USD")]))).toEqual(["Shut", "ok"]);
  });

  test("goes through all actions of an atomic command", () => {
    const two = [buy("20.00 USD"), buy("20.01 USD")];
    expect(spend(two, [debit("40.00 USD")], true).actions[0]).toMatchObject({ at: 1, grants: [] });
    expect(spend(two, [debit("40.01 USD")], true).actions[0]).toMatchObject({
      status: "ok",
      grants: [{ fields: { amount: "20.00 USD" } }, { fields: { amount: "20.01 USD" } }],
    });
  });

  test("costs by its bytes, once for each action that asks for one", () => {
    const small = spend([buy("1.00 USD")], [debit("40.00 USD")]);
    const wide = {
      capability: "demo.bank.Debit",
      fields: { account: "x".repeat(1_000), amount: "1.00 USD" },
    };
    const large = spend([buy("1.00 USD")], [debit("40.00 USD"), wide]);
    const more = large.actions[0]!.gas - small.actions[0]!.gas;
    expect(more).toBeGreaterThan(3_000);
  });
});

/** An object within an object, and so on. */
function deep(levels: number): object {
  let value: object = {};
  for (let i = 0; i < levels; i++) value = { account: value };
  return value;
}
