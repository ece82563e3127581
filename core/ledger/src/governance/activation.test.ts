// Versions that entries are applied by (C36–C38): activated at an entry, cancelled, and never guessed by a program that does
// not know them.

import { quorumOf } from "@juno/proof";
import { beforeEach, describe, expect, test } from "vitest";
import {
  actOf,
  approvalsBy,
  GoverningLedger,
  governedContext,
  idOf,
  refusalOf,
} from "../../test/governing.ts";
import { create, keyOf } from "../../test/network.ts";
import {
  activationIn,
  KNOWN_VERSIONS,
  lackingVersions,
  ledgerContext,
  recordedAct,
  tooOld,
  versionsAt,
} from "../index.ts";

const FIRST = { ledger: 1, language: 1 };
const LATER = { ledger: KNOWN_VERSIONS.ledger + 1, language: KNOWN_VERSIONS.language + 1 };
const { genesis, sha256 } = governedContext();
/** A program that knows later versions. */
const newer = ledgerContext({
  sha256,
  genesis,
  known: { ledger: LATER.ledger + 1, language: LATER.language },
});

let on: GoverningLedger;
beforeEach(() => {
  on = new GoverningLedger(newer);
});

const readyOf = (nodes: readonly number[], keyFor = (node: number) => keyOf(`sign ${node}`)) =>
  nodes.map((node) => ({ key: keyFor(node), node, signature: "ab".repeat(64) }));
const Q = quorumOf(4);
const QUORUM = [1, 2, 4].slice(0, Q);

const propose = (content: object, { by = ["ada", "ben"], ready = readyOf(QUORUM) as object[] } = {}) => {
  const act = actOf("activate", content);
  return { act: idOf(act), receipt: on.enter({ propose: { act, approvals: approvalsBy(by), ready } }) };
};
const codeOf = (content: object, parts?: Parameters<typeof propose>[1]) =>
  refusalOf(propose(content, parts).receipt);
const cancel = (by = ["ada", "ben"]) => refusalOf(on.propose(actOf("cancel-activation"), by));
const inForceAt = (index: number) => versionsAt(activationIn(on.view), index);

describe("activation (C38)", () => {
  test("comes into force with the entry that the act names, and no other", () => {
    expect(inForceAt(1)).toEqual(FIRST);
    const { act, receipt } = propose({ at: 5, ...LATER });
    expect(refusalOf(receipt)).toBeUndefined();
    expect(recordedAct(on.view, act)).toMatchObject({ status: "executed" });
    expect(recordedAct(on.view, act)?.ready).toEqual(readyOf(QUORUM));
    expect(activationIn(on.view)).toEqual({ act, at: 5, from: FIRST, to: LATER });
    expect([1, 4, 5, 6].map(inForceAt)).toEqual([FIRST, FIRST, LATER, LATER]);
  });

  test("waits for the administrators, and is judged when they have decided", () => {
    const { act, receipt } = propose({ at: 3, ...LATER }, { by: ["ada"] });
    expect(refusalOf(receipt)).toBeUndefined();
    expect(activationIn(on.view)).toBeUndefined();
    on.enter(create("wjm"));
    expect(refusalOf(on.approve(act, ["ben"]))).toBe("wrong_index");
    expect(activationIn(on.view)).toBeUndefined();
    expect(codeOf({ at: 9, ...LATER }, { by: ["risk", "cfo"] })).toBe("unauthorised");
  });

  test("is refused at an entry that has come, without a later version, and while another lies ahead", () => {
    expect(codeOf({ at: 1, ...LATER })).toBe("wrong_index");
    expect(codeOf({ at: 9, ...FIRST })).toBe("pointless");
    expect(codeOf({ at: 9, ledger: 1 })).toBe("bad_act");
    expect(codeOf({ at: 9, ...LATER, ledger: 0 })).toBe("bad_act");
    expect(codeOf({ at: 9, ...LATER })).toBeUndefined();
    expect(codeOf({ at: 20, ...LATER, ledger: LATER.ledger + 1 })).toBe("activation_ahead");
    while (on.ledger.index < 9) on.enter(create(`n${on.ledger.index}`));
    expect(codeOf({ at: 30, ...FIRST, ledger: LATER.ledger + 1 })).toBe("pointless");
    expect(codeOf({ at: 30, ...LATER, ledger: LATER.ledger + 1 })).toBeUndefined();
    expect(inForceAt(29)).toEqual(LATER);
  });

  test("needs a quorum of the voters, each by its own key, to know the versions", () => {
    expect(codeOf({ at: 9, ...LATER }, { ready: readyOf(QUORUM.slice(1)) })).toBe("quorum_lost");
    expect(codeOf({ at: 9, ...LATER }, { ready: readyOf([1, 2, 7]) })).toBe("quorum_lost");
    const otherKey = readyOf(QUORUM, (node) => keyOf(`sign ${node === 4 ? 3 : node}`));
    expect(codeOf({ at: 9, ...LATER }, { ready: otherKey })).toBe("quorum_lost");
    const malformed = (ready: object[]) => propose({ at: 9, ...LATER }, { ready }).receipt;
    expect(malformed(readyOf([2, 1, 4]))).toMatchObject({ status: "rejected", reason: "command_malformed" });
    expect(malformed([{ node: 1, signature: "ab".repeat(64) }])).toMatchObject({ status: "rejected" });
    expect(on.propose(actOf("halt"), ["risk"], [1])).toMatchObject({ status: "rejected" });
    expect(codeOf({ at: 20, ...LATER }, { ready: readyOf([1, 2, 3, 4]) })).toBeUndefined();
  });

  test("is cancelled as long as its entry has not come", () => {
    expect(cancel()).toBe("pointless");
    propose({ at: 6, ...LATER });
    expect(cancel(["risk", "cfo"])).toBe("unauthorised");
    expect(cancel()).toBeUndefined();
    expect([4, 6, 60].map(inForceAt)).toEqual([FIRST, FIRST, FIRST]);
    expect(cancel()).toBe("pointless");
    expect(codeOf({ at: 7, ...LATER })).toBeUndefined();
    expect(cancel()).toBe("pointless");
    expect(inForceAt(8)).toEqual(LATER);
  });
});

describe("a program that does not know a version (C37)", () => {
  test("is told before which entry it has to stop, and what it lacks", () => {
    const { act } = propose({ at: 5, ledger: LATER.ledger, language: 1 });
    const old = { known: KNOWN_VERSIONS };
    const activation = activationIn(on.view);
    expect(tooOld(newer, activation)).toBeUndefined();
    expect(tooOld(old, undefined)).toBeUndefined();
    const range = KNOWN_VERSIONS.ledger === 1 ? "1" : `1 to ${KNOWN_VERSIONS.ledger}`;
    const detail = `entries from 5 on are applied by ledger version ${LATER.ledger} (it knows ${range}), as the act ${act} has decided`;
    expect(tooOld(old, activation)).toEqual({ at: 5, detail });
    expect(lackingVersions({ ledger: 2, language: 1 }, { ledger: 3, language: 2 })).toBe(
      "ledger version 3 (it knows 1 to 2) and language version 2 (it knows 1)",
    );
  });

  test("applies nothing by it", () => {
    const old = new GoverningLedger(governedContext());
    const act = actOf("activate", { at: 3, ...LATER });
    old.enter({ propose: { act, approvals: approvalsBy(["ada", "ben"]), ready: readyOf(QUORUM) } });
    expect(old.enter(create("wjm"))).toMatchObject({ status: "ok" });
    expect(() => old.enter(create("stu"))).toThrow("entries are applied by known versions");
  });
});
