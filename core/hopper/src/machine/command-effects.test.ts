import { parseUtf8 } from "@juno/base";
import { beforeEach, describe, expect, it } from "vitest";
import { BANK, coinOf, DEPOT, MemoryWorld, sec, usd } from "../../test/machine/small-bank.ts";
import { failureOf, ThrowingMeter } from "../../test/machine/throwing-meter.ts";
import type { TableOperation } from "./anf.ts";
import { CommandEffects } from "./command-effects.ts";
import { PersistentList } from "./persistent-list.ts";
import { Construct, UNIT, type Value } from "./value.ts";

const ROLE = new Construct(2, ["operator"]);
const ACCOUNTS = 0;
const MANDATES = 1;
const DAYS = 2;

let world: MemoryWorld;
let effects: CommandEffects;
let meter: ThrowingMeter;

const start = (entry = "demo.bank") => {
  effects = new CommandEffects({ world, modules: [BANK, DEPOT], entry, policyOf: () => ROLE });
  meter = new ThrowingMeter();
};

beforeEach(() => {
  world = new MemoryWorld();
  start();
});

const act = (operation: TableOperation, table: number, ...args: Value[]): Value =>
  effects.table(operation, { module: "demo.bank", table }, args, meter);

const account = (amount: number): Value => new Construct(0, [ROLE, coinOf(usd, amount)]);
const accountText = (amount: string) => `{"funds":"${amount} USD","owner":{"role":"operator"}}`;
const mandate = (until: number, note = ""): Value => new Construct(0, [until, note]);
const mandateKey = (who: string, at: number): Value => new Construct(0, [who, at]);

const shown = () =>
  effects.changes().map(({ table, key, before, after }) => {
    const text = (bytes: Uint8Array | undefined) => bytes && parseUtf8(bytes);
    return [table, key, text(before), text(after)];
  });

const costOf = (run: () => unknown): number => {
  const before = meter.used;
  run();
  return meter.used - before;
};

describe("rows", () => {
  it("move out by take and back by put, and net changes tell what became of them", () => {
    world.set("demo.bank", "accounts", "ann", accountText("5.00"));
    world.set("demo.bank", "accounts", "bob", accountText("1.00"));
    const ann = act("take", ACCOUNTS, "ann");
    expect(failureOf(() => act("take", ACCOUNTS, "ann"))).toEqual([
      "RowMissing",
      { table: "accounts", key: "ann" },
    ]);
    expect(act("has", ACCOUNTS, "ann")).toBe(false);
    expect(shown()).toEqual([["accounts", "ann", accountText("5.00"), undefined]]);
    act("insert", ACCOUNTS, "ann", ann);
    expect(shown()).toEqual([]);
    act("put", ACCOUNTS, "bob", account(700));
    act("insert", ACCOUNTS, "cid", account(0));
    expect(failureOf(() => act("insert", ACCOUNTS, "bob", account(1)))).toEqual([
      "RowPresent",
      { table: "accounts", key: "bob" },
    ]);
    act("put", MANDATES, mandateKey("ann", 2), mandate(0, "x"));
    expect(shown()).toEqual([
      ["accounts", "bob", accountText("1.00"), accountText("7.00")],
      ["accounts", "cid", undefined, accountText("0.00")],
      ["mandates", '["ann",2]', undefined, '{"note":"x","until":"1970-01-01T00:00:00.000Z"}'],
    ]);
  });

  it("are got, found and removed where they are Data", () => {
    const key = mandateKey("ann", 1);
    for (const operation of ["get", "remove", "take"] as const) {
      expect(failureOf(() => act(operation, MANDATES, key))?.[0]).toBe("RowMissing");
    }
    expect(act("find", MANDATES, key)).toEqual(new Construct(0, []));
    expect(act("put", MANDATES, key, mandate(1))).toBe(UNIT);
    act("put", MANDATES, key, mandate(2));
    expect(act("get", MANDATES, key)).toEqual(mandate(2));
    expect(act("find", MANDATES, key)).toEqual(new Construct(1, [mandate(2)]));
    act("remove", MANDATES, key);
    expect(act("has", MANDATES, key)).toBe(false);
    expect(shown()).toEqual([]);
  });

  it("are read from the world once, and paid for each time", () => {
    world.set("demo.bank", "accounts", "ann", accountText("5.00"));
    const bytes = accountText("5.00").length;
    // A key that is a text is one piece; what is written has a piece for each bracket, comma, name, colon and scalar.
    const [key, piece] = [8 + '"ann"'.length, 8];
    const pieces = accountText("5.00").match(/"[^"]*"|[^"]/g)!.length;
    expect(costOf(() => act("get", ACCOUNTS, "ann"))).toBe(200 + key + Math.floor(bytes / 4));
    expect(costOf(() => act("get", ACCOUNTS, "ann"))).toBe(200 + key + Math.floor(bytes / 4));
    expect(costOf(() => act("has", ACCOUNTS, "ann"))).toBe(200 + key);
    expect(costOf(() => act("find", ACCOUNTS, "nobody"))).toBe(200 + key + 3);
    expect(costOf(() => act("put", ACCOUNTS, "ann", account(500)))).toBe(400 + key + bytes + piece * pieces);
    expect(costOf(() => act("insert", ACCOUNTS, "bo", account(500)))).toBe(
      400 + key - 1 + bytes + piece * pieces,
    );
    const list = PersistentList.of<Value>(["a"]);
    expect(costOf(() => act("put", DAYS, 0, list))).toBe(400 + 12 + piece + 5 + 3 * piece);
    expect(costOf(() => act("remove", DAYS, 0))).toBe(412 + piece);
    expect(world.reads).toBe(4);
    expect(costOf(() => act("keys", ACCOUNTS))).toBe(200 + 2 * 20);
  });

  it("have keys in the order of their bytes, from the world and from the command", () => {
    for (let i = 0; i < 600; i++) world.set("demo.bank", "accounts", `k${i}`, accountText("0.00"));
    world.set("demo.bank", "accounts", "\uffee", accountText("0.00"));
    const expected = new Set([
      ...Array.from({ length: 600 }, (_, i) => `k${i}`),
      "\uffee",
      "a",
      "k25x",
      "😀",
    ]);
    for (const key of ["a", "k25x", "😀", "gone"]) act("insert", ACCOUNTS, key, account(0));
    for (const key of ["gone", "k0", "k599"]) {
      act("take", ACCOUNTS, key);
      expected.delete(key);
    }
    const keys = (act("keys", ACCOUNTS) as PersistentList).toArray();
    const bytes = (text: Value) => Buffer.from(text as string);
    expect(keys).toEqual([...expected].sort((a, b) => Buffer.compare(bytes(a), bytes(b))));
    expect((act("keys", MANDATES) as PersistentList).length).toBe(0);
    act("put", MANDATES, mandateKey("b", 7), mandate(0));
    expect((act("keys", MANDATES) as PersistentList).toArray()).toEqual([mandateKey("b", 7)]);
  });

  it("are refused where they cannot be written", () => {
    const long = "x".repeat(1_025);
    expect(failureOf(() => act("has", ACCOUNTS, long))).toEqual([
      "KeyTooLong",
      { table: "accounts", max: 1_024 },
    ]);
    expect(failureOf(() => act("has", ACCOUNTS, "x".repeat(20_000)))?.[0]).toBe("KeyTooLong");
    expect(act("has", ACCOUNTS, "x".repeat(1_024))).toBe(false);
    expect(act("has", ACCOUNTS, "\u0000".repeat(1_024))).toBe(false);
    expect(failureOf(() => act("put", MANDATES, mandateKey("a", 1), mandate(-1)))).toEqual([
      "NotRepresentable",
      {
        table: "mandates",
        path: "until",
        expected: 'a time such as "2026-01-31T12:00:00.000Z", of the years 1970 to 9999',
      },
    ]);
    expect(failureOf(() => act("has", DAYS, -1))?.[0]).toBe("NotRepresentable");
    const large = PersistentList.of<Value>(Array.from({ length: 5 }, () => "x".repeat(1_000_000)));
    expect(failureOf(() => act("put", DAYS, 0, large))?.[0]).toBe("RowTooLarge");
    meter = new ThrowingMeter(1_000);
    expect(failureOf(() => act("put", DAYS, 0, large))?.[0]).toBe("OutOfGas");
    expect(shown()).toEqual([]);
  });
});

describe("coins", () => {
  const sign = () => {
    world.signers = [{ key: "01".repeat(32), grants: [] }];
    world.held.set("operator", ["01".repeat(32)]);
    start();
  };

  it("are minted by their module alone, and by its policy", () => {
    expect(failureOf(() => effects.mint(usd, 5, "demo.bank", meter))).toEqual([
      "RequirementFailed",
      { clause: "the mint policy of demo.bank.USD" },
    ]);
    sign();
    expect(effects.mint(usd, 5, "demo.bank", meter)).toEqual(coinOf(usd, 5));
    expect(failureOf(() => effects.mint(usd, 5, "demo.depot", meter))?.[0]).toBe("RequirementFailed");
    expect(failureOf(() => effects.mint(usd, -1, "demo.bank", meter))?.[1]).toEqual({
      clause: "amount >= 0",
    });
    // `self`: in the declaring module, whoever called it.
    expect(effects.mint(sec("A"), 5, "demo.depot", meter)).toEqual(coinOf(sec("A"), 5));
    expect(failureOf(() => effects.mint(sec("A"), 5, "demo.bank", meter))?.[0]).toBe("RequirementFailed");
    // Not where the policy's module was called by another.
    start("demo.depot");
    expect(failureOf(() => effects.mint(usd, 5, "demo.bank", meter))?.[0]).toBe("RequirementFailed");
  });

  it("are counted by asset, and back to the savepoint", () => {
    sign();
    effects.mint(usd, 5, "demo.bank", meter);
    effects.savepoint();
    effects.mint(usd, 2n ** 60n, "demo.bank", meter);
    effects.mint(sec("B"), 1, "demo.depot", meter);
    effects.burn(coinOf(usd, 3), meter);
    expect(effects.supplyOf(usd)).toBe(2n ** 60n + 2n);
    effects.rollback();
    expect(effects.supplyOf(usd)).toBe(5);
    effects.burn(coinOf(sec("A"), 7), meter);
    expect(effects.supplyChanges()).toEqual([
      { asset: '{"asset":"demo.bank.USD","of":[]}', minted: 5, burned: 0 },
      { asset: '{"asset":"demo.depot.SEC","of":["A"]}', minted: 0, burned: 7 },
    ]);
  });

  it("are conserved, or the node stops", () => {
    sign();
    world.set("demo.bank", "accounts", "ann", accountText("5.00"));
    world.set(
      "demo.depot",
      "safes",
      "s",
      '["None",{"Some":{"amount":4,"asset":{"asset":"demo.depot.SEC","of":["A"]}}}]',
    );
    const safe = (operation: TableOperation, ...args: Value[]) =>
      effects.table(operation, { module: "demo.depot", table: 0 }, args, meter);
    const some = (coin: Value) => new Construct(1, [coin]);
    effects.assertConserved();
    act("take", ACCOUNTS, "ann");
    expect([...effects.imbalance()]).toEqual([['{"asset":"demo.bank.USD","of":[]}', -500n]]);
    expect(() => effects.assertConserved()).toThrow("conserved");
    act("insert", ACCOUNTS, "bob", account(200));
    act("insert", ACCOUNTS, "cid", account(250));
    expect(() => effects.assertConserved()).toThrow("conserved");
    effects.burn(coinOf(usd, 50), meter);
    effects.assertConserved();
    safe(
      "put",
      "s",
      PersistentList.of([some(coinOf(sec("A"), 1)), some(coinOf(sec("A"), 3)), some(coinOf(sec("B"), 9))]),
    );
    expect(() => effects.assertConserved()).toThrow("demo.depot.SEC");
    effects.mint(sec("B"), 9, "demo.depot", meter);
    effects.assertConserved();
    act("put", ACCOUNTS, "bob", account(201));
    expect(() => effects.assertConserved()).toThrow("demo.bank.USD");
    effects.assertConserved(effects.imbalance());
  });
});

describe("events", () => {
  const moved = (at: number) => new Construct(0, ["demo.bank.Moved", "ann", 5, at]);

  it("are kept in order, with their fields as JSON", () => {
    effects.emit(moved(0), meter);
    effects.savepoint();
    effects.emit(moved(1), meter);
    effects.rollback();
    const cost = costOf(() => effects.emit(moved(2), meter));
    const texts = effects.events().map(({ module, name, fields }) => [module, name, fields]);
    const text = (ms: number) => `{"amount":"0.05 USD","at":"1970-01-01T00:00:00.00${ms}Z","to":"ann"}`;
    expect(texts).toEqual([
      ["demo.bank", "Moved", text(0)],
      ["demo.bank", "Moved", text(2)],
    ]);
    // Two braces, and name, colon and value of three fields with two commas between them.
    expect(cost).toBe(100 + 8 * 13 + text(2).length);
    expect(failureOf(() => effects.emit(moved(-1), meter))?.[1]).toMatchObject({
      event: "demo.bank.Moved",
      path: "at",
    });
  });

  it("are no larger than they may be", () => {
    const { fields } = moved(3);
    const large = new Construct(
      0,
      fields.map((field) => (field === "ann" ? "x".repeat(1_048_576) : field)),
    );
    expect(failureOf(() => effects.emit(large, meter))).toEqual([
      "EventTooLarge",
      { event: "demo.bank.Moved", max: 1_048_576 },
    ]);
  });
});
