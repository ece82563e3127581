// Deploying modules (C19): who may, what is refused and where, what it costs; and the rows that say what is
// deployed (C14). Upgrades have tests of their own.

import { beforeEach, describe, expect, test } from "vitest";
import { CLIENT, counter, DeployingLedger, GAS_LIMIT } from "../test/deploying.ts";
import {
  ACCOUNTS,
  adjust,
  call,
  contextOf,
  create,
  deploy,
  keyOf,
  Ledger,
  transfer,
} from "../test/network.ts";
import { GAS, MemoryView } from "./index.ts";

let on: DeployingLedger;

beforeEach(() => {
  on = new DeployingLedger();
});

describe("a new module (C19)", () => {
  test("is checked, deployed with what it imports, and runs", () => {
    const { changes, gasByKind } = on.deployed(CLIENT, counter("3"));
    expect(changes).toEqual([
      {
        module: "juno",
        table: "modules",
        key: "demo.client",
        before: null,
        after: { version: 1, source: CLIENT, hash: keyOf(CLIENT), at: 1 },
      },
      expect.objectContaining({ key: "demo.counter" }),
    ]);
    expect(on.versions()).toEqual([`${ACCOUNTS} 1`, "demo.client 1", "demo.counter 1"]);
    on.act([call("begin", { name: "a" }, { module: "demo.counter" })]);
    on.act([call("count", { name: "a" }, { module: "demo.counter", version: 1 })]);
    expect(on.ask("demo.counter", "value", { name: "a" })).toBe(3);
    expect(on.ask("demo.client", "twice")).toBe(6);
    expect(gasByKind.deployment).toBeGreaterThan(GAS.sourceByte * (CLIENT.length + counter("3").length));
  });

  test("serves the actions behind it in the same command, and goes with them if they fail", () => {
    const begin = call("begin", { name: "a" }, { module: "demo.counter" });
    const unknown = call("count", { name: "b" }, { module: "demo.counter" });
    const undone = on.act([deploy(counter("1")), begin, unknown], { atomic: true });
    expect(undone.actions).toMatchObject([{ at: 2, changes: [], error: { name: "Nothing" } }]);
    expect(on.versions()).toEqual([`${ACCOUNTS} 1`]);
    const kept = on.act([deploy(counter("1")), begin, unknown]);
    expect(kept.actions.map(({ status }) => status)).toEqual(["ok", "ok", "failed"]);
    expect(on.ask("demo.counter", "value", { name: "a" })).toBe(0);
  });

  test("runs `init` once, when it is first deployed, signed by who deploys it", () => {
    const source = (bonus: number) => `module demo.treasure
import std.auth {role, signed}
upgrade by role("cfo")
asset GEM { decimals: 0, mint: self }
resource Chest { gems: Coin<GEM> }
table chests: Text => Chest
event Opened { gems: Nat }
init() {
  require signed(role("cfo"))
  chests.insert("first", Chest { gems: mint(GEM, ${bonus}) })
  emit Opened { gems: ${bonus} }
}
query gems() -> Nat = chests["first"].gems.amount
`;
    expect(on.act([deploy(source(5))], { by: ["treasury", "risk"] }).actions[0]).toMatchObject({
      changes: [],
      error: { name: "RequirementFailed", place: { module: "demo.treasure", line: 9 } },
    });
    expect(on.versions()).toEqual([`${ACCOUNTS} 1`]);
    expect(on.deployed(source(5))).toMatchObject({
      changes: [{ module: "demo.treasure", key: "first" }, { module: "juno" }],
      events: [{ module: "demo.treasure", name: "Opened", fields: { gems: 5 } }],
      supply: [{ asset: { asset: "demo.treasure.GEM", of: [] }, minted: 5, burned: 0 }],
    });
    expect(on.deployed(source(7))).toMatchObject({ changes: [{ module: "juno" }], events: [], supply: [] });
    expect(on.ask("demo.treasure", "gems")).toBe(5);
  });

  test("gives `init` its arguments", () => {
    const source = `module demo.counted
table counts: Text => Nat
init(first: Text, count: Nat) { counts.insert(first, count) }
query value(name: Text) -> Nat = counts.get(name)
`;
    const withInit = (init: object) => ({ deploy: { modules: [source], init } });
    const error = (init: object) => on.act([withInit(init)]).actions[0]!.error;
    expect(error({})).toEqual({ name: "MissingArgument", fields: { argument: "first" } });
    expect(error({ "demo.counted": { first: "a", count: -1 } })).toMatchObject({ name: "BadArgument" });
    const args = { "demo.counted": { first: "a", count: 7 } };
    expect(error({ ...args, "demo.other": {} })).toEqual({
      name: "UnknownArgument",
      fields: { argument: "init.demo.other" },
    });
    expect(error(args)).toBeUndefined();
    expect(on.ask("demo.counted", "value", { name: "a" })).toBe(7);
  });

  test("needs the network's operators", () => {
    expect(on.refused([CLIENT, counter("1")], { by: ["cfo"] })).toEqual({
      module: "demo.client",
      code: "H1011",
      message: "a new module needs the signatures of the network's operators",
      line: 1,
      column: 1,
    });
  });

  test.each([
    [
      "module demo.a\n\naction go() { nothing() }\n",
      { module: "demo.a", code: "H0400", line: 3, column: 15 },
    ],
    ["module demo.a\nimport demo.nowhere {x}\n", { module: "demo.a", code: "H0407", line: 2 }],
    ["modul demo.a\n", { module: "modules[0]", line: 1, column: 1 }],
    ['"ä" module', { module: "modules[0]", line: 1 }],
    ["", { module: "modules[0]", code: "H0409" }],
    ["module juno\n", { module: "juno", code: "H1010" }],
    ["module juno.more\n", { module: "juno.more", code: "H1010" }],
    ["module std\n", { module: "std", code: "H1010" }],
    ["module std.list\n", { module: "std.list", code: "H1010" }],
    [`module ${"a.".repeat(9)}b\n`, { code: "H1010" }],
    [`module ${"a".repeat(65)}\n`, { code: "H1010" }],
    ["module demo.a\nimport demo.a {x}\n", { module: "demo.a", code: "H0410" }],
  ])("is refused with the first thing that is wrong: %j", (source, fields) => {
    expect(on.refused([source])).toMatchObject(fields);
  });

  test("comes alone under its name, and in no circle", () => {
    expect(on.refused(["module demo.a\n", "module demo.a\n"])).toMatchObject({
      module: "demo.a",
      code: "H0411",
    });
    const circle = ["module demo.a\nimport demo.b {y}\n", "module demo.b\nimport demo.a {x}\n"];
    expect(on.refused(circle)).toMatchObject({ code: "H0410", message: expect.stringContaining("`demo.b`") });
  });

  test("has a name whose like no member of an object can have", () => {
    on.deployed("module constructor\nquery one() -> Nat = 1\n");
    expect(on.ask("constructor", "one")).toBe(1);
  });

  test("is one of so many, with so many bytes in all", () => {
    const modules = Array.from({ length: 64 }, (_, at) => `module m${at}\n`);
    const ledgerOf = (more: readonly string[]) =>
      new DeployingLedger(new Ledger(new MemoryView(), contextOf({ modules: more })));
    on = ledgerOf(modules);
    for (const batch of [1, 2, 3])
      on.deployed(...modules.map((text) => text.replace(" m", ` n${batch}_`)).slice(0, 63));
    on.deployed("module a\n", "module b\n", "module c\n");
    expect(on.refused(["module d\n"])).toMatchObject({
      code: "H1015",
      message: expect.stringContaining("at most 256 modules with 1048576 bytes of source"),
    });
    const wide = (name: string) => `module ${name}\n// ${"x".repeat(260_000)}\n`;
    const context = contextOf({
      modules: ["a", "b", "c", "d"].map(wide),
      limits: { commandGasMax: 100_000_000 },
    });
    on = new DeployingLedger(new Ledger(new MemoryView(), context));
    const full = on.refused([wide("e").slice(0, 20_000)], { gasLimit: 100_000_000 });
    expect(full).toMatchObject({ code: "H1015" });
  });
});

describe("what deploying costs (C12, C19)", () => {
  test("is charged before the work: whoever cannot pay gets no answer", () => {
    const whole = on.act([deploy(counter("1"))]);
    // The smaller limit is written with fewer digits, and each byte of a payload costs.
    const needed = whole.gas - 2 * GAS.payloadByte - 1;
    on = new DeployingLedger();
    const short = on.act([deploy(counter("1"))], { gasLimit: needed });
    expect(short.actions[0]).toMatchObject({ changes: [], error: { name: "OutOfGas" } });
    expect(short.gas).toBe(needed);
    const early = on.act([deploy(`${counter("1")}// ${"x".repeat(900_000)}`)]);
    expect(early.actions[0]).toMatchObject({ error: { name: "OutOfGas", fields: { limit: GAS_LIMIT } } });
  });

  test("is the same whether or not the module was ever compiled here", () => {
    const source = `${counter("1")}// never seen before\n`;
    const first = on.act([deploy(source)]).gas;
    on = new DeployingLedger();
    expect(on.act([deploy(source)]).gas).toBe(first);
  });

  test("counts those that depend on it", () => {
    on.deployed(counter("1"));
    const alone = on.deployed(counter("2")).gas;
    on.deployed(CLIENT);
    const more = on.deployed(counter("3")).gas - alone;
    expect(more).toBeGreaterThan(GAS.sourceByte * CLIENT.length);
  });
});

describe("accounts and deployments", () => {
  test("touch each other nowhere", () => {
    on.ledger.act([create("wjm"), create("stu")]);
    on.act([adjust("wjm", "5.00 USD"), deploy(counter("1"))]);
    on.act([transfer("wjm->stu", "5.00 USD")], { by: ["wjm"] });
    expect(on.ask(ACCOUNTS, "list")).toEqual([
      { account: "stu", amount: "5.00 USD" },
      { account: "wjm", amount: "0.00 USD" },
    ]);
  });
});
