// The modules of a genesis (C8): sound ones stand from the beginning, others are refused with the place.

import { parseUtf8 } from "@juno/base";
import { describe, expect, test } from "vitest";
import { call, contextOf, contract, Ledger } from "../test/network.ts";
import { checkGenesisModules, listModules, MemoryView } from "./index.ts";
import { Memo } from "./memo.ts";

const checked = (...modules: readonly string[]) => checkGenesisModules(contextOf({ modules }).genesis);

describe("modules of a genesis (C8)", () => {
  test("are version 1, in any order, and part of the network's id", () => {
    expect(checked(contract("bond"), contract("bank"))).toEqual({ ok: true, value: undefined });
    const context = contextOf({ modules: [contract("bond"), contract("bank")] });
    const listed = JSON.parse(parseUtf8(listModules(context, new MemoryView()))!);
    expect(listed).toMatchObject([
      { name: "demo.bank", version: 1 },
      { name: "demo.bond", version: 1 },
    ]);
    expect(context.networkHex).not.toBe(contextOf({ modules: [contract("bank")] }).networkHex);
    const ledger = new Ledger(new MemoryView(), context);
    expect(ledger.act([call("nothing", {}, { module: "demo.bond" })]).actions[0]!.error!.name).toBe(
      "UnknownAction",
    );
  });

  test.each([
    [
      ["module a\n", "module b\nimport a {x}\n"],
      /^modules\[1\]: line 2, column 11: error\[H0403\] the module `a` has/,
    ],
    [["module a\n", "module a\n"], /^modules\[\d\]: line 1, column \d+: error\[H0411\]/],
    [["query one() -> Nat = 1\n"], /^modules\[0\]: line 1, column 1: error\[H0409\]/],
    [["module juno.x\n"], /^modules\[0\]: names that begin with `juno` are the ledger's own/],
    [
      ["module a\ninit() { {} }\n"],
      /^modules\[0\]: a module of the genesis has no `init`; deploy it instead/,
    ],
  ])("are refused: %j", (modules, detail) => {
    expect(checked(...modules)).toEqual({
      ok: false,
      error: { code: "bad_genesis", detail: expect.stringMatching(detail) },
    });
  });
});

test("a memory forgets what was not asked for longest", () => {
  const memo = new Memo<number>({ itemsMax: 2 });
  let made = 0;
  const get = (key: string) => memo.get(key, () => ++made);
  expect(["a", "b", "a", "c", "a", "b"].map(get)).toEqual([1, 2, 1, 3, 1, 4]);
});
