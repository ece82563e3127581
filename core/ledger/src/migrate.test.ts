// Upgrades that change the form of rows (L45, C19): each row is made anew by the new version's migration, or nothing happens.

import { beforeEach, describe, expect, test } from "vitest";
import { DeployingLedger, GAS_LIMIT } from "../test/deploying.ts";
import { call, deploy, type ReceiptText } from "../test/network.ts";

const HEAD = `module demo.club
import std.auth {role}
upgrade by role("risk")
currency USD { decimals: 2, mint: self }
`;

/** Members with what they have paid: as data beside a coin. */
const FIRST = `${HEAD}
resource Member { name: Text, paid: Coin<USD> }
table members: Text => Member
table notes: (Text, Nat) => Text
action join(name: Text, paid: Money<USD>) { members.insert(name, Member { name, paid: mint(USD, paid) }) }
action note(name: Text, at: Nat, text: Text) { notes.put((name, at), text) }
query paid(name: Text) -> Money<USD> = members[name].paid.amount
`;

const second = (body: string, rest = "") => `${HEAD}
resource Member { name: Text, paid: Coin<USD> }
resource Account { owner: Text, dues: Coin<USD>, gifts: Coin<USD> }
type Remark { text: Text, read: Bool }
table members: Text => Account
table notes: (Text, Nat) => Remark
error Nameless
${rest}
migrate members(old: Member) {
  ${body}
}
migrate notes(text: Text) { Remark { text, read: false } }
query paid(name: Text) -> Money<USD> = members[name].dues.amount + members[name].gifts.amount
query remark(name: Text, at: Nat) -> Remark = notes.get((name, at))
action give(name: Text, more: Money<USD>) { update members[name] { gifts => gifts.join(mint(USD, more)) } }
`;

const SPLITTING = `let Member { name, paid } = old
  require name != "" else Nameless
  let (dues, gifts) = paid.split(paid.amount.min(10.00 USD))
  Account { owner: name, dues, gifts }`;

const club = (action: string, args: object) => call(action, args, { module: "demo.club" });
const join = (name: string, paid: string) => club("join", { name, paid });

let on: DeployingLedger;

beforeEach(() => {
  on = new DeployingLedger();
  on.deployed(FIRST);
});

const changesIn = (receipt: ReceiptText["actions"][number], table: string) =>
  receipt.changes.filter((change) => change.table === table);

describe("an upgrade that changes the form of rows (L45)", () => {
  test("makes each anew, in the order of keys, and moves its coins", () => {
    on.act([
      join("bob", "4.00 USD"),
      join("ann", "25.00 USD"),
      club("note", { name: "ann", at: 7, text: "paid" }),
    ]);
    const receipt = on.deployed(second(SPLITTING));
    expect(changesIn(receipt, "members")).toMatchObject([
      {
        key: "ann",
        before: { name: "ann", paid: "25.00 USD" },
        after: { owner: "ann", dues: "10.00 USD", gifts: "15.00 USD" },
      },
      {
        key: "bob",
        before: { name: "bob", paid: "4.00 USD" },
        after: { owner: "bob", dues: "4.00 USD", gifts: "0.00 USD" },
      },
    ]);
    expect(changesIn(receipt, "notes")).toMatchObject([
      { before: "paid", after: { text: "paid", read: false } },
    ]);
    expect(receipt.supply).toEqual([]);
    expect(on.ask("demo.club", "paid", { name: "ann" })).toBe("25.00 USD");
    expect(on.ask("demo.club", "remark", { name: "ann", at: 7 })).toEqual({ text: "paid", read: false });
    expect(on.act([club("give", { name: "bob", more: "1.00 USD" })]).status).toBe("ok");
    expect(on.versions()).toContain("demo.club 2");
  });

  test("asks nothing where there are no rows, and later where there are", () => {
    on.deployed(second(SPLITTING));
    on.deployed(FIRST);
    on.act([join("ann", "1.00 USD")]);
    on.deployed(second(SPLITTING));
    // What is history by now is not in the way of the next version.
    on.deployed(second(SPLITTING, "// nothing else"));
    expect(on.ask("demo.club", "paid", { name: "ann" })).toBe("1.00 USD");
  });

  test("costs gas by the row, and does nothing if that is not enough", () => {
    const rows = (count: number) => {
      on = new DeployingLedger();
      on.deployed(FIRST);
      on.act(Array.from({ length: count }, (_, at) => join(`m${at}`, "1.00 USD")));
      return on.deployed(second(SPLITTING)).gas;
    };
    const [one, hundred] = [rows(1), rows(100)];
    expect(hundred - one).toBeGreaterThan(99 * 600);
    on = new DeployingLedger();
    on.deployed(FIRST);
    on.act(Array.from({ length: 100 }, (_, at) => join(`m${at}`, "1.00 USD")));
    const before = on.ledger.view.all();
    const { actions } = on.act([deploy(second(SPLITTING))], { gasLimit: hundred - 10_000 });
    expect(actions[0]).toMatchObject({ changes: [], error: { name: "OutOfGas" } });
    expect(on.ledger.view.all()).toEqual(before);
  });

  test("manages a thousand rows in one command", () => {
    for (let from = 0; from < 1_000; from += 500) {
      const some = Array.from({ length: 500 }, (_, at) => join(`m${from + at}`, "1.00 USD"));
      on.act(some, { gasLimit: GAS_LIMIT });
    }
    const receipt = on.deployed(second(SPLITTING));
    expect(changesIn(receipt, "members")).toHaveLength(1_000);
  });

  test.each([
    ["the code's own refusal", SPLITTING, "", { module: "demo.club", name: "Nameless" }],
    [
      "an invariant",
      SPLITTING,
      'invariant members: owner != ""',
      { name: "InvariantFailed", fields: { table: "members" } },
    ],
  ])("fails as a whole by %s, and says at which row", (_, body, rest, error) => {
    on.act([join("ann", "1.00 USD"), club("join", { name: "", paid: "2.00 USD" })]);
    const before = on.ledger.view.all();
    const source = second(rest === "" ? body : body.replace('require name != "" else Nameless', ""), rest);
    const { actions } = on.act([deploy(source)]);
    expect(actions[0]!.error).toMatchObject({
      name: "MigrationFailed",
      fields: { module: "demo.club", table: "members", key: "", error },
      place: { module: "demo.club" },
    });
    expect(on.ledger.view.all()).toEqual(before);
    expect(on.versions()).toContain("demo.club 1");
  });

  test.each([
    [
      "of another form than the rows",
      (text: string) =>
        text
          .replace("Member { name: Text, paid", "Member { label: Text, paid")
          .replace("Member { name, paid }", "Member { label: name, paid }"),
    ],
    ["missing", (text: string) => text.replace(/migrate notes.*\n/, "")],
  ])("is refused if a migration is %s", (_, change) => {
    on.act([join("ann", "1.00 USD"), club("note", { name: "ann", at: 1, text: "x" })]);
    expect(on.refused([change(second(SPLITTING))])).toMatchObject({
      code: "H1013",
      message: expect.stringContaining("`migrate"),
    });
  });

  test("is refused if keys change", () => {
    on.act([club("note", { name: "ann", at: 1, text: "x" })]);
    const other = second(SPLITTING)
      .replace("notes: (Text, Nat)", "notes: (Text, Int)")
      .replace("at: Nat", "at: Int");
    expect(on.refused([other])).toMatchObject({ code: "H1013", message: expect.stringContaining("keys") });
  });

  test("is refused if a migration would not run, since the form stays", () => {
    on.act([club("note", { name: "ann", at: 1, text: "x" })]);
    const idle = `${FIRST}migrate notes(text: Text) { text }\n`;
    expect(on.refused([idle])).toMatchObject({
      code: "H1013",
      message: expect.stringContaining("leave it out"),
    });
  });
});
