// Upgrades of modules (L45, C19): by whom, what they must keep, what they do to modules that import them.

import { beforeEach, describe, expect, test } from "vitest";
import { CLIENT, counter, DeployingLedger } from "../test/deploying.ts";
import { ACCOUNTS, adjust, call, contract, create, deploy } from "../test/network.ts";

let on: DeployingLedger;

beforeEach(() => {
  on = new DeployingLedger();
});

describe("an upgrade (L45, C19)", () => {
  test("takes the next version, by the policy of the one before, and keeps the rows", () => {
    on.deployed(counter("1"));
    on.act([call("begin", { name: "a" }, { module: "demo.counter" })]);
    expect(on.refused([counter("10")], { by: ["treasury", "cfo"] })).toMatchObject({
      code: "H1011",
      message: expect.stringContaining("version 1 of `demo.counter`"),
    });
    const { changes } = on.act([deploy(counter("10"))], { by: ["risk"] }).actions[0]!;
    expect(changes[0]).toMatchObject({ before: { version: 1, at: 1 }, after: { version: 2, at: 4 } });
    const count = (version: number) => call("count", { name: "a" }, { module: "demo.counter", version });
    expect(on.act([count(1)]).actions[0]!.error).toEqual({
      name: "UnknownVersion",
      fields: { module: "demo.counter", version: 1, deployed: 2 },
    });
    on.act([count(2)]);
    expect(on.ask("demo.counter", "value", { name: "a" })).toBe(10);
  });

  test("is never made of a module that says never, or nothing", () => {
    for (const rest of ["", "upgrade never"]) {
      on = new DeployingLedger();
      on.deployed(counter("1", rest));
      expect(on.refused([counter("2", rest)])).toMatchObject({ code: "H1012" });
    }
  });

  test("of a module of the genesis gives it a row", () => {
    on.ledger.act([create("wjm")]);
    on.act([adjust("wjm", "5.00 USD")]);
    const next = contract("accounts").replace("error AlreadyOpen", "error Again");
    expect(on.refused([next])).toMatchObject({ module: ACCOUNTS, code: expect.stringMatching(/^H04/) });
    const { changes } = on.deployed(next.replaceAll("AlreadyOpen", "Again"));
    expect(changes).toMatchObject([{ before: null, after: { version: 2 } }]);
    expect(on.ledger.act([create("wjm")]).actions[0]!.error).toMatchObject({ name: "Again" });
    expect(on.ask(ACCOUNTS, "balance", { name: "wjm" })).toBe("5.00 USD");
    expect(on.versions()).toEqual([`${ACCOUNTS} 2`]);
  });

  test("that others' imports do not survive is refused with what is wrong there", () => {
    on.deployed(CLIENT, counter("1"));
    const renamed = counter("1").replace("stride", "step");
    expect(on.refused([renamed])).toMatchObject({ module: "demo.client", code: "H0403", line: 2 });
    on.deployed(renamed, CLIENT.replaceAll("stride", "step"));
    expect(on.versions()).toEqual([`${ACCOUNTS} 1`, "demo.client 2", "demo.counter 2"]);
  });

  test("changes what depends on it, without another version of that", () => {
    on.deployed(CLIENT, counter("1"));
    on.deployed(counter("4"));
    expect(on.ask("demo.client", "twice")).toBe(8);
    expect(on.versions()).toEqual([`${ACCOUNTS} 1`, "demo.client 1", "demo.counter 2"]);
  });

  const shaped = (row: string, rest = "") => `module demo.shaped
import std.auth {role}
upgrade by role("risk")
${rest}
table rows: Text => ${row}
action put(name: Text, row: ${row}) { rows.put(name, row) }
`;
  const put = (row: unknown) => call("put", { name: "a", row }, { module: "demo.shaped" });

  test.each([
    ["Nat", "Int", 1, ""],
    ["List<Nat>", "List<Text>", [1], ""],
    ["Map<Text, Nat>", "Map<Text, Int>", [["a", 1]], ""],
    ["(Nat, Text)", "(Nat, Text, Text)", [1, "a"], ""],
    ["Pair", "Pair", { a: 1, b: 2 }, "type Pair { a: Nat, b: Nat }"],
    ["Choice", "Choice", "No", "type Choice { Yes(Nat), No }"],
    ["Tree", "Tree", { items: [] }, "type Tree { items: List<Tree> }"],
  ])("that would read rows of %s as %s is refused", (before, after, row, rest) => {
    on.deployed(shaped(before, rest));
    const changed = rest
      .replace("b: Nat", "c: Nat")
      .replace("Yes(Nat)", "Yes(Int)")
      .replace("items: List<Tree>", "items: List<Tree>, more: Bool");
    // While there is no row, nothing is lost.
    on.deployed(shaped(after, changed));
    on.deployed(shaped(before, rest));
    expect(on.act([put(row)]).status).toBe("ok");
    on.deployed(`${shaped(before, rest)}\n// a comment\n`);
    expect(on.refused([shaped(after, changed)])).toMatchObject({
      code: "H1013",
      message: expect.stringContaining(`\`Text => ${before}\``),
    });
  });

  const vault = (held: string, rest = "") => `module demo.vault
import std.auth {role}
upgrade by role("risk")
asset SEC(isin: Text) { decimals: 0, mint: self }
resource Holding<id: Text> { coins: Coin<SEC(id)> }
resource Pair { left: ${held}, right: Holding<"Z"> }
table held: Text => Pair
table byKey: (id: Text, who: Text) => Holding<id>
action put(name: Text) {
  held.insert(name, Pair {
    left: Holding { coins: mint(SEC(${held.slice(8, 11)}), 2) }, right: Holding { coins: mint(SEC("Z"), 1) }
  })
}
${rest}
`;

  test("that would take coins of one asset for those of another is refused", () => {
    on.deployed(vault('Holding<"X">'));
    expect(on.act([call("put", { name: "a" }, { module: "demo.vault" })]).status).toBe("ok");
    on.deployed(vault('Holding<"X">', "// a comment"));
    expect(on.refused([vault('Holding<"Y">')])).toMatchObject({ code: "H1013" });
    const moving = vault(
      'Holding<"Y">',
      `resource Was { left: Holding<"Y">, right: Holding<"Z"> }
migrate held(old: Was) {
  let Was { left, right } = old
  Pair { left, right }
}`,
    );
    expect(on.refused([moving])).toMatchObject({ code: "H1013" });
  });

  test("that would open another module's resource, or forge one, is refused (L57)", () => {
    const owner = `module demo.owner
resource Deed { number: Nat }
pub fn deed(number: Nat) -> Deed = Deed { number }
`;
    const holder = (imports: string, rest: string) => `module demo.holder
import demo.owner {${imports}}
import std.auth {role}
upgrade by role("risk")
${rest}
`;
    const hold = (table: string, value: string) => `table held: Text => ${table}
action hold() { held.insert("a", ${value}) }`;
    const own = "resource Own { number: Nat }";
    const act = () => expect(on.act([call("hold", {}, { module: "demo.holder" })]).status).toBe("ok");
    on.deployed(owner, holder("Deed, deed", hold("Deed", "deed(1)")));
    act();
    const opened = `${own}\ntable held: Text => Nat\nmigrate held(old: Own) {\n  let Own { number } = old\n  number\n}`;
    expect(on.refused([holder("deed", opened)])).toMatchObject({ code: "H1013" });
    expect(on.refused([holder("deed", `${own}\ntable held: Text => Own`)])).toMatchObject({ code: "H1013" });
    on = new DeployingLedger();
    on.deployed(owner, holder("deed", `${own}\n${hold("Own", "Own { number: 1 }")}`));
    act();
    expect(on.refused([holder("Deed, deed", hold("Deed", "deed(2)"))])).toMatchObject({ code: "H1013" });
  });

  test("that leaves a table out whose rows are there is refused", () => {
    on.deployed(shaped("Nat"));
    expect(on.act([put(1)]).status).toBe("ok");
    expect(on.refused([shaped("Nat").replaceAll("rows", "lines")])).toMatchObject({
      code: "H1013",
      message: expect.stringContaining("it cannot be left out"),
    });
  });

  test("that changes a type in the rows of a module that imports it is refused", () => {
    const types = (field: string) => `module demo.types
import std.auth {role}
upgrade by role("risk")
type Item { ${field}: Nat }
`;
    on.deployed(
      types("a"),
      shaped("Item", "import demo.types {Item}")
        .replace("import std", "import demo.types {Item}\nimport std")
        .replace("\nimport demo.types {Item}\ntable", "\ntable"),
    );
    expect(on.act([put({ a: 1 })]).status).toBe("ok");
    expect(on.refused([types("b")])).toMatchObject({ module: "demo.shaped", code: "H1013" });
  });

  test("that changes an asset is refused, coins or not", () => {
    const money = (currency: string) => `module demo.money
import std.auth {role}
upgrade by role("risk")
${currency}
`;
    on.deployed(money("currency USD { decimals: 2, mint: self }"));
    for (const currency of [
      "currency USD { decimals: 3, mint: self }",
      "asset USD { decimals: 0, mint: self }",
      "",
    ]) {
      expect(on.refused([money(currency)])).toMatchObject({ code: "H1014" });
    }
    on.deployed(money('currency USD { decimals: 2, mint: role("cfo") }'));
  });
});
