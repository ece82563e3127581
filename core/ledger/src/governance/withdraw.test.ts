// Acts that are withdrawn (C39), and that what a version brings does not exist before it is in force (C36).

import { beforeEach, describe, expect, test } from "vitest";
import {
  actOf,
  approvalsBy,
  configuration,
  GoverningLedger,
  governedContext,
  idOf,
  refusalOf,
} from "../../test/governing.ts";
import { create, keyOf } from "../../test/network.ts";
import { governedIn, ledgerContext, recordedAct } from "../index.ts";

let on: GoverningLedger;
beforeEach(() => {
  on = new GoverningLedger();
});

/** Version 2 from the next entry on. */
function activate(ledger = on): void {
  const act = actOf("activate", { at: ledger.ledger.index + 2, ledger: 2, language: 1 });
  const ready = [1, 2, 3].map((node) => ({ key: keyOf(`sign ${node}`), node, signature: "ab".repeat(64) }));
  const receipt = ledger.enter({ propose: { act, approvals: approvalsBy(["ada", "ben"]), ready } });
  expect(refusalOf(receipt)).toBeUndefined();
}

const open = (kind: string, content: object = {}, by = ["ada"], ready?: readonly number[]): string => {
  const act = actOf(kind, content);
  expect(refusalOf(on.propose(act, by, ready))).toBeUndefined();
  return idOf(act);
};
const withdraw = (act: string, by = ["ben", "cleo"]) => refusalOf(on.propose(actOf("withdraw", { act }), by));

describe("withdrawing (C39)", () => {
  test("ends what is open: it is approved no more, and takes nobody's place", () => {
    activate();
    const acts = [1, 2, 3, 4].map(() => open("halt"));
    expect(refusalOf(on.propose(actOf("halt"), ["ada"]))).toBe("too_many_open");
    expect(withdraw(acts[0]!)).toBeUndefined();
    expect(recordedAct(on.view, acts[0]!)).toMatchObject({ status: "withdrawn", since: on.ledger.index });
    expect(refusalOf(on.approve(acts[0]!, ["ben"]))).toBe("act_closed");
    expect(refusalOf(on.propose(actOf("halt"), ["ada"]))).toBeUndefined();
  });

  test("is open to those who have as much open as they may, for they must be able to take it back", () => {
    activate();
    const acts = [1, 2, 3, 4].map(() => open("halt"));
    expect(refusalOf(on.propose(actOf("halt"), ["ada"]))).toBe("too_many_open");
    expect(withdraw(acts[0]!, ["ada", "ben"])).toBeUndefined();
    expect(refusalOf(on.propose(actOf("halt"), ["ada"]))).toBeUndefined();
  });

  test("keeps a configuration that is approved from being appended", () => {
    activate();
    const act = open("configure", configuration([1, 2, 3, 4, 5]), ["ada", "ben"], [1, 2, 3, 4]);
    expect(governedIn(on.ledger.context, on.view).configurations).toHaveLength(1);
    expect(withdraw(act)).toBeUndefined();
    expect(governedIn(on.ledger.context, on.view).configurations).toEqual([]);
  });

  test("is the administrators', of an act that there is and that is not decided", () => {
    activate();
    const act = open("halt");
    expect(withdraw(act, ["risk", "cfo"])).toBe("unauthorised");
    expect(withdraw("ab".repeat(32))).toBe("act_unknown");
    expect(withdraw("ab")).toBe("bad_act");
    expect(withdraw(act)).toBeUndefined();
    expect(withdraw(act)).toBe("act_closed");
  });
});

test("what a version brings is refused before it, by every program in the same words and at the same price (C36)", () => {
  const { sha256, genesis } = governedContext();
  const old = new GoverningLedger(ledgerContext({ sha256, genesis, known: { ledger: 1, language: 1 } }));
  const receipts = (act: string) =>
    [old, on].map((ledger) => ledger.enter({ propose: { act, approvals: approvalsBy(["ada", "ben"]) } }));
  const told = receipts(actOf("withdraw", { act: "ab".repeat(32) }));
  const [action] = told[0]!.actions;
  expect(action!.error!.fields.message).toMatch(
    /there are no acts of kind withdraw; known are activate, .*step-down$/,
  );
  const [one, other] = told.map(({ id: _, ...receipt }) => receipt);
  expect(one).toEqual(other);
  activate(on);
  activate(old);
  expect(refusalOf(on.propose(actOf("withdraw", { act: "ab".repeat(32) }), ["ada"]))).toBe("act_unknown");
  expect(() => old.enter(create("wjm"))).toThrow("known versions");
});
