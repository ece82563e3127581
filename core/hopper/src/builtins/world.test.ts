import { describe, expect, test } from "vitest";
import { Failed, failure, list, NO_EFFECTS, ran, record, run, unmet } from "../../test/builtins/scope.ts";
import type { Effects, TestingEffects } from "../machine/effects.ts";
import { INTEGER_BITS_MAX } from "../machine/integer.ts";
import { Construct, integer, UNIT, type Value } from "../machine/value.ts";

const USD = record("demo.bank.USD");
const coin = (amount: Value): Construct => record(USD, amount);

/** A world that writes down what it is asked. */
function listening(): { effects: Effects; heard: unknown[][] } {
  const heard: unknown[][] = [];
  const answer = <T>(value: T, ...what: readonly unknown[]): T => {
    heard.push([...what]);
    return value;
  };
  const testing: TestingEffects = {
    signer: (name) => answer(name, "signer", name),
    signing: (names) => void heard.push(["signing", ...names]),
    granting: (name, capability) => void heard.push(["granting", name, capability]),
    release: () => void heard.push(["release"]),
    presences: 0,
    releaseTo: (count) => void heard.push(["releaseTo", count]),
    wait: (ms) => void heard.push(["wait", ms]),
    supply: (asset) => answer(42, "supply", asset),
    begin: (module) => void heard.push(["begin", module]),
    end: (keep) => void heard.push(["end", keep]),
  };
  const effects: Effects = {
    ...NO_EFFECTS,
    mint: (asset, amount, module) => answer(coin(amount), "mint", asset, amount, module),
    burn: (one) => void heard.push(["burn", one]),
    signed: (policy, module) => answer(true, "signed", policy, module),
    allowed: (owner, what, module) => answer(false, "allowed", owner, what, module),
    testing,
  };
  return { effects, heard };
}

describe("coins", () => {
  test("split into parts that make the whole", () => {
    expect(run("std.coin.split", coin(10), 3)).toEqual(record(coin(3), coin(7)));
    expect(run("std.coin.split", coin(10), 10)).toEqual(record(coin(10), coin(0)));
    expect(run("std.coin.split", coin(0), 0)).toEqual(record(coin(0), coin(0)));
    const clause = "0 <= n && n <= coin.amount";
    for (const n of [-1, 11, integer(1n << 80n)])
      expect(failure("std.coin.split", coin(10), n)).toEqual(unmet(clause));
  });

  test("join, and begin and end as nothing", () => {
    expect(run("std.coin.join", coin(3), coin(7))).toEqual(coin(10));
    expect(run("std.coin.zero", USD)).toEqual(coin(0));
    expect(run("std.coin.discard", coin(0))).toBe(UNIT);
    expect(failure("std.coin.discard", coin(1))).toEqual(unmet("coin.amount == 0"));
    const greatest = coin(integer((1n << BigInt(INTEGER_BITS_MAX)) - 1n));
    expect(failure("std.coin.join", greatest, coin(1))).toMatchObject({ error: "IntExceeded" });
  });

  test("are made and destroyed by the world, for the module that asks", () => {
    const { effects, heard } = listening();
    expect(ran("std.coin.mint", [USD, 5], effects).value).toEqual(coin(5));
    expect(ran("std.coin.burn", [coin(5)], effects).value).toBe(UNIT);
    expect(heard).toEqual([
      ["mint", USD, 5, "test.module"],
      ["burn", coin(5)],
    ]);
    expect(failure("std.coin.mint", USD, -1)).toEqual(unmet("n >= 0"));
  });
});

describe("authority", () => {
  test("is made of keys, roles, numbers and times", () => {
    const key = new Uint8Array(32);
    const role = run("std.auth.role", "cfo");
    expect(run("std.auth.key", key)).toEqual(new Construct(0, [key]));
    expect(run("std.auth.at_least", 1, list(role))).toEqual(new Construct(1, [1, list(role)]));
    expect(role).toEqual(new Construct(2, ["cfo"]));
    expect(run("std.auth.after", 99, role)).toEqual(new Construct(3, [99, role]));
  });

  test("is asked of the world, for the module that asks", () => {
    const { effects, heard } = listening();
    const role = run("std.auth.role", "cfo");
    expect(ran("std.auth.signed", [role], effects).value).toBe(true);
    expect(ran("std.auth.allowed", [role, record("demo.bank.Debit", 1)], effects).value).toBe(false);
    expect(heard).toEqual([
      ["signed", role, "test.module"],
      ["allowed", role, record("demo.bank.Debit", 1), "test.module"],
    ]);
  });
});

describe("tests of the language", () => {
  test("sign, grant, wait and count", () => {
    const { effects, heard } = listening();
    const debit = record("demo.bank.Debit", 1);
    for (const [name, ...args] of [
      ["signer", "ann"],
      ["push_signing", list("ann", "bob")],
      ["push_granting", "ann", debit],
      ["release"],
      ["wait", 5],
      ["supply", USD],
    ] as const) {
      ran(`std.testing.${name}`, args, effects);
    }
    expect(heard).toEqual([
      ["signer", "ann"],
      ["signing", "ann", "bob"],
      ["granting", "ann", debit],
      ["release"],
      ["wait", 5],
      ["supply", USD],
    ]);
    expect(() => ran("std.testing.wait", [-1], effects)).toThrow(Failed);
  });

  test("are nowhere else", () => {
    for (const [name, ...args] of [
      ["signer", "ann"],
      ["push_signing", list("ann")],
      ["push_granting", "ann", UNIT],
      ["release"],
      ["wait", 5],
      ["supply", USD],
    ] as const) {
      expect(failure(`std.testing.${name}`, ...args)).toEqual({ error: "OnlyInTests", function: name });
    }
  });

  test("check", () => {
    expect(run("std.testing.check", true)).toBe(UNIT);
    expect(failure("std.testing.check", false)).toEqual({
      error: "CheckFailed",
      expected: "true",
      found: "false",
    });
    expect(failure("std.testing.raise_check", "a.Wrong", "")).toEqual({
      error: "CheckFailed",
      expected: "a.Wrong",
      found: "no error",
    });
    expect(failure("std.testing.raise_check", "a.Wrong", "b.Other")).toMatchObject({ found: "b.Other" });
  });
});
