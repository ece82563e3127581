import { decodeWith, Writer } from "@juno/base";
import { beforeEach, describe, expect, it } from "vitest";
import { BANK, coinOf, DEPOT, MemoryWorld, sec, usd } from "../../../test/machine/small-bank.ts";
import { ThrowingMeter } from "../../../test/machine/throwing-meter.ts";
import { CommandEffects } from "../command-effects.ts";
import type { PersistentList } from "../persistent-list.ts";
import { Construct, type Value } from "../value.ts";
import { readEffectsState, writeEffectsState } from "./effects-state.ts";

const OWNER = new Construct(2, ["operator"]);
const KEY = "01".repeat(32);
const owner = new Construct(0, [new Uint8Array(32).fill(1)]);
const account = (cents: number): Value => new Construct(0, [OWNER, coinOf(usd, cents)]);
const debit = (cents: number): Value => new Construct(0, ["demo.bank.Debit", "ann", cents]);
const look: Value = new Construct(0, ["demo.bank.Look", "ann"]);

let world: MemoryWorld;
const meter = new ThrowingMeter();

const fresh = () =>
  new CommandEffects({ world, modules: [BANK, DEPOT], entry: "demo.depot", policyOf: () => OWNER });

const bytesOf = (effects: CommandEffects): Uint8Array => {
  const writer = new Writer();
  writeEffectsState(writer, effects.state());
  return writer.finish();
};

const table = (effects: CommandEffects, operation: "take" | "put" | "keys" | "get", ...args: Value[]) =>
  effects.table(operation, { module: "demo.bank", table: 0 }, args, meter);

/** What can be seen of a command from outside. */
const seen = (effects: CommandEffects) => ({
  changes: effects.changes(),
  events: effects.events(),
  supply: effects.supplyChanges(),
  grants: effects.grantsSpent(),
});

beforeEach(() => {
  world = new MemoryWorld();
  for (const name of ["a", "b", "c"]) {
    world.set("demo.bank", "accounts", name, '{"funds":"0.01 USD","owner":{"role":"operator"}}');
  }
  const fields = new Map(Object.entries({ account: "ann", amount: "1.00 USD" }));
  const grants = [
    { capability: "demo.bank.Debit", fields },
    { capability: "demo.bank.Look", fields: new Map([["account", "ann"]]) },
  ];
  world.signers = [
    { key: "02".repeat(32), grants: [] },
    { key: KEY, grants },
  ];
});

describe("a suspended command", () => {
  it("goes on as if nothing had happened", () => {
    const first = fresh();
    table(first, "take", "a");
    table(first, "put", "b", account(2));
    table(first, "put", "d", account(3));
    first.emit(new Construct(0, ["demo.bank.Moved", "ann", 5, 0]), meter);
    first.mint(sec("X"), 2n ** 60n, "demo.depot", meter);
    first.burn(coinOf(usd, 4), meter);
    expect(first.allowed(owner, debit(60), "demo.bank", meter)).toBe(true);
    expect(first.allowed(owner, look, "demo.bank", meter)).toBe(true);
    const bytes = bytesOf(first);
    const state = decodeWith(bytes, readEffectsState);
    if (!state.ok) return expect(state.error).toBeUndefined();
    const second = fresh();
    second.resume(state.value);
    expect(bytesOf(second)).toEqual(bytes);
    expect(seen(second)).toEqual(seen(first));
    for (const effects of [first, second]) {
      expect((table(effects, "keys") as PersistentList).toArray()).toEqual(["b", "c", "d"]);
      expect(table(effects, "get", "d")).toEqual(account(3));
      table(effects, "put", "a", account(1));
      expect(effects.allowed(owner, debit(41), "demo.bank", meter)).toBe(false);
      expect(effects.allowed(owner, debit(40), "demo.bank", meter)).toBe(true);
      effects.mint(sec("X"), 1, "demo.depot", meter);
    }
    expect(seen(second)).toEqual(seen(first));
    expect(second.imbalance()).toEqual(first.imbalance());
  });

  it("has done nothing at first", () => {
    const effects = fresh();
    table(effects, "get", "a");
    expect(bytesOf(effects)).toEqual(new Uint8Array(20));
  });

  it("is not within a savepoint", () => {
    const effects = fresh();
    effects.savepoint();
    expect(() => effects.state()).toThrow("no savepoint is open");
  });

  it("fits the modules it was suspended with", () => {
    const state = { rows: [], events: [], minted: new Map(), burned: new Map(), grants: [] };
    const row = { module: "demo.bank", table: "none", key: "a", now: undefined };
    expect(() => fresh().resume({ ...state, rows: [row] })).toThrow("a table is named that there is");
    const grant = { signer: 0, grant: 0, left: 1 };
    expect(() => fresh().resume({ ...state, grants: [grant] })).toThrow("the same grants");
  });

  it("is refused if its bytes are nobody's", () => {
    for (const bytes of [[], [0, 0, 0, 1], [0, 0, 0, 1, 0, 0, 0, 1, 255]]) {
      expect(decodeWith(Uint8Array.from(bytes), readEffectsState).ok).toBe(false);
    }
  });
});
