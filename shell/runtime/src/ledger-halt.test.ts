// The red button as a node shows it.

import { UNGOVERNED } from "@juno/ledger";
import { expect, it } from "vitest";
import { genesis, people } from "../test/ledger-fixture.ts";
import { ledgerHaltOf } from "./ledger-halt.ts";

const by = [people.wjm, people.bank, people.stu, "ab".repeat(32)];
const halt = { since: "2026-01-01T00:00:00.000Z", at: 3, act: "cd".repeat(32), by, reason: "a theft" };

it("names the keys as the ledger does by now, whatever the genesis says of them (A30, C28)", () => {
  expect(ledgerHaltOf(UNGOVERNED, genesis)).toBeUndefined();
  const clients = new Map([
    [people.bank, { name: "the bank", key: people.bank, roles: [] }],
    [people.stu, undefined],
  ]);
  expect(ledgerHaltOf({ halt, clients }, genesis)).toEqual({
    since: Date.UTC(2026, 0, 1),
    index: 3,
    act: halt.act,
    by: [
      { key: people.wjm, name: "wjm" },
      { key: people.bank, name: "the bank" },
      { key: people.stu, name: undefined },
      { key: "ab".repeat(32), name: undefined },
    ],
    reason: "a theft",
  });
});
