import { hex, utf8 } from "@juno/base";
import { beforeEach, describe, expect, it } from "vitest";
import { BANK, coinOf, DEPOT, usd, weakHash } from "../../test/machine/small-bank.ts";
import { ThrowingMeter } from "../../test/machine/throwing-meter.ts";
import type { CommandEffects } from "./command-effects.ts";
import type { TestingEffects } from "./effects.ts";
import { effectsForTest, TEST_START_MS } from "./testing-effects.ts";
import { Construct, type Value } from "./value.ts";

const OPERATOR = new Construct(2, ["operator"]);
const debit = (amount: number): Value => new Construct(0, ["demo.bank.Debit", "ann", amount]);
const account = (amount: number): Value => new Construct(0, [OPERATOR, coinOf(usd, amount)]);

let effects: CommandEffects;
let testing: TestingEffects;
const meter = new ThrowingMeter();

beforeEach(() => {
  effects = effectsForTest({
    modules: [BANK, DEPOT],
    policyOf: () => OPERATOR,
    sha256: weakHash,
    module: "demo.depot",
  });
  testing = effects.testing!;
});

const has = (name: string) => effects.table("has", { module: "demo.bank", table: 0 }, [name], meter);
const insert = (name: string, amount: number) =>
  effects.table("insert", { module: "demo.bank", table: 0 }, [name, account(amount)], meter);

describe("a test's world", () => {
  it("makes signers up, who have the role of their name", () => {
    const key = hex(weakHash(utf8("signer:ann")));
    expect(testing.signer("ann")).toEqual(new Construct(0, [weakHash(utf8("signer:ann"))]));
    expect(key).toHaveLength(64);
    testing.signing(["ann"]);
    for (const module of ["demo.bank", "demo.depot"]) {
      testing.begin(module);
      expect(effects.signed(testing.signer("ann"), module, meter)).toBe(true);
      expect(effects.signed(new Construct(2, ["ann"]), module, meter)).toBe(true);
      expect(effects.signed(new Construct(2, ["bob"]), module, meter)).toBe(false);
      testing.end(true);
    }
    testing.begin("demo.depot");
    expect(effects.signed(testing.signer("ann"), "demo.bank", meter)).toBe(false);
    testing.end(true);
  });

  it("nests signers, until they are released", () => {
    const sign = (name: string) => effects.signed(testing.signer(name), "demo.depot", meter);
    testing.signing(["ann", "bob"]);
    testing.signing(["cid", "ann"]);
    expect(["ann", "bob", "cid"].map(sign)).toEqual([true, true, true]);
    testing.release();
    expect(["ann", "bob", "cid"].map(sign)).toEqual([true, true, false]);
    expect(testing.presences).toBe(1);
    testing.granting("cid", debit(1));
    testing.signing(["dan"]);
    testing.releaseTo(1);
    expect(["ann", "cid", "dan"].map(sign)).toEqual([true, false, false]);
    testing.release();
    expect(sign("ann")).toBe(false);
    expect(() => testing.release()).toThrow("somebody signs");
  });

  it("grants afresh in each command", () => {
    testing.granting("ann", debit(10));
    const owner = testing.signer("ann");
    const command = () => {
      testing.begin("demo.depot");
      const taken = [10, 1].map((amount) => effects.allowed(owner, debit(amount), "demo.bank", meter));
      expect(effects.signed(owner, "demo.depot", meter)).toBe(true);
      testing.end(true);
      return taken;
    };
    expect(command()).toEqual([true, false]);
    expect(command()).toEqual([true, false]);
    testing.release();
    expect(command).toThrow();
  });

  it("keeps what a command did, or undoes it", () => {
    testing.signing(["operator"]);
    testing.begin("demo.bank");
    effects.mint(usd, 7, "demo.bank", meter);
    insert("ann", 7);
    testing.end(true);
    testing.begin("demo.bank");
    effects.mint(usd, 3, "demo.bank", meter);
    insert("bob", 4);
    testing.end(false);
    expect([has("ann"), has("bob"), testing.supply(usd)]).toEqual([true, false, 7]);
    testing.begin("demo.bank");
    insert("bob", 4);
    expect(() => testing.end(true)).toThrow("conserved");
  });

  it("minds only what the command itself does to coins", () => {
    insert("ann", 7);
    testing.begin("demo.bank");
    testing.end(true);
    expect(has("ann")).toBe(true);
  });

  it("has its own time", () => {
    expect(effects.now).toBe(TEST_START_MS);
    testing.wait(5);
    testing.wait(-3);
    expect(effects.now).toBe(TEST_START_MS + 5);
    testing.begin("demo.bank");
    expect(effects.now).toBe(TEST_START_MS + 5);
    testing.end(true);
    testing.wait(2n ** 80n);
    expect(effects.now).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("is set up between commands, which do not nest", () => {
    expect(() => testing.end(true)).toThrow("a command runs");
    testing.begin("demo.bank");
    expect(() => testing.begin("demo.bank")).toThrow("do not nest");
    expect(() => testing.signing(["ann"])).toThrow("between its commands");
    expect(() => testing.wait(1)).toThrow("between its commands");
  });
});
