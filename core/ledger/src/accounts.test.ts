// The native contract (C14, C15): the story of the contract it stands in for, its errors and their
// sentences, conservation.

import { type JsonObject, parseUtf8 } from "@juno/base";
import { beforeEach, describe, expect, test } from "vitest";
import {
  adjust,
  call,
  contextOf,
  create,
  jsonOf,
  keyOf,
  Ledger,
  type ReceiptText,
  transfer,
} from "../test/network.ts";
import { assertConserved } from "./accounts.ts";
import { explainError, MemoryView, query } from "./index.ts";
import { storedRow } from "./overlay.ts";

let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger(new MemoryView());
});

function ask(name: string, args: object = {}): unknown {
  const result = query(ledger.context, ledger.view, { module: "accounts", query: name, args: jsonOf(args) });
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
  const { module, name, fields } = receipt.actions[0]!.error!;
  const sentence = explainError({ module, name, fields: jsonOf(fields) as JsonObject });
  return { name, fields, sentence };
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
      { module: "accounts", name: "Moved", fields: { from: "stu", to: "bank", amount: "10.00 USD" } },
      { module: "accounts", name: "Moved", fields: { from: "bank", to: "wjm", amount: "10.00 USD" } },
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
    expect(failure(transfer("stu->bank->wjm", "10.00 USD"), ["stu"])).toEqual({
      name: "NotSigned",
      fields: { account: "bank" },
      sentence: "account bank pays, so its owner must sign; the signers do not satisfy its policy",
    });
    expect(failure(transfer("stu->nobody", "10.00 USD"), ["stu"])).toMatchObject({
      name: "NoSuchAccount",
      sentence: "there is no account nobody",
    });
    expect(failure(transfer("nobody->stu", "10.00 USD"), ["stu"])).toMatchObject({ name: "NoSuchAccount" });
    expect(failure(transfer("stu->wjm", "10.01 USD"), ["stu"])).toEqual({
      name: "Insufficient",
      fields: { account: "stu", have: "10.00 USD", need: "10.01 USD" },
      sentence: "account stu has 10.00 USD and needs 10.01 USD",
    });
    expect(failure(transfer("stu->bank->wjm->bank->stu->wjm", "10.01 USD"), ["stu"]).name).toBe(
      "Insufficient",
    );
  });

  test("one signature is not enough to make money, two of the operator's are", () => {
    done(create("wjm"));
    expect(failure(adjust("wjm", "1.00 USD"), ["treasury"])).toEqual({
      name: "RequirementFailed",
      fields: { clause: "signed(operator)" },
      sentence: "the requirement signed(operator) is not met",
    });
    expect(failure(adjust("wjm", "1.00 USD"), ["wjm", "admin"]).name).toBe("RequirementFailed");
    const { changes } = done(adjust("wjm", "1.00 USD"), ["risk", "cfo"]);
    const owner = { key: keyOf("wjm") };
    expect(changes).toEqual([
      {
        module: "accounts",
        table: "accounts",
        key: "wjm",
        before: { funds: "0.00 USD", owner },
        after: { funds: "1.00 USD", owner },
      },
      { module: "accounts", table: "supply", key: "USD", before: null, after: { issued: "1.00 USD" } },
    ]);
  });

  test("an account is opened once, by anybody, for any policy", () => {
    const owner = { atLeast: 2, of: ["ann", "ben", "cy"].map((name) => ({ key: keyOf(name) })) };
    expect(done(create("joint", owner)).changes[0]).toMatchObject({ before: null, after: { owner } });
    expect(failure(create("joint"))).toMatchObject({
      name: "AlreadyOpen",
      sentence: "account joint is open already",
    });
    done(create("stu"));
    done(adjust("joint", "5.00 USD"), ["treasury", "risk"]);
    expect(failure(transfer("joint->stu", "1.00 USD"), ["ann"]).name).toBe("NotSigned");
    done(transfer("joint->stu", "1.00 USD"), ["cy", "ann"]);
    expect(balanceOf("stu")).toBe("1.00 USD");
  });

  test.each(["0.00 USD", "-1.00 USD"])("nobody pays or makes %s", (amount) => {
    fund("wjm", "5.00 USD");
    const failed = { name: "RequirementFailed", fields: { clause: "amount > 0 USD" } };
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

  test("no more is issued than can be written", () => {
    fund("wjm", "999999999999999.98 USD");
    done(create("stu"));
    done(adjust("stu", "0.01 USD"), ["treasury", "risk"]);
    expect(failure(adjust("stu", "0.01 USD"), ["treasury", "risk"])).toEqual({
      name: "SupplyTooLarge",
      fields: { issued: "999999999999999.99 USD", amount: "0.01 USD" },
      sentence: "999999999999999.99 USD are issued; 0.01 USD more cannot be written",
    });
  });

  test.each([
    [call("create", { owner: { key: keyOf("a") } }), "MissingArgument", { argument: "name" }],
    [create("a-b"), "BadArgument", { argument: "name", expected: "Text" }],
    [create("a>b"), "BadArgument", { argument: "name", expected: "Text" }],
    [create("a,b"), "BadArgument", { argument: "name", expected: "Text" }],
    [create("a b"), "BadArgument", { argument: "name", expected: "Text" }],
    [create("é"), "BadArgument", { argument: "name", expected: "Text" }],
    [create("a".repeat(65)), "BadArgument", { argument: "name", expected: "Text" }],
    [create(""), "BadArgument", { argument: "name", expected: "Text" }],
    [create("a", "alice"), "BadArgument", { argument: "owner", expected: "Policy" }],
    [
      create("a", { atLeast: 2, of: [{ key: keyOf("a") }] }),
      "BadArgument",
      { argument: "owner", expected: "Policy" },
    ],
    [
      call("create", { name: "a", owner: { key: keyOf("a") }, currency: "EUR" }),
      "BadArgument",
      { argument: "currency", expected: "Currency" },
    ],
    [
      call("create", { name: "a", owner: { key: keyOf("a") }, note: 1 }),
      "UnknownArgument",
      { argument: "note" },
    ],
    [adjust("a", "1 USD"), "BadArgument", { argument: "amount", expected: "Money" }],
    [call("adjust", { name: "a", amount: 1 }), "BadArgument", { argument: "amount", expected: "Money" }],
    [call("transfer", { from: "a", to: "b", amount: "1.00 USD" }), "MissingArgument", { argument: "via" }],
    [
      call("transfer", { from: "a", via: ["c", 1], to: "b", amount: "1.00 USD" }),
      "BadArgument",
      { argument: "via", expected: "List<Text>" },
    ],
    [
      call("transfer", { from: "a", via: "c", to: "b", amount: "1.00 USD" }),
      "BadArgument",
      { argument: "via", expected: "List<Text>" },
    ],
    [call("burn", {}), "UnknownAction", { module: "accounts", action: "burn" }],
    [call("create", {}, { version: 2 }), "UnknownVersion", { module: "accounts", version: 2 }],
    [call("create", {}, { module: "bank" }), "UnknownModule", { module: "bank" }],
    [call("to_string", {}, { module: "constructor" }), "UnknownModule", { module: "constructor" }],
  ])("refuses %j", (action, name, fields) => {
    const failed = failure(action);
    expect(failed).toMatchObject({ name, fields });
    expect(failed.sentence).not.toMatch(/\?|undefined/);
  });

  test("the version that is deployed may be named", () => {
    done(call("create", { name: "a", owner: { key: keyOf("a") } }, { version: 1 }));
  });
});

describe("several currencies (C5, C14)", () => {
  beforeEach(() => {
    ledger = new Ledger(new MemoryView(), contextOf({ currencies: { USD: 2, JPY: 0 } }));
  });

  const open = (name: string, currency: string) =>
    call("create", { name, owner: { key: keyOf(name) }, currency });

  test("an account holds one of them", () => {
    expect(failure(create("wjm"))).toMatchObject({
      name: "MissingArgument",
      fields: { argument: "currency" },
    });
    done(open("wjm", "JPY"));
    done(open("stu", "USD"));
    done(adjust("wjm", "7 JPY"), ["treasury", "risk"]);
    expect(balanceOf("wjm")).toBe("7 JPY");
    expect(failure(adjust("wjm", "7.00 USD"), ["treasury", "risk"])).toEqual({
      name: "WrongCurrency",
      fields: { account: "wjm", have: "JPY", need: "USD" },
      sentence: "account wjm holds JPY, not USD",
    });
    expect(failure(transfer("wjm->stu", "7 JPY"), ["wjm"])).toMatchObject({
      name: "WrongCurrency",
      fields: { account: "stu" },
    });
    expect(failure(transfer("wjm->stu", "7.00 USD"), ["wjm"])).toMatchObject({
      name: "WrongCurrency",
      fields: { account: "wjm" },
    });
  });
});

describe("conservation (C15)", () => {
  const account = (funds: string) => storedRow(jsonOf({ funds, owner: { key: keyOf("a") } }) as JsonObject);
  const issued = (amount: string) => storedRow(jsonOf({ issued: amount }) as JsonObject);
  const place = (table: string, key: string) => ({ module: "accounts", table, key });

  test("stops the node when money is made or lost", () => {
    const { genesis } = ledger.context;
    const gain = { ...place("accounts", "a"), before: account("1.00 USD"), after: account("3.00 USD") };
    const loss = { ...place("accounts", "b"), before: account("2.00 USD"), after: undefined };
    const supply = { ...place("supply", "USD"), before: undefined, after: issued("2.00 USD") };
    assertConserved(genesis, [gain, loss]);
    assertConserved(genesis, [gain, supply]);
    expect(() => assertConserved(genesis, [gain])).toThrow("USD is neither made nor lost");
    expect(() => assertConserved(genesis, [loss])).toThrow("invariant");
    expect(() => assertConserved(genesis, [supply])).toThrow("invariant");
  });
});
