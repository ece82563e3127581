// The accounts contract as the ledger runs it (C14, C15): its story, its errors with their places and sentences,
// arguments by the shapes the checker found, coins made and accounted for.

import { type JsonObject, parseUtf8 } from "@juno/base";
import { beforeEach, describe, expect, test } from "vitest";
import {
  ACCOUNTS,
  adjust,
  call,
  contract,
  create,
  jsonOf,
  keyOf,
  Ledger,
  type ReceiptText,
  transfer,
} from "../test/network.ts";
import { explainError, MemoryView, query } from "./index.ts";

let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger(new MemoryView());
});

function ask(name: string, args: object = {}): unknown {
  const place = { index: ledger.index, time: ledger.time };
  const result = query(
    ledger.context,
    ledger.view,
    { module: ACCOUNTS, query: name, args: jsonOf(args) },
    place,
  );
  return result.ok ? JSON.parse(parseUtf8(result.value)!) : result.error;
}

const balanceOf = (name: string) => ask("balance", { name });

function done(action: unknown, by: string[] = []): ReceiptText["actions"][number] {
  const receipt = ledger.act([action], { by });
  expect(receipt).toMatchObject({ status: "ok", actions: [{ status: "ok" }] });
  return receipt.actions[0]!;
}

/** The error of an action that must fail and change nothing: its name, facts and sentence. */
function failure(action: unknown, by: string[] = []) {
  const before = ledger.view.all();
  const receipt = ledger.act([action], { by });
  expect(receipt).toMatchObject({
    status: "failed",
    actions: [{ status: "failed", changes: [], events: [] }],
  });
  expect(ledger.view.all()).toEqual(before);
  const { module, name, fields, place } = receipt.actions[0]!.error!;
  const origin = module === undefined ? {} : { module };
  const sentence = explainError({ ...origin, name, fields: jsonOf(fields) as JsonObject });
  return { module, name, fields, sentence, place };
}

function fund(name: string, amount: string): void {
  done(create(name));
  done(adjust(name, amount), ["treasury", "risk"]);
}

describe("the accounts contract (C14)", () => {
  test("ten dollars to stu, and back by way of the bank", () => {
    fund("wjm", "100.00 USD");
    done(create("stu"));
    done(create("bank"));
    done(transfer("wjm->stu", "10.00 USD"), ["wjm"]);
    expect([balanceOf("wjm"), balanceOf("stu")]).toEqual(["90.00 USD", "10.00 USD"]);
    const back = done(transfer("stu->bank->wjm", "10.00 USD"), ["stu", "bank"]);
    expect(back.events).toEqual([
      { module: ACCOUNTS, name: "Moved", fields: { from: "stu", to: "bank", amount: "10.00 USD" } },
      { module: ACCOUNTS, name: "Moved", fields: { from: "bank", to: "wjm", amount: "10.00 USD" } },
    ]);
    // The bank passed on what it got, so its row did not change.
    expect(back.changes.map(({ key, after }) => [key, (after as { funds: string }).funds])).toEqual([
      ["stu", "0.00 USD"],
      ["wjm", "100.00 USD"],
    ]);
    expect(ask("list")).toEqual([
      { account: "bank", amount: "0.00 USD" },
      { account: "stu", amount: "0.00 USD" },
      { account: "wjm", amount: "100.00 USD" },
    ]);
  });

  test("where one leg fails, no leg happens", () => {
    fund("stu", "10.00 USD");
    done(create("wjm"));
    done(create("bank"));
    expect(failure(transfer("stu->bank->wjm", "10.00 USD"), ["stu"])).toMatchObject({
      module: ACCOUNTS,
      name: "NotSigned",
      fields: { account: "bank" },
      sentence: "demo.accounts: NotSigned (account bank)",
    });
    expect(failure(transfer("stu->nobody", "10.00 USD"), ["stu"])).toMatchObject({
      name: "NoSuchAccount",
      sentence: "demo.accounts: NoSuchAccount (account nobody)",
    });
    expect(failure(transfer("nobody->stu", "10.00 USD"), ["stu"])).toMatchObject({ name: "NoSuchAccount" });
    expect(failure(transfer("stu->wjm", "10.01 USD"), ["stu"])).toMatchObject({
      name: "Insufficient",
      fields: { account: "stu", have: "10.00 USD", need: "10.01 USD" },
      sentence: "demo.accounts: Insufficient (account stu, have 10.00 USD, need 10.01 USD)",
    });
    expect(failure(transfer("stu->bank->wjm->bank->stu->wjm", "10.01 USD"), ["stu"]).name).toBe(
      "Insufficient",
    );
  });

  test("one signature is not enough to make money, two of the operator's roles are", () => {
    done(create("wjm"));
    expect(failure(adjust("wjm", "1.00 USD"), ["treasury"])).toMatchObject({
      module: undefined,
      name: "RequirementFailed",
      sentence: expect.stringContaining("signed(operator)"),
    });
    expect(failure(adjust("wjm", "1.00 USD"), ["wjm", "admin"]).name).toBe("RequirementFailed");
    const { changes, supply } = done(adjust("wjm", "1.00 USD"), ["risk", "cfo"]);
    const owner = { key: keyOf("wjm") };
    expect(changes).toEqual([
      {
        module: ACCOUNTS,
        table: "accounts",
        key: "wjm",
        before: { funds: "0.00 USD", owner },
        after: { funds: "1.00 USD", owner },
      },
    ]);
    const asset = { asset: `${ACCOUNTS}.USD`, of: [] };
    expect(supply).toEqual([{ asset, minted: "1.00 USD", burned: "0.00 USD" }]);
  });

  test("an account is opened once, by anybody, for any policy", () => {
    const owner = { atLeast: 2, of: ["ann", "ben", "cy"].map((name) => ({ key: keyOf(name) })) };
    expect(done(create("joint", owner)).changes[0]).toMatchObject({ before: null, after: { owner } });
    expect(failure(create("joint"))).toMatchObject({
      name: "AlreadyOpen",
      sentence: "demo.accounts: AlreadyOpen (account joint)",
    });
    done(create("stu"));
    done(adjust("joint", "5.00 USD"), ["treasury", "risk"]);
    expect(failure(transfer("joint->stu", "1.00 USD"), ["ann"]).name).toBe("NotSigned");
    done(transfer("joint->stu", "1.00 USD"), ["cy", "ann"]);
    expect(balanceOf("stu")).toBe("1.00 USD");
  });

  test.each(["0.00 USD", "-1.00 USD"])("nobody pays or makes %s", (amount) => {
    fund("wjm", "5.00 USD");
    const failed = { name: "RequirementFailed" };
    expect(failure(transfer("wjm->wjm", amount), ["wjm"])).toMatchObject(failed);
    expect(failure(adjust("wjm", amount), ["treasury", "risk"])).toMatchObject(failed);
  });

  test("paying oneself changes nothing, and needs the money and the signature all the same", () => {
    fund("wjm", "5.00 USD");
    expect(done(transfer("wjm->wjm", "5.00 USD"), ["wjm"])).toMatchObject({ changes: [], events: [{}] });
    expect(failure(transfer("wjm->wjm", "5.01 USD"), ["wjm"]).name).toBe("Insufficient");
    expect(failure(transfer("wjm->wjm", "5.00 USD")).name).toBe("NotSigned");
  });

  test("a round trip needs the money only once", () => {
    fund("wjm", "5.00 USD");
    done(create("stu"));
    const round = done(transfer("wjm->stu->wjm->stu->wjm", "5.00 USD"), ["wjm", "stu"]);
    expect(round).toMatchObject({ changes: [], events: [{}, {}, {}, {}] });
  });

  const alice = { key: keyOf("a") };
  const pay = (args: object) =>
    call("transfer", { from: "a", via: [], to: "b", amount: "1.00 USD", ...args });
  test.each([
    [call("create", { owner: alice }), "MissingArgument", { argument: "name" }],
    [
      create("a", "alice"),
      "BadArgument",
      { argument: "owner", expected: expect.stringMatching(/^a policy/) },
    ],
    [create("a", { atLeast: 2, of: [alice] }), "BadArgument", { argument: "owner" }],
    [create("a", { atLeast: 1, of: [{ key: "ab" }] }), "BadArgument", { argument: "owner.of[0].key" }],
    [call("create", { name: "a", owner: alice, note: 1 }), "UnknownArgument", { argument: "note" }],
    [adjust("a", "1 USD"), "BadArgument", { argument: "amount", expected: 'an amount such as "40.00 USD"' }],
    [adjust("a", "1.00 EUR"), "BadArgument", { argument: "amount" }],
    [call("adjust", { name: "a", amount: 1 }), "BadArgument", { argument: "amount" }],
    [call("transfer", { from: "a", to: "b", amount: "1.00 USD" }), "MissingArgument", { argument: "via" }],
    [pay({ via: ["c", 1] }), "BadArgument", { argument: "via[1]" }],
    [pay({ via: "c" }), "BadArgument", { argument: "via", expected: "a list" }],
    [call("burn", {}), "UnknownAction", { module: ACCOUNTS, action: "burn" }],
    [call("leg", {}), "UnknownAction", { module: ACCOUNTS, action: "leg" }],
    [call("balance", { name: "a" }), "UnknownAction", { module: ACCOUNTS, action: "balance" }],
    [call("create", {}, { version: 2 }), "UnknownVersion", { module: ACCOUNTS, version: 2, deployed: 1 }],
    [call("create", {}, { module: "demo.bank" }), "UnknownModule", { module: "demo.bank" }],
    [call("to_string", {}, { module: "constructor" }), "UnknownModule", { module: "constructor" }],
    [call("length", {}, { module: "std.list" }), "UnknownModule", { module: "std.list" }],
  ])("refuses %j", (action, name, fields) => {
    const failed = failure(action);
    expect(failed).toMatchObject({ module: undefined, name, fields });
    expect(failed.sentence).not.toMatch(/\?|undefined/);
    // Nothing of the module has run, so there is no place to show.
    expect(failed.place).toBeUndefined();
  });

  test.each([
    "1 USD",
    "1.0 USD",
    "1.000 USD",
    "01.00 USD",
    "+1.00 USD",
    "-0.00 USD",
    "1.00USD",
    "1.00 usd",
    "1e2 USD",
  ])("an amount has one spelling, and %j is not it (C5)", (amount) => {
    expect(failure(adjust("a", amount))).toMatchObject({
      name: "BadArgument",
      fields: { argument: "amount" },
    });
  });

  test("the version that is deployed may be named", () => {
    done(call("create", { name: "a", owner: alice }, { version: 1 }));
  });

  test("a failure shows where in the source the contract ended", () => {
    fund("wjm", "5.00 USD");
    const { place } = failure(transfer("wjm->wjm", "5.01 USD"), ["wjm"]);
    expect(place).toMatchObject({ module: ACCOUNTS });
    const line = contract("accounts").split("\n")[place!.line - 1]!;
    expect(line.slice(place!.column - 1)).toMatch(/^require amount <= funds.amount else Insufficient/);
  });

  test("gas is counted by what it went to", () => {
    const { gas, gasByKind } = done(create("wjm"));
    expect(Object.keys(gasByKind)).toEqual(["action", "allocation", "builtins", "instructions", "rows"]);
    expect(Object.values(gasByKind).reduce((a, b) => a + b)).toBe(gas);
  });
});
