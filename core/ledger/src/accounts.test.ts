// The native contract (C14–C16): the story of accounts.hop, its errors, and their sentences.

import { parseUtf8 } from "@juno/base";
import { beforeEach, describe, expect, test } from "vitest";
import { adjust, call, contextOf, create, jsonOf, keyOf, Ledger, transfer } from "../test/network.ts";
import { describeModules, explainError, MemoryView, query } from "./index.ts";

let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger(new MemoryView());
});

const ask = (name: string, args: object = {}): unknown => {
  const result = query(ledger.context, ledger.view, { module: "accounts", query: name, args: jsonOf(args) });
  return result.ok ? JSON.parse(parseUtf8(result.value)!) : result.error;
};

const operators = { by: ["treasury", "risk"] };

function open(...names: string[]): void {
  expect(ledger.act(names.map((name) => create(name))).status).toBe("ok");
}

/** The error of a single action: its name, facts and sentence. */
function failure(action: unknown, by: string[] = []) {
  const receipt = ledger.act([action], { by });
  expect(receipt).toMatchObject({
    status: "failed",
    actions: [{ status: "failed", changes: [], events: [] }],
  });
  const { module, name, fields } = receipt.actions[0]!.error!;
  const sentence = explainError({
    module,
    name,
    fields: new Map(Object.entries(jsonOf(fields) instanceof Map ? fields : {})) as never,
  });
  return { name, fields, sentence };
}

describe("accounts (C14)", () => {
  test("ten dollars to stu, and back by way of the bank", () => {
    open("wjm", "stu", "bank");
    expect(ledger.act([adjust("wjm", "100.00 USD")], operators).status).toBe("ok");
    expect(ledger.act([transfer("wjm->stu", "10.00 USD")], { by: ["wjm"] }).status).toBe("ok");
    expect([ask("balance", { name: "wjm" }), ask("balance", { name: "stu" })]).toEqual([
      "90.00 USD",
      "10.00 USD",
    ]);
    const back = ledger.act([transfer("stu->bank->wjm", "10.00 USD")], { by: ["stu", "bank"] });
    expect(back.actions[0]!.events.map((event) => event.fields)).toEqual([
      { from: "stu", to: "bank", amount: "10.00 USD" },
      { from: "bank", to: "wjm", amount: "10.00 USD" },
    ]);
    expect(ask("list")).toEqual([
      { account: "bank", amount: "0.00 USD" },
      { account: "stu", amount: "0.00 USD" },
      { account: "wjm", amount: "100.00 USD" },
    ]);
  });

  test("where one leg fails, no leg happens", () => {
    open("wjm", "stu", "bank");
    ledger.act([adjust("stu", "10.00 USD")], operators);
    const before = ledger.view.all();
    expect(failure(transfer("stu->bank->wjm", "10.00 USD"), ["stu"])).toEqual({
      name: "NotSigned",
      fields: { account: "bank" },
      sentence: "account bank pays, so its owner must sign; the signers do not satisfy its policy",
    });
    expect(failure(transfer("stu->nobody", "10.00 USD"), ["stu"])).toMatchObject({
      name: "NoSuchAccount",
      sentence: "there is no account nobody",
    });
    expect(failure(transfer("stu->wjm", "10.01 USD"), ["stu"])).toEqual({
      name: "Insufficient",
      fields: { account: "stu", have: "10.00 USD", need: "10.01 USD" },
      sentence: "account stu has 10.00 USD and needs 10.01 USD",
    });
    expect(ledger.view.all()).toEqual(before);
  });
});
