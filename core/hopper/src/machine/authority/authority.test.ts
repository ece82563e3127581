import { canonicalText, type Json } from "@juno/base";
import { beforeEach, describe, expect, it } from "vitest";
import { BANK, DEPOT, MemoryWorld } from "../../../test/machine/small-bank.ts";
import { failureOf, ThrowingMeter } from "../../../test/machine/throwing-meter.ts";
import { CommandEffects } from "../command-effects.ts";
import { PersistentList } from "../persistent-list.ts";
import { Construct, type Integer, type Value } from "../value.ts";
import type { Grant } from "../world.ts";

const hexKey = (seed: number) => seed.toString(16).padStart(2, "0").repeat(32);
const key = (seed: number): Value => new Construct(0, [new Uint8Array(32).fill(seed)]);
const both = new Construct(1, [2, PersistentList.of([key(1), key(2)])]);

const debit = (account: string, amount: Integer): Value =>
  new Construct(0, ["demo.bank.Debit", account, amount]);
const look = (account: string): Value => new Construct(0, ["demo.bank.Look", account]);
const grant = (name: string, fields: Record<string, Json>): Grant => ({
  capability: `demo.bank.${name}`,
  fields: new Map(Object.entries(fields)),
});

let world: MemoryWorld;
let effects: CommandEffects;
let meter: ThrowingMeter;

beforeEach(() => {
  world = new MemoryWorld();
  meter = new ThrowingMeter();
});

const start = (signers: readonly (readonly [number, ...Grant[]])[], entry = "demo.depot") => {
  world.signers = signers.map(([seed, ...grants]) => ({ key: hexKey(seed), grants }));
  effects = new CommandEffects({ world, modules: [BANK, DEPOT], entry, policyOf: () => both });
};

const allowed = (policy: Value, capability: Value) => effects.allowed(policy, capability, "demo.bank", meter);

const spent = () =>
  effects.grantsSpent().map(({ signer, capability, fields }) => [signer, capability, canonicalText(fields)]);

describe("signed", () => {
  it("counts signers in the module that was called, and nowhere else", () => {
    start([[1]]);
    expect(effects.signed(key(1), "demo.depot", meter)).toBe(true);
    expect(effects.signed(key(1), "demo.bank", meter)).toBe(false);
    expect(effects.signed(key(2), "demo.depot", meter)).toBe(false);
    expect(effects.signed(both, "demo.depot", meter)).toBe(false);
    start([[2], [1]]);
    expect(effects.signed(both, "demo.depot", meter)).toBe(true);
    // Each key that is looked for, and each signer who is tried for one of several.
    expect(meter.used).toBe(20 + 0 + 20 + 40 + (40 + 2));
  });

  it("waits for the time of `after`, and asks the world for roles", () => {
    world.held.set("cfo", [hexKey(7)]);
    start([[7]]);
    const cfoAfter = (time: number) => new Construct(3, [time, new Construct(2, ["cfo"])]);
    expect(effects.signed(cfoAfter(1_000), "demo.depot", meter)).toBe(true);
    expect(effects.signed(cfoAfter(1_001), "demo.depot", meter)).toBe(false);
    expect(effects.now).toBe(1_000);
  });

  it("refuses policies beyond the limits", () => {
    start([[1]]);
    const empty = new Construct(1, [0, PersistentList.of<Value>([])]);
    const failure = ["PolicyOutOfLimits", { expected: expect.stringContaining("at least one") as string }];
    expect(failureOf(() => effects.signed(empty, "demo.depot", meter))).toEqual(failure);
    expect(failureOf(() => effects.allowed(empty, look("a"), "demo.bank", meter))).toEqual(failure);
  });
});

describe("allowed", () => {
  it("takes a plain signature in the entry module, and spends nothing then", () => {
    start([[1, grant("Debit", { account: "ann", amount: "1.00 USD" })]], "demo.bank");
    expect(allowed(key(1), debit("ann", 500))).toBe(true);
    expect(allowed(key(2), debit("ann", 5))).toBe(false);
    expect(spent()).toEqual([]);
  });

  it("takes grants anywhere, as far as they go", () => {
    start([[1, grant("Debit", { account: "ann", amount: "1.00 USD" })]]);
    expect(allowed(key(1), debit("bob", 1))).toBe(false);
    expect(allowed(key(2), debit("ann", 1))).toBe(false);
    expect(allowed(key(1), debit("ann", 101))).toBe(false);
    expect(allowed(key(1), debit("ann", -1))).toBe(false);
    expect(allowed(key(1), debit("ann", 2n ** 70n))).toBe(false);
    expect(allowed(key(1), debit("ann", 60))).toBe(true);
    expect(allowed(key(1), debit("ann", 41))).toBe(false);
    expect(allowed(key(1), debit("ann", 40))).toBe(true);
    expect(allowed(key(1), debit("ann", 0))).toBe(true);
    expect(allowed(key(1), debit("ann", 1))).toBe(false);
    expect(spent()).toEqual([[hexKey(1), "demo.bank.Debit", '{"account":"ann","amount":"1.00 USD"}']]);
  });

  it("does not put grants together, and takes the first that suffices", () => {
    const cents = (amount: string) => grant("Debit", { account: "ann", amount: `${amount} USD` });
    start([[1, cents("0.05"), cents("0.08")]]);
    expect(allowed(key(1), debit("ann", 9))).toBe(false);
    expect(allowed(key(1), debit("ann", 7))).toBe(true);
    expect(allowed(key(1), debit("ann", 5))).toBe(true);
    expect(spent().map(([, , fields]) => fields)).toEqual([
      '{"account":"ann","amount":"0.05 USD"}',
      '{"account":"ann","amount":"0.07 USD"}',
    ]);
  });

  it("counts those who grant like signers, and spends from those who serve", () => {
    const ann = grant("Debit", { account: "ann", amount: "1.00 USD" });
    start([[1, ann], [2]]);
    expect(allowed(both, debit("ann", 1))).toBe(false);
    start([
      [3, ann],
      [2, ann],
      [1, ann],
    ]);
    expect(allowed(both, debit("ann", 1))).toBe(true);
    expect(spent().map(([signer]) => signer)).toEqual([hexKey(2), hexKey(1)]);
  });

  it("takes what is not spent any number of times", () => {
    start([[1, grant("Look", { account: "ann" })]]);
    expect([allowed(key(1), look("ann")), allowed(key(1), look("ann"))]).toEqual([true, true]);
    expect(allowed(key(1), look("bob"))).toBe(false);
    expect(spent()).toEqual([[hexKey(1), "demo.bank.Look", '{"account":"ann"}']]);
  });

  it("gives back what is rolled back", () => {
    start([[1, grant("Debit", { account: "ann", amount: "1.00 USD" })]]);
    effects.savepoint();
    expect(allowed(key(1), debit("ann", 100))).toBe(true);
    effects.rollback();
    expect(spent()).toEqual([]);
    expect(allowed(key(1), debit("ann", 100))).toBe(true);
  });

  it("takes no grant that does not read as its capability", () => {
    start([
      [
        1,
        grant("Debit", { account: "ann", amount: "1.0 USD" }),
        grant("Debit", { account: "ann" }),
        grant("Debit", { account: "ann", amount: "1.00 USD", more: 1 }),
        grant("Unknown", { account: "ann", amount: "1.00 USD" }),
      ],
    ]);
    expect(allowed(key(1), debit("ann", 1))).toBe(false);
  });
});
