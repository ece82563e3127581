// Assets of modules that the one that keeps them does not know.

import { beforeEach, expect, it } from "vitest";
import { DeployingLedger } from "../test/deploying.ts";
import { call } from "../test/network.ts";

const KEEPER = `module demo.keeper
table kept: Text => Asset
table safes: (a: Asset, name: Text) => Safe<a>
resource Safe<a: Asset> { coins: Coin<a> }
pub fn keep(name: Text, a: Asset) writes { kept.put(name, a) }
pub fn store(a: Asset, name: Text, coins: Coin<a>) writes { safes.insert((a, name), Safe { coins }) }
error Same { a: Asset }
action copy(from: Text, to: Text) {
  require from != to else Same { a: kept.get(from) }
  kept.put(to, kept.get(from))
}
action rename(a: Asset, from: Text, to: Text) {
  let Safe { coins } = safes.take((a, from))
  safes.insert((a, to), Safe { coins })
}
query look(name: Text) -> Asset = kept.get(name)
`;
const OWNER = `module demo.owner
import demo.keeper {keep, store}
type Grade { carats: Nat }
asset GEM(grade: Grade) { decimals: 0, mint: self }
action begin() {
  keep("gem", GEM(Grade { carats: 2 }))
  store(GEM(Grade { carats: 2 }), "gem", mint(GEM(Grade { carats: 2 }), 3))
}
`;

const GEM = { asset: "demo.owner.GEM", of: [{ carats: 2 }] };
const keeper = (action: string, args: object) => call(action, args, { module: "demo.keeper" });

let on: DeployingLedger;

beforeEach(() => {
  on = new DeployingLedger();
  on.deployed(KEEPER, OWNER);
  expect(on.act([call("begin", {}, { module: "demo.owner" })]).status).toBe("ok");
});

it("are read from its rows, and written", () => {
  expect(on.ask("demo.keeper", "look", { name: "gem" })).toEqual(GEM);
  expect(on.act([keeper("copy", { from: "gem", to: "b" })]).status).toBe("ok");
  expect(on.ask("demo.keeper", "look", { name: "b" })).toEqual(GEM);
  expect(on.act([keeper("rename", { a: GEM, from: "gem", to: "stone" })]).actions[0]).toMatchObject({
    status: "ok",
    changes: [
      { before: { coins: { amount: 3, asset: GEM } } },
      { after: { coins: { amount: 3, asset: GEM } } },
    ],
  });
});

it("stand in its errors", () => {
  expect(on.act([keeper("copy", { from: "gem", to: "gem" })]).actions[0]!.error).toMatchObject({
    name: "Same",
    fields: { a: GEM },
  });
});

it.each(["demo.owner.PEARL", "demo.nobody.GEM", "GEM", ""])("are none that there are not: %s", (asset) => {
  const args = { a: { asset, of: [] }, from: "gem", to: "stone" };
  expect(on.act([keeper("rename", args)]).actions[0]!.error).toMatchObject({ name: "BadArgument" });
});
