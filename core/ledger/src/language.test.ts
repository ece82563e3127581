// The language that a module is checked by (C34): the version in force where it is deployed, and no other afterwards. What a later
// version adds is unknown before, in the words that programs of that time have for it.

import { parseUtf8 } from "@juno/base";
import { beforeEach, expect, test } from "vitest";
import { actOf, approvalsBy, GoverningLedger, refusalOf } from "../test/governing.ts";
import { call, deploy, jsonOf, keyOf, OPERATORS, type ReceiptText, receiptOf } from "../test/network.ts";
import { apply, listModules, MemoryView, query } from "./index.ts";

const calendar = (said: string) => `module demo.calendar
import std.auth {role}
import std.date {date}
upgrade by role("risk")
pub fn named(day: Nat) -> Text fails = ${said}
query day(n: Nat) -> Text = named(n)
`;
const FIRST = calendar("day.to_text()");
const LATER = calendar("date(2024, 1, 1).plus_days(day).to_text()");
const CLIENT = `module demo.diary
import demo.calendar {named}
table notes: Text => Nat
action note(n: Nat) { notes.insert(named(n), n) }
`;

let on: GoverningLedger;
beforeEach(() => {
  on = new GoverningLedger();
});

const enter = (action: object): ReceiptText => on.enter(action, { by: OPERATORS });
const errorOf = ({ actions: [action] }: ReceiptText) => action?.error;

/** Language 2 from the entry after the next one on. */
function activate(): { readonly at: number; readonly receipt: ReceiptText } {
  const at = on.ledger.index + 3;
  const act = actOf("activate", { at, ledger: 1, language: 2 });
  const ready = [1, 2, 3].map((node) => ({ key: keyOf(`sign ${node}`), node, signature: "ab".repeat(64) }));
  const receipt = on.enter({ propose: { act, approvals: approvalsBy(["ada", "ben"]), ready } });
  expect(refusalOf(receipt)).toBeUndefined();
  return { at, receipt };
}

const listed = (view = on.view) =>
  (JSON.parse(parseUtf8(listModules(on.ledger.context, view))!) as { name: string }[]).filter(
    ({ name }) => name.startsWith("demo.") && name !== "demo.accounts",
  );

function day(n: number): unknown {
  const { context, view, index, time } = on.ledger;
  const asked = { module: "demo.calendar", query: "day", args: jsonOf({ n }) };
  const result = query(context, view, asked, { index, time });
  return result.ok ? JSON.parse(parseUtf8(result.value)!) : result.error;
}

test("is the version in force at the entry that deploys it", () => {
  // Word for word what a program says that knows no later version.
  const message = "`Date` has no function `to_text`";
  const unknown = { code: "H0517", column: 72, line: 5, message, module: "demo.calendar" };
  expect(errorOf(enter(deploy(LATER)))?.fields).toEqual(unknown);
  const { at } = activate();
  expect(errorOf(enter(deploy(LATER)))?.fields).toEqual(unknown);
  expect(on.ledger.index).toBe(at - 1);
  expect(errorOf(enter(deploy(LATER)))).toBeUndefined();
  expect(on.row("modules", "demo.calendar")).toMatchObject({ at, language: 2, version: 1 });
  expect(day(30)).toBe("2024-01-31");
});

test("stays with a module, also when what it imports goes over, until its own next version", () => {
  expect(errorOf(enter(deploy(FIRST, CLIENT)))).toBeUndefined();
  expect(on.row("modules", "demo.calendar")).not.toHaveProperty("language");
  activate();
  enter(call("note", { n: 7 }, { module: "demo.diary" }));
  expect(errorOf(enter(deploy(LATER)))).toBeUndefined();
  expect(listed()).toMatchObject([
    { language: 2, version: 2 },
    { name: "demo.diary", version: 1 },
  ]);
  expect(on.row("modules", "demo.diary")).not.toHaveProperty("language");
  const { actions } = enter(call("note", { n: 30 }, { module: "demo.diary" }));
  expect(actions[0]).toMatchObject({ status: "ok", changes: [{ key: "2024-01-31", after: 30 }] });
});

test("follows from the log alone: whoever applies it again has the same outcomes", () => {
  // Whoever replays has seen later entries already: what they accepted says nothing of this one.
  const receipts = [enter(deploy(LATER)), activate().receipt, enter(deploy(FIRST, CLIENT))];
  receipts.push(enter(deploy(LATER)), enter(call("note", { n: 1 }, { module: "demo.diary" })));
  const errors = receipts.map((receipt) => errorOf(receipt)?.name);
  expect(errors).toEqual(["DeployRefused", undefined, undefined, undefined, undefined]);
  const again = new MemoryView();
  const { context } = on.ledger;
  for (const entry of on.entries) {
    const applied = apply(context, again, entry);
    again.accept(applied, entry);
    expect(receiptOf(applied)).toEqual(receipts[entry.index - 1]);
  }
  expect(again.all()).toEqual(on.view.all());
  expect(again.stateRoot(context.sha256, [])).toEqual(on.view.stateRoot(context.sha256, []));
  expect(listed(again)).toEqual(listed());
});
