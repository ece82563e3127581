// Queries (C16) and the description of what there is to ask and to do.

import { parseUtf8 } from "@juno/base";
import { beforeEach, describe, expect, test } from "vitest";
import { create, jsonOf, Ledger } from "../test/network.ts";
import { describeModules, MemoryView, query } from "./index.ts";

let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger(new MemoryView());
});

function ask(name: string, args: object = {}): unknown {
  const result = query(ledger.context, ledger.view, { module: "accounts", query: name, args: jsonOf(args) });
  return result.ok ? JSON.parse(parseUtf8(result.value)!) : result.error;
}

describe("queries (C16)", () => {
  test("answer in the order of the names, in pages", () => {
    ledger.act(["b", "a", "C", "a:1", "10", "9"].map((name) => create(name)));
    const names = (args: object) =>
      (ask("list", args) as { account: string }[]).map(({ account }) => account);
    expect(names({})).toEqual(["10", "9", "C", "a", "a:1", "b"]);
    expect(names({ limit: 2 })).toEqual(["10", "9"]);
    expect(names({ limit: 2, after: "9" })).toEqual(["C", "a"]);
    expect(names({ after: "b" })).toEqual([]);
  });

  test.each([
    ["balance", { name: "nobody" }, "query_failed", "there is no account nobody"],
    ["balance", {}, "query_failed", "the argument name is missing"],
    ["balance", { name: "a", x: 1 }, "query_failed", "there is no argument x"],
    ["list", { limit: 0 }, "query_failed", "the argument limit must be a whole number in its range"],
    ["list", { limit: 1001 }, "query_failed", "the argument limit must be a whole number in its range"],
    ["list", [], "query_failed", "the argument args must be an object"],
    ["supply", {}, "query_unknown", "module accounts has no query supply; it has balance, list"],
    ["create", {}, "query_unknown", "module accounts has no query create; it has balance, list"],
  ])("refuse %s(%j)", (name, args, code, detail) => {
    expect(ask(name, args)).toMatchObject({ code, detail });
  });

  test("refuse an unknown module, and carry the contract's own error", () => {
    const of = (module: string) =>
      query(ledger.context, ledger.view, { module, query: "balance", args: jsonOf({ name: "x" }) });
    expect(of("bank")).toMatchObject({ error: { code: "module_unknown" } });
    expect(of("accounts")).toMatchObject({ error: { error: { name: "NoSuchAccount" } } });
  });

  test("do not hide a damaged row as a refusal", () => {
    const damaged = { row: () => new Uint8Array([0x7b]), rows: () => [] };
    const request = { module: "accounts", query: "balance", args: jsonOf({ name: "x" }) };
    expect(() => query(ledger.context, damaged, request)).toThrow("invariant broken: a stored row is");
  });

  test("and actions are described as data", () => {
    expect(describeModules()).toEqual([
      {
        name: "accounts",
        version: 1,
        kind: "native",
        actions: [
          {
            name: "create",
            args: [
              { name: "name", type: "Text" },
              { name: "owner", type: "Policy" },
              { name: "currency", type: "Option<Currency>" },
            ],
          },
          {
            name: "adjust",
            args: [
              { name: "name", type: "Text" },
              { name: "amount", type: "Money" },
            ],
          },
          {
            name: "transfer",
            args: [
              { name: "from", type: "Text" },
              { name: "via", type: "List<Text>" },
              { name: "to", type: "Text" },
              { name: "amount", type: "Money" },
            ],
          },
        ],
        queries: [
          { name: "balance", args: [{ name: "name", type: "Text" }] },
          {
            name: "list",
            args: [
              { name: "after", type: "Option<Text>" },
              { name: "limit", type: "Option<Nat>" },
            ],
          },
        ],
        tables: ["accounts", "supply"],
      },
    ]);
  });
});
