// Queries (C16) and the description of what there is to ask and to do.

import { parseUtf8 } from "@juno/base";
import { beforeEach, describe, expect, test } from "vitest";
import {
  ACCOUNTS,
  contextOf,
  contract,
  create,
  deploy,
  jsonOf,
  keyOf,
  Ledger,
  OPERATORS,
} from "../test/network.ts";
import { describeModule, knownTable, listModules, MemoryView, query } from "./index.ts";

let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger(new MemoryView());
});

const place = { index: 1, time: 0 };
const shown = (bytes: Uint8Array): unknown => JSON.parse(parseUtf8(bytes)!);

function ask(name: string, args: object = {}, module = ACCOUNTS): unknown {
  const request = { module, query: name, args: jsonOf(args) };
  const result = query(ledger.context, ledger.view, request, place);
  return result.ok ? JSON.parse(parseUtf8(result.value)!) : result.error;
}

describe("queries (C16)", () => {
  test("answer in the order of the names' bytes", () => {
    ledger.act(["b", "a", "C", "a:1", "10", "9"].map((name) => create(name)));
    const names = (ask("list") as { account: string }[]).map(({ account }) => account);
    expect(names).toEqual(["10", "9", "C", "a", "a:1", "b"]);
  });

  test.each([
    ["balance", { name: "nobody" }, "query_failed", "table accounts has no row nobody"],
    ["balance", {}, "query_failed", "the argument name is missing"],
    ["balance", { name: "a", x: 1 }, "query_failed", "there is no argument x"],
    ["list", [], "query_failed", "the argument args must be an object"],
    ["supply", {}, "query_unknown", "module demo.accounts has no query supply; it has balance, list"],
    ["create", {}, "query_unknown", "module demo.accounts has no query create; it has balance, list"],
  ])("refuse %s(%j)", (name, args, code, detail) => {
    expect(ask(name, args)).toMatchObject({ code, detail });
  });

  test("refuse an unknown module, and carry how the code ended", () => {
    expect(ask("balance", { name: "x" }, "demo.bank")).toMatchObject({ code: "module_unknown" });
    expect(ask("balance", { name: "x" })).toMatchObject({
      error: { name: "RowMissing", place: { module: ACCOUNTS } },
    });
  });

  test("may take what a command may", () => {
    const small = contextOf({ limits: { commandGasMax: 30_000 } });
    ledger = new Ledger(new MemoryView(), small);
    const open = () => ledger.act([create(`a${ledger.index}`)], { gasLimit: 30_000 });
    while (Array.isArray(ask("list"))) expect(open().status).toBe("ok");
    expect(ask("list")).toMatchObject({ error: { name: "OutOfGas", fields: new Map([["limit", 30_000]]) } });
  });

  test("do not hide a damaged row as a refusal", () => {
    const damaged = {
      row: ({ module }: { module: string }) => (module === ACCOUNTS ? new Uint8Array([0x7b]) : undefined),
      keys: () => [],
    };
    const request = { module: ACCOUNTS, query: "balance", args: jsonOf({ name: "x" }) };
    expect(() => query(ledger.context, damaged, request, place)).toThrow("invariant broken: a stored row is");
  });
});

describe("modules as data", () => {
  test("are listed with their versions and hashes", () => {
    ledger.act([deploy(contract("bank"))], { by: OPERATORS, gasLimit: 10_000_000 });
    expect(shown(listModules(ledger.context, ledger.view))).toEqual([
      { name: ACCOUNTS, version: 1, hash: keyOf(contract("accounts")) },
      { name: "demo.bank", version: 1, hash: keyOf(contract("bank")), at: 1 },
    ]);
  });

  test("show their source and their interface, with documentation", () => {
    expect(describeModule(ledger.context, ledger.view, "demo.nothing")).toBeUndefined();
    expect(shown(describeModule(ledger.context, ledger.view, ACCOUNTS)!)).toEqual({
      name: ACCOUNTS,
      version: 1,
      hash: keyOf(contract("accounts")),
      source: contract("accounts"),
      imports: [],
      upgradable: true,
      actions: [
        {
          name: "create",
          doc: "CreateAccount NAME",
          args: [
            { name: "name", type: "Text" },
            { name: "owner", type: "Policy" },
          ],
        },
        {
          name: "adjust",
          doc: "AdjustAccount NAME AMOUNT: only the operator makes money",
          args: [
            { name: "name", type: "Text" },
            { name: "amount", type: "Money<USD>" },
          ],
        },
        {
          name: "transfer",
          doc: "transfer(a->b->c, AMOUNT): every leg, or none of them",
          args: [
            { name: "from", type: "Text" },
            { name: "via", type: "List<Text>" },
            { name: "to", type: "Text" },
            { name: "amount", type: "Money<USD>" },
          ],
        },
      ],
      queries: [
        {
          name: "balance",
          doc: "ObserveAccount NAME",
          args: [{ name: "name", type: "Text" }],
          result: "Money<USD>",
        },
        { name: "list", doc: "ObserveAccounts", args: [], result: "List<Balance>" },
      ],
      tables: [{ name: "accounts", key: "Text", row: "Account", resource: true }],
      assets: [{ name: "USD", currency: true, decimals: 2 }],
      errors: ["AlreadyOpen", "NoSuchAccount", "NotSigned", "Insufficient"],
      events: ["Moved"],
      capabilities: [],
    });
  });

  test("have tables, and so has the ledger itself", () => {
    const known = (module: string, table: string) =>
      knownTable(ledger.context, ledger.view, { module, table });
    expect(known(ACCOUNTS, "accounts").ok && known("juno", "modules").ok).toBe(true);
    expect(known(ACCOUNTS, "modules")).toMatchObject({ error: { code: "table_unknown" } });
    expect(known("juno", "accounts")).toMatchObject({ error: { code: "table_unknown" } });
    expect(known("demo.nothing", "accounts")).toMatchObject({ error: { code: "module_unknown" } });
  });
});
